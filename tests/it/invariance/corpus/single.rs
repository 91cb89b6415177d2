//! Every way to one thing, by the names that it has, had and will have.

use super::{POST, aliased};
use crate::invariance::world::{World, WorldPost, global_id};

pub fn operations(world: &World) -> Vec<(String, String)> {
    let mut operations: Vec<_> = world
        .posts
        .iter()
        .map(|post| (format!("ways to {}", post.slug), ways(post)))
        .collect();
    let owners = world.posts.iter();
    operations.extend(owners.map(|post| (format!("owners of {}", post.slug), owners_of(post))));
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
            "node(id: \"{}\") {{ id ... on Post {{ {POST} }} }}",
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

/// The author and the tag that only this post has.
fn owners_of(post: &WorldPost) -> String {
    let slug = &post.slug;
    let (author, tag) = (
        global_id(b'A', post.author_id),
        global_id(b'T', post.tag_id),
    );
    let author_by_slug = |slug: &str| {
        format!(
            "author(by: {{ slug: \"{slug}\" }}) {{ id slug name bio avatarUrl postCount posts {{ totalCount nodes {{ slug }} }} }}"
        )
    };
    let tag_by_slug = |slug: &str| {
        format!(
            "tag(by: {{ slug: \"{slug}\" }}) {{ id slug name postCount posts {{ totalCount nodes {{ slug }} }} }}"
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
