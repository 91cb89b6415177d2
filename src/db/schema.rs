// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "post_status"))]
    pub struct PostStatus;
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
    tags (id) {
        id -> Uuid,
        slug -> Text,
        name -> Text,
        name_key -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::joinable!(former_slugs -> posts (post_id));
diesel::joinable!(post_authors -> authors (author_id));
diesel::joinable!(post_tags -> tags (tag_id));
diesel::joinable!(redirects -> posts (post_id));

diesel::allow_tables_to_appear_in_same_query!(
    authors,
    former_slugs,
    post_authors,
    post_tags,
    posts,
    redirects,
    tags,
);
