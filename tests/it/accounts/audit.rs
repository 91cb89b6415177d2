use imprenta::accounts::model::Role;
use serde_json::{Value, json};

use crate::support::{TestApp, post};

#[tokio::test]
async fn the_log_tells_who_did_what() {
    let app = TestApp::new().await;
    app.import([post("hello")]).await;
    app.user("root", Role::Admin).await;
    let admin = app.log_in("root").await;
    let me = admin.query("{ me { id } }").await["me"]["id"].take();
    let make = "mutation { createUser(input: { email: \"ana@example.org\", name: \"Ana\", role: READER }) { user { id } } }";
    let ana = admin.query(make).await["createUser"]["user"]["id"].take();
    let document = "query($filter: AuditFilter) { auditLog(filter: $filter) { totalCount nodes {
        action actor user { id } subjectType subjectId details occurredAt
    } } }";
    let log = admin.query_with(document, json!({})).await["auditLog"].take();
    let actions: Vec<_> = log["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["action"].clone())
        .collect();
    assert_eq!(
        actions,
        [
            "user.created",
            "session.opened",
            "user.created",
            "post.imported"
        ]
    );
    assert_eq!(log["totalCount"], 4);
    let newest = json!({
        "action": "user.created", "actor": "USER", "user": { "id": me }, "subjectType": "user",
        "subjectId": ana, "details": { "role": "reader" }, "occurredAt": "2026-06-01T12:00:00+00:00"
    });
    assert_eq!(log["nodes"][0], newest);
    for filter in [json!({ "user": me }), json!({ "subject": ana })] {
        let log = admin
            .query_with(document, json!({ "filter": filter }))
            .await;
        assert_eq!(log["auditLog"]["nodes"], json!([newest]), "{filter}");
    }
    let by_action = json!({ "filter": { "action": "session.opened" } });
    let log = admin.query_with(document, by_action).await;
    assert_eq!(log["auditLog"]["nodes"][0]["actor"], "ANONYMOUS");
    assert_eq!(log["auditLog"]["totalCount"], 1);
}

#[tokio::test]
async fn refusals_and_misuse_are_in_the_log() {
    let app = TestApp::new().await;
    app.user("ana", Role::Reader).await;
    let token = app.session("ana").await["refreshToken"].take();
    let refresh = "mutation($token: String!) { refreshSession(input: { refreshToken: $token }) { userErrors { code } } }";
    for _ in 0..5 {
        app.anonymous()
            .query_with(refresh, json!({ "token": token }))
            .await;
    }
    let attempts: Vec<_> = (0..13).map(|number| format!(
        "a{number}: logIn(input: {{ email: \"ana@example.org\", password: \"canary\" }}) {{ userErrors {{ code }} }}"
    )).collect();
    let attempts = attempts.concat();
    app.anonymous()
        .query(&format!("mutation {{ {attempts} }}"))
        .await;
    let admin = app.person("root", Role::Admin).await;
    let count = async |action: &str| {
        let document =
            "query($action: String!) { auditLog(filter: { action: $action }) { totalCount } }";
        let data = admin
            .query_with(document, json!({ "action": action }))
            .await;
        data["auditLog"]["totalCount"].clone()
    };
    assert_eq!(count("session.token-reused").await, 1);
    assert_eq!(count("session.refused").await, 10);
    assert_eq!(count("attempts.limited").await, 1);
    assert_eq!(count("nothing.like-it").await, Value::from(0));
}

#[tokio::test]
async fn an_entry_has_the_request_s_id() {
    let app = TestApp::new().await;
    app.user("ana", Role::Admin).await;
    let body = json!({ "query": format!(
        "mutation {{ logIn(input: {{ email: \"ana@example.org\", password: \"{}\" }}) {{ session {{ accessToken }} }} }}",
        crate::support::PASSWORD
    ) });
    let request = axum::http::Request::post("/graphql")
        .header("content-type", "application/json")
        .header("x-request-id", "this-one")
        .body(body.to_string().into());
    let answer = app.anonymous().send(request.unwrap()).await.json();
    let admin = app.bearer(
        answer["data"]["logIn"]["session"]["accessToken"]
            .as_str()
            .unwrap(),
    );
    let log = admin
        .query("{ auditLog(first: 1) { nodes { requestId } } }")
        .await;
    assert_eq!(log["auditLog"]["nodes"][0]["requestId"], "this-one");
}
