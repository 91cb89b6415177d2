use std::collections::HashMap;

use async_graphql::{Context, ID, Object};

use super::api_key::ApiKeyConnection;
use super::audit::{AuditEvent, AuditEventConnection, AuditFilter};
use super::user::{UserConnection, UserFilter};
use super::{ApiKey, User};
use crate::accounts::audit;
use crate::error::{Error, Result};
use crate::graphql::connection::{self, PageArguments, Selected};
use crate::graphql::context::ContextExt;
use crate::graphql::global_id::TypedId;
use crate::graphql::siblings::Sibling;
use crate::ids::UserId;
use crate::page::Page;

#[derive(Default)]
pub(in crate::graphql) struct AccountsQuery;

#[Object]
impl AccountsQuery {
    /// Who is asking; null if that is a visitor or a program with an API key.
    async fn me(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<User>> {
        let me = ctx.app().accounts.users.me(ctx.viewer()).await?;
        Ok(me.map(Sibling::single).map(User))
    }

    /// What a page sends as `X-CSRF-Token` with every mutation while it is logged in by cookies; null
    /// for visitors and programs. For pages on another host than this server's, which cannot read the
    /// cookie that holds it.
    async fn csrf_token(&self, ctx: &Context<'_>) -> Option<String> {
        let (_, session) = ctx.viewer().person()?;
        Some(ctx.app().accounts.sessions.csrf_token(session))
    }

    /// Everyone who can log in, or could; the oldest account first. For admins.
    async fn users(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start of the list, at most 100; 20 if neither `first` nor `last` is given. Example: `10`."
        )]
        first: Option<i32>,
        #[graphql(
            desc = r#"Only what follows this cursor. Example: `"YwGdQwOPQHlPoLbB1zhaa5AABk5NxeeSAA"`."#
        )]
        after: Option<String>,
        #[graphql(desc = "How many from the end of the list, at most 100. Example: `10`.")]
        last: Option<i32>,
        #[graphql(
            desc = r#"Only what precedes this cursor. Example: `"YwGdQwOPQHlPoLbB1zhaa5AABk5NxeeSAA"`."#
        )]
        before: Option<String>,
        #[graphql(desc = "Which users. Example: `{ role: EDITOR }`.")] filter: Option<UserFilter>,
    ) -> async_graphql::Result<UserConnection> {
        let page = PageArguments::new(first, after, last, before);
        let selected = Selected::of(&ctx.look_ahead()).guarded();
        let request = page.request(selected, crate::accounts::model::User::position)?;
        let filter = filter.unwrap_or_default().into();
        let (service, viewer) = (&ctx.app().accounts.users, ctx.viewer());
        let (items, total) = (
            service.list(viewer, &filter, &request),
            service.count(viewer, &filter),
        );
        let (page, total) = selected.read(items, total).await?;
        Ok(UserConnection {
            page: Sibling::page(page).map(User),
            order: (),
            total,
        })
    }

    /// The API keys of a user, with those that are over; the oldest first.
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start of the list, at most 100; 20 if neither `first` nor `last` is given. Example: `10`."
        )]
        first: Option<i32>,
        #[graphql(
            desc = r#"Only what follows this cursor. Example: `"awGdQwOPQHLYp_Acnktj0hcABk5NxeeSAA"`."#
        )]
        after: Option<String>,
        #[graphql(desc = "How many from the end of the list, at most 100. Example: `10`.")]
        last: Option<i32>,
        #[graphql(
            desc = r#"Only what precedes this cursor. Example: `"awGdQwOPQHLYp_Acnktj0hcABk5NxeeSAA"`."#
        )]
        before: Option<String>,
        #[graphql(
            desc = r#"Another user, for admins; without one, yourself. Example: `"VQGdQwOPQHlPoLbB1zhaa5A"`."#
        )]
        user: Option<ID>,
    ) -> async_graphql::Result<ApiKeyConnection> {
        let page = PageArguments::new(first, after, last, before);
        let selected = Selected::of(&ctx.look_ahead()).guarded();
        let request = page.request(selected, crate::accounts::model::ApiKey::position)?;
        let (service, viewer) = (&ctx.app().accounts.api_keys, ctx.viewer());
        let own = viewer.account().map(|account| account.user);
        let user = match user {
            Some(id) => UserId::decode("user", &id)?,
            None => own.ok_or(Error::Unauthenticated("log in first: this is for accounts"))?,
        };
        let (items, total) = (
            service.list(viewer, user, &request),
            service.count(viewer, user),
        );
        let (page, total) = selected.read(items, total).await?;
        Ok(ApiKeyConnection {
            page: page.map(ApiKey),
            order: (),
            total,
        })
    }

    /// What was done, by whom and from where; newest first. For admins.
    async fn audit_log(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start of the list, at most 100; 20 if neither `first` nor `last` is given. Example: `10`."
        )]
        first: Option<i32>,
        #[graphql(
            desc = r#"Only what follows this cursor. Example: `"dAGdQwOPQHGyg9Tl9gcYKToABk5NxeeSAA"`."#
        )]
        after: Option<String>,
        #[graphql(desc = "How many from the end of the list, at most 100. Example: `10`.")]
        last: Option<i32>,
        #[graphql(
            desc = r#"Only what precedes this cursor. Example: `"dAGdQwOPQHGyg9Tl9gcYKToABk5NxeeSAA"`."#
        )]
        before: Option<String>,
        #[graphql(desc = r#"Which entries. Example: `{ action: "session.opened" }`."#)]
        filter: Option<AuditFilter>,
    ) -> async_graphql::Result<AuditEventConnection> {
        let page = PageArguments::new(first, after, last, before);
        let selected = Selected::of(&ctx.look_ahead()).guarded();
        let request = page.request(selected, audit::AuditEvent::position)?;
        let filter = filter.unwrap_or_default().into_domain()?;
        let (service, viewer) = (&ctx.app().accounts.audit_log, ctx.viewer());
        let (items, total) = (
            service.list(viewer, &filter, &request),
            service.count(viewer, &filter),
        );
        let (page, total) = selected.read(items, total).await?;
        let users = if connection::items_select(&ctx.look_ahead(), "user") {
            actors(ctx, &page).await?
        } else {
            HashMap::new()
        };
        Ok(AuditEventConnection {
            page: page.map(|event| AuditEvent {
                user: event.user_id.and_then(|id| users.get(&id).cloned()),
                event,
            }),
            order: (),
            total,
        })
    }
}

/// Those who did what a page of the audit log tells of, in one statement.
async fn actors(
    ctx: &Context<'_>,
    page: &Page<audit::AuditEvent>,
) -> Result<HashMap<UserId, User>> {
    let mut ids: Vec<_> = page.items.iter().filter_map(|it| it.user_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let users = ctx.app().accounts.users.by_ids(ctx.viewer(), &ids).await?;
    Ok(Sibling::all(users).map(|it| (it.id, User(it))).collect())
}
