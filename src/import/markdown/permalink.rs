//! Jekyll's permalinks: templates such as `/:year/:month/:title/`.

use chrono::NaiveDateTime;

/// What a template can speak of.
pub(super) struct Subject<'p> {
    /// Slug, or file name without date and extension.
    pub(super) name: &'p str,
    pub(super) categories: &'p [String],
    /// Wall clock of the publication.
    pub(super) published: Option<NaiveDateTime>,
}

/// Fills in a template; a path without placeholders stays as it is.
///
/// # Errors
///
/// Says what is wrong, to go after the key and the value.
pub(super) fn resolve(template: &str, subject: &Subject<'_>) -> Result<String, String> {
    let template = style(template.trim());
    if template.starts_with("//") || template.contains("://") {
        // A host's name, which the caller turns down.
        return Ok(template.to_owned());
    }
    let mut path = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(':') {
        let (before, after) = rest.split_at(at);
        path.push_str(before);
        let after = &after[1..];
        let end = after
            .find(|c: char| !c.is_ascii_lowercase() && c != '_')
            .unwrap_or(after.len());
        let (placeholder, after) = after.split_at(end);
        if placeholder.is_empty() {
            path.push(':');
        } else {
            path.push_str(&value(placeholder, subject)?);
        }
        rest = after;
    }
    path.push_str(rest);
    // A placeholder without a value leaves two slashes behind.
    while path.contains("//") {
        path = path.replace("//", "/");
    }
    Ok(path)
}

/// Jekyll's names for common templates.
fn style(template: &str) -> &str {
    match template {
        "date" => "/:categories/:year/:month/:day/:title:output_ext",
        "pretty" => "/:categories/:year/:month/:day/:title/",
        "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
        "weekdate" => "/:categories/:year/W:week/:short_day/:title:output_ext",
        "none" => "/:categories/:title:output_ext",
        template => template,
    }
}

fn value(placeholder: &str, subject: &Subject<'_>) -> Result<String, String> {
    let format = match placeholder {
        "title" | "slug" | "name" | "basename" | "slugorfilename" | "filename" => {
            return Ok(subject.name.to_owned());
        }
        "categories" | "slugified_categories" => {
            let categories = subject.categories.iter();
            let segments = categories.map(|category| category.to_lowercase().replace(' ', "-"));
            return Ok(segments.collect::<Vec<_>>().join("/"));
        }
        "output_ext" => return Ok(".html".to_owned()),
        "year" => "%Y",
        "short_year" => "%y",
        "month" => "%m",
        "i_month" => "%-m",
        "short_month" => "%b",
        "long_month" | "monthname" => "%B",
        "day" => "%d",
        "i_day" => "%-d",
        "y_day" | "yearday" => "%j",
        "week" => "%V",
        "w_year" => "%G",
        "w_day" | "weekday" => "%u",
        "short_day" => "%a",
        "long_day" | "weekdayname" => "%A",
        "hour" => "%H",
        "minute" => "%M",
        "second" => "%S",
        other => return Err(format!("has an unknown placeholder :{other}")),
    };
    let Some(published) = subject.published else {
        return Err(format!("needs a date for :{placeholder}; add one"));
    };
    Ok(published.format(format).to_string())
}
