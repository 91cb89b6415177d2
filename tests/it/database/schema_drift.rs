//! `src/db/schema.rs` against the migrations: the generated file names just the tables and columns
//! that a migrated database has. (That diesel's own generator writes the same is checked by CI.)

use std::collections::BTreeSet;

use crate::support::database;

#[tokio::test]
async fn schema_rs_is_what_the_migrations_make() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/schema.rs");
    let generated = columns_of(&std::fs::read_to_string(path).unwrap());
    let sql = "
        SELECT table_name || '.' || column_name, udt_name, is_nullable = 'YES'
          FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> '__diesel_schema_migrations'";
    let rows = database()
        .await
        .connect()
        .await
        .query(sql, &[])
        .await
        .unwrap();
    let migrated: BTreeSet<String> = rows
        .iter()
        .map(|row| {
            let diesel = match row.get::<_, &str>(1) {
                "uuid" => "Uuid",
                "_uuid" => "Array<Nullable<Uuid>>",
                "text" => "Text",
                "_int2" => "Array<Nullable<Int2>>",
                "int4" => "Int4",
                "int8" => "Int8",
                "timestamptz" => "Timestamptz",
                "jsonb" => "Jsonb",
                "bool" => "Bool",
                "bytea" => "Bytea",
                "tsvector" => "Tsvector",
                "post_status" => "PostStatus",
                "user_role" => "UserRole",
                other => panic!("teach this test the type {other}"),
            };
            let ty = if row.get(2) {
                format!("Nullable<{diesel}>")
            } else {
                diesel.to_owned()
            };
            format!("{} -> {ty}", row.get::<_, &str>(0))
        })
        .collect();
    assert_eq!(generated, migrated, "run `make schema`");
}

/// The columns of every `table!`, as `table.column -> Type`.
fn columns_of(text: &str) -> BTreeSet<String> {
    let mut table = "";
    let mut columns = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if let Some((name, _)) = line
            .strip_suffix(") {")
            .and_then(|head| head.split_once(" ("))
        {
            table = name;
        } else if let Some((column, ty)) =
            line.strip_suffix(',').and_then(|it| it.split_once(" -> "))
        {
            columns.insert(format!("{table}.{column} -> {ty}"));
        }
    }
    columns
}
