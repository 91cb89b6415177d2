//! Files that are no posts.

use super::{Outcome, parse, post};

#[track_caller]
fn skips(relative: &str, text: &str, reason: &str) {
    let expected = Outcome::Skipped {
        reason: reason.to_owned(),
    };
    assert_eq!(parse(relative, text.as_bytes()), expected, "{relative}");
}

#[test]
fn files_without_a_post() {
    let section = "describes a section, not a post";
    skips("_index.md", "+++\ntitle = 'x'\n+++\n", section);
    skips("blog/_index.fr.md", "anything", section);
    let bare = "no front matter: not a post";
    skips("README.md", "# Read me\n\n---\n", bare);
    skips("empty.md", "", bare);
    skips("page.md", "{% include x %}\n", bare);
    skips("page.md", "{{< x >}}\n", bare);
    skips("page.md", "+++ x\n", bare);
    let template = "no title and no text: a template page, not a post";
    skips(
        "latest.md",
        "+++\ntemplate = 'latest.html'\n+++\n \n",
        template,
    );
    skips("latest.md", "---\n---\n", template);
    skips("latest.md", "---\n# nothing\n---", template);
    skips("latest.md", "{}", template);
    skips(
        "index.md",
        "---\ntitle: Home\n---\nx",
        "the front page of a site, not a post",
    );
}

#[test]
fn a_heading_can_be_the_title() {
    let found = post("a.md", "---\ntags: x\n---\n\n# The *new* `thing` #\n\nText");
    assert_eq!(found.title, "The new thing");
    assert_eq!(found.content, "# The *new* `thing` #\n\nText");
    assert_eq!(post("a.md", "---\ntitle: \"\"\n---\n# B").title, "B");
}
