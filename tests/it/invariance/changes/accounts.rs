//! Changes to accounts that are nobody's of the cast, to what was done, and to secrets.

use super::{Change, Shown, Subject, Time};
use crate::invariance::world::{BYSTANDERS, World};

pub fn changes(world: &World) -> Vec<Change> {
    let bystanders = BYSTANDERS
        .map(|name| format!("'{}'", world.users[name]))
        .join(", ");
    let sessions = format!("SELECT id FROM saved.sessions WHERE user_id IN ({bystanders})");
    let keys: Vec<_> = world.keys.values().map(|id| format!("'{id}'")).collect();
    let rows = [
        ("users", format!("id IN ({bystanders})")),
        ("api_keys", format!("user_id IN ({bystanders})")),
        ("audit_events", "true".to_owned()),
        ("sessions", format!("id IN ({sessions})")),
        ("refresh_tokens", format!("session_id IN ({sessions})")),
        ("password_resets", "true".to_owned()),
        ("attempts", "subject LIKE 'log-in-account:%'".to_owned()),
    ];
    let mut changes = Vec::new();
    for (table, rows) in &rows {
        for column in world
            .tables
            .columns_of(table)
            .filter(|it| !it.is_identity())
        {
            let (name, value) = (&column.name, column.other_value(None));
            let rows = match (*table, &**name) {
                // That of everyone, the viewer included, for no log-in follows.
                ("users", "password_hash") => "true",
                _ => rows,
            };
            let sql = format!("UPDATE {table} SET {name} = {value} WHERE {rows}");
            changes.push(change(
                &format!("{table}.{name}"),
                sql,
                column.is_secret(),
                Time::Changing,
            ));
        }
    }
    changes.extend(additions(world));
    changes.extend(losses(&bystanders, &keys.join(", "), &sessions));
    changes
}

fn change(what: &str, sql: String, is_secret: bool, time: Time) -> Change {
    let (of, shown) = if is_secret {
        (Subject::Secret, Shown::Never)
    } else {
        (Subject::Account, Shown::By("accounts in full".to_owned()))
    };
    Change {
        name: format!("{what} of an account"),
        sql,
        of,
        shown,
        time,
    }
}

/// Copies of rows, with what must be another's changed.
fn additions(world: &World) -> Vec<Change> {
    let copy = |what: &str, table: &str, which: &str, is_secret: bool| {
        let columns = world.tables.list(table, str::to_owned);
        let values = world.tables.list(table, |column| match column {
            "id" => "md5('copy' || id)::uuid".to_owned(),
            "email" => "'new-' || email".to_owned(),
            "author_id" => "NULL".to_owned(),
            "digest" => "sha256('copy' || digest)".to_owned(),
            _ => column.to_owned(),
        });
        let sql =
            format!("INSERT INTO {table} ({columns}) SELECT {values} FROM {table} WHERE {which}");
        change(what, sql, is_secret, Time::Changing)
    };
    let otto = format!("'{}'", world.users["otto"]);
    vec![
        copy("the making", "users", &format!("id = {otto}"), false),
        copy("a new key", "api_keys", "name LIKE 'build-changed'", false),
        copy("a new entry", "audit_events", "true", false),
        copy("a new session", "sessions", "true", true),
    ]
}

fn losses(bystanders: &str, keys: &str, sessions: &str) -> Vec<Change> {
    [
        (
            "the end of a key",
            format!("DELETE FROM api_keys WHERE id IN ({keys})"),
            false,
        ),
        (
            "the end of an entry",
            "DELETE FROM audit_events".to_owned(),
            false,
        ),
        (
            "the end of a session",
            format!("DELETE FROM sessions WHERE id IN ({sessions})"),
            true,
        ),
        (
            "the end",
            format!("DELETE FROM users WHERE id IN ({bystanders})"),
            false,
        ),
    ]
    .map(|(what, sql, is_secret)| change(what, sql, is_secret, Time::Going))
    .into()
}
