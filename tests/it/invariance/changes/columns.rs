//! Another value for every column, whatever it holds.

use imprenta::blog::policy::PostState;

use crate::invariance::database::Column;

/// Columns that stay as they are: other rows name theirs, and which these are is what rows that are
/// made, deleted and linked change.
const IDENTITIES: [(&str, &str); 8] = [
    ("posts", "id"),
    ("authors", "id"),
    ("tags", "id"),
    ("users", "id"),
    ("sessions", "id"),
    ("redirects", "post_id"),
    ("former_slugs", "post_id"),
    ("refresh_tokens", "session_id"),
];

/// Columns that no answer shows to anybody.
const SECRETS: [(&str, &str); 8] = [
    ("users", "password_hash"),
    ("api_keys", "digest"),
    ("redirects", "created_at"),
    ("former_slugs", "created_at"),
    ("authors", "updated_at"),
    ("tags", "created_at"),
    ("tags", "updated_at"),
    ("authors", "created_at"),
];

/// Tables of which no answer shows anything.
const SECRET_TABLES: [&str; 5] = [
    "sessions",
    "refresh_tokens",
    "password_resets",
    "attempts",
    "idempotency_keys",
];

impl Column {
    /// Whether another change stands for that of this column.
    pub fn is_identity(&self) -> bool {
        IDENTITIES.contains(&(&*self.table, &*self.name))
    }

    /// Whether no answer shows it to anybody.
    pub fn is_secret(&self) -> bool {
        SECRETS.contains(&(&*self.table, &*self.name)) || SECRET_TABLES.contains(&&*self.table)
    }

    /// SQL for another value, which keeps a post hidden from those whom its state hides it from.
    pub fn other_value(&self, state: Option<PostState>) -> String {
        let of_state = state.and_then(|state| self.value_of_post(state));
        let special = of_state.or_else(|| self.special_value().map(str::to_owned));
        special.unwrap_or_else(|| self.value_of_type())
    }

    fn value_of_post(&self, state: PostState) -> Option<String> {
        let value = match (&*self.name, state) {
            ("status", PostState::Draft | PostState::Expired | PostState::Trashed) => "'archived'",
            ("status", PostState::Scheduled | PostState::Archived) => "'draft'",
            ("status", PostState::Pending) => "'scheduled'",
            ("published_at", PostState::Pending) => "published_at + interval '1 day'",
            ("published_at", _) => "coalesce(published_at, created_at) - interval '9 days'",
            ("unpublish_at", PostState::Expired) => "unpublish_at - interval '1 hour'",
            ("unpublish_at", _) => "coalesce(published_at, created_at) + interval '99 days'",
            ("version", _) => "version + 1000",
            // Of no revision, so there is no working draft.
            ("draft_version", _) => "draft_version + 1",
            ("canonical_url", _) => "canonical_url || '-changed'",
            ("faq", _) => r#"'[{"question": "Changed?", "answer": "Yes."}]'"#,
            ("title", PostState::Draft | PostState::Expired) => "'Aa ' || title",
            _ => return None,
        };
        (self.table == "posts").then(|| value.to_owned())
    }

    /// Where a type alone does not tell what the column may hold.
    fn special_value(&self) -> Option<&'static str> {
        Some(match (&*self.table, &*self.name) {
            ("users", "role") => {
                "CASE role WHEN 'editor' THEN 'author' ELSE 'editor' END::user_role"
            }
            ("posts", "locale") => "CASE locale WHEN 'fr' THEN 'es' ELSE 'fr' END",
            ("users", "author_id") => "NULL",
            ("api_keys" | "password_resets" | "sessions", "user_id")
            | ("post_revisions", "editor_id") => {
                "(SELECT id FROM users AS other WHERE other.name LIKE 'paula%')"
            }
            ("api_keys", "scopes") => "'content:read content:read-drafts'",
            // No answer names what it knows no kind of.
            ("audit_events", "subject_type") => "'tag'",
            ("preview_links", "expires_at") => "expires_at + interval '1 day'",
            ("post_revisions", "hash") => "sha256(hash)",
            ("audit_events", "actor") => "CASE actor WHEN 'user' THEN 'system' ELSE 'user' END",
            _ => return None,
        })
    }

    fn value_of_type(&self) -> String {
        let name = &self.name;
        match &*self.ty {
            "text" => format!("coalesce({name}, '') || '-changed'"),
            "timestamptz" => {
                format!("coalesce({name}, timestamptz '2026-05-05') - interval '400 days'")
            }
            "int4" | "int8" => format!("coalesce({name}, 0) + 1000"),
            "bool" => format!("NOT {name}"),
            "jsonb" => "'{ \"changed\": true }'".to_owned(),
            "bytea" => format!("sha256({name})"),
            "uuid" => format!("md5(coalesce({name}::text, ''))::uuid"),
            other => panic!(
                "no other value for {}.{name}, of type {other}: give it one in changes/columns.rs",
                self.table
            ),
        }
    }
}
