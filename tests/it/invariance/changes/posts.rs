//! Changes to a post that is not public, and to what only it has.

use imprenta::blog::policy::PostState;

use super::{Change, Shown, Subject, Time};
use crate::invariance::database::Column;
use crate::invariance::world::{World, WorldPost};

pub fn changes(world: &World) -> Vec<Change> {
    let mut changes = Vec::new();
    for (index, post) in world.posts.iter().enumerate() {
        // What everyone sees is hidden from nobody.
        if post.state == PostState::Live {
            continue;
        }
        let mut changing = Changing {
            world,
            post,
            index,
            time: Time::Changing,
            changes: Vec::new(),
        };
        changing.columns();
        changing.links();
        changing.additions();
        changing.time = Time::Going;
        changing.losses();
        changes.extend(changing.changes);
    }
    changes
}

/// How changes of former names end.
const FORMER_NAMES: [&str; 2] = ["former path", "former slug"];

/// The changes to one post as they are listed.
struct Changing<'a> {
    world: &'a World,
    post: &'a WorldPost,
    index: usize,
    time: Time,
    changes: Vec<Change>,
}

impl Changing<'_> {
    /// Adds a change that shows in what the post says of itself.
    fn add(&mut self, what: &str, sql: String) {
        self.add_shown("ways to", what, sql);
        let is_name = FORMER_NAMES.iter().any(|name| what.ends_with(name));
        // What is in the trash has no former names.
        if is_name && self.post.state == PostState::Trashed {
            self.hide();
        }
    }

    fn add_shown(&mut self, operation: &str, what: &str, sql: String) {
        self.changes.push(Change {
            name: format!("{what} of {}", self.post.slug),
            sql,
            of: Subject::Post(self.index),
            shown: Shown::By(format!("{operation} {}", self.post.slug)),
            time: self.time,
        });
    }

    /// Every column of the post and of the rows that only it has.
    fn columns(&mut self) {
        let WorldPost {
            id,
            author_id,
            tag_id,
            ..
        } = self.post;
        let rows = [
            ("posts", format!("id = '{id}'")),
            ("redirects", format!("post_id = '{id}'")),
            ("former_slugs", format!("post_id = '{id}'")),
            ("authors", format!("id = '{author_id}'")),
            ("tags", format!("id = '{tag_id}'")),
        ];
        for (table, rows) in rows {
            let columns: Vec<&Column> = self.world.tables.columns_of(table).collect();
            for column in columns.into_iter().filter(|column| !column.is_identity()) {
                let (name, value) = (&column.name, column.other_value(Some(self.post.state)));
                let sql = format!("UPDATE {table} SET {name} = {value} WHERE {rows}");
                let operation = match table {
                    "authors" | "tags" => "owners of",
                    _ => "ways to",
                };
                self.add_shown(operation, &format!("{table}.{name}"), sql);
                // What is in the trash has no former names.
                let is_name = self.post.state == PostState::Trashed
                    && ["redirects", "former_slugs"].contains(&table);
                // It says for later what the post was.
                let is_kept = name == "former_published_at";
                if column.is_secret() || is_name || is_kept {
                    self.hide();
                }
            }
        }
    }

    /// The last change shows nowhere.
    fn hide(&mut self) {
        self.changes.last_mut().unwrap().shown = Shown::Never;
    }

    fn links(&mut self) {
        let id = self.post.id;
        for (links, owner, table, slug) in [
            ("post_authors", "author_id", "authors", "cy"),
            ("post_tags", "tag_id", "tags", "common"),
        ] {
            let order =
                format!("UPDATE {links} SET position = 10 - position WHERE post_id = '{id}'");
            self.add(&format!("the order of the {table}"), order);
            let columns = self.world.tables.list(links, str::to_owned);
            let values = self.world.tables.list(links, |column| match column {
                "position" => "5".to_owned(),
                _ if column == owner => format!("(SELECT id FROM {table} WHERE slug = '{slug}')"),
                _ => format!("links.{column}"),
            });
            let another = format!(
                "INSERT INTO {links} ({columns}) SELECT {values} FROM {links} AS links
                 WHERE post_id = '{id}' AND position = 10"
            );
            self.add(&format!("another of the {table}"), another);
        }
    }

    /// What comes to be beside it, and what it takes over from a public post.
    fn additions(&mut self) {
        let WorldPost {
            slug,
            id,
            copy_id,
            next_id,
            ..
        } = self.post;
        self.add("a copy", self.copy());
        self.add(
            "a further former path",
            format!("INSERT INTO redirects VALUES ('/new-old/{slug}', '{copy_id}', now())"),
        );
        self.add(
            "a further former slug",
            format!("INSERT INTO former_slugs VALUES ('new-former-{slug}', '{copy_id}', now())"),
        );
        self.add(
            "the slug, which a public post once had,",
            format!("UPDATE posts SET slug = 'once-{slug}' WHERE id = '{id}'"),
        );
        self.add(
            "the path, which a public post once had,",
            format!("UPDATE posts SET path = '/once/{slug}' WHERE id = '{id}'"),
        );
        for (table, what) in [("redirects", "path"), ("former_slugs", "slug")] {
            self.add(
                &format!("the target of a former {what}"),
                format!("UPDATE {table} SET post_id = '{copy_id}' WHERE post_id = '{id}'"),
            );
        }
        self.add(
            "the id",
            format!(
                "DELETE FROM preview_links WHERE post_id = '{id}';
                 DELETE FROM post_revisions WHERE post_id = '{id}';
                 DELETE FROM post_contents WHERE post_id = '{id}';
                 UPDATE posts SET id = '{next_id}' WHERE id = '{id}'"
            ),
        );
    }

    /// SQL for another post in the same state, by the same authors and with the same tags.
    fn copy(&self) -> String {
        let WorldPost {
            slug, id, copy_id, ..
        } = self.post;
        let insert = |table: &str| {
            let columns = self.world.tables.list(table, str::to_owned);
            let values = self.world.tables.list(table, |column| match column {
                "id" | "post_id" => format!("'{copy_id}'"),
                "slug" => format!("'new-{slug}'"),
                "path" => format!("'/new/{slug}'"),
                _ => column.to_owned(),
            });
            let which = if table == "posts" { "id" } else { "post_id" };
            format!(
                "INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {which} = '{id}';"
            )
        };
        ["posts", "post_authors", "post_tags"].map(insert).concat()
    }

    fn losses(&mut self) {
        let WorldPost {
            slug,
            id,
            author_id,
            tag_id,
            ..
        } = self.post;
        let losses = [
            (
                "the end of a former path",
                format!("DELETE FROM redirects WHERE path = '/old/{slug}'"),
            ),
            (
                "the end of a former slug",
                format!("DELETE FROM former_slugs WHERE slug = 'former-{slug}'"),
            ),
            (
                "an author less",
                format!("DELETE FROM post_authors WHERE author_id = '{author_id}'"),
            ),
            (
                "a tag less",
                format!("DELETE FROM post_tags WHERE tag_id = '{tag_id}'"),
            ),
        ];
        for (what, sql) in losses {
            self.add(what, sql);
        }
        for (table, owner) in [("authors", author_id), ("tags", tag_id)] {
            let sql = format!("DELETE FROM {table} WHERE id = '{owner}'");
            self.add_shown("owners of", &format!("the end of one of the {table}"), sql);
        }
        self.add("the end", format!("DELETE FROM posts WHERE id = '{id}'"));
    }
}
