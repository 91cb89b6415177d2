//! `/metrics` tells what keeping answers is good for.

use super::watched::ask;
use crate::support::{TestApp, post};

fn value(app: &TestApp, series: &str) -> u64 {
    let text = app.app.measured(0).unwrap();
    let samples = text.lines().filter_map(|line| line.rsplit_once(' '));
    let mut found =
        samples.filter(|(name, _)| *name == format!("imprenta_response_cache_{series}"));
    found.next().map_or(0, |(_, value)| value.parse().unwrap())
}

#[tokio::test]
async fn hits_misses_and_what_was_let_go_of_are_counted() {
    let app = TestApp::new().await;
    app.import([post("p"), post("q")]).await;
    let visitor = app.anonymous();
    for slug in ["p", "q", "p", "p"] {
        let _ = ask(
            &visitor,
            &format!(r#"{{ post(by: {{ slug: "{slug}" }}) {{ title }} }}"#),
        )
        .await;
    }
    let results = ["hit", "missed", "joined", "bypassed"];
    let counts = results.map(|it| value(&app, &format!("requests_total{{result=\"{it}\"}}")));
    assert_eq!(counts, [2, 2, 0, 0]);
    assert_eq!(value(&app, "entries"), 2);
    assert_eq!(value(&app, "bytes"), app.app.responses.size().1);
    let database = app.database.connect().await;
    let sql = "UPDATE posts SET title = 'New' WHERE slug = 'p'";
    database.batch_execute(sql).await.unwrap();
    app.app.catch_up().await.unwrap();
    assert_eq!(
        (value(&app, "entries"), value(&app, "invalidated_total")),
        (1, 1)
    );
    app.app.responses.suspend();
    app.hear_alone();
    let _ = ask(&visitor, r#"{ post(by: { slug: "q" }) { title } }"#).await;
    assert_eq!(value(&app, "requests_total{result=\"bypassed\"}"), 1);
}
