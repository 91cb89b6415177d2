//! Accounts, their keys, and the audit log.

use imprenta::accounts::Role;
use serde_json::Value;

use super::{Facts, aliased};
use crate::invariance::world::{BYSTANDERS, World, global_id};
use crate::support::logged_in;

const PAGE: &str = "{ totalCount nodes { id } edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";
const USER: &str =
    "id email name role active createdAt updatedAt lastLogInAt author { id slug name postCount }";
const KEY: &str = "id name scopes createdAt expiresAt lastUsedAt revokedAt";
const EVENT: &str =
    "occurredAt action actor user { id name } apiKeyId subjectType subjectId address
    requestId details";
const EVENTS: &str = "{ totalCount nodes { action } edges { cursor node { subjectId } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";

pub async fn operations(world: &World, facts: &Facts) -> Vec<(String, String)> {
    let me = format!(
        "{{ me {{ {USER} author {{ posts {{ totalCount nodes {{ slug }} }} }} }} csrfToken }}"
    );
    vec![
        ("who is asking".to_owned(), me),
        ("accounts in full".to_owned(), in_full(world)),
        ("accounts by their ids".to_owned(), by_ids(world)),
        ("pages of users".to_owned(), users(facts)),
        (
            "one's own keys".to_owned(),
            format!("{{ apiKeys {{ totalCount nodes {{ {KEY} }} }} }}"),
        ),
        ("pages of keys".to_owned(), keys(world).await),
        ("pages of the audit log".to_owned(), audit_log(world).await),
    ]
}

/// Everything that an admin sees of accounts.
fn in_full(world: &World) -> String {
    let keys = BYSTANDERS.map(|name| {
        let user = global_id(b'U', world.users[name]);
        format!("apiKeys(user: \"{user}\") {{ edges {{ cursor node {{ {KEY} }} }} }}")
    });
    format!(
        "{{ users {{ totalCount edges {{ cursor node {{ {USER} }} }} }}
            auditLog(first: 100) {{ totalCount edges {{ cursor node {{ {EVENT} }} }} }}
            {} }}",
        aliased(keys)
    )
}

fn by_ids(world: &World) -> String {
    let users = world.users.values().map(|id| global_id(b'U', *id));
    let keys = world.keys.values().map(|id| global_id(b'K', *id));
    let ids: Vec<_> = users.chain(keys).map(|id| format!("\"{id}\"")).collect();
    let nodes = ids
        .iter()
        .map(|id| format!("node(id: {id}) {{ __typename id }}"));
    format!(
        "{{ {} nodes(ids: [{}]) {{ id ... on User {{ email author {{ id }} }} ... on ApiKey {{ name lastUsedAt }} }} }}",
        aliased(nodes),
        ids.join(", "),
    )
}

fn users(facts: &Facts) -> String {
    let mut arguments = facts.pages("users", "", "otto", "rita");
    let roles = facts.schema.values_of("Role").into_iter();
    arguments.extend(roles.map(|role| format!("filter: {{ role: {role} }}")));
    for active in [true, false] {
        arguments.push(format!("filter: {{ active: {active} }}"));
    }
    let lists = arguments
        .iter()
        .map(|arguments| format!("users({arguments}) {PAGE}"));
    format!("{{ {} }}", aliased(lists))
}

async fn keys(world: &World) -> String {
    let user = format!("user: \"{}\"", global_id(b'U', world.users["otto"]));
    let list = format!("apiKeys({user}) {{ edges {{ cursor }} }}");
    let cursor = first_cursor(world, "apiKeys", &list).await;
    let arguments = [
        format!("first: 1, {user}"),
        format!("last: 1, {user}"),
        format!("after: \"{cursor}\", {user}"),
        format!("before: \"{cursor}\", {user}"),
    ];
    format!(
        "{{ {} }}",
        aliased(arguments.iter().map(|it| format!("apiKeys({it}) {PAGE}")))
    )
}

async fn audit_log(world: &World) -> String {
    let cursor = first_cursor(world, "auditLog", "auditLog(first: 3) { edges { cursor } }").await;
    let user = global_id(b'U', world.users["otto"]);
    let post = global_id(b'P', world.post("draft-ben").id);
    let arguments = [
        "first: 2".to_owned(),
        "last: 2".to_owned(),
        format!("first: 2, after: \"{cursor}\""),
        format!("last: 2, before: \"{cursor}\""),
        "filter: { action: \"post.imported\" }".to_owned(),
        format!("filter: {{ user: \"{user}\" }}"),
        format!("filter: {{ subject: \"{post}\" }}"),
        "filter: { from: \"2026-06-01T12:00:00Z\" }".to_owned(),
        "filter: { until: \"2026-06-01T12:00:00Z\" }".to_owned(),
    ];
    format!(
        "{{ {} }}",
        aliased(
            arguments
                .iter()
                .map(|it| format!("auditLog({it}) {EVENTS}"))
        )
    )
}

/// The cursor of the first item of a list of an admin's.
async fn first_cursor(world: &World, list: &str, selection: &str) -> String {
    let admin = logged_in(Role::Admin, None);
    let query = format!("{{ {selection} }}");
    let data = world.app.query_as(&admin, &query, Value::Null).await;
    data[list]["edges"][0]["cursor"]
        .as_str()
        .unwrap()
        .to_owned()
}
