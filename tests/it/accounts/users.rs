use imprenta::accounts::model::Role;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, post};

async fn create(client: &Client, input: Value) -> Value {
    let document = "mutation($input: CreateUserInput!) { createUser(input: $input) {
        user { id email name role active author { name } } userErrors { code message path }
    } }";
    client.query_with(document, json!({ "input": input })).await["createUser"].take()
}

async fn update(client: &Client, input: Value) -> Value {
    let document = "mutation($input: UpdateUserInput!) { updateUser(input: $input) {
        user { email name role active author { name } } userErrors { code message path }
    } }";
    client.query_with(document, json!({ "input": input })).await["updateUser"].take()
}

async fn id(client: &Client) -> Value {
    client.query("{ me { id } }").await["me"]["id"].take()
}

fn paths(answer: &Value) -> Vec<String> {
    let errors = answer["userErrors"].as_array().unwrap();
    let last = |path: &Value| path.as_array()?.last()?.as_str().map(ToOwned::to_owned);
    errors.iter().filter_map(|it| last(&it["path"])).collect()
}

#[tokio::test]
async fn an_admin_makes_users_and_changes_them() {
    let app = TestApp::new().await;
    app.import([post("hello")]).await;
    let admin = app.person("root", Role::Admin).await;
    let author = admin
        .query("{ author(by: { slug: \"ana\" }) { id } }")
        .await["author"]["id"]
        .take();
    let input =
        json!({ "email": " Ana@Example.org ", "name": "Ana", "role": "AUTHOR", "author": author });
    let mut made = create(&admin, input).await;
    assert_eq!(made["userErrors"], json!([]));
    let user = made["user"]["id"].take();
    assert_eq!(made["user"]["email"], "Ana@Example.org");
    assert_eq!(made["user"]["author"]["name"], "Ana");
    let changed = update(
        &admin,
        json!({ "id": user, "role": "EDITOR", "author": null }),
    )
    .await;
    let expected = json!({
        "email": "Ana@Example.org", "name": "Ana", "role": "EDITOR", "active": true, "author": null
    });
    assert_eq!(changed["user"], expected);
    let list = admin
        .query("{ users(filter: { role: EDITOR }) { totalCount nodes { email } } }")
        .await;
    assert_eq!(
        list["users"]["nodes"],
        json!([{ "email": "Ana@Example.org" }])
    );
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let app = TestApp::new().await;
    let admin = app.person("root", Role::Admin).await;
    let input =
        json!({ "email": "no address", "name": " ", "role": "READER", "password": "canary" });
    assert_eq!(
        paths(&create(&admin, input).await),
        ["email", "name", "password"]
    );
}

#[tokio::test]
async fn odd_addresses_are_refused() {
    let app = TestApp::new().await;
    let admin = app.person("root", Role::Admin).await;
    let long = format!("{}@example.org", "a".repeat(250));
    for email in [
        "",
        "@",
        "a@",
        "@b.org",
        "a b@c.org",
        "a@b..org",
        "a@-b.org",
        ".a@b.org",
        "a..b@c.org",
        "a@b@c",
        "ana@exämple.org",
        "аna@example.org",
        "a\u{202e}@b.org",
        "a\0@b.org",
        "a\r\n@b.org",
        "\"a\"@b.org",
        "a@[127.0.0.1]",
        "<a@b.org>",
        long.as_str(),
    ] {
        let made = create(
            &admin,
            json!({ "email": email, "name": "A", "role": "READER" }),
        )
        .await;
        assert_eq!(paths(&made), ["email"], "{email:?}");
    }
}

#[tokio::test]
async fn a_name_can_be_seen() {
    let app = TestApp::new().await;
    let admin = app.person("root", Role::Admin).await;
    for name in [
        "",
        " ",
        "\u{200b}",
        "\u{202e}.",
        "a\u{7}b",
        "a\nb",
        &"a".repeat(256),
    ] {
        let input = json!({ "email": "a@example.org", "name": name, "role": "READER" });
        assert_eq!(paths(&create(&admin, input).await), ["name"], "{name:?}");
    }
}

#[tokio::test]
async fn an_address_is_one_account_s_whatever_its_case() {
    let app = TestApp::new().await;
    let admin = app.person("root", Role::Admin).await;
    let input = json!({ "email": "ROOT@example.org", "name": "A", "role": "READER" });
    assert_eq!(paths(&create(&admin, input).await), ["email"]);
    let user = app.user("ana", Role::Reader).await;
    assert_eq!(user.email, "ana@example.org");
    let list = "{ users(filter: { role: READER }) { nodes { id } } }";
    let ana = admin.query(list).await["users"]["nodes"][0]["id"].take();
    let input = json!({ "id": ana, "email": "Root@Example.org" });
    assert_eq!(paths(&update(&admin, input).await), ["email"]);
}

#[tokio::test]
async fn a_profile_is_one_account_s_and_has_to_exist() {
    let app = TestApp::new().await;
    app.import([post("hello"), post("gone").authors(&["Gone"])])
        .await;
    let admin = app.person("root", Role::Admin).await;
    let of = |slug: &str| format!("{{ author(by: {{ slug: \"{slug}\" }}) {{ id }} }}");
    let ana = admin.query(&of("ana")).await["author"]["id"].take();
    let gone = admin.query(&of("gone")).await["author"]["id"].take();
    let database = app.database.connect().await;
    let delete = "DELETE FROM posts WHERE slug = 'gone'; DELETE FROM authors WHERE slug = 'gone'";
    database.batch_execute(delete).await.unwrap();
    let input = |email: &str, author: &Value| json!({ "email": email, "name": "A", "role": "AUTHOR", "author": author });
    assert_eq!(
        paths(&create(&admin, input("a@b.org", &ana)).await),
        [""; 0]
    );
    for author in [ana, gone, json!("no id"), id(&admin).await] {
        let made = create(&admin, input("c@d.org", &author)).await;
        assert_eq!(paths(&made), ["author"], "{author}");
    }
}

#[tokio::test]
async fn the_last_active_admin_stays() {
    let app = TestApp::new().await;
    let admin = app.person("root", Role::Admin).await;
    let own = id(&admin).await;
    assert_eq!(
        paths(&update(&admin, json!({ "id": own, "role": "EDITOR" })).await),
        ["role"]
    );
    assert_eq!(
        paths(&update(&admin, json!({ "id": own, "active": false })).await),
        ["active"]
    );
    let deactivate = "mutation($id: ID!) {
        deactivateUser(input: { id: $id }) { user { active } userErrors { path } }
    }";
    let refused = admin.query_with(deactivate, json!({ "id": own })).await;
    assert_eq!(paths(&refused["deactivateUser"]), ["id"]);
    let second = app.person("second", Role::Admin).await;
    let removed = admin.query_with(deactivate, json!({ "id": own })).await;
    assert_eq!(removed["deactivateUser"]["user"]["active"], false);
    let own = id(&second).await;
    assert_eq!(
        paths(&update(&second, json!({ "id": own, "role": "READER" })).await),
        ["role"]
    );
}

#[tokio::test]
async fn of_two_admins_who_demote_each_other_one_stays() {
    let app = TestApp::new().await;
    let first = app.person("first", Role::Admin).await;
    let second = app.person("second", Role::Admin).await;
    let (a, b) = (id(&first).await, id(&second).await);
    let demote = |id: Value| json!({ "id": id, "role": "READER" });
    let _ = tokio::join!(update(&first, demote(b)), async {
        // Refused as a reader if the other one was faster.
        second
            .graphql(
                "mutation($input: UpdateUserInput!) { updateUser(input: $input) { user { id } } }",
                json!({ "input": demote(a) }),
            )
            .await
    });
    let admins = "SELECT count(*) FROM users WHERE role = 'admin' AND active";
    let database = app.database.connect().await;
    assert_eq!(
        database
            .query_one(admins, &[])
            .await
            .unwrap()
            .get::<_, i64>(0),
        1
    );
}

#[tokio::test]
async fn a_role_and_a_deactivation_count_from_the_next_request() {
    let app = TestApp::new().await;
    let admin = app.person("root", Role::Admin).await;
    let ana = app.person("ana", Role::Admin).await;
    let key = app.api_key(&ana, &["CONTENT_READ"]).await;
    let ana_id = id(&ana).await;
    let users = "{ users { totalCount } }";
    assert_eq!(ana.query(users).await["users"]["totalCount"], 2);
    update(&admin, json!({ "id": ana_id, "role": "READER" })).await;
    assert_eq!(ana.refusal(users).await.0, "FORBIDDEN");
    update(&admin, json!({ "id": ana_id, "active": false })).await;
    for client in [&ana, &key] {
        let answer = client.graphql("{ __typename }", Value::Null).await;
        assert_eq!(answer.status, 401);
    }
    // Back again, with a new log-in: the old session is over.
    update(&admin, json!({ "id": ana_id, "active": true })).await;
    assert_eq!(ana.graphql("{ __typename }", Value::Null).await.status, 401);
    app.log_in("ana").await.query("{ me { id } }").await;
}

#[tokio::test]
async fn people_see_themselves_and_nobody_else() {
    let app = TestApp::new().await;
    let admin = app.person("root", Role::Admin).await;
    let editor = app.person("editor", Role::Editor).await;
    let (root, own) = (id(&admin).await, id(&editor).await);
    let node = "query($id: ID!) { node(id: $id) { ... on User { email } } }";
    let see = |client: Client, id: Value| async move {
        client.query_with(node, json!({ "id": id })).await["node"].take()
    };
    assert_eq!(
        see(editor.clone(), own.clone()).await["email"],
        "editor@example.org"
    );
    assert_eq!(see(editor.clone(), root.clone()).await, Value::Null);
    assert_eq!(see(admin, own).await["email"], "editor@example.org");
    let key = app.api_key(&editor, &["CONTENT_READ_DRAFTS"]).await;
    assert_eq!(key.query("{ me { email } }").await["me"], Value::Null);
}

#[tokio::test]
async fn users_are_paged() {
    let app = TestApp::new().await;
    let admin = app.person("a", Role::Admin).await;
    for name in ["b", "c", "d"] {
        app.user(name, Role::Reader).await;
    }
    let document = "query($after: String) { users(first: 3, after: $after) {
        totalCount nodes { name } pageInfo { hasNextPage endCursor }
    } }";
    let first = admin.query_with(document, json!({})).await["users"].take();
    assert_eq!(first["totalCount"], 4);
    assert_eq!(
        first["nodes"],
        json!([{ "name": "a" }, { "name": "b" }, { "name": "c" }])
    );
    let after = json!({ "after": first["pageInfo"]["endCursor"] });
    let second = admin.query_with(document, after).await["users"].take();
    assert_eq!(second["nodes"], json!([{ "name": "d" }]));
    assert_eq!(second["pageInfo"]["hasNextPage"], false);
}

#[tokio::test]
async fn a_list_of_users_with_profiles_costs_a_fixed_number_of_statements() {
    let app = TestApp::new().await;
    app.import([post("one").authors(&["A"]), post("two").authors(&["B"])])
        .await;
    let admin = app.person("root", Role::Admin).await;
    let document = "{ users { nodes { author { name } } } }";
    let (with_none, _) = app.statements_of(admin.query(document)).await;
    let authors = admin.query("{ authors { nodes { id } } }").await;
    for (number, author) in authors["authors"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .enumerate()
    {
        let email = format!("{number}@example.org");
        let input =
            json!({ "email": email, "name": "A", "role": "AUTHOR", "author": author["id"] });
        create(&admin, input).await;
    }
    let (with_two, _) = app.statements_of(admin.query(document)).await;
    // Two of them begin and end the snapshot that the others share.
    assert_eq!((with_none, with_two), (5, 6));
}
