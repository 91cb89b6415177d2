//! The tables as the database itself describes them; saved, changed and restored.

use tokio_postgres::{Client, SimpleQueryMessage};
use uuid::Uuid;

use crate::support::TestApp;

/// Every table with content, those that others refer to first.
pub const TABLES: [&str; 19] = [
    "authors",
    "tags",
    "posts",
    "post_authors",
    "post_tags",
    "former_slugs",
    "redirects",
    "post_contents",
    "post_revisions",
    "preview_links",
    "merged_tags",
    "users",
    "sessions",
    "refresh_tokens",
    "password_resets",
    "api_keys",
    "attempts",
    "audit_events",
    "idempotency_keys",
];

/// A column that is stored as it is given.
pub struct Column {
    pub table: String,
    pub name: String,
    /// PostgreSQL's name of the type.
    pub ty: String,
}

/// The tables of one test's database.
pub struct Tables {
    connection: Client,
    columns: Vec<Column>,
}

impl Tables {
    pub async fn new(app: &TestApp) -> Self {
        let connection = app.database.connect().await;
        let sql = "SELECT table_name::text, column_name::text, udt_name::text
            FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
            WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
                AND table_name <> '__diesel_schema_migrations'
                -- Filled by triggers, from the content that changes.
                AND table_name NOT IN ('post_search', 'post_bigrams', 'content_changes')
            ORDER BY table_name, ordinal_position";
        let rows = connection.query(sql, &[]).await.unwrap();
        let columns = rows.iter().map(|row| Column {
            table: row.get(0),
            name: row.get(1),
            ty: row.get(2),
        });
        let columns: Vec<_> = columns.collect();
        for Column { table, .. } in &columns {
            assert!(
                TABLES.contains(&&**table),
                "a new table: put {table} into TABLES"
            );
        }
        Self {
            connection,
            columns,
        }
    }

    /// The columns of a table that are stored as they are given.
    pub fn columns_of<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a Column> {
        self.columns.iter().filter(move |it| it.table == table)
    }

    /// The names of the columns of a table, each as `rename` has it.
    pub fn list(&self, table: &str, rename: impl Fn(&str) -> String) -> String {
        let names = self.columns_of(table).map(|column| rename(&column.name));
        names.collect::<Vec<_>>().join(", ")
    }

    /// Runs SQL, each statement of which must change something.
    pub async fn make(&self, sql: &str) {
        let messages = self.connection.simple_query(sql).await;
        for message in messages.unwrap_or_else(|error| panic!("{error:?}\n{sql}")) {
            if let SimpleQueryMessage::CommandComplete(rows) = message {
                assert!(rows > 0, "a statement changes nothing:\n{sql}");
            }
        }
    }

    /// Runs SQL that need not change anything.
    pub async fn run(&self, sql: &str) {
        let done = self.connection.batch_execute(sql).await;
        done.unwrap_or_else(|error| panic!("{error:?}\n{sql}"));
    }

    /// The id of the only row with this value in this column.
    pub async fn uuid(&self, table: &str, column: &str, value: &str) -> Uuid {
        let sql = format!("SELECT id::text FROM {table} WHERE {column} = '{value}'");
        let row = self.connection.query_one(&sql, &[]).await;
        let row = row.unwrap_or_else(|error| panic!("{error:?}\n{sql}"));
        row.get::<_, &str>(0).parse().unwrap()
    }

    /// Keeps what there is.
    pub async fn save(&self) {
        let copies = TABLES.map(|table| format!("CREATE TABLE saved.{table} AS TABLE {table};"));
        self.run(&format!("CREATE SCHEMA saved; {}", copies.concat()))
            .await;
    }

    /// Brings back what was saved.
    pub async fn restore(&self) {
        let delete = TABLES
            .iter()
            .rev()
            .map(|table| format!("DELETE FROM {table};"));
        let insert = TABLES.iter().map(|table| {
            let columns = self.list(table, str::to_owned);
            format!("INSERT INTO {table} ({columns}) SELECT {columns} FROM saved.{table};")
        });
        let all: String = delete.chain(insert).collect();
        self.run(&format!("BEGIN; {all} COMMIT;")).await;
    }
}
