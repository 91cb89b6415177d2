//! The mutations of a request are all done or none.

use serde_json::{Value, json};

use super::writing::{Desk, row_counts, run};
use crate::support::Answer;

/// Makes posts in one request, with these titles, under the keys `a`, `b`, ….
async fn make_all(desk: &Desk, titles: &[&str]) -> Answer {
    let fields: Vec<_> = ('a'..='z')
        .zip(titles)
        .map(|(key, title)| {
            format!(
                "{key}: createPost(input: {{ title: {title:?}, content: \"Text.\",
                authors: [{:?}] }}) {{ post {{ slug }} userErrors {{ code path message }} }}\n",
                desk.ana_id
            )
        })
        .collect();
    let mutation = format!("mutation {{ {} }}", fields.concat());
    desk.editor.graphql(&mutation, Value::Null).await
}

fn keys(data: &Value) -> Vec<&str> {
    let object = data.as_object().unwrap();
    object.keys().map(String::as_str).collect()
}

#[tokio::test]
async fn all_of_them_are_done() {
    let desk = Desk::new().await;
    let data = make_all(&desk, &["One", "One", "One"]).await.json();
    let slugs = ["a", "b", "c"].map(|key| data["data"][key]["post"]["slug"].clone());
    assert_eq!(slugs, ["one", "one-2", "one-3"]);
}

#[tokio::test]
async fn if_one_is_refused_none_is_done_and_each_says_so() {
    let desk = Desk::new().await;
    let before = row_counts(&desk.app.database).await;
    let answer = make_all(&desk, &["One", "Two", "", "Four"]).await;
    assert_eq!(answer.status, 200);
    let text = answer.text();
    let json = answer.json();
    assert_eq!(json.get("errors"), None);
    for (key, code) in [
        ("a", "NOT_DONE"),
        ("b", "NOT_DONE"),
        ("c", "INVALID_INPUT"),
        ("d", "NOT_DONE"),
    ] {
        let result = &json["data"][key];
        assert_eq!(result["post"], Value::Null, "{key}");
        assert_eq!(result["userErrors"].as_array().unwrap().len(), 1);
        assert_eq!(result["userErrors"][0]["code"], code, "{key}");
    }
    let message = json["data"]["a"]["userErrors"][0]["message"]
        .as_str()
        .unwrap();
    assert!(message.contains("\"c\""), "{message}");
    // As they stand in the text: `serde_json` may order the keys of an object anew.
    assert_eq!(keys(&json["data"]), ["a", "b", "c", "d"]);
    let places = ["\"a\":", "\"b\":", "\"c\":", "\"d\":"].map(|key| text.find(key).unwrap());
    assert!(places.is_sorted());
    assert_eq!(row_counts(&desk.app.database).await, before);
}

#[tokio::test]
async fn a_later_one_sees_what_an_earlier_one_did() {
    let desk = Desk::new().await;
    let post = desk.post("One").await;
    let mutation = "mutation($id: ID!) {
        first: updatePost(input: { id: $id, expectedVersion: 1, title: \"Two\" }) {
            post { version } userErrors { code } }
        second: updatePost(input: { id: $id, expectedVersion: 2, content: \"New.\" }) {
            post { version title } userErrors { code } }
        third: publishPost(input: { id: $id, expectedVersion: 3 }) {
            post { status title content } userErrors { code } }
    }";
    let data = desk
        .editor
        .query_with(mutation, json!({ "id": post["id"] }))
        .await;
    let seen = json!({ "status": "PUBLISHED", "title": "Two", "content": "New." });
    assert_eq!(data["third"]["post"], seen);
    assert_eq!(data["first"]["post"], json!({ "version": 2 }));
}

/// A mutation that works, before one that ends as an error of the request.
async fn assert_nothing_is_stored(desk: &Desk, second: &str) {
    let before = row_counts(&desk.app.database).await;
    let mutation = format!(
        "mutation {{
            first: createPost(input: {{ title: \"One\", authors: [{:?}] }}) {{
                post {{ id }} userErrors {{ code }} }}
            {second}
        }}",
        desk.ana_id
    );
    let json = desk.editor.graphql(&mutation, Value::Null).await.json();
    assert!(!json["errors"].as_array().unwrap().is_empty(), "{json}");
    let first = &json["data"]["first"];
    assert!(first.is_null() || first["post"].is_null(), "{json}");
    assert_eq!(row_counts(&desk.app.database).await, before, "{second}");
}

#[tokio::test]
async fn an_argument_that_cannot_be_read_leaves_nothing_of_the_others() {
    let desk = Desk::new().await;
    let (id, ana) = (desk.post("Two").await["id"].clone(), &desk.ana_id);
    for second in [
        format!("second: schedulePost(input: {{ id: {id}, at: \"never\" }}) {{ post {{ id }} }}"),
        format!(
            "second: createPost(input: {{ title: 1, authors: [{ana:?}] }}) {{ post {{ id }} }}"
        ),
        format!("second: publishPost(input: {{ id: {id}, unknown: 1 }}) {{ post {{ id }} }}"),
        format!(
            "second: createPost(input: {{ title: \"T\", authors: [{ana:?}],
                tags: [{{ id: \"x\", name: \"y\" }}] }}) {{ post {{ id }} }}"
        ),
        "second: nothing { id }".to_owned(),
    ] {
        assert_nothing_is_stored(&desk, &second).await;
    }
}

#[tokio::test]
async fn a_visitor_s_mutations_leave_nothing_and_are_an_error_of_the_request() {
    let desk = Desk::new().await;
    let before = row_counts(&desk.app.database).await;
    let mutation = super::writing::operation("createPost");
    let input = json!({ "input": desk.draft(json!({})) });
    let json = desk.app.anonymous().graphql(&mutation, input).await.json();
    assert_eq!(json["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(row_counts(&desk.app.database).await, before);
}

#[tokio::test]
async fn two_requests_for_the_same_posts_in_opposite_orders_are_both_done() {
    let desk = Desk::new().await;
    let (one, two) = (desk.post("One").await, desk.post("Two").await);
    let there = json!({ "ids": [one["id"], two["id"]] });
    let back = json!({ "ids": [two["id"], one["id"]] });
    for _ in 0..5 {
        tokio::join!(
            super::writing::done(&desk.editor, "publishPosts", there.clone()),
            super::writing::done(&desk.ana, "publishPosts", back.clone()),
        );
    }
}

/// Whoever changes two posts in two mutations names their order; one of both requests may have to
/// be sent again, and is told so.
#[tokio::test]
async fn requests_that_wait_for_each_other_are_no_fault_of_the_server() {
    let desk = Desk::new().await;
    let (one, two) = (desk.post("One").await, desk.post("Two").await);
    let mutation = "mutation($a: ID!, $b: ID!) {
        a: publishPost(input: { id: $a }) { post { id } }
        b: publishPost(input: { id: $b }) { post { id } } }";
    let there = json!({ "a": one["id"], "b": two["id"] });
    let back = json!({ "a": two["id"], "b": one["id"] });
    for _ in 0..5 {
        let (there, back) = tokio::join!(
            desk.editor.graphql(mutation, there.clone()),
            desk.ana.graphql(mutation, back.clone()),
        );
        for answer in [there.json(), back.json()] {
            let code = &answer["errors"][0]["extensions"]["code"];
            assert_ne!(code, "INTERNAL_SERVER_ERROR", "{answer}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_leaves_nothing_and_says_so() {
    let desk = Desk::new().await;
    let before = row_counts(&desk.app.database).await;
    // What counts posts is gone, and what makes an author is not.
    let gone = "ALTER TABLE post_authors RENAME COLUMN status TO gone";
    run(&desk.app.database, gone).await;
    let document = "mutation {
        one: createAuthor(input: { name: \"One\" }) { author { id } userErrors { code } }
        two: createAuthor(input: { name: \"Two\" }) { author { postCount } userErrors { code } }
    }";
    let answer = desk.editor.graphql(document, Value::Null).await.json();
    let codes = answer["errors"].as_array().unwrap().iter();
    let codes: Vec<_> = codes.map(|it| &it["extensions"]["code"]).collect();
    assert_eq!(codes, ["INTERNAL_SERVER_ERROR"; 2], "{answer}");
    assert_eq!(row_counts(&desk.app.database).await, before);
}
