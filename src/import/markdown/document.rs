//! Parting a file's front matter from its text.

use super::outcome::Problem;

/// The notation of a front matter, told by its delimiters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Toml,
    Yaml,
    Json,
}

/// A file in its two parts.
#[derive(Debug)]
pub(super) struct Document<'t> {
    pub(super) format: Format,
    /// Front matter without its delimiters. JSON: all that follows, as only
    /// parsing tells where it ends.
    pub(super) front: &'t str,
    /// 1-based line of the file where `front` begins.
    pub(super) front_line: u32,
    /// What follows the closing delimiter. JSON: empty.
    pub(super) body: &'t str,
}

/// Splits a file; `None` when it has no front matter.
///
/// A byte order mark and blank lines before the opening delimiter are passed
/// over; a delimiter stands alone on its line, spaces after it aside.
pub(super) fn split(text: &str) -> Result<Option<Document<'_>>, Problem> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let start = text.len() - text.trim_start_matches(['\n', '\r', ' ', '\t']).len();
    let start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let (blank, rest) = text.split_at(start);
    let line = line_at(text, blank.len());
    let (opening, after) = split_line(rest);
    let format = match opening.trim_end() {
        "+++" => Format::Toml,
        "---" => Format::Yaml,
        _ if is_json(rest) => {
            return Ok(Some(Document {
                format: Format::Json,
                front: rest,
                front_line: line,
                body: "",
            }));
        }
        _ => return Ok(None),
    };
    let (front, body) = close(format, after).ok_or_else(|| {
        let delimiter = opening.trim_end();
        Problem::new(
            line,
            format!("the front matter is not closed; end it with a line {delimiter}"),
        )
    })?;
    Ok(Some(Document {
        format,
        front,
        front_line: line + 1,
        body,
    }))
}

/// Parts `text` at the first closing delimiter; a body begins after it.
fn close(format: Format, text: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    while at < text.len() {
        let (line, rest) = split_line(&text[at..]);
        let closes = match format {
            Format::Toml => line.trim_end() == "+++",
            _ => matches!(line.trim_end(), "---" | "..."),
        };
        if closes {
            return Some((&text[..at], rest));
        }
        at = text.len() - rest.len();
    }
    None
}

fn split_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// Hugo's JSON begins with a brace; so do the template tags of a plain page.
fn is_json(text: &str) -> bool {
    text.strip_prefix('{')
        .is_some_and(|rest| rest.trim_start().starts_with(['"', '}']))
}

/// 1-based line of a byte offset.
pub(super) fn line_at(text: &str, offset: usize) -> u32 {
    let before = &text.as_bytes()[..offset.min(text.len())];
    line_after(before)
}

/// 1-based line of the byte that follows `before`.
pub(super) fn line_after(before: &[u8]) -> u32 {
    let lines = before.split(|byte| *byte == b'\n').count();
    u32::try_from(lines).unwrap_or(u32::MAX)
}
