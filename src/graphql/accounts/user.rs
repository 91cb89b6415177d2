use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};
use chrono::{DateTime, Utc};

use crate::accounts::{UserFilter as DomainUserFilter, model};
use crate::graphql::blog::Author;
use crate::graphql::connection::connection;
use crate::graphql::context::ContextExt;
use crate::graphql::global_id::GlobalId;
use crate::graphql::siblings::{Keyed, Load, Sibling};
use crate::ids::UserId;

/// What someone may do, each including what those before it may.
///
/// Example: `EDITOR`.
#[derive(Clone, Copy, Enum, PartialEq, Eq)]
#[graphql(remote = "model::Role")]
pub(in crate::graphql) enum Role {
    /// Reads what is public.
    Reader,
    /// Writes posts of their own.
    Author,
    /// Edits everyone's posts.
    Editor,
    /// Manages accounts as well.
    Admin,
}

/// Which users a list holds: those that meet every condition given.
///
/// Example: `{ role: EDITOR, active: true }`.
#[derive(InputObject, Default)]
pub(in crate::graphql) struct UserFilter {
    /// With this role.
    /// Example: `EDITOR`.
    role: Option<Role>,
    /// Who may log in, or who may not.
    /// Example: `true`.
    active: Option<bool>,
}

impl From<UserFilter> for DomainUserFilter {
    fn from(filter: UserFilter) -> Self {
        Self {
            role: filter.role.map(Into::into),
            active: filter.active,
        }
    }
}

/// A user in GraphQL.
#[derive(Clone)]
pub(in crate::graphql) struct User(pub(in crate::graphql) Sibling<model::User>);

impl Keyed for model::User {
    type Id = UserId;

    fn id(&self) -> UserId {
        self.id
    }
}

connection!(
    UserConnection,
    UserEdge,
    User,
    "users",
    ["{ users(first: 10)", "name role", " }"],
    (),
    |(): &(), node: &User| { node.0.cursor() }
);

/// Someone who can log in. You see yourself; admins see everyone.
///
/// Example: `{ me { name email role } }`.
#[Object(serial)]
impl User {
    /// An opaque id, unique among all objects.
    pub(in crate::graphql) async fn id(&self) -> ID {
        GlobalId::User(self.0.id).into()
    }

    /// The address that they log in with; unique, whatever its case.
    async fn email(&self) -> &str {
        &self.0.email
    }

    /// What to call them.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What they may do.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// Whether they may log in and act at all.
    async fn active(&self) -> bool {
        self.0.active
    }

    /// The public profile that they write under; null if they have none.
    async fn author(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Author>> {
        let load = |users: Arc<[UserId]>| async move {
            let (app, viewer) = (ctx.app(), ctx.viewer());
            let profiles = app.accounts.users.profiles(viewer, &users).await?;
            let ids: Vec<_> = profiles.values().copied().collect();
            if ids.is_empty() {
                return Ok(HashMap::new());
            }
            let authors = app.blog.authors.by_ids(viewer, &ids).await?;
            let authors: HashMap<_, _> = Sibling::all(authors)
                .map(|author| (author.id, Author(author)))
                .collect();
            let of_users = profiles
                .into_iter()
                .filter_map(|(user, author)| Some((user, authors.get(&author)?.clone())));
            Ok(of_users.collect::<HashMap<_, _>>())
        };
        let siblings = self.0.siblings();
        let authors = siblings.load(Load::Relation("author"), load).await?;
        Ok(authors.get(&self.0.id).cloned())
    }

    /// When the account was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }

    /// When they last logged in; null if they never did.
    async fn last_log_in_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_log_in_at
    }
}
