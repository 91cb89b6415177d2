//! Dates as front matter, file names and folders write them.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

/// A moment, and the wall clock it was written with: permalinks use the latter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) utc: DateTime<Utc>,
    pub(super) local: NaiveDateTime,
}

/// Accepts RFC 3339 and what YAML 1.1 timestamps, TOML and Jekyll add to it:
/// a space before the time, no seconds, a zone after a space, no zone (UTC),
/// no time (midnight). Years 1 to 9999.
pub(super) fn parse(text: &str) -> Option<Date> {
    const ZONED: &[&str] = &["%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M%#z"];
    const LOCAL: &[&str] = &["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    let text = text.trim();
    let year = text.get(..5)?;
    let has_year = year[..4].bytes().all(|b| b.is_ascii_digit()) && year.ends_with('-');
    if !has_year || text.len() > 64 {
        return None;
    }
    if let Ok(day) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return at_midnight(day);
    }
    let joined = join(text)?;
    let zoned = ZONED
        .iter()
        .find_map(|format| DateTime::parse_from_str(&joined, format).ok());
    if let Some(moment) = zoned {
        return checked(moment.to_utc(), moment.naive_local());
    }
    LOCAL
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&joined, format).ok())
        .and_then(|local| checked(local.and_utc(), local))
}

/// Midnight UTC at the start of a day.
pub(super) fn at_midnight(day: NaiveDate) -> Option<Date> {
    let local = day.and_time(NaiveTime::MIN);
    checked(local.and_utc(), local)
}

/// The day three numbers written in digits stand for: `2020`, `1` or `01`, `02`.
pub(super) fn day(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let fits = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    if !fits || ![year, month, day].into_iter().all(digits) {
        return None;
    }
    let day = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    (day.year() >= 1).then_some(day)
}

/// The day in a path such as `2020/01/02/title`, wherever in it.
pub(super) fn day_in_path<'s>(segments: impl IntoIterator<Item = &'s str>) -> Option<NaiveDate> {
    let segments: Vec<_> = segments.into_iter().collect();
    segments.windows(3).find_map(|window| match window {
        [y, m, d] => day(y, m, d),
        _ => None,
    })
}

/// One `T` before the time, no space before the zone, and `UTC` as `Z`.
fn join(text: &str) -> Option<String> {
    let at = text.find(['T', 't', ' '])?;
    let (day, time) = (&text[..at], text[at + 1..].trim_start());
    let time = time
        .strip_suffix("UTC")
        .or_else(|| time.strip_suffix("GMT"))
        .or_else(|| time.strip_suffix(['Z', 'z']))
        .map_or_else(
            || time.to_owned(),
            |time| format!("{}+0000", time.trim_end()),
        );
    let time = time.replacen(" +", "+", 1).replacen(" -", "-", 1);
    Some(format!("{day}T{time}"))
}

/// Keeps to the years RFC 3339 can write, in UTC too. A leap second, which the
/// database has none of, becomes the second before it.
fn checked(utc: DateTime<Utc>, local: NaiveDateTime) -> Option<Date> {
    let nanosecond = utc.nanosecond() % 1_000_000_000;
    let utc = utc.with_nanosecond(nanosecond)?;
    (1..=9999)
        .contains(&utc.year())
        .then_some(Date { utc, local })
}
