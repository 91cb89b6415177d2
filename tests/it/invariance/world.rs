//! Something of everything that can be hidden.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use imprenta::accounts::Role;
use imprenta::blog::policy::PostState;
use imprenta::ids::AuthorId;
use serde_json::Value;
use uuid::Uuid;

use super::database::Tables;
use crate::support::{PostBuilder, TestApp, post};

/// A post of the world.
#[derive(Clone)]
pub struct WorldPost {
    /// What its slug is, and part of its path, of its former ones and of the names of the author
    /// and the tag that only this post has.
    pub slug: String,
    pub state: PostState,
    /// The slug of its first author.
    pub author: &'static str,
    pub id: Uuid,
    /// The id of the author that only it has.
    pub author_id: Uuid,
    /// The id of the tag that only it has.
    pub tag_id: Uuid,
    /// The id that a copy of it will get.
    pub copy_id: Uuid,
    /// The id that it will get.
    pub next_id: Uuid,
}

/// A blog with a post in each state by Ana and by Ben, accounts, and what belongs to them.
pub struct World {
    pub app: TestApp,
    pub tables: Tables,
    pub posts: Vec<WorldPost>,
    /// The ids of the authors that write first, by their slugs.
    pub profiles: BTreeMap<&'static str, Uuid>,
    /// The ids of the users, by their names.
    pub users: BTreeMap<String, Uuid>,
    /// The ids of the bystanders' API keys, by their owners' names.
    pub keys: BTreeMap<String, Uuid>,
}

const USERS: [(&str, Role); 7] = [
    ("rita", Role::Reader),
    ("ana", Role::Author),
    ("nora", Role::Author),
    ("edith", Role::Editor),
    ("adam", Role::Admin),
    ("otto", Role::Author),
    ("paula", Role::Reader),
];

/// Accounts that nobody of the cast owns.
pub const BYSTANDERS: [&str; 2] = ["otto", "paula"];

impl World {
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let mut posts = posts();
        let shown = post("common").authors(&["Cy"]).tag("Common");
        app.import(posts.iter().map(import).chain([shown])).await;
        let tables = Tables::new(&app).await;
        tables.run(ARRANGE).await;
        populate(&app, &tables).await;
        for post in &mut posts {
            let slug = &post.slug;
            post.id = tables.uuid("posts", "slug", slug).await;
            post.author_id = tables
                .uuid("authors", "slug", &format!("with-{slug}"))
                .await;
            post.tag_id = tables.uuid("tags", "slug", &format!("on-{slug}")).await;
        }
        let mut profiles = BTreeMap::new();
        for slug in ["ana", "ben"] {
            profiles.insert(slug, tables.uuid("authors", "slug", slug).await);
        }
        let mut users = BTreeMap::new();
        for (name, _) in USERS {
            users.insert(name.to_owned(), tables.uuid("users", "name", name).await);
        }
        let mut keys = BTreeMap::new();
        for name in BYSTANDERS {
            let owner = users[name].to_string();
            keys.insert(
                name.to_owned(),
                tables.uuid("api_keys", "user_id", &owner).await,
            );
        }
        Self {
            app,
            tables,
            posts,
            profiles,
            users,
            keys,
        }
    }

    /// The profile of an author who writes first.
    pub fn profile(&self, slug: &str) -> AuthorId {
        AuthorId(self.profiles[slug])
    }

    /// The post with this slug.
    pub fn post(&self, slug: &str) -> &WorldPost {
        self.posts.iter().find(|post| post.slug == slug).unwrap()
    }
}

/// The id of a thing in GraphQL; the letter tells its kind.
pub fn global_id(kind: u8, id: Uuid) -> String {
    let mut bytes = vec![kind];
    bytes.extend_from_slice(id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn posts() -> Vec<WorldPost> {
    let mut posts = Vec::new();
    for state in PostState::ALL {
        for author in ["ana", "ben"] {
            let number = u128::try_from(posts.len()).unwrap();
            posts.push(WorldPost {
                slug: format!("{state:?}-{author}").to_lowercase(),
                state,
                author,
                id: Uuid::nil(),
                author_id: Uuid::nil(),
                tag_id: Uuid::nil(),
                copy_id: Uuid::from_u128(0x1000 + number),
                next_id: Uuid::from_u128(0x2000 + number),
            });
        }
    }
    posts
}

/// The post with a second author and a tag of its own, a former path, and words in its file.
fn import(world: &WorldPost) -> PostBuilder {
    let slug = &world.slug;
    let author = if world.author == "ana" { "Ana" } else { "Ben" };
    let post = post(slug)
        .authors(&[author, &format!("With {slug}")])
        .tag("All")
        .tag(&format!("On {slug}"))
        .alias(&format!("/old/{slug}"))
        .content(&format!("# About {slug}\n\nThe *text* of {slug}."))
        .front_matter("mood", Value::from(slug.as_str()));
    match world.state {
        PostState::Draft => post.draft(),
        PostState::Pending => post.published("2026-06-01T12:00:00.000001Z"),
        PostState::Expired => post.unpublished("2026-06-01T12:00:00Z"),
        PostState::Scheduled | PostState::Live | PostState::Archived | PostState::Trashed => post,
    }
}

/// The number of the revision that each post's working draft is. Far from those of the live copies, so
/// that these can be changed.
pub const DRAFT: i32 = 5000;

/// What no import makes. Every post was made and changed at a time of its own; each hidden one has
/// a former slug, and a slug and a path that a public post once had and that it may take over.
const ARRANGE: &str = "
    UPDATE posts SET status = 'scheduled' WHERE slug LIKE 'scheduled-%';
    UPDATE posts SET status = 'archived' WHERE slug LIKE 'archived-%';
    UPDATE posts SET status = 'trashed' WHERE slug LIKE 'trashed-%';
    UPDATE posts SET created_at = created_at - number * interval '1 day',
            updated_at = updated_at - number * 7 % 12 * interval '1 hour'
        FROM (SELECT id AS place, row_number() OVER (ORDER BY md5(slug)) AS number FROM posts) AS places
        WHERE id = place;
    INSERT INTO post_revisions SELECT post_id, 5000, NULL, created_at, 'Draft of ' || (snapshot::jsonb->>'slug'),
            jsonb_set(jsonb_set(snapshot::jsonb, '{title}', '\"The draft\"'), '{faq}', '[{\"question\": \"Why?\", \"answer\": \"So.\"}]')::text, content_hash, hash
        FROM post_revisions;
    UPDATE posts SET draft_version = 5000, meta_title = 'Meta ' || slug, meta_description = 'About ' || slug,
        canonical_url = 'https://example.org/' || slug, locale = 'en',
        faq = json_build_array(json_build_object('question', 'Who?', 'answer', slug));
    INSERT INTO preview_links SELECT md5(slug)::uuid, id, NULL, created_at, '2030-01-01', NULL FROM posts;
    UPDATE authors SET bio = 'About ' || name, avatar_url = 'https://example.org/' || slug;
    INSERT INTO former_slugs SELECT 'former-' || slug, id, created_at FROM posts;
    INSERT INTO former_slugs SELECT 'once-' || own.slug, common.id, own.created_at
        FROM posts AS own, posts AS common WHERE common.slug = 'common';
    INSERT INTO redirects SELECT '/once/' || own.slug, common.id, own.created_at
        FROM posts AS own, posts AS common WHERE common.slug = 'common'";

/// The cast's accounts, and bystanders' with a key, a session and a reset each.
async fn populate(app: &TestApp, tables: &Tables) {
    for (name, role) in USERS {
        app.user(name, role).await;
    }
    for name in BYSTANDERS {
        let bystander = app.log_in(name).await;
        let _ = app.api_key(&bystander, &["CONTENT_READ"]).await;
    }
    tables.run(ACCOUNTS).await;
}

const ACCOUNTS: &str = "
    UPDATE users SET author_id = authors.id FROM authors
        WHERE (email, slug) IN (('rita@example.org', 'ben'), ('ana@example.org', 'ana'),
            ('otto@example.org', 'with-live-ben'));
    UPDATE users SET active = false WHERE email = 'paula@example.org';
    UPDATE post_revisions SET editor_id = users.id FROM users WHERE email = 'otto@example.org';
    INSERT INTO password_resets SELECT sha256(email::bytea), id, created_at, created_at + interval '1 hour'
        FROM users;
    INSERT INTO attempts SELECT 'log-in-account:' || email, 1, created_at + interval '1 hour'
        FROM users WHERE email LIKE 'otto%' OR email LIKE 'paula%'
        ON CONFLICT (subject) DO UPDATE SET count = 2";
