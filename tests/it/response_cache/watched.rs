//! A blog whose pages are watched: which answers are kept over a change, and whether they are right.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::authoring::writing::Desk;
use crate::support::{Answer, Client, TestApp, post};

/// Queries by names, and the answers that they had last.
pub struct Watched {
    pub desk: Desk,
    /// Another process on the same database, which keeps nothing.
    pub fresh: TestApp,
    queries: BTreeMap<&'static str, String>,
    bodies: BTreeMap<&'static str, String>,
}

/// What has become of the answers.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Those that are others now.
    pub changed: BTreeSet<&'static str>,
    /// Those that were let go of.
    pub let_go: BTreeSet<&'static str>,
}

impl Outcome {
    /// Those that were let go of though they would still have been right.
    pub fn needless(&self) -> BTreeSet<&'static str> {
        &self.let_go - &self.changed
    }
}

/// Where an answer came from, as it says.
pub fn is_hit(answer: &Answer) -> bool {
    answer.header("cache-status") == "Imprenta; hit"
}

/// Whether it says that it is kept from now on.
pub fn is_stored(answer: &Answer) -> bool {
    answer.header("cache-status") == "Imprenta; fwd=uri-miss; stored"
}

pub async fn ask(client: &Client, query: &str) -> Answer {
    let answer = client.graphql(query, Value::Null).await;
    assert_eq!(answer.json().get("errors"), None, "{query}");
    answer
}

impl Watched {
    /// Ana has written p1 to p6, of 1 to 6 May, the last two about Rust; Bob has written q1 and q2, of 11
    /// and 12 May, about Go.
    pub async fn new(queries: &[(&'static str, &str)]) -> Self {
        let desk = Desk::new().await;
        let day = |day: usize| format!("2026-05-{day:02}T00:00:00Z");
        let ana = (1..=6).map(|it| {
            let post = post(&format!("p{it}")).published(&day(it));
            if it > 4 { post.tag("Rust") } else { post }
        });
        let bob = (1..=2).map(|it| {
            let post = post(&format!("q{it}")).published(&day(10 + it));
            post.authors(&["Bob"]).tag("Go")
        });
        desk.app.import(ana.chain(bob)).await;
        let fresh = desk.app.replica_with([("RESPONSE_CACHE_BYTES", "0")]);
        let queries = queries
            .iter()
            .map(|(name, query)| (*name, (*query).to_owned()));
        let mut watched = Self {
            desk,
            fresh,
            queries: queries.collect(),
            bodies: BTreeMap::new(),
        };
        watched.look().await;
        watched
    }

    /// Asks for everything, twice; returns what was not kept the first time.
    async fn look(&mut self) -> BTreeSet<&'static str> {
        let visitor = self.desk.app.anonymous();
        let mut let_go = BTreeSet::new();
        for (name, query) in &self.queries {
            let answer = ask(&visitor, query).await;
            assert!(is_hit(&answer) || is_stored(&answer), "{name}: {answer:?}");
            if !is_hit(&answer) {
                let_go.insert(*name);
                let again = ask(&visitor, query).await;
                assert!(is_hit(&again), "{name}: {again:?}");
                assert_eq!(again.text(), answer.text());
            }
            self.bodies.insert(name, answer.text());
        }
        let_go
    }

    /// What has become of the answers since they were last looked at. All of them are right.
    pub async fn outcome(&mut self) -> Outcome {
        let before = self.bodies.clone();
        let let_go = self.look().await;
        let fresh = self.fresh.anonymous();
        let mut changed = BTreeSet::new();
        for (name, query) in &self.queries {
            let right = ask(&fresh, query).await.text();
            assert_eq!(self.bodies[name], right, "{name} is stale");
            if before[name] != right {
                changed.insert(*name);
            }
        }
        Outcome { changed, let_go }
    }

    /// The post with a slug, as its editor knows it.
    pub async fn post(&self, slug: &str) -> Value {
        let query = "query($slug: String!) { post(by: { slug: $slug }) { id version slug } }";
        let data = self.desk.editor.query_with(query, json!({ "slug": slug }));
        data.await["post"].take()
    }
    /// The id of the author with a slug, as mutations take it.
    pub async fn author(&self, slug: &str) -> String {
        let query = "query($slug: String!) { author(by: { slug: $slug }) { id } }";
        let data = self.desk.editor.query_with(query, json!({ "slug": slug }));
        data.await["author"]["id"].as_str().unwrap().to_owned()
    }

    /// Does something by hand in the database.
    pub async fn run(&self, sql: &str) {
        let database = self.desk.app.database.connect().await;
        database.batch_execute(sql).await.unwrap();
    }
}
