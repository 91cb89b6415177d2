use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use secrecy::SecretString;

use super::audit::{self, Event};
use super::model::{ApiKey, ApiKeyScope, Role, Scopes};
use super::policy::{AccountAction, AccountSubject, may, may_grant, require};
use super::present::hold;
use super::repository::api_keys;
use super::token::{OpaqueToken, TokenKind};
use super::viewer::Viewer;
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::{Error, FieldProblem, Result};
use crate::ids::{ApiKeyId, UserId};
use crate::page::{OrderTag, Page, PageRequest, Position, SortKey, is_storable};

/// The keys by which programs act for users.
#[derive(Clone, Debug)]
pub struct ApiKeys {
    pool: Pool,
    clock: Clock,
}

/// A key to make.
#[derive(Debug)]
pub struct NewApiKey {
    /// What its owner calls it.
    pub name: String,
    /// What it may be used for: at least one.
    pub scopes: Vec<ApiKeyScope>,
    /// When it ends; never, if there is no time.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The most keys that a user has at once.
const MAX_LIVE_KEYS: i64 = 100;

/// Marks cursors of lists of keys.
const BY_CREATION: OrderTag = OrderTag(b'k');

impl ApiKey {
    /// The key's place in lists.
    #[must_use]
    pub fn cursor(&self) -> String {
        let key = SortKey::Time(self.created_at);
        Position { key, id: self.id.0 }.to_cursor(BY_CREATION)
    }

    /// Reads a cursor of a list of keys.
    #[must_use]
    pub fn position(cursor: &str) -> Option<Position> {
        Position::time_from_cursor(cursor, BY_CREATION)
    }
}

impl ApiKeys {
    pub(super) fn new(pool: Pool, clock: Clock) -> Self {
        Self { pool, clock }
    }

    /// Makes a key for the viewer, and its secret, which is stored nowhere.
    pub async fn create(&self, viewer: &Viewer, new: NewApiKey) -> Result<(ApiKey, SecretString)> {
        let Some((account, _)) = viewer.person() else {
            let nobody = AccountSubject::other(Role::Reader);
            require(viewer, AccountAction::CreateApiKey, &nobody)?;
            return Err(Error::Forbidden("the program has no keys".to_owned()));
        };
        let own = AccountSubject::of(viewer, account.user, account.role);
        require(viewer, AccountAction::CreateApiKey, &own)?;
        let now = self.clock.now();
        let key = ApiKey {
            id: ApiKeyId(self.clock.new_uuid()),
            user_id: account.user,
            name: new.name.trim().to_owned(),
            scopes: Scopes::new(new.scopes),
            created_at: now,
            expires_at: new.expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        let problems = problems_of(&key, account.role, now);
        if !problems.is_empty() {
            return Err(Error::InvalidInput(problems));
        }
        let token = OpaqueToken::generate(TokenKind::ApiKey)?;
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| -> Result<()> {
                hold(connection, viewer, now).await?;
                if api_keys::count_live(connection, key.user_id, now).await? >= MAX_LIVE_KEYS {
                    return Err(Error::Forbidden(format!(
                        "you have {MAX_LIVE_KEYS} keys already; revoke one that is not needed"
                    )));
                }
                api_keys::insert(connection, &key, &token.digest()).await?;
                let scopes: Vec<_> = key.scopes.iter().map(ApiKeyScope::as_str).collect();
                let event = Event::new("api-key.created")
                    .to("api-key", key.id.0)
                    .with("scopes", scopes);
                audit::append(connection, &self.clock, viewer, event).await
            })
            .await?;
        Ok((key, token.text))
    }

    /// A page of a user's keys, the oldest first.
    pub async fn list(
        &self,
        viewer: &Viewer,
        user: UserId,
        page: &PageRequest,
    ) -> Result<Page<ApiKey>> {
        let subject = AccountSubject::of(viewer, user, Role::Admin);
        require(viewer, AccountAction::ManageApiKeys, &subject)?;
        let connection = &mut self.pool.get().await?;
        let rows = api_keys::list(connection, user, page).await?;
        Ok(Page::from_rows(rows, page))
    }

    /// How many keys a user has, with those that are over.
    pub async fn count(&self, viewer: &Viewer, user: UserId) -> Result<i64> {
        let subject = AccountSubject::of(viewer, user, Role::Admin);
        require(viewer, AccountAction::ManageApiKeys, &subject)?;
        let connection = &mut self.pool.get().await?;
        api_keys::count(connection, user).await
    }

    /// The keys with these ids that the viewer may see, in no order.
    pub async fn by_ids(&self, viewer: &Viewer, keys: &[ApiKeyId]) -> Result<Vec<ApiKey>> {
        let connection = &mut self.pool.get().await?;
        visible(connection, viewer, keys).await
    }

    /// Revokes a key, from the next request on. One that is not the viewer's to see is not found.
    pub async fn revoke(&self, viewer: &Viewer, key: ApiKeyId) -> Result<ApiKey> {
        if viewer.person().is_none() {
            let nobody = AccountSubject::other(Role::Reader);
            require(viewer, AccountAction::ManageApiKeys, &nobody)?;
        }
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                let found = visible(connection, viewer, &[key]).await?.pop();
                let Some(mut key) = found else {
                    return Err(Error::NotFound("there is no such API key".to_owned()));
                };
                let now = self.clock.now();
                if api_keys::revoke(connection, key.id, now).await? {
                    let event = Event::new("api-key.revoked").to("api-key", key.id.0);
                    audit::append(connection, &self.clock, viewer, event).await?;
                    key.revoked_at = Some(now);
                }
                Ok(key)
            })
            .await
    }
}

/// Those of these keys that the viewer may see.
async fn visible(
    connection: &mut AsyncPgConnection,
    viewer: &Viewer,
    keys: &[ApiKeyId],
) -> Result<Vec<ApiKey>> {
    let found = api_keys::by_ids(connection, keys).await?;
    let may_see = |(key, role): &(ApiKey, Role)| {
        let subject = AccountSubject::of(viewer, key.user_id, *role);
        may(viewer, AccountAction::ManageApiKeys, &subject)
    };
    Ok(found
        .into_iter()
        .filter(may_see)
        .map(|(key, _)| key)
        .collect())
}

fn problems_of(key: &ApiKey, role: Role, now: DateTime<Utc>) -> Vec<FieldProblem> {
    let mut problems = Vec::new();
    let mut note = |field: &str, message: &str| problems.push(FieldProblem::new(field, message));
    if key.name.is_empty() {
        note("name", "is empty");
    } else if key.name.chars().count() > 255 {
        note("name", "longer than 255 characters");
    } else if key.name.chars().any(char::is_control) {
        note("name", "holds control characters");
    }
    if key.scopes.is_empty() {
        note("scopes", "give at least one");
    }
    for scope in key.scopes.iter().filter(|scope| !may_grant(role, *scope)) {
        let message = format!("your role does not allow {}", scope.as_str());
        note("scopes", &message);
    }
    match key.expires_at {
        Some(time) if time <= now => note("expiresAt", "is not in the future"),
        Some(time) if !is_storable(&time) => note("expiresAt", "is after the year 9999"),
        _ => {}
    }
    problems
}
