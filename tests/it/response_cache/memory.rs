//! What is kept takes no more memory than it may, and what is asked for stays.

use super::watched::{ask, is_hit, is_stored};
use crate::support::{TestApp, post};

const BYTES: u64 = 2_000_000;

async fn small() -> TestApp {
    let app = TestApp::with_settings([("RESPONSE_CACHE_BYTES", "2000000")].into()).await;
    app.import((0..50).map(|it| post(&format!("p{it}")).tag("Rust")))
        .await;
    app
}

#[tokio::test]
async fn a_stream_of_queries_that_nobody_repeats_does_not_push_out_the_others() {
    let app = small().await;
    let visitor = app.anonymous();
    let useful = "{ posts(first: 10) { nodes { title tags { name } } } }";
    for _ in 0..3 {
        let _ = ask(&visitor, useful).await;
    }
    let (mut most, mut hits) = (0, 0);
    for round in 0..600 {
        let query = format!("{{ posts(first: 50) {{ nodes {{ title a{round}: slug }} }} }}");
        assert!(is_stored(&ask(&visitor, &query).await), "{round}");
        most = most.max(app.app.responses.size().1);
        if round % 20 == 0 {
            hits += u32::from(is_hit(&ask(&visitor, useful).await));
        }
    }
    let (kept, bytes) = app.app.responses.size();
    assert!(most <= BYTES, "{most}");
    assert!(bytes > BYTES / 2, "{bytes}");
    assert!(kept < 600, "{kept}");
    assert_eq!(hits, 30);
}

#[tokio::test]
async fn what_gave_way_is_forgotten_whole() {
    let app = small().await;
    let visitor = app.anonymous();
    let ask_for = async |round: u32| {
        let query = format!("{{ posts(first: 50) {{ nodes {{ title a{round}: slug }} }} }}");
        ask(&visitor, &query).await
    };
    for round in 0..300 {
        let _ = ask_for(round).await;
    }
    let database = app.database.connect().await;
    database
        .batch_execute("UPDATE posts SET title = 'New'")
        .await
        .unwrap();
    app.app.catch_up().await.unwrap();
    // What is left are the requests that led to them.
    let (answers, bytes) = app.app.responses.size();
    assert!(answers == 0 && bytes <= BYTES / 8, "{answers} {bytes}");
    for round in 0..10 {
        assert!(is_stored(&ask_for(round).await), "{round}");
    }
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_given_and_not_kept() {
    let app = small().await;
    let visitor = app.anonymous();
    // 50 texts by many names: more than a 64th of the memory.
    let names = (0..29).map(|it| format!("a{it}: content "));
    let many = names.collect::<Vec<_>>().concat();
    let query = format!("{{ posts(first: 50) {{ nodes {{ {many} }} }} }}");
    for _ in 0..2 {
        let answer = ask(&visitor, &query).await;
        assert!(
            answer.body.len() as u64 > BYTES / 64,
            "{}",
            answer.body.len()
        );
        assert!(!is_hit(&answer));
    }
    assert_eq!(app.app.responses.size(), (0, 0));
}
