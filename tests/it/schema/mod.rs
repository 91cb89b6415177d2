//! The GraphQL schema as a contract, and as what it says of itself.

mod examples;
mod literals;
mod operations;
mod places;

use places::{Sort, places};

#[test]
fn schema_graphql_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    let committed = std::fs::read_to_string(path).unwrap();
    assert!(
        committed == imprenta::graphql::sdl(),
        "schema.graphql is not what the program serves: run `make schema` and look at the difference",
    );
}

#[test]
fn everything_has_a_description() {
    let undescribed = places().into_iter().filter(|it| it.description.is_empty());
    let names: Vec<_> = undescribed.map(|it| it.name).collect();
    assert!(names.is_empty(), "without a description: {names:#?}");
}

#[test]
fn every_type_and_all_that_takes_a_value_has_an_example() {
    let places = places().into_iter();
    let shown = places.filter(|it| !matches!(it.sort, Sort::Part));
    let without = shown.filter(|it| it.example().is_none());
    let names: Vec<_> = without.map(|it| it.name).collect();
    assert!(names.is_empty(), "without an \"Example: `…`\": {names:#?}");
}

#[test]
fn arguments_that_every_list_has_are_described_alike() {
    let places = places();
    for argument in ["first", "after", "last", "before"] {
        let end = format!("({argument}:)");
        let of_that_name = places.iter().filter(|it| it.name.ends_with(&end));
        // The lists have cursors of their own, and so do the examples.
        let mut texts: Vec<_> = of_that_name
            .filter_map(|it| it.description.split(" Example: ").next())
            .collect();
        assert!(texts.len() >= 9, "{texts:?}");
        texts.dedup();
        assert_eq!(texts.len(), 1, "{texts:#?}");
    }
}
