//! A second reading of rendered HTML, by a tokeniser that shares no code with
//! the rewriting of raw HTML. The lists are written out again on purpose: a
//! name added to the policy by mistake has to be added here too.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

const ELEMENTS: &str = "a abbr aside audio b bdi bdo blockquote br caption center cite code col \
    colgroup dd del details dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img input \
    ins kbd li mark ol p pre progress q rp rt ruby s samp section small source span strong sub \
    summary sup table tbody td tfoot th thead time tr u ul var video wbr";

const PLAIN_ATTRIBUTES: &str = "align alt checked colspan controls datetime dir disabled height \
    hreflang lang loading loop max muted open preload reversed rowspan scope span start title \
    type value width";

/// What the allow-list does not know, one line each; empty for safe HTML.
pub(super) fn violations(html: &str) -> Vec<String> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Checker::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.found.into_inner()
}

/// Every `id` in the HTML.
pub(super) fn ids(html: &str) -> Vec<String> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Checker::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.ids.into_inner()
}

#[derive(Default)]
struct Checker {
    found: RefCell<Vec<String>>,
    ids: RefCell<Vec<String>>,
}

impl TokenSink for Checker {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) => self.tag(&tag),
            Token::CommentToken(text) => self.found.borrow_mut().push(format!("comment {text}")),
            Token::DoctypeToken(_) => self.found.borrow_mut().push("doctype".to_owned()),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Checker {
    fn tag(&self, tag: &Tag) {
        if !ELEMENTS.split_whitespace().any(|name| name == &*tag.name) {
            self.found
                .borrow_mut()
                .push(format!("element {}", tag.name));
        }
        if tag.kind == TagKind::EndTag {
            return;
        }
        for attribute in &tag.attrs {
            let (name, value) = (&*attribute.name.local, &*attribute.value);
            if name == "id" {
                self.ids.borrow_mut().push(value.to_owned());
            }
            if !is_allowed(&tag.name, name, value) {
                let line = format!("{} {name}={value}", tag.name);
                self.found.borrow_mut().push(line);
            }
        }
        let has = |name: &str| tag.attrs.iter().any(|a| &*a.name.local == name);
        let href = tag.attrs.iter().find(|a| &*a.name.local == "href");
        if href.is_some_and(|href| leads_away(&href.value)) && !has("rel") {
            self.found
                .borrow_mut()
                .push("external link without rel".to_owned());
        }
        if &*tag.name == "input" && !(has("disabled") && has("type")) {
            self.found
                .borrow_mut()
                .push("input that is no checkbox".to_owned());
        }
    }
}

fn is_allowed(element: &str, name: &str, value: &str) -> bool {
    let safe = |c: char| c.is_alphanumeric() || "-_.".contains(c);
    match name {
        "href" => element == "a" && is_safe_url(value),
        "src" => is_safe_url(value) && matches!(element, "audio" | "img" | "source" | "video"),
        "poster" => element == "video" && is_safe_url(value),
        "rel" => element == "a" && value == "noopener noreferrer",
        "type" if element == "input" => value == "checkbox",
        "id" if element == "div" => value.starts_with("fn:"),
        "id" => {
            matches!(element, "h1" | "h2" | "h3" | "h4" | "h5" | "h6") && value.chars().all(safe)
        }
        "class" => {
            value == "task-list-item"
                || value.starts_with("footnote-")
                || value.strip_prefix("language-").is_some_and(|l| {
                    !l.contains(|c: char| c.is_whitespace() || "\"'<>`".contains(c))
                })
        }
        name => PLAIN_ATTRIBUTES
            .split_whitespace()
            .any(|plain| plain == name),
    }
}

/// As the URL standard reads it: control characters and spaces around it do
/// not count, tabs and line breaks nowhere.
fn scheme(url: &str) -> Option<String> {
    let url: String = url
        .trim_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
        .collect();
    let (scheme, _) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    is_scheme.then(|| scheme.to_ascii_lowercase())
}

fn is_safe_url(url: &str) -> bool {
    scheme(url).is_none_or(|s| matches!(s.as_str(), "http" | "https" | "mailto" | "tel"))
}

fn leads_away(url: &str) -> bool {
    matches!(scheme(url).as_deref(), Some("http" | "https"))
        || url.trim_start().replace('\\', "/").starts_with("//")
}

#[test]
fn the_checker_sees_what_is_wrong() {
    for bad in [
        "<script>",
        "<p onclick=x>",
        "<a href='java\tscript:x'>",
        "<a href=http://x>",
        "<input>",
        "<p style=x>",
        "<form>",
        "<p id=x>",
        "<h1 id='a b'>",
        "<!-- x -->",
        "<img src=data:text/html,x>",
        "<code class=x>",
    ] {
        assert!(!violations(bad).is_empty(), "{bad}");
    }
    assert!(violations("<p>a <a href=\"/b\">c</a> &lt;script&gt;</p>").is_empty());
}

#[test]
fn the_policy_is_sorted() {
    use super::super::policy::ELEMENTS;

    // Looked up by binary search.
    assert!(ELEMENTS.is_sorted_by(|a, b| a.name < b.name));
}
