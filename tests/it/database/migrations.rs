use imprenta::db::{Pool, migrations};

use crate::support::{Database, TestApp, database, post};

/// Everything that the catalog knows of the schema, as text.
async fn catalog(database: &Database) -> Vec<String> {
    let sql = "
        SELECT 'column ' || table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable
               || ' ' || coalesce(column_default, '') || coalesce(generation_expression, '') || coalesce(collation_name, '')
          FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL
        SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
          FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL
        SELECT 'type ' || typname || ' ' || typtype::text || coalesce((SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = pg_type.oid), '')
          FROM pg_type WHERE typnamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'collation ' || collname || ' ' || collprovider::text FROM pg_collation WHERE collnamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'function ' || proname || ' ' || prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        ORDER BY 1";
    let rows = database.connect().await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

fn pool(app: &TestApp) -> Pool {
    app.pool.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_migration_can_be_taken_back_and_leaves_nothing() {
    let app = TestApp::new().await;
    let newest = catalog(&app.database).await;
    assert!(
        newest.iter().any(|line| line.contains("posts_slug_key")),
        "{newest:?}"
    );
    let count = migrations::status(&pool(&app)).await.unwrap().len();
    let mut steps = vec![newest];
    for _ in 0..count {
        migrations::revert(&pool(&app)).await.unwrap();
        steps.push(catalog(&app.database).await);
    }
    let empty = steps.last().unwrap();
    let left: Vec<_> = empty
        .iter()
        .filter(|line| !line.contains("__diesel_schema_migrations"))
        .collect();
    assert!(left.is_empty(), "{left:#?}");
    assert!(migrations::revert(&pool(&app)).await.is_err());

    // And forward again, by way of the same steps.
    let applied = migrations::run(&pool(&app)).await.unwrap();
    assert_eq!(applied.len(), count);
    assert_eq!(catalog(&app.database).await, steps[0]);
    assert!(migrations::run(&pool(&app)).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_may_migrate_at_once() {
    let app = TestApp::new().await;
    let count = migrations::status(&pool(&app)).await.unwrap().len();
    for _ in 0..count {
        migrations::revert(&pool(&app)).await.unwrap();
    }
    let (a, b, c) = (pool(&app), pool(&app), pool(&app));
    let (a, b, c) = tokio::join!(
        migrations::run(&a),
        migrations::run(&b),
        migrations::run(&c)
    );
    let applied: usize = [a, b, c]
        .into_iter()
        .map(|applied| applied.unwrap().len())
        .sum();
    assert_eq!(applied, count);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_status_tells_what_is_applied() {
    let app = TestApp::new().await;
    let status = migrations::status(&pool(&app)).await.unwrap();
    assert!(
        status.iter().all(|migration| migration.applied),
        "{status:?}"
    );
    migrations::revert(&pool(&app)).await.unwrap();
    let status = migrations::status(&pool(&app)).await.unwrap();
    assert!(!status.last().unwrap().applied, "{status:?}");
}

/// What is searched, as text.
async fn searched(database: &Database) -> Vec<String> {
    let sql = "SELECT post_search::text FROM post_search ORDER BY post_id";
    let rows = database.connect().await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_indexed_for_searches_is_taken_along() {
    let app = TestApp::new().await;
    app.import([
        post("es")
            .locale("es")
            .title("Canciones de la niña")
            .summary("Una canción, y más.")
            .content("Canción 1.\n\n## Otra canción\n\nY más: [niña](https://example.org)."),
        post("none").content("# Title\n\nText."),
    ])
    .await;
    let expected = searched(&app.database).await;
    while migrations::revert(&pool(&app)).await.unwrap() != "2026-11-24-000005_search_faster" {}
    migrations::run(&pool(&app)).await.unwrap();
    assert_eq!(searched(&app.database).await, expected);
}

#[tokio::test]
async fn a_test_has_a_database_of_its_own() {
    let (a, b) = (database().await, database().await);
    assert_ne!(a.url_text, b.url_text);
}
