//! Reading one file.

use std::collections::HashSet;

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use pulldown_cmark::{Event, Parser};

use super::date::Date;
use super::document::{line_after, line_at, split};
use super::fields::{Fields, Single, Text};
use super::front_matter::read;
use super::location::{Location, is_section, location};
use super::outcome::{Outcome, ParsedPost, Problem};
use super::public_path::{self, Public};
use crate::blog::fields;

/// Largest text of a post.
pub const MAX_CONTENT_BYTES: usize = 1024 * 1024;

/// Longest title in characters.
pub const MAX_TITLE_CHARS: usize = 255;

/// Reads one file of a tree. `relative` is its path below the tree's root,
/// with `/` between segments.
///
/// A post without `title` takes the text of the `# Heading` its body begins
/// with; the heading stays in the body. Jekyll's titles made from file names
/// are not made up here: such a post fails, so that somebody names it.
#[must_use]
pub fn parse(relative: &str, bytes: &[u8]) -> Outcome {
    if is_section(relative) {
        return skipped("describes a section, not a post");
    }
    read_post(relative, bytes).unwrap_or_else(Outcome::from)
}

fn skipped(reason: &str) -> Outcome {
    Outcome::Skipped {
        reason: reason.to_owned(),
    }
}

fn read_post(relative: &str, bytes: &[u8]) -> Result<Outcome, Problem> {
    let text = text(bytes)?;
    let Some(document) = split(text)? else {
        return Ok(skipped("no front matter: not a post"));
    };
    let (front_matter, body) = read(&document)?;
    let mut fields = Fields::new(front_matter);
    let body_line = line_at(text, text.len() - body.len());
    let content = body.trim_start_matches(['\r', '\n']);
    let Some(title) = title(&mut fields, content, body_line)? else {
        return if content.trim().is_empty() {
            Ok(skipped("no title and no text: a template page, not a post"))
        } else {
            Err(Problem::new(1, NO_TITLE))
        };
    };
    if content.len() > MAX_CONTENT_BYTES {
        return Err(Problem::new(body_line, "the text is larger than 1 MiB"));
    }
    assemble(fields, &location(relative), title, content)
}

const NO_TITLE: &str =
    "no title: add one to the front matter, or begin the text with a line \"# The title\"";

fn text(bytes: &[u8]) -> Result<&str, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = line_after(&bytes[..error.valid_up_to()]);
        Problem::new(line, "not UTF-8; save the file as UTF-8")
    })?;
    match text.find('\0') {
        Some(at) => Err(Problem::new(line_at(text, at), "holds a NUL character")),
        None => Ok(text),
    }
}

fn title(fields: &mut Fields, content: &str, line: u32) -> Result<Option<String>, Problem> {
    let (title, line) = match fields.text(&["title"])? {
        Some(title) => (one_line(&title.value), title.line),
        None => match heading(content) {
            Some(title) => (title, line),
            None => return Ok(None),
        },
    };
    if title.chars().count() > MAX_TITLE_CHARS {
        return Err(Problem::new(
            line,
            "title: is longer than 255 characters; shorten it",
        ));
    }
    Ok(Some(title))
}

pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text of a first-level heading on the first line.
fn heading(content: &str) -> Option<String> {
    let line = content.lines().next()?;
    line.strip_prefix("# ")?;
    let mut text = String::new();
    for event in Parser::new(line) {
        if let Event::Text(part) | Event::Code(part) = event {
            text.push_str(&part);
        }
    }
    let text = one_line(&text);
    (!text.is_empty()).then_some(text)
}

fn assemble(
    mut fields: Fields,
    location: &Location<'_>,
    title: String,
    content: &str,
) -> Result<Outcome, Problem> {
    let date = fields.date(&["date", "publishDate", "pubDate"])?;
    let expiry = fields.written_date(&["expiryDate", "unpublishDate"])?;
    let updated = fields.date(&["updated", "lastmod", "last_modified_at"])?;
    let draft = fields.flag("draft")? == Some(true)
        || fields.flag("published")? == Some(false)
        || location.in_drafts;
    let slug = fields
        .text(&["slug"])?
        .as_ref()
        .map(public_path::slug)
        .transpose()?;
    let (authors, tags, categories) = people_and_subjects(&mut fields);
    let public = Public {
        location,
        slug: slug.as_deref(),
        date,
        categories: &categories,
    };
    let Some((path, day_in_path)) = public.path(&mut fields)? else {
        return Ok(skipped("the front page of a site, not a post"));
    };
    let date = date.or(day_in_path).or(public.day());
    let unpublish_at = expiry.map(|expiry| end(&expiry, date)).transpose()?;
    let summary = fields.text(&["summary", "description", "excerpt"])?;
    let aliases = public_path::aliases(&mut fields, &path);
    let locale = locale(&mut fields);
    Ok(Outcome::Post(ParsedPost {
        title,
        slug,
        path,
        published_at: date.map(|date| date.utc),
        unpublish_at,
        updated_at: updated.map(|date| date.utc),
        locale,
        draft,
        authors,
        tags,
        summary: summary.map(|summary| summary.value),
        aliases,
        content: content.to_owned(),
        front_matter: fields.front_matter.into_rest(),
        warnings: fields.warnings,
    }))
}

/// The language that the post is in. What is not one is left out: the post can be read without.
fn locale(front: &mut Fields) -> Option<String> {
    let text = match front.text(&["locale", "lang", "language"]) {
        Ok(text) => text?,
        Err(problem) => {
            front.warn(problem.line, problem.reason);
            return None;
        }
    };
    fields::locale(&text.value).unwrap_or_else(|message| {
        let problem = text.problem(format!("is {message}"));
        front.warn(problem.line, problem.reason);
        None
    })
}

/// When a post stops being public: after it began to be.
fn end((end, text): &(Date, Text), published: Option<Date>) -> Result<DateTime<Utc>, Problem> {
    match published.map(|date| date.utc) {
        // In the precision that is stored.
        Some(published) if end.utc.trunc_subsecs(6) <= published.trunc_subsecs(6) => {
            let published = published.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            Err(text.problem(format!("is not after the post's date, {published}")))
        }
        _ => Ok(end.utc),
    }
}

/// Authors, tags with categories, and the categories alone.
fn people_and_subjects(fields: &mut Fields) -> (Vec<String>, Vec<String>, Vec<String>) {
    let [more_authors, more_tags, more_categories] =
        fields.taxonomies(["authors", "tags", "categories"]);
    let mut authors = fields.list("authors", Single::Whole);
    authors.extend(fields.list("author", Single::Whole));
    authors.extend(more_authors);
    let mut tags = fields.list("tags", Single::Words);
    tags.extend(fields.list("tag", Single::Whole));
    tags.extend(more_tags);
    let mut categories = fields.list("categories", Single::Words);
    categories.extend(fields.list("category", Single::Whole));
    categories.extend(more_categories);
    tags.extend(categories.iter().cloned());
    (
        distinct(authors, ToOwned::to_owned),
        distinct(tags, str::to_lowercase),
        distinct(categories, str::to_lowercase),
    )
}

/// The first of all texts that have the same key.
fn distinct(texts: Vec<Text>, key: impl Fn(&str) -> String) -> Vec<String> {
    let mut seen = HashSet::new();
    texts
        .into_iter()
        .map(|text| text.value)
        .filter(|value| seen.insert(key(value)))
        .collect()
}
