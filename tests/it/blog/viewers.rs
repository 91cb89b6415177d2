//! Each kind of viewer finds, on every way, just the posts that the policy says they may read.

use std::collections::BTreeSet;

use imprenta::accounts::{ApiKeyScope, Role, Viewer};
use imprenta::blog::policy::{PostAction, PostState, PostSubject, may};
use serde_json::{Value, json};

use crate::support::{PostBuilder, TestApp, logged_in, post, with_key};

/// The states by the names of their posts, with GraphQL's word for the status.
const STATES: [(&str, PostState, &str); 6] = [
    ("draft", PostState::Draft, "DRAFT"),
    ("scheduled", PostState::Scheduled, "SCHEDULED"),
    ("pending", PostState::Pending, "PUBLISHED"),
    ("live", PostState::Live, "PUBLISHED"),
    ("expired", PostState::Expired, "PUBLISHED"),
    ("archived", PostState::Archived, "ARCHIVED"),
];

/// A post in each state by Ana and by Ben, each with a second author, a tag, a former slug and a
/// former path of its own.
async fn blog() -> TestApp {
    let app = TestApp::new().await;
    let posts = STATES.iter().flat_map(|(name, state, _)| {
        ["Ana", "Ben"].map(|author| in_state(*state, &slug(name, author), author))
    });
    app.import(posts).await;
    let connection = app.database.connect().await;
    let sql = "
        UPDATE posts SET status = 'scheduled' WHERE slug LIKE 'scheduled-%';
        UPDATE posts SET status = 'archived' WHERE slug LIKE 'archived-%';
        INSERT INTO former_slugs SELECT 'former-' || slug, id, now() FROM posts";
    connection.batch_execute(sql).await.unwrap();
    app
}

fn slug(state: &str, author: &str) -> String {
    format!("{state}-{}", author.to_lowercase())
}

fn in_state(state: PostState, slug: &str, author: &str) -> PostBuilder {
    let second = format!("With {slug}");
    let post = post(slug)
        .authors(&[author, &second])
        .tag("All")
        .tag(&format!("On {slug}"))
        .alias(&format!("/old/{slug}"));
    match state {
        PostState::Draft => post.draft(),
        PostState::Pending => post.published("2026-06-01T12:00:00.000001Z"),
        PostState::Expired => post.unpublished("2026-06-01T12:00:00Z"),
        PostState::Scheduled | PostState::Live | PostState::Archived => post,
        PostState::Trashed => unreachable!("the trash has neither slugs nor paths"),
    }
}

/// Every kind of viewer, with what they may see: nothing but the public, Ana's as well, or all.
async fn viewers(app: &TestApp) -> Vec<(&'static str, Viewer)> {
    use ApiKeyScope::{ContentRead, ContentReadDrafts, ContentWrite};
    let ana = Some(app.author_id("ana").await);
    vec![
        ("a visitor", Viewer::anonymous()),
        ("the program", Viewer::system()),
        ("a reader", logged_in(Role::Reader, ana)),
        ("an author", logged_in(Role::Author, ana)),
        ("an author without a profile", logged_in(Role::Author, None)),
        ("an editor", logged_in(Role::Editor, None)),
        ("an editor who writes", logged_in(Role::Editor, ana)),
        ("an admin", logged_in(Role::Admin, None)),
        (
            "a reader's key",
            with_key(Role::Reader, ana, &ApiKeyScope::ALL),
        ),
        (
            "an author's key",
            with_key(Role::Author, ana, &[ContentReadDrafts]),
        ),
        (
            "an author's key for what is public",
            with_key(Role::Author, ana, &[ContentRead]),
        ),
        (
            "an editor's key",
            with_key(Role::Editor, None, &[ContentReadDrafts]),
        ),
        (
            "an editor's key that writes",
            with_key(Role::Editor, None, &[ContentRead, ContentWrite]),
        ),
    ]
}

/// The posts that a viewer may read, by the policy.
fn readable(viewer: &Viewer) -> BTreeSet<(String, &'static str)> {
    let account = viewer.account();
    let is_ana = account.is_some_and(|account| account.author.is_some());
    let mut readable = BTreeSet::new();
    for (name, state, status) in STATES {
        for author in ["Ana", "Ben"] {
            let own = is_ana && author == "Ana";
            if may(viewer, PostAction::Read, &PostSubject { state, own }) {
                readable.insert((slug(name, author), status));
            }
        }
    }
    readable
}

fn slugs(nodes: &Value) -> BTreeSet<String> {
    let nodes = nodes.as_array().unwrap().iter();
    nodes
        .map(|node| node["slug"].as_str().unwrap().to_owned())
        .collect()
}

fn assert_list(who: &str, list: &Value, expected: &BTreeSet<String>) {
    assert_eq!(slugs(&list["nodes"]), *expected, "{who}");
    assert_eq!(list["totalCount"], expected.len(), "{who}: {list}");
}

#[tokio::test]
async fn lists_and_counts_hold_what_may_be_read() {
    let app = blog().await;
    for (who, viewer) in viewers(&app).await {
        let readable = readable(&viewer);
        let all: BTreeSet<String> = readable.iter().map(|(slug, _)| slug.clone()).collect();
        for field in ["PUBLISHED_AT", "CREATED_AT", "UPDATED_AT", "TITLE"] {
            let list = |more: &str| {
                format!(
                    "posts(orderBy: {{ field: {field} }}{more}) {{ totalCount nodes {{ slug }} }}"
                )
            };
            let query = format!(
                "{{ a: {} b: {} c: {} author(by: {{ slug: \"ana\" }}) {{ postCount {} }} tag(by: {{ slug: \"all\" }}) {{ postCount {} }} }}",
                list(""),
                list(", filter: { author: { slug: \"ana\" } }"),
                list(", filter: { tag: { slug: \"all\" }, author: { slug: \"ana\" } }"),
                list(""),
                list(", filter: { author: { slug: \"ben\" } }"),
            );
            let data = app.query_as(&viewer, &query, Value::Null).await;
            let by = |author: &str| {
                let slugs = all.iter().filter(|slug| slug.ends_with(author));
                slugs.cloned().collect::<BTreeSet<_>>()
            };
            assert_list(who, &data["a"], &all);
            assert_list(who, &data["b"], &by("ana"));
            assert_list(who, &data["c"], &by("ana"));
            assert_list(who, &data["author"]["posts"], &by("ana"));
            assert_eq!(data["author"]["postCount"], by("ana").len(), "{who}");
            assert_list(who, &data["tag"]["posts"], &by("ben"));
            assert_eq!(data["tag"]["postCount"], all.len(), "{who}");
        }
    }
}

#[tokio::test]
async fn filters_by_status_leave_what_may_be_read() {
    let app = blog().await;
    let query = "query($status: [PostStatus!]) {
        posts(filter: { status: $status }) { totalCount nodes { slug } }
        author(by: { slug: \"ana\" }) { posts(filter: { status: $status, tag: { slug: \"all\" } }) { totalCount nodes { slug } } }
    }";
    let sets: [&[&str]; 7] = [
        &["DRAFT"],
        &["SCHEDULED"],
        &["ARCHIVED"],
        &["PUBLISHED"],
        &["DRAFT", "PUBLISHED"],
        &["DRAFT", "SCHEDULED", "ARCHIVED"],
        &["DRAFT", "SCHEDULED", "ARCHIVED", "PUBLISHED"],
    ];
    for (who, viewer) in viewers(&app).await {
        let readable = readable(&viewer);
        for statuses in sets {
            let variables = json!({ "status": statuses });
            let data = app.query_as(&viewer, query, variables).await;
            let in_status = readable.iter().filter(|(_, it)| statuses.contains(it));
            let expected: BTreeSet<String> = in_status.map(|(slug, _)| slug.clone()).collect();
            assert_list(who, &data["posts"], &expected);
            let own = expected.into_iter().filter(|slug| slug.ends_with("ana"));
            assert_list(who, &data["author"]["posts"], &own.collect());
        }
    }
}

#[tokio::test]
async fn pages_lead_through_what_may_be_read_and_end_there() {
    let app = blog().await;
    let query = "query($after: String) { posts(first: 2, after: $after) { nodes { slug } pageInfo { hasNextPage endCursor } } }";
    for (who, viewer) in viewers(&app).await {
        let mut seen = BTreeSet::new();
        let mut after = Value::Null;
        loop {
            let data = app
                .query_as(&viewer, query, json!({ "after": after }))
                .await;
            let page = &data["posts"];
            seen.extend(slugs(&page["nodes"]));
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
        let readable = readable(&viewer).into_iter();
        assert_eq!(seen, readable.map(|(slug, _)| slug).collect(), "{who}");
    }
}

#[tokio::test]
async fn each_post_its_second_author_and_its_tag_are_there_if_it_may_be_read() {
    let app = blog().await;
    let ids = "{ posts(first: 20) { nodes { slug id authors { id } tags { id } } } }";
    let known = app.query_as(&Viewer::system(), ids, Value::Null).await;
    let query = "query($id: ID!, $author: ID!, $tag: ID!, $slug: String!, $former: String!, $path: String!, $old: String!, $with: String!, $on: String!) {
        a: node(id: $id) { id } b: post(by: { id: $id }) { id } c: post(by: { slug: $slug }) { id }
        d: post(by: { slug: $former }) { id } e: route(path: $path) { __typename } f: route(path: $old) { __typename }
        g: node(id: $author) { id } h: author(by: { slug: $with }) { id } i: author(by: { id: $author }) { id }
        j: node(id: $tag) { id } k: tag(by: { slug: $on }) { id } l: tag(by: { id: $tag }) { id }
    }";
    for (who, viewer) in viewers(&app).await {
        let readable = readable(&viewer);
        for post in known["posts"]["nodes"].as_array().unwrap() {
            let slug = post["slug"].as_str().unwrap();
            let variables = json!({
                "id": post["id"], "author": post["authors"][1]["id"], "tag": post["tags"][1]["id"],
                "slug": slug, "former": format!("former-{slug}"), "path": format!("/{slug}"),
                "old": format!("/old/{slug}"), "with": format!("with-{slug}"), "on": format!("on-{slug}"),
            });
            let data = app.query_as(&viewer, query, variables).await;
            let expected = readable.iter().any(|(it, _)| it == slug);
            for (way, found) in data.as_object().unwrap() {
                assert_eq!(!found.is_null(), expected, "{who}: {way} to {slug}");
            }
        }
    }
}

#[tokio::test]
async fn lists_of_authors_and_tags_hold_those_of_posts_that_may_be_read() {
    let app = blog().await;
    let query = r#"{
        authors { totalCount nodes { slug } }
        byTime: authors(orderBy: { field: CREATED_AT }) { totalCount nodes { slug } }
        prefixed: authors(filter: { nameStartsWith: "with" }) { totalCount nodes { slug } }
        tags { totalCount nodes { slug } }
    }"#;
    for (who, viewer) in viewers(&app).await {
        let readable = readable(&viewer);
        let data = app.query_as(&viewer, query, Value::Null).await;
        let prefixed = |prefix: &str| {
            let slugs = readable.iter().map(|(slug, _)| format!("{prefix}-{slug}"));
            slugs.collect::<BTreeSet<_>>()
        };
        let with = prefixed("with");
        let mut authors = with.clone();
        authors.extend(["ana".to_owned(), "ben".to_owned()]);
        let mut tags = prefixed("on");
        tags.insert("all".to_owned());
        assert_list(who, &data["authors"], &authors);
        assert_list(who, &data["byTime"], &authors);
        assert_list(who, &data["prefixed"], &with);
        assert_list(who, &data["tags"], &tags);
    }
}
