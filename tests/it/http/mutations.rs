//! The shape of a mutation's answer, on a schema of this file: what completes it knows any schema.

use async_graphql::{EmptySubscription, MergedObject, Object, Schema, SimpleObject};
use std::sync::Arc;

use imprenta::config::{Config, Environment};
use imprenta::graphql::{Bound, Document, DocumentError, Documents};

#[derive(SimpleObject)]
struct Thing {
    name: &'static str,
    more: Option<Inner>,
}

struct Inner;

#[Object]
#[expect(clippy::unused_async, reason = "resolvers are async")]
impl Inner {
    async fn broken(&self) -> async_graphql::Result<i32> {
        Err("broken".into())
    }
}

#[derive(Default)]
struct Reads;

/// The same names as the mutations have, of other types.
#[Object]
impl Reads {
    async fn may(&self) -> i32 {
        1
    }

    async fn must(&self) -> Option<i32> {
        None
    }
}

async fn run(name: &'static str, fails: bool) -> async_graphql::Result<Thing> {
    tokio::task::yield_now().await;
    let thing = Thing {
        name,
        more: Some(Inner),
    };
    if fails { Err(name.into()) } else { Ok(thing) }
}

#[derive(Default)]
struct FirstWrites;

#[Object]
impl FirstWrites {
    async fn may(&self, #[graphql(default)] fails: bool) -> async_graphql::Result<Option<Thing>> {
        run("may", fails).await.map(Some)
    }
}

#[derive(Default)]
struct MoreWrites;

#[Object]
impl MoreWrites {
    async fn must(&self, #[graphql(default)] fails: bool) -> async_graphql::Result<Thing> {
        run("must", fails).await
    }
}

#[derive(MergedObject, Default)]
struct Writes(FirstWrites, MoreWrites);

fn schema() -> Schema<Reads, Writes, EmptySubscription> {
    Schema::build(Reads, Writes::default(), EmptySubscription).finish()
}

fn read(text: &str) -> Result<Arc<Document>, Vec<DocumentError>> {
    let config = Config::from_environment(&Environment::default()).unwrap();
    Documents::new(&schema().sdl(), &config.graphql).read(text)
}

/// Executes a mutation as the route does, and gives its data as text, which has an order.
async fn execute(text: &str) -> String {
    let document = read(text).unwrap();
    assert!(
        !document.needs_order(None),
        "the engine runs mutations in order"
    );
    let schema = schema();
    let execute = |request| schema.execute(request);
    let mut response = document.execute(None, &Bound::default(), execute).await;
    if !response.errors.is_empty() {
        document.complete(None, &mut response);
    }
    serde_json::to_string(&response.data).unwrap()
}

#[tokio::test]
async fn a_failed_mutation_is_null_in_its_place_or_takes_all_with_it() {
    for (mutation, data) in [
        (
            "{ a: may { name } b: may(fails: true) { name } c: must { name } }",
            r#"{"a":{"name":"may"},"b":null,"c":{"name":"must"}}"#,
        ),
        ("{ may(fails: true) { name } }", r#"{"may":null}"#),
        ("{ must { name } }", r#"{"must":{"name":"must"}}"#),
        ("{ may { name } must(fails: true) { name } }", "null"),
        (
            "{ must { name more { broken } } may { more { broken } name } }",
            r#"{"must":{"name":"must","more":null},"may":{"more":null,"name":"may"}}"#,
        ),
        (
            "{ ...F may { name } } fragment F on Writes { x: may(fails: true) { name } must { name } }",
            r#"{"x":null,"must":{"name":"must"},"may":{"name":"may"}}"#,
        ),
    ] {
        let got = execute(&format!("mutation {mutation}")).await;
        assert_eq!(got, data, "{mutation}");
    }
}

#[tokio::test]
async fn a_mutation_that_would_run_twice_is_refused() {
    for mutation in [
        "mutation { may { name } may { name } }",
        "mutation { may { name } ...F } fragment F on Writes { may { more { broken } } }",
        "mutation { ... on Writes { x: may { name } } ... { x: may { name } } }",
        "query A { may } mutation B { x: may { name } x: must { name } }",
    ] {
        let error = read(mutation).unwrap_err().remove(0);
        assert_eq!(error.code.as_str(), "GRAPHQL_VALIDATION_FAILED");
        assert!(!error.positions.is_empty(), "{mutation}");
    }
    for document in [
        "mutation { x: may { name } y: may { name } __typename __typename }",
        "query { may may }",
        "mutation A { may { name } } mutation B { may { name } }",
    ] {
        assert!(read(document).is_ok(), "{document}");
    }
}

#[tokio::test]
async fn a_mutation_has_at_most_twenty_fields_at_its_root() {
    let mutation = |fields: usize| {
        let fields: Vec<_> = (0..fields)
            .map(|n| format!("a{n}: may {{ name }}"))
            .collect();
        format!(
            "mutation {{ ...F }} fragment F on Writes {{ {} }}",
            fields.join(" ")
        )
    };
    assert!(read(&mutation(20)).is_ok());
    let error = read(&mutation(21)).unwrap_err().remove(0);
    assert_eq!(error.code.as_str(), "TOO_COMPLEX");
}
