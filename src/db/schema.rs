// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "post_status"))]
    pub struct PostStatus;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;

    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "user_role"))]
    pub struct UserRole;
}

diesel::table! {
    api_keys (id) {
        id -> Uuid,
        user_id -> Uuid,
        name -> Text,
        digest -> Bytea,
        scopes -> Text,
        created_at -> Timestamptz,
        expires_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    attempts (subject) {
        subject -> Text,
        count -> Int4,
        window_ends_at -> Timestamptz,
    }
}

diesel::table! {
    audit_events (id) {
        id -> Uuid,
        occurred_at -> Timestamptz,
        action -> Text,
        actor -> Text,
        user_id -> Nullable<Uuid>,
        api_key_id -> Nullable<Uuid>,
        subject_type -> Nullable<Text>,
        subject_id -> Nullable<Uuid>,
        address -> Nullable<Text>,
        request_id -> Nullable<Text>,
        details -> Jsonb,
    }
}

diesel::table! {
    authors (id) {
        id -> Uuid,
        slug -> Text,
        name -> Text,
        name_key -> Text,
        bio -> Text,
        avatar_url -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    content_changes (number) {
        number -> Int8,
        committed_at -> Timestamptz,
        subject_type -> Text,
        subject_id -> Uuid,
        is_new -> Bool,
        is_gone -> Bool,
        was_published -> Bool,
        is_published -> Bool,
        is_live -> Bool,
        left_owners -> Array<Nullable<Uuid>>,
        is_relinked -> Bool,
        is_redated -> Bool,
        is_renamed -> Bool,
    }
}

diesel::table! {
    former_slugs (slug) {
        slug -> Text,
        post_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    idempotency_keys (viewer, key) {
        viewer -> Text,
        key -> Text,
        request_hash -> Bytea,
        created_at -> Timestamptz,
        answer -> Nullable<Bytea>,
    }
}

diesel::table! {
    merged_tags (id) {
        id -> Uuid,
        tag_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    password_resets (digest) {
        digest -> Bytea,
        user_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::PostStatus;

    post_authors (post_id, position) {
        post_id -> Uuid,
        author_id -> Uuid,
        position -> Int4,
        status -> PostStatus,
        listed_at -> Timestamptz,
        visible_until -> Timestamptz,
    }
}

diesel::table! {
    post_bigrams (post_id) {
        post_id -> Uuid,
        bigrams -> Array<Nullable<Int2>>,
        is_indexed -> Bool,
    }
}

diesel::table! {
    post_contents (post_id, hash) {
        post_id -> Uuid,
        hash -> Bytea,
        content -> Text,
    }
}

diesel::table! {
    post_revisions (post_id, number) {
        post_id -> Uuid,
        number -> Int4,
        editor_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        note -> Nullable<Text>,
        snapshot -> Text,
        content_hash -> Bytea,
        hash -> Bytea,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::PostStatus;
    use super::sql_types::Tsvector;

    post_search (post_id) {
        post_id -> Uuid,
        status -> PostStatus,
        listed_at -> Timestamptz,
        visible_until -> Timestamptz,
        language -> Text,
        title -> Tsvector,
        words -> Tsvector,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::PostStatus;

    post_tags (post_id, position) {
        post_id -> Uuid,
        tag_id -> Uuid,
        position -> Int4,
        status -> PostStatus,
        listed_at -> Timestamptz,
        visible_until -> Timestamptz,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::PostStatus;

    posts (id) {
        id -> Uuid,
        slug -> Text,
        path -> Text,
        title -> Text,
        content -> Text,
        excerpt -> Text,
        word_count -> Int4,
        status -> PostStatus,
        published_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
        front_matter -> Jsonb,
        listed_at -> Timestamptz,
        unpublish_at -> Nullable<Timestamptz>,
        visible_until -> Timestamptz,
        locale -> Nullable<Text>,
        meta_title -> Nullable<Text>,
        meta_description -> Nullable<Text>,
        canonical_url -> Nullable<Text>,
        faq -> Jsonb,
        draft_version -> Nullable<Int4>,
        former_published_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    preview_links (id) {
        id -> Uuid,
        post_id -> Uuid,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    redirects (path) {
        path -> Text,
        post_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    refresh_tokens (digest) {
        digest -> Bytea,
        session_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        spent_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    tags (id) {
        id -> Uuid,
        slug -> Text,
        name -> Text,
        name_key -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        version -> Int4,
    }
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::UserRole;

    users (id) {
        id -> Uuid,
        email -> Text,
        email_key -> Text,
        name -> Text,
        role -> UserRole,
        active -> Bool,
        password_hash -> Nullable<Text>,
        author_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        last_log_in_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(api_keys -> users (user_id));
diesel::joinable!(former_slugs -> posts (post_id));
diesel::joinable!(merged_tags -> tags (tag_id));
diesel::joinable!(password_resets -> users (user_id));
diesel::joinable!(post_authors -> authors (author_id));
diesel::joinable!(post_bigrams -> posts (post_id));
diesel::joinable!(post_contents -> posts (post_id));
diesel::joinable!(post_revisions -> posts (post_id));
diesel::joinable!(post_tags -> tags (tag_id));
diesel::joinable!(preview_links -> posts (post_id));
diesel::joinable!(redirects -> posts (post_id));
diesel::joinable!(refresh_tokens -> sessions (session_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(users -> authors (author_id));

diesel::allow_tables_to_appear_in_same_query!(
    api_keys,
    attempts,
    audit_events,
    authors,
    content_changes,
    former_slugs,
    idempotency_keys,
    merged_tags,
    password_resets,
    post_authors,
    post_bigrams,
    post_contents,
    post_revisions,
    post_search,
    post_tags,
    posts,
    preview_links,
    redirects,
    refresh_tokens,
    sessions,
    tags,
    users,
);
