//! Changes to the working draft and the revisions of a post, which are hidden from more people than
//! the post is, and to the links that show it.

use super::{Change, Shown, Subject, Time};
use crate::invariance::database::Column;
use crate::invariance::world::{DRAFT, World, WorldPost};

/// Columns of revisions that nothing shows by themselves, or that other rows refer to.
const NOT_ALONE: [(&str, &str); 10] = [
    ("post_contents", "post_id"),
    ("post_contents", "hash"),
    ("post_revisions", "post_id"),
    ("post_revisions", "number"),
    ("post_revisions", "content_hash"),
    ("post_revisions", "snapshot"),
    // Broken by the changes before it, and broken once.
    ("post_revisions", "hash"),
    ("preview_links", "post_id"),
    ("preview_links", "created_by"),
    ("preview_links", "revoked_at"),
];

pub fn changes(world: &World) -> Vec<Change> {
    let mut changes = Vec::new();
    for (index, post) in world.posts.iter().enumerate() {
        let mut add = |what: &str, time: Time, sql: String| {
            changes.push(Change {
                name: format!("{what} of {}", post.slug),
                sql,
                of: Subject::History(index),
                shown: Shown::By(format!("history of {}", post.slug)),
                time,
            });
        };
        for (table, rows) in rows_of(post) {
            let columns: Vec<&Column> = world.tables.columns_of(table).collect();
            let is_alone = |column: &&Column| !NOT_ALONE.contains(&(&*column.table, &*column.name));
            for column in columns.into_iter().filter(is_alone) {
                let (name, value) = (&column.name, column.other_value(None));
                let sql = format!("UPDATE {table} SET {name} = {value} WHERE {rows}");
                add(&format!("{table}.{name}"), Time::Changing, sql);
            }
        }
        for (what, sql) in additions(post) {
            add(what, Time::Changing, sql);
        }
        for (what, sql) in losses(post) {
            add(what, Time::Going, sql);
        }
    }
    changes
}

/// The rows that each post has one of, or whose columns show each by itself.
fn rows_of(post: &WorldPost) -> [(&'static str, String); 3] {
    let id = post.id;
    [
        ("post_contents", format!("post_id = '{id}'")),
        ("post_revisions", format!("post_id = '{id}' AND number = 1")),
        ("preview_links", format!("post_id = '{id}'")),
    ]
}

fn additions(post: &WorldPost) -> Vec<(&'static str, String)> {
    let id = post.id;
    let snapshots = [
        ("the draft's title", "title", "Changed"),
        ("the draft's slug", "slug", "changed"),
        ("the draft's path", "path", "/changed"),
        ("the draft's excerpt", "excerpt", "Changed"),
        ("the draft's search title", "metaTitle", "Changed"),
        ("the draft's description", "metaDescription", "Changed"),
        (
            "the draft's original",
            "canonicalUrl",
            "https://example.org/",
        ),
        ("the draft's language", "locale", "es"),
    ];
    let mut additions: Vec<_> = snapshots
        .into_iter()
        .map(|(what, field, value)| {
            let sql = format!(
                "UPDATE post_revisions SET snapshot = jsonb_set(snapshot::jsonb, '{{{field}}}', '\"{value}\"')::text
                 WHERE post_id = '{id}' AND number = {DRAFT}"
            );
            (what, sql)
        })
        .collect();
    let lists = [
        ("the draft's authors", "authors", "[]"),
        ("the draft's tags", "tags", "[]"),
        (
            "the draft's questions",
            "faq",
            r#"[{"question": "q", "answer": "a"}]"#,
        ),
        (
            "the draft's front matter",
            "frontMatter",
            r#"{"changed": true}"#,
        ),
    ];
    additions.extend(lists.into_iter().map(|(what, field, value)| {
        let sql = format!(
            "UPDATE post_revisions SET snapshot = jsonb_set(snapshot::jsonb, '{{{field}}}', '{value}')::text
             WHERE post_id = '{id}' AND number = {DRAFT}"
        );
        (what, sql)
    }));
    additions.push((
        "another revision",
        format!(
            "INSERT INTO post_revisions SELECT post_id, {DRAFT} + 1, editor_id, created_at, 'more', snapshot, content_hash, hash
             FROM post_revisions WHERE post_id = '{id}' AND number = {DRAFT}"
        ),
    ));
    additions.push((
        "another preview link",
        format!(
            "INSERT INTO preview_links SELECT md5(id::text)::uuid, post_id, created_by, created_at, '2030-01-01', NULL
             FROM preview_links WHERE post_id = '{id}' LIMIT 1"
        ),
    ));
    additions
}

fn losses(post: &WorldPost) -> Vec<(&'static str, String)> {
    let id = post.id;
    vec![
        (
            "the end of the preview link",
            format!("UPDATE preview_links SET revoked_at = created_at WHERE post_id = '{id}'"),
        ),
        (
            "the end of the working draft",
            format!("UPDATE posts SET draft_version = NULL WHERE id = '{id}'"),
        ),
        (
            "the end of a revision",
            format!("DELETE FROM post_revisions WHERE post_id = '{id}' AND number = {DRAFT}"),
        ),
    ]
}
