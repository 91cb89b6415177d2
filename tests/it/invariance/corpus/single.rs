//! Every way to one thing, by the names that it has, had and will have.

use super::{POST, aliased};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::invariance::world::{DRAFT, World, WorldPost, global_id};

pub fn operations(world: &World) -> Vec<(String, String)> {
    let mut operations: Vec<_> = world
        .posts
        .iter()
        .map(|post| (format!("ways to {}", post.slug), ways(post)))
        .collect();
    let owners = world.posts.iter();
    operations.extend(owners.map(|post| (format!("owners of {}", post.slug), owners_of(post))));
    operations.extend(
        world
            .posts
            .iter()
            .map(|post| (format!("history of {}", post.slug), history_of(post))),
    );
    operations.push(("all histories at once".to_owned(), HISTORIES.to_owned()));
    let ids = world
        .posts
        .iter()
        .flat_map(|post| [post.id, post.copy_id, post.next_id]);
    let ids: Vec<_> = ids
        .map(|id| format!("\"{}\"", global_id(b'P', id)))
        .collect();
    operations.push((
        "posts by their ids".to_owned(),
        format!(
            "{{ nodes(ids: [{}]) {{ id ... on Post {{ slug }} }} }}",
            ids.join(", ")
        ),
    ));
    operations.push((
        "the schema and the server's health".to_owned(),
        "{ __typename health { status databaseConnection version }
            __type(name: \"Post\") { fields { name description } }
            __schema { queryType { name } types { name kind fields { name args { name } } enumValues { name } } } }"
            .to_owned(),
    ));
    operations
}

fn ways(post: &WorldPost) -> String {
    let slug = &post.slug;
    let node = |id| {
        format!(
            "node(id: \"{}\") {{ id ... on Post {{ {POST} draft {{ number }} }} }}",
            global_id(b'P', id)
        )
    };
    let by_slug = |slug: &str| format!("post(by: {{ slug: \"{slug}\" }}) {{ id title }}");
    let route = |path: &str| {
        format!(
            "route(path: \"{path}\") {{ __typename ... on Post {{ id title }} ... on Redirect {{ status location }} }}"
        )
    };
    let id = global_id(b'P', post.id);
    let lookups = [
        node(post.id),
        format!("post(by: {{ id: \"{id}\" }}) {{ id title }}"),
        by_slug(slug),
        by_slug(&format!("{slug}-changed")),
        by_slug(&format!("former-{slug}")),
        by_slug(&format!("former-{slug}-changed")),
        by_slug(&format!("once-{slug}")),
        by_slug(&format!("new-former-{slug}")),
        by_slug(&format!("new-{slug}")),
        route(&format!("/{slug}")),
        route(&format!("/{slug}-changed/")),
        route(&format!("/old/{slug}")),
        route(&format!("/old/{slug}-changed")),
        route(&format!("/once/{slug}")),
        route(&format!("/new-old/{slug}")),
        format!(
            "node(id: \"{}\") {{ __typename id }}",
            global_id(b'P', post.next_id)
        ),
    ];
    format!("{{ {} }}", aliased(lookups))
}

/// What was saved of a post, and who else may see it.
fn history_of(post: &WorldPost) -> String {
    let id = global_id(b'P', post.id);
    let mut cursor = vec![b'r'];
    cursor.extend_from_slice(post.id.as_bytes());
    cursor.extend_from_slice(&i64::from(DRAFT).to_be_bytes());
    let cursor = URL_SAFE_NO_PAD.encode(cursor);
    let pages = [
        format!("revisions(first: 1, after: \"{cursor}\") {{ nodes {{ number }} }}"),
        format!("revisions(last: 1, before: \"{cursor}\") {{ nodes {{ number }} }}"),
    ];
    format!(
        "{{ node(id: \"{id}\") {{ id ... on Post {{ version {HISTORY} {} }} }} }}",
        aliased(pages)
    )
}

/// The histories of several posts, which are read at once.
const HISTORIES: &str = "{ posts(first: 50) { nodes {
        slug draft { number } revision(number: 1) { number } previewLinks { id }
        revisions(first: 2) { totalCount nodes { number } }
    } } preview(token: \"imv_none\") { number } }";

/// All that there is of the history of a post.
const HISTORY: &str = "draft { number title intact diff(against: 1) { changedFields content } }
    revision(number: 1) { number content intact editor { email } }
    revisions(first: 20) {
        totalCount edges { cursor node { number } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        nodes {
            number postId createdAt note title slug path content contentHtml excerpt metaTitle
            metaDescription canonicalUrl faq { question answer } locale frontMatter intact
            authors { name } tags { name } editor { email }
        }
    }
    previewLinks { id createdAt expiresAt revokedAt }";

/// The author and the tag that only this post has.
fn owners_of(post: &WorldPost) -> String {
    let slug = &post.slug;
    let (author, tag) = (
        global_id(b'A', post.author_id),
        global_id(b'T', post.tag_id),
    );
    let author_by_slug = |slug: &str| {
        format!(
            "author(by: {{ slug: \"{slug}\" }}) {{ id slug name bio avatarUrl version postCount posts {{ totalCount nodes {{ slug }} }} }}"
        )
    };
    let tag_by_slug = |slug: &str| {
        format!(
            "tag(by: {{ slug: \"{slug}\" }}) {{ id slug name version postCount posts {{ totalCount nodes {{ slug }} }} }}"
        )
    };
    let nodes = "id ... on Author { name postCount } ... on Tag { name postCount }";
    let list = "totalCount nodes { slug }";
    let lookups = [
        format!("node(id: \"{author}\") {{ {nodes} }}"),
        format!("node(id: \"{tag}\") {{ {nodes} }}"),
        format!("nodes(ids: [\"{author}\", \"{tag}\"]) {{ {nodes} }}"),
        format!("author(by: {{ id: \"{author}\" }}) {{ name posts {{ {list} }} }}"),
        format!("tag(by: {{ id: \"{tag}\" }}) {{ name posts {{ {list} }} }}"),
        format!("posts(filter: {{ author: {{ id: \"{author}\" }} }}) {{ {list} }}"),
        format!("posts(filter: {{ tag: {{ id: \"{tag}\" }} }}) {{ {list} }}"),
        author_by_slug(&format!("with-{slug}")),
        author_by_slug(&format!("with-{slug}-changed")),
        tag_by_slug(&format!("on-{slug}")),
        tag_by_slug(&format!("on-{slug}-changed")),
        format!("authors(filter: {{ nameStartsWith: \"With {slug}\" }}) {{ totalCount }}"),
    ];
    format!("{{ {} }}", aliased(lookups))
}
