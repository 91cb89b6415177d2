use std::collections::HashSet;

use super::words::{fold, is_separator};

/// How many words an extract has.
const LENGTH: usize = 36;
/// How many of them stand before the first that is marked.
const BEFORE: usize = 8;
/// The longest word that is shown whole, in characters: some languages have no spaces.
const MAX_WORD: usize = 80;

/// The part of a plain text in which the most of the words that were found stand, as HTML: they are
/// in `<mark>`, and nothing else of it is markup. The beginning of the text if it has none of them.
pub(in crate::blog) fn extract(text: &str, found: &[String]) -> String {
    let found: HashSet<String> = found.iter().map(|word| fold(word)).collect();
    let pieces: Vec<&str> = text.split_whitespace().collect();
    let hits: Vec<(usize, String)> = pieces
        .iter()
        .enumerate()
        .flat_map(|(index, piece)| runs(piece).map(move |run| (index, fold(run))))
        .filter(|(_, word)| found.contains(word))
        .collect();
    let start = best(&hits).saturating_sub(BEFORE);
    let end = pieces.len().min(start + LENGTH);
    let shown = pieces.get(start..end).unwrap_or_default();
    let mut html = String::new();
    if start > 0 {
        html.push_str("… ");
    }
    for (index, piece) in shown.iter().enumerate() {
        if index > 0 {
            html.push(' ');
        }
        mark(&mut html, piece, &found);
    }
    if end < pieces.len() {
        html.push_str(" …");
    }
    html
}

/// The place of the first hit behind which the most different words follow within an extract.
fn best(hits: &[(usize, String)]) -> usize {
    let mut best = (0, 0);
    for (at, (start, _)) in hits.iter().enumerate() {
        let near = hits[at..]
            .iter()
            .take_while(|(place, _)| place - start < LENGTH - BEFORE);
        let different: HashSet<_> = near.map(|(_, word)| word).collect();
        if different.len() > best.1 {
            best = (*start, different.len());
        }
    }
    best.0
}

/// The words that a piece between spaces holds.
fn runs(piece: &str) -> impl Iterator<Item = &str> {
    piece.split(is_separator).filter(|run| !run.is_empty())
}

fn mark(html: &mut String, piece: &str, found: &HashSet<String>) {
    let piece = match piece.char_indices().nth(MAX_WORD) {
        Some((end, _)) => &piece[..end],
        None => piece,
    };
    let mut rest = piece;
    while !rest.is_empty() {
        let (run, others) = rest.split_at(rest.find(is_separator).unwrap_or(rest.len()));
        if found.contains(&fold(run)) {
            html.push_str("<mark>");
            escape(html, run);
            html.push_str("</mark>");
        } else {
            escape(html, run);
        }
        let end = others.find(|c| !is_separator(c)).unwrap_or(others.len());
        let (between, behind) = others.split_at(end);
        escape(html, between);
        rest = behind;
    }
}

fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c if c.is_control() => {}
            c => html.push(c),
        }
    }
}
