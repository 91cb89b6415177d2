//! Whatever is done to the content, in whatever order, answers that are kept are those that would be made
//! anew. `RESPONSE_CACHE_STEPS` makes the walks longer.

use chrono::TimeDelta;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::json;

use super::watched::is_hit;
use crate::support::{Database, TestApp};

const QUERIES: usize = 30;

/// How many steps a walk has.
fn steps() -> usize {
    let steps = std::env::var("RESPONSE_CACHE_STEPS");
    steps.map_or(25, |steps| steps.parse().unwrap())
}

/// One of the slugs `{kind}0` to `{kind}5`.
fn slug(random: &mut StdRng, kind: &str) -> String {
    format!("{kind}{}", random.random_range(0..6))
}

/// A moment within four hours of the present, in SQL.
fn moment(random: &mut StdRng, now: &str) -> String {
    let minutes = random.random_range(-240..240);
    format!("'{now}'::timestamptz + interval '{minutes} minutes'")
}

/// Something that changes the content, or tries to.
fn change(random: &mut StdRng, now: &str) -> String {
    let post = slug(random, "p");
    let (author, tag) = (slug(random, "a"), slug(random, "t"));
    let (at, end) = (moment(random, now), moment(random, now));
    let end = if random.random_bool(0.3) {
        end
    } else {
        "NULL".to_owned()
    };
    let status = *["draft", "published", "published", "archived"]
        .choose(random)
        .unwrap();
    let word = *["Alpha", "Beta", "Gamma", "Delta"].choose(random).unwrap();
    let of = format!("WHERE slug = '{post}'");
    match random.random_range(0..20) {
        0..4 => format!(
            "INSERT INTO posts (id, slug, path, title, content, excerpt, word_count, status, published_at,
                unpublish_at, created_at, updated_at)
             VALUES (gen_random_uuid(), '{post}', '/{post}', '{word}', '{word} and more', '', 3, '{status}', {at},
                {end}, {at}, '{now}') ON CONFLICT DO NOTHING"
        ),
        4 => format!("UPDATE posts SET title = '{word}', updated_at = '{now}' {of}"),
        5 => format!("UPDATE posts SET content = '{word}, anew', updated_at = '{now}' {of}"),
        6 => format!("UPDATE posts SET status = '{status}' {of}"),
        7 => format!("UPDATE posts SET published_at = {at} {of}"),
        8 => format!("UPDATE posts SET unpublish_at = {end} {of}"),
        9 => format!("DELETE FROM posts {of}"),
        10 => {
            let new = slug(random, "p");
            format!(
                "INSERT INTO former_slugs (slug, post_id, created_at)
                    SELECT slug, id, '{now}' FROM posts {of} AND NOT EXISTS (SELECT FROM posts WHERE slug = '{new}')
                    ON CONFLICT (slug) DO UPDATE SET post_id = excluded.post_id;
                 INSERT INTO redirects (path, post_id, created_at)
                    SELECT path, id, '{now}' FROM posts {of} AND NOT EXISTS (SELECT FROM posts WHERE slug = '{new}')
                    ON CONFLICT (path) DO UPDATE SET post_id = excluded.post_id;
                 UPDATE posts SET slug = '{new}', path = '/{new}' {of}
                    AND NOT EXISTS (SELECT FROM posts WHERE slug = '{new}')"
            )
        }
        11 => format!("DELETE FROM former_slugs {of}; DELETE FROM redirects WHERE path = '/{post}'"),
        12 => format!(
            "INSERT INTO authors (id, slug, name, created_at, updated_at)
             VALUES (gen_random_uuid(), '{author}', '{word}', {at}, '{now}') ON CONFLICT DO NOTHING"
        ),
        13 => format!(
            "UPDATE authors SET name = '{word}', bio = ({at})::text WHERE slug = '{author}'"
        ),
        14 => format!(
            "INSERT INTO tags (id, slug, name, created_at, updated_at)
             VALUES (gen_random_uuid(), '{tag}', '{word} {tag}', '{now}', '{now}') ON CONFLICT DO NOTHING"
        ),
        15 => format!("DELETE FROM tags WHERE slug = '{tag}'"),
        16 => format!(
            "DELETE FROM post_authors USING posts, authors WHERE posts.id = post_id AND authors.id = author_id
                AND posts.slug = '{post}' AND authors.slug = '{author}'"
        ),
        17 => format!(
            "DELETE FROM post_tags USING posts, tags WHERE posts.id = post_id AND tags.id = tag_id
                AND posts.slug = '{post}' AND tags.slug = '{tag}'"
        ),
        kind => {
            let (links, owners, id, owner) = if kind == 18 {
                ("post_authors", "authors", "author_id", author)
            } else {
                ("post_tags", "tags", "tag_id", tag)
            };
            format!(
                "INSERT INTO {links} (post_id, {id}, position, status, listed_at, visible_until)
                 SELECT p.id, o.id, coalesce((SELECT max(position) + 1 FROM {links} WHERE post_id = p.id), 0),
                    p.status, p.listed_at, p.visible_until
                 FROM posts AS p, {owners} AS o WHERE p.slug = '{post}' AND o.slug = '{owner}'
                 ON CONFLICT DO NOTHING"
            )
        }
    }
}

/// A query of something.
fn query(random: &mut StdRng) -> String {
    let (post, author, tag) = (slug(random, "p"), slug(random, "a"), slug(random, "t"));
    let size = random.random_range(0..4);
    let end = *["first", "last"].choose(random).unwrap();
    let field = *["PUBLISHED_AT", "CREATED_AT", "UPDATED_AT", "TITLE"]
        .choose(random)
        .unwrap();
    let direction = *["ASC", "DESC"].choose(random).unwrap();
    let order = format!("orderBy: {{ field: {field}, direction: {direction} }}");
    let filter = match random.random_range(0..5) {
        0 => format!(r#"filter: {{ author: {{ slug: "{author}" }} }}"#),
        1 => format!(r#"filter: {{ tag: {{ slug: "{tag}" }} }}"#),
        2 => format!(r#"filter: {{ author: {{ slug: "{author}" }}, tag: {{ slug: "{tag}" }} }}"#),
        3 => r#"filter: { publishedFrom: "2026-06-01T11:00:00Z" }"#.to_owned(),
        _ => String::new(),
    };
    let fields = "title updatedAt authors { name bio } tags { name }";
    match random.random_range(0..12) {
        0..4 => format!(
            "{{ posts({end}: {size}, {order}, {filter}) {{ pageInfo {{ hasNextPage hasPreviousPage }}
                nodes {{ {fields} }} }} }}"
        ),
        4 => format!("{{ posts(first: 0, {filter} {order}) {{ totalCount }} }}"),
        5 => format!(r#"{{ post(by: {{ slug: "{post}" }}) {{ slug content {fields} }} }}"#),
        6 => format!(
            r#"{{ route(path: "/{post}") {{ ... on Post {{ slug {fields} }} ... on Redirect {{ location }} }} }}"#
        ),
        7 => format!(
            r#"{{ author(by: {{ slug: "{author}" }}) {{ name postCount
                posts(first: {size}, {order}) {{ totalCount nodes {{ title }} }} }} }}"#
        ),
        8 => format!(
            r#"{{ tag(by: {{ slug: "{tag}" }}) {{ name postCount
                posts({end}: {size}, filter: {{ author: {{ slug: "{author}" }} }}) {{ totalCount nodes {{ title }} }} }} }}"#
        ),
        9 => format!(
            "{{ authors({end}: {size}) {{ totalCount pageInfo {{ hasNextPage }} nodes {{ name bio
                posts(first: 1) {{ nodes {{ title }} }} }} }} }}"
        ),
        10 => format!("{{ tags({end}: {size}) {{ totalCount nodes {{ name postCount }} }} }}"),
        _ => format!(r#"{{ posts(first: {size}, search: "alpha or gamma", {filter}) {{ totalCount nodes {{ title }} }} }}"#),
    }
}

async fn run(database: &Database, sql: &str) {
    let connection = database.connect().await;
    // What breaks a rule is refused whole, which is as good a step.
    let _ = connection
        .batch_execute(&format!("BEGIN; {sql}; COMMIT"))
        .await;
}

/// Pages that begin after a post which is there now.
async fn further_pages(fresh: &TestApp, random: &mut StdRng) -> Vec<String> {
    let mut pages = Vec::new();
    for field in ["PUBLISHED_AT", "UPDATED_AT", "TITLE"] {
        let order = format!("orderBy: {{ field: {field}, direction: DESC }}");
        let query = format!("{{ posts(first: 9, {order}) {{ edges {{ cursor }} }} }}");
        let data = fresh.anonymous().query(&query).await;
        let edges = data["posts"]["edges"].as_array().unwrap();
        if let Some(edge) = edges.choose(random) {
            let side = *["first: 2, after", "last: 2, before"]
                .choose(random)
                .unwrap();
            let cursor = &edge["cursor"];
            pages.push(format!(
                "{{ posts({side}: {cursor}, {order}) {{ pageInfo {{ hasNextPage hasPreviousPage }} nodes {{ title }} }} }}"
            ));
        }
    }
    pages
}

async fn walk(seed: u64) {
    let random = &mut StdRng::seed_from_u64(seed);
    let app = TestApp::new().await;
    let fresh = app.replica_with([("RESPONSE_CACHE_BYTES", "0")]);
    let mut queries: Vec<_> = (0..QUERIES).map(|_| query(random)).collect();
    let (mut hits, mut asked) = (0, 0);
    for step in 0..steps() {
        let now = app.now().to_rfc3339();
        let changes: Vec<_> = (0..random.random_range(1..6))
            .map(|_| change(random, &now))
            .collect();
        let sql = changes.join(";\n");
        run(&app.database, &sql).await;
        if random.random_bool(0.3) {
            let minutes = random.random_range(1..60);
            app.advance(TimeDelta::minutes(minutes));
        }
        if step % 5 == 0 {
            queries.truncate(QUERIES);
            queries.extend(further_pages(&fresh, random).await);
        }
        for query in &queries {
            let kept = app.anonymous().graphql(query, json!({})).await;
            let right = fresh.anonymous().graphql(query, json!({})).await;
            assert_eq!(
                kept.json()["data"],
                right.json()["data"],
                "seed {seed}, step {step}, after\n{sql}\n{query}"
            );
            hits += usize::from(is_hit(&kept));
            asked += 1;
        }
    }
    // A cache that lets go of everything is right, too.
    assert!(hits * 4 > asked, "{hits} hits of {asked}");
}

#[tokio::test]
async fn a_first_walk() {
    walk(1).await;
}

#[tokio::test]
async fn a_second_walk() {
    walk(2).await;
}

#[tokio::test]
async fn a_third_walk() {
    walk(3).await;
}
