//! Posts become public, and stop to be, with nobody doing anything: what is kept ends with that.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;

use super::watched::{Watched, ask, is_hit, is_stored};
use crate::support::{TestApp, post};

const QUERIES: [(&str, &str); 5] = [
    ("newest", "{ posts(first: 2) { nodes { title } } }"),
    ("total", "{ posts(first: 0) { totalCount } }"),
    ("later", r#"{ post(by: { slug: "later" }) { title } }"#),
    ("p1", r#"{ post(by: { slug: "p1" }) { title } }"#),
    ("authors", "{ authors { nodes { name } } }"),
];

#[tokio::test]
async fn what_becomes_public_by_its_date_shows_at_that_moment() {
    let mut watched = Watched::new(&QUERIES).await;
    let later = post("later")
        .published("2026-06-01T13:00:00Z")
        .authors(&["Cyd"]);
    let later = later.unpublished("2026-06-01T14:00:00Z");
    watched.desk.app.import([later]).await;
    let outcome = watched.outcome().await;
    assert_eq!(outcome.changed, BTreeSet::new());
    let flips = BTreeSet::from(["newest", "total", "later", "authors"]);
    for _ in 0..2 {
        let moment = TimeDelta::microseconds(1);
        watched.desk.app.advance(TimeDelta::hours(1) - moment);
        assert_eq!(watched.outcome().await.let_go, BTreeSet::new());
        watched.desk.app.advance(moment);
        let outcome = watched.outcome().await;
        assert_eq!(outcome.changed, flips);
        assert_eq!(outcome.needless(), BTreeSet::new());
    }
}

#[tokio::test]
async fn nothing_is_given_past_the_moment_before_that_is_looked_at() {
    let app = TestApp::new().await;
    app.import([post("p").unpublished("2026-06-01T13:00:00Z")])
        .await;
    let visitor = app.anonymous();
    let query = "{ posts { totalCount } }";
    let _ = ask(&visitor, query).await;
    app.hear_alone();
    assert!(is_hit(&ask(&visitor, query).await));
    app.advance(TimeDelta::hours(1));
    let answer = ask(&visitor, query).await;
    assert_eq!(answer.json()["data"]["posts"]["totalCount"], 0);
    assert_eq!(answer.header("cache-status"), "Imprenta; fwd=bypass");
    app.app.catch_up().await.unwrap();
    assert!(is_stored(&ask(&visitor, query).await));
}

#[tokio::test]
async fn a_clock_that_goes_back_is_not_answered_from_the_future() {
    let app = TestApp::new().await;
    app.import([post("p").published("2026-06-01T13:00:00Z")])
        .await;
    let visitor = app.anonymous();
    let query = "{ posts { totalCount } }";
    app.advance(TimeDelta::hours(2));
    assert_eq!(
        ask(&visitor, query).await.json()["data"]["posts"]["totalCount"],
        1
    );
    app.advance(TimeDelta::hours(-2));
    let answer = ask(&visitor, query).await;
    assert_eq!(answer.json()["data"]["posts"]["totalCount"], 0);
}

#[tokio::test]
async fn caches_outside_are_told_when_a_post_ends_and_not_when_one_begins() {
    let app = TestApp::new().await;
    app.import([
        post("p").unpublished("2026-06-01T12:00:10Z"),
        post("later").published("2026-06-01T12:00:05Z"),
    ])
    .await;
    let path = "/graphql?query=%7Bposts%7BtotalCount%7D%7D";
    let get = async || {
        let request = Request::get(path).body(Body::empty());
        app.anonymous().send(request.unwrap()).await
    };
    assert_eq!(get().await.header("cache-control"), "public, max-age=10");
    app.advance(TimeDelta::seconds(4));
    let answer = get().await;
    assert!(is_hit(&answer));
    assert_eq!(
        (answer.header("age"), answer.header("cache-control")),
        ("4", "public, max-age=10")
    );
    app.advance(TimeDelta::seconds(6));
    assert_eq!(get().await.header("cache-control"), "public, max-age=30");
}
