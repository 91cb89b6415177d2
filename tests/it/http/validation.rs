//! Which documents fit the schema, and which values their types: what the specification says in its
//! sections 5 "Validation" and 6.1.2 "Coercing Variable Values".

use imprenta::config::Environment;
use serde_json::{Value, json};

use crate::support::{Client, TestApp, post};

/// The messages of all errors of a request that was refused before anything ran.
async fn refused(client: &Client, query: &str, variables: Value) -> Vec<(String, String)> {
    let answer = client.graphql(query, variables).await;
    let json = answer.json();
    assert_eq!(answer.status, 400, "{query}\n{json:#}");
    assert_eq!(json.get("data"), None, "{query}\n{json:#}");
    let errors = json["errors"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = errors.map(|error| {
        let place = &error["locations"][0];
        assert!(place["line"].as_u64() >= Some(1), "{query}\n{json:#}");
        (text(&error["extensions"]["code"]), text(&error["message"]))
    });
    errors.collect()
}

/// Each is refused with this one error, or with the first of several that the specification knows.
async fn each_refused(cases: &[(&str, &str)]) {
    let app = TestApp::new().await;
    let client = app.anonymous();
    let mut wrong = Vec::new();
    for (query, expected) in cases {
        let answer = client.graphql(query, Value::Null).await.json();
        let error = &answer["errors"][0];
        let (code, message) = (&error["extensions"]["code"], &error["message"]);
        if message != expected
            || code != "GRAPHQL_VALIDATION_FAILED"
            || answer["errors"][1] != Value::Null
        {
            wrong.push(format!("{query}\n  {answer}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_is_selected_has_to_be_there_and_whole() {
    each_refused(&[
        ("{ nothing }", "the type Query has no field \"nothing\""),
        (
            "{ pots { totalCount } }",
            "the type Query has no field \"pots\"; did you mean \"post\"?",
        ),
        (
            "mutation { nothing }",
            "the type Mutation has no field \"nothing\"",
        ),
        (
            "{ health }",
            "the field \"health\" of Query is a Health: select fields of it",
        ),
        (
            "{ __typename { a } }",
            "the field \"__typename\" of Query has no fields to select",
        ),
        (
            "{ health { status { a } } }",
            "the field \"status\" of Health has no fields to select",
        ),
        (
            "{ node(id: \"a\") { title } }",
            "the type Node has no field \"title\"",
        ),
        (
            "{ route(path: \"/\") { id } }",
            "the type Route has no field \"id\"",
        ),
        (
            "{ __type { name } }",
            "the field \"__type\" of Query needs the argument \"name\"",
        ),
    ])
    .await;
}

#[tokio::test]
async fn arguments_are_known_given_once_and_complete() {
    each_refused(&[
        ("{ posts(frist: 1) { totalCount } }", "the field \"posts\" of Query has no argument \"frist\"; did you mean \"first\"?"),
        ("{ posts(first: 1, first: 1) { totalCount } }", "the field \"posts\" of Query has the argument \"first\" twice"),
        ("{ route { __typename } }", "the field \"route\" of Query needs the argument \"path\""),
        ("{ __typename(a: 1) }", "the field \"__typename\" of Query has no argument \"a\""),
        ("{ posts(orderBy: {}) { totalCount } }", "the field \"posts\" of Query: orderBy the field \"field\" of PostOrder is missing"),
        ("{ posts(filter: { tga: 1 }) { totalCount } }", "the field \"posts\" of Query: filter PostFilter has no field \"tga\"; did you mean \"tag\"?"),
        ("{ posts(orderBy: { field: TITLE, field: TITLE }) { totalCount } }", "the field \"field\" is given twice in one object"),
    ])
    .await;
}

#[tokio::test]
async fn values_have_the_types_that_are_asked_for() {
    each_refused(&[
        ("{ posts(first: \"1\") { totalCount } }", "the field \"posts\" of Query: first must be an Int"),
        ("{ posts(first: 1.0) { totalCount } }", "the field \"posts\" of Query: first must be an Int: a whole number within -2147483648 and 2147483647"),
        ("{ posts(first: 2147483648) { totalCount } }", "the field \"posts\" of Query: first must be an Int: a whole number within -2147483648 and 2147483647"),
        ("{ posts(first: 99999999999999999999) { totalCount } }", "the field \"posts\" of Query: first must be an Int: a whole number within -2147483648 and 2147483647"),
        ("{ posts(orderBy: { field: \"TITLE\" }) { totalCount } }", "the field \"posts\" of Query: orderBy.field must be a value of PostOrderField"),
        ("{ posts(orderBy: { field: TITEL }) { totalCount } }", "the field \"posts\" of Query: orderBy.field must be a value of PostOrderField; did you mean \"TITLE\"?"),
        ("{ posts(filter: { publishedFrom: \"soon\" }) { totalCount } }", "the field \"posts\" of Query: filter.publishedFrom must be a DateTime, for example \"2026-01-31T12:00:00Z\""),
        ("{ route(path: 1) { __typename } }", "the field \"route\" of Query: path must be a String"),
        ("{ route(path: null) { __typename } }", "the field \"route\" of Query: path must not be null"),
        ("{ node(id: 1.5) { id } }", "the field \"node\" of Query: id must be an ID: a string"),
        ("{ nodes(ids: [\"a\", true]) { id } }", "the field \"nodes\" of Query: ids.1 must be an ID: a string"),
        ("{ post(by: {}) { id } }", "the field \"post\" of Query: by must have exactly one field of PostBy"),
        ("{ post(by: { slug: null }) { id } }", "the field \"post\" of Query: by.slug must not be null"),
        ("{ post(by: { id: \"a\", slug: \"b\" }) { id } }", "the field \"post\" of Query: by must have exactly one field of PostBy"),
        ("{ post(by: \"a\") { id } }", "the field \"post\" of Query: by must be an object of the type PostBy"),
    ])
    .await;
}

#[tokio::test]
async fn directives_are_known_at_their_place_and_there_once() {
    each_refused(&[
        ("{ __typename @aa }", "there is no directive @aa"),
        (
            "{ __typename @skip }",
            "the directive @skip needs the argument \"if\"",
        ),
        (
            "{ __typename @skip(if: 1) }",
            "the directive @skip: if must be a Boolean: true or false",
        ),
        (
            "{ __typename @skip(if: false) @skip(if: false) }",
            "the directive @skip is here twice",
        ),
        (
            "{ __typename @include(if: true, unless: 1) }",
            "the directive @include has no argument \"unless\"",
        ),
        (
            "query @skip(if: true) { __typename }",
            "the directive @skip cannot be here",
        ),
        (
            "{ __typename @deprecated }",
            "there is no directive @deprecated",
        ),
        (
            "query($a: Int @skip(if: true)) { posts(first: $a) { totalCount } }",
            "the directive @skip cannot be here",
        ),
        (
            "{ ... on Query @aa { __typename } }",
            "there is no directive @aa",
        ),
        (
            "{ ...F @aa } fragment F on Query { __typename }",
            "there is no directive @aa",
        ),
        (
            "{ ...F } fragment F on Query @include(if: true) { __typename }",
            "the directive @include cannot be here",
        ),
    ])
    .await;
}

#[tokio::test]
async fn fragments_are_used_and_can_apply() {
    each_refused(&[
        (
            "{ __typename } fragment F on Query { __typename }",
            "the fragment \"F\" is not used",
        ),
        (
            "{ ...F } fragment F on Nothing { __typename }",
            "there is no type \"Nothing\"",
        ),
        (
            "{ ...F } fragment F on Int { __typename }",
            "the fragment \"F\" cannot be on Int, which has no fields",
        ),
        (
            "{ ... on PostBy { __typename } }",
            "the fragment without a name cannot be on PostBy, which has no fields",
        ),
        (
            "{ ... on Post { title } }",
            "a fragment on Post can never apply to Query",
        ),
        (
            "{ route(path: \"/\") { ...F } } fragment F on Tag { name }",
            "a fragment on Tag can never apply to Route",
        ),
        (
            "{ ...F } fragment F on Query { __typename } fragment F on Query { __typename }",
            "two fragments have the same name",
        ),
        (
            "query A { __typename } query A { __typename }",
            "two operations have the same name",
        ),
        (
            "query A { __typename } { __typename }",
            "an operation without a name must be the only one of its document",
        ),
    ])
    .await;
}

#[tokio::test]
async fn variables_are_defined_used_and_fit_their_places() {
    each_refused(&[
        ("{ posts(first: $a) { totalCount } }", "the variable $a is not defined"),
        ("query($a: Int) { __typename }", "the variable $a is not used"),
        ("query($a: Int, $a: Int) { posts(first: $a) { totalCount } }", "the variable $a is defined twice"),
        ("query($a: Post) { posts(first: $a) { totalCount } }", "the variable $a cannot be of the type Post"),
        ("query($a: Itn) { posts(first: $a) { totalCount } }", "there is no type \"Itn\"; did you mean \"Int\"?"),
        ("query($a: Int = \"1\") { posts(first: $a) { totalCount } }", "$a must be an Int"),
        ("query($a: Int! = null) { posts(first: $a) { totalCount } }", "$a must not be null"),
        ("query($a: String) { route(path: $a) { __typename } }", "the variable $a of the type String stands where String! is expected"),
        ("query($a: String) { posts(first: $a) { totalCount } }", "the variable $a of the type String stands where Int is expected"),
        ("query($a: ID) { nodes(ids: $a) { id } }", "the variable $a of the type ID stands where [ID!]! is expected"),
        ("query($a: [ID]!) { nodes(ids: $a) { id } }", "the variable $a of the type [ID]! stands where [ID!]! is expected"),
        ("query($a: ID) { nodes(ids: [$a]) { id } }", "the variable $a of the type ID stands where ID! is expected"),
        ("query($a: String) { post(by: { slug: $a }) { id } }", "the variable $a of the type String stands where String is expected, and never null"),
        ("query($a: Boolean) { __typename @skip(if: $a) }", "the variable $a of the type Boolean stands where Boolean! is expected"),
        ("query A($a: Int) { ...F } query B { ...F } fragment F on Query { posts(first: $a) { totalCount } }", "the variable $a is not defined"),
    ])
    .await;
}

#[tokio::test]
async fn fields_of_one_name_are_one_field() {
    each_refused(&[
        (
            "{ a: health { status } a: posts { totalCount } }",
            "\"a\" would be \"health\" and \"posts\": name one of them anew",
        ),
        (
            "{ posts(first: 1) { totalCount } posts(first: 2) { totalCount } }",
            "\"posts\" has different arguments: name one of them anew",
        ),
        (
            "{ posts { a: totalCount } posts { a: nodes { id } } }",
            "\"a\" would be Int! and [Post!]!: name one of them anew",
        ),
        (
            "{ ...F health { a: status } } fragment F on Query { health { a: __typename } }",
            "\"a\" would be \"__typename\" and \"status\": name one of them anew",
        ),
        (
            "{ node(id: \"a\") { ... on Post { a: version } ... on Tag { a: name } } }",
            "\"a\" would be Int! and String!: name one of them anew",
        ),
    ])
    .await;
    let client = TestApp::new().await.anonymous();
    client
        .query("{ health { __typename } a: health { status } ...F } fragment F on Query { a: health { status } }")
        .await;
    // The same name for different fields of different objects.
    client
        .query("{ nodes(ids: []) { ... on Post { a: title } ... on Tag { a: name } } }")
        .await;
}

#[tokio::test]
async fn what_the_specification_allows_is_answered() {
    let app = TestApp::new().await;
    app.import([post("one").tag("Rust"), post("two")]).await;
    let client = app.anonymous();
    let cases = [
        (
            "query($x: Boolean!) { __typename @include(if: $x) }",
            json!({ "x": false }),
            json!({}),
        ),
        (
            "query($x: Boolean = true) { __typename @skip(if: $x) health { status } }",
            json!({}),
            json!({ "health": { "status": "ok" } }),
        ),
        (
            "query($x: Boolean! = true) { __typename @skip(if: $x) health { status } }",
            json!({}),
            json!({ "health": { "status": "ok" } }),
        ),
        (
            "query($n: Int) { posts(first: $n) { totalCount } }",
            json!({}),
            json!({ "posts": { "totalCount": 2 } }),
        ),
        (
            "query($n: Int) { posts(first: $n) { nodes { slug } } }",
            json!({ "n": 1.0 }),
            json!({ "posts": { "nodes": [{ "slug": "two" }] } }),
        ),
        // Without a value, the field of the input is not there, and its default holds.
        (
            "query($d: OrderDirection = DESC) { posts(orderBy: { field: TITLE, direction: $d }) { totalCount } }",
            json!({}),
            json!({ "posts": { "totalCount": 2 } }),
        ),
        (
            "query($d: OrderDirection!, $f: PostOrderField!) { posts(orderBy: { field: $f, direction: $d }) { totalCount } }",
            json!({ "d": "ASC", "f": "TITLE" }),
            json!({ "posts": { "totalCount": 2 } }),
        ),
        (
            "query($f: PostFilter) { posts(filter: $f) { totalCount } }",
            json!({ "f": { "tag": { "slug": "rust" } } }),
            json!({ "posts": { "totalCount": 1 } }),
        ),
        (
            "query($s: String) { posts(filter: { publishedFrom: null }, search: $s) { totalCount } }",
            json!({}),
            json!({ "posts": { "totalCount": 2 } }),
        ),
        (
            "{ posts(first: 1) { nodes { ... on Node @skip(if: true) { id } } } route(path: \"/nowhere\") { ... on Redirect { location } } }",
            json!({}),
            json!({ "posts": { "nodes": [{}] }, "route": null }),
        ),
        (
            "query($x: Boolean!) { posts(first: 1) { nodes { ... @include(if: $x) { slug } ...F } } } fragment F on Node { ... on Tag { name } }",
            json!({ "x": false }),
            json!({ "posts": { "nodes": [{}] } }),
        ),
        (
            "query($ids: [ID!]!) { nodes(ids: $ids) { id } }",
            json!({ "ids": [] }),
            json!({ "nodes": [] }),
        ),
    ];
    for (query, variables, expected) in cases {
        assert_eq!(
            client.query_with(query, variables).await,
            expected,
            "{query}"
        );
    }
}

#[tokio::test]
async fn values_of_variables_that_do_not_fit_are_told_with_their_way() {
    let app = TestApp::new().await;
    let client = app.anonymous();
    let order = "query($o: PostOrder, $n: Int, $by: PostBy) { posts(first: $n, orderBy: $o) { totalCount } post(by: { slug: \"a\" }) { id } other: post(by: $by) { id } }";
    let order = order.replace("$by: PostBy)", "$by: PostBy!)");
    let cases = [
        (
            json!({ "by": { "slug": "a" }, "n": "canary-secret" }),
            "$n must be an Int",
        ),
        (
            json!({ "by": { "slug": "a" }, "n": 1.5 }),
            "$n must be an Int: a whole number within -2147483648 and 2147483647",
        ),
        (
            json!({ "by": { "slug": "a" }, "n": 9_007_199_254_740_993_i64 }),
            "$n must be an Int: a whole number within -2147483648 and 2147483647",
        ),
        (
            json!({ "by": { "slug": "a" }, "o": { "field": "canary-secret" } }),
            "$o.field must be a value of PostOrderField",
        ),
        (
            json!({ "by": { "slug": "a" }, "o": { "field": "TITLE", "more": 1 } }),
            "$o PostOrder has no field \"more\"",
        ),
        (
            json!({ "by": { "slug": "a" }, "o": {} }),
            "$o the field \"field\" of PostOrder is missing",
        ),
        (
            json!({ "by": { "slug": "a" }, "o": [] }),
            "$o must be an object of the type PostOrder",
        ),
        (
            json!({ "by": { "slug": null } }),
            "$by.slug must not be null",
        ),
        (
            json!({ "by": { "slug": "a", "id": "b" } }),
            "$by must have exactly one field of PostBy",
        ),
        (json!({ "by": null }), "$by must not be null"),
        (
            json!({}),
            "the variable $by of the type PostBy! has no value",
        ),
    ];
    for (variables, expected) in cases {
        let errors = refused(&client, &order, variables).await;
        let expected = ("BAD_USER_INPUT".to_owned(), expected.to_owned());
        assert_eq!(errors, [expected]);
    }
}

#[tokio::test]
async fn several_problems_are_told_in_order_and_at_most_five() {
    let client = TestApp::new().await.anonymous();
    let errors = refused(&client, "{ b\na { x } posts(first: true) }", Value::Null).await;
    let messages: Vec<_> = errors.iter().map(|it| it.1.as_str()).collect();
    assert_eq!(
        messages,
        [
            "the type Query has no field \"b\"",
            "the type Query has no field \"a\"",
            "the field \"posts\" of Query is a PostConnection: select fields of it",
            "the field \"posts\" of Query: first must be an Int",
        ]
    );
    let fields: Vec<_> = (0..9).map(|n| format!("nothing{n}")).collect();
    let fields = fields.join(" ");
    assert_eq!(
        refused(&client, &format!("{{ {fields} }}"), Value::Null)
            .await
            .len(),
        5
    );
}

#[tokio::test]
async fn a_closed_schema_gives_no_names_away() {
    let settings = Environment::from([("INTROSPECTION", "false")]);
    let client = TestApp::with_settings(settings).await.anonymous();
    for (query, message) in [
        ("{ pots { id } }", "the type Query has no field \"pots\""),
        (
            "{ __schema { types { name } } }",
            "the type Query has no field \"__schema\"",
        ),
        (
            "{ __type(name: \"Post\") { name } }",
            "the type Query has no field \"__type\"",
        ),
        (
            "{ posts(frist: 1) { totalCount } }",
            "the field \"posts\" of Query has no argument \"frist\"",
        ),
        (
            "{ posts(orderBy: { field: TITEL }) { totalCount } }",
            "the field \"posts\" of Query: orderBy.field must be a value of PostOrderField",
        ),
        (
            "query($a: Strin) { route(path: $a) { __typename } }",
            "there is no type \"Strin\"",
        ),
    ] {
        assert_eq!(client.refusal(query).await.1, message);
    }
    assert_eq!(
        client.query("{ __typename }").await,
        json!({ "__typename": "Query" })
    );
}

/// What is checked is what the engine answers about itself.
#[tokio::test]
async fn everything_that_introspection_offers_may_be_asked_for() {
    let client = TestApp::new().await.anonymous();
    let meta = "{ __schema { types { name kind fields(includeDeprecated: true) { name args { name } type { name kind ofType { name kind } } } } } }";
    let data = client.query(meta).await;
    let types = data["__schema"]["types"].as_array().unwrap();
    let mut seen = 0;
    for ty in types
        .iter()
        .filter(|it| it["name"].as_str().unwrap().starts_with("__"))
    {
        for field in ty["fields"].as_array().into_iter().flatten() {
            let is_object = |it: &Value| {
                it["name"].as_str().is_some_and(|it| it.starts_with("__")) && it["kind"] == "OBJECT"
            };
            let ty_name = ty["name"].as_str().unwrap();
            let inner = &field["type"];
            let composite = is_object(inner)
                || is_object(&inner["ofType"])
                || inner["ofType"]["kind"] == "LIST"
                || inner["kind"] == "LIST";
            let name = field["name"].as_str().unwrap();
            let query = format!(
                "query {{ __typename ...F }} fragment F on Query {{ __schema {{ __typename }} }} fragment T on {ty_name} {{ {name} {} }}",
                if composite { "{ __typename }" } else { "" }
            );
            let errors = refused(&client, &query, Value::Null).await;
            let known = errors.iter().all(|it| {
                it.1 == "the fragment \"T\" is not used"
                    || it.1.ends_with("has no fields to select")
            });
            assert!(known, "{ty_name}.{name}: {errors:?}");
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen} fields");
}
