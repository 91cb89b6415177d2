use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use secrecy::SecretString;

use super::audit::{self, Event};
use super::email;
use super::model::{Role, User};
use super::password::PasswordHasher;
use super::passwords::checked;
use super::policy::{AccountAction, AccountSubject, may, require};
use super::present::hold;
use super::repository::users::{Changes, NewRow};
use super::repository::{password_resets, sessions, users};
use super::viewer::Viewer;
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::{Error, FieldProblem, Result};
use crate::ids::{AuthorId, UserId};
use crate::page::{OrderTag, Page, PageRequest, Position, SortKey};

/// Accounts of people.
#[derive(Clone, Debug)]
pub struct Users {
    pool: Pool,
    clock: Clock,
    hasher: PasswordHasher,
}

/// Which users a list holds: those that meet every condition given.
#[derive(Clone, Copy, Debug, Default)]
pub struct UserFilter {
    /// With this role.
    pub role: Option<Role>,
    /// Who may log in, or who may not.
    pub active: Option<bool>,
}

/// A user to make.
#[derive(Debug)]
pub struct NewUser {
    /// Their address.
    pub email: String,
    /// What to call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Without one, they set their own by a reset.
    pub password: Option<SecretString>,
    /// The profile that they write under.
    pub author: Option<AuthorId>,
}

/// What to change of a user; what is `None` stays.
#[derive(Debug, Default)]
pub struct UserChanges {
    /// Their address.
    pub email: Option<String>,
    /// What to call them.
    pub name: Option<String>,
    /// What they may do.
    pub role: Option<Role>,
    /// Whether they may log in.
    pub active: Option<bool>,
    /// The profile that they write under, or none.
    pub author: Option<Option<AuthorId>>,
}

/// Marks cursors of lists of users.
const BY_CREATION: OrderTag = OrderTag(b'c');

impl User {
    /// The user's place in lists.
    #[must_use]
    pub fn place(&self) -> Position {
        let key = SortKey::Time(self.created_at);
        Position { key, id: self.id.0 }
    }

    /// That place as clients hand it back.
    #[must_use]
    pub fn cursor(&self) -> String {
        self.place().to_cursor(BY_CREATION)
    }

    /// Reads a cursor of a list of users.
    #[must_use]
    pub fn position(cursor: &str) -> Option<Position> {
        Position::time_from_cursor(cursor, BY_CREATION)
    }
}

impl Users {
    pub(super) fn new(pool: Pool, clock: Clock, hasher: PasswordHasher) -> Self {
        Self {
            pool,
            clock,
            hasher,
        }
    }

    /// The person who is asking; nobody if that is a visitor or a program.
    pub async fn me(&self, viewer: &Viewer) -> Result<Option<User>> {
        let Some((account, _)) = viewer.person() else {
            return Ok(None);
        };
        let connection = &mut self.pool.get().await?;
        Ok(users::by_ids(connection, &[account.user]).await?.pop())
    }

    /// The users with these ids that the viewer may see, in no order.
    pub async fn by_ids(&self, viewer: &Viewer, ids: &[UserId]) -> Result<Vec<User>> {
        let may_read = |user: &User| {
            let subject = AccountSubject::of(viewer, user.id, user.role);
            may(viewer, AccountAction::ReadUser, &subject)
        };
        let connection = &mut self.pool.get().await?;
        let mut found = users::by_ids(connection, ids).await?;
        found.retain(may_read);
        Ok(found)
    }

    /// The profiles that these users write under, as far as the viewer may see the users; those
    /// without one are left out.
    pub async fn profiles(
        &self,
        viewer: &Viewer,
        ids: &[UserId],
    ) -> Result<HashMap<UserId, AuthorId>> {
        let users = self.by_ids(viewer, ids).await?;
        let profile = |user: User| Some((user.id, user.author_id?));
        Ok(users.into_iter().filter_map(profile).collect())
    }

    /// A page of users, the oldest account first.
    pub async fn list(
        &self,
        viewer: &Viewer,
        filter: &UserFilter,
        page: &PageRequest,
    ) -> Result<Page<User>> {
        require(viewer, AccountAction::ListUsers, &everyone())?;
        let connection = &mut self.pool.get().await?;
        let rows = users::list(connection, filter, page).await?;
        Ok(Page::from_rows(rows, page))
    }

    /// How many users a list holds.
    pub async fn count(&self, viewer: &Viewer, filter: &UserFilter) -> Result<i64> {
        require(viewer, AccountAction::ListUsers, &everyone())?;
        let connection = &mut self.pool.get().await?;
        users::count(connection, filter).await
    }

    /// Whether there is anyone who can manage accounts.
    pub async fn any_admin(&self, viewer: &Viewer) -> Result<bool> {
        require(viewer, AccountAction::ListUsers, &everyone())?;
        let connection = &mut self.pool.get().await?;
        users::any_active_admin(connection).await
    }

    /// Makes a user. Fails with [`Error::InvalidInput`] for every field that is wrong.
    pub async fn create(&self, viewer: &Viewer, new: NewUser) -> Result<User> {
        let subject = AccountSubject::other(new.role);
        require(viewer, AccountAction::CreateUser, &subject)?;
        let mut problems = Vec::new();
        let email = email::check("email", &new.email).map_err(|it| problems.push(it));
        let name = check_name(&new.name).map_err(|it| problems.push(it));
        let mut hash = None;
        if let Some(password) = new.password {
            let personal = [new.email.clone(), new.name.clone()];
            match checked(&self.hasher, "password", password, personal).await? {
                Ok(password) if problems.is_empty() => {
                    hash = Some(self.hasher.hash(password).await?);
                }
                Ok(_) => {}
                Err(problem) => problems.push(problem),
            }
        }
        let (Ok(email), Ok(name), true) = (email, name, problems.is_empty()) else {
            return Err(Error::InvalidInput(problems));
        };
        let now = self.clock.now();
        let row = NewRow {
            id: UserId(self.clock.new_uuid()),
            email: &email,
            name: &name,
            role: new.role,
            password_hash: hash.as_deref(),
            author_id: new.author,
            created_at: now,
            updated_at: now,
        };
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| {
                hold(connection, viewer, now).await?;
                let user = users::insert(connection, &row).await?;
                let event = Event::new("user.created")
                    .to_user(user.id)
                    .with("role", user.role.as_str());
                audit::append(connection, &self.clock, viewer, event).await?;
                Ok(user)
            })
            .await
    }

    /// Changes a user. A role that is taken away and an account that is deactivated count from the
    /// next request on.
    pub async fn update(
        &self,
        viewer: &Viewer,
        user: UserId,
        changes: UserChanges,
    ) -> Result<User> {
        let subject = AccountSubject::of(viewer, user, changes.role.unwrap_or(Role::Reader));
        require(viewer, AccountAction::UpdateUser, &subject)?;
        let mut problems = Vec::new();
        let email = changes.email.as_deref().map(|it| email::check("email", it));
        let email = email.transpose().map_err(|it| problems.push(it));
        let name = changes.name.as_deref().map(check_name);
        let name = name.transpose().map_err(|it| problems.push(it));
        let (Ok(email), Ok(name)) = (email, name) else {
            return Err(Error::InvalidInput(problems));
        };
        let row = Changes {
            email: email.as_deref(),
            name: name.as_deref(),
            role: changes.role,
            active: changes.active,
            author_id: changes.author,
            updated_at: self.clock.now(),
        };
        let connection = &mut self.pool.get().await?;
        connection
            .transaction(async |connection| self.apply(connection, viewer, user, &row).await)
            .await
    }

    /// Keeps a user out: ends the sessions and refuses the API keys.
    pub async fn deactivate(&self, viewer: &Viewer, user: UserId) -> Result<User> {
        let subject = AccountSubject::of(viewer, user, Role::Reader);
        require(viewer, AccountAction::DeactivateUser, &subject)?;
        let changes = UserChanges {
            active: Some(false),
            ..UserChanges::default()
        };
        let deactivated = self.update(viewer, user, changes).await;
        deactivated.map_err(|error| match error {
            // What was wrong with the change is here wrong with whom it is for.
            Error::InvalidInput(problems) => {
                let about_whom = problems.into_iter();
                let about_whom = about_whom.map(|it| FieldProblem::new("id", it.message));
                Error::InvalidInput(about_whom.collect())
            }
            error => error,
        })
    }

    async fn apply(
        &self,
        connection: &mut AsyncPgConnection,
        viewer: &Viewer,
        user: UserId,
        changes: &Changes<'_>,
    ) -> Result<User> {
        let is_removed = changes.active == Some(false);
        if is_removed || changes.role.is_some_and(|role| role != Role::Admin) {
            let admins = users::lock_active_admins(connection).await?;
            if admins == [user] {
                let field = if is_removed { "active" } else { "role" };
                let message = "this is the last active admin; make another one first";
                return Err(Error::invalid_field(field, message));
            }
        }
        hold(connection, viewer, self.clock.now()).await?;
        let Some(user) = users::update(connection, user, changes).await? else {
            return Err(Error::NotFound("there is no such user".to_owned()));
        };
        if is_removed {
            sessions::end_all(connection, user.id, None, self.clock.now()).await?;
        }
        // What was mailed to an address that is theirs no more lets nobody in.
        if is_removed || changes.email.is_some() {
            password_resets::delete_of(connection, user.id).await?;
        }
        let event = event_of(&user, changes);
        audit::append(connection, &self.clock, viewer, event).await?;
        Ok(user)
    }
}

/// What the audit log tells of a change: which fields, and those values that give rights.
fn event_of(user: &User, changes: &Changes<'_>) -> Event {
    let action = match changes.active {
        Some(false) => "user.deactivated",
        _ => "user.updated",
    };
    let mut fields = Vec::new();
    for (name, is_changed) in [
        ("email", changes.email.is_some()),
        ("name", changes.name.is_some()),
        ("role", changes.role.is_some()),
        ("active", changes.active.is_some()),
        ("author", changes.author_id.is_some()),
    ] {
        if is_changed {
            fields.push(name);
        }
    }
    let event = Event::new(action).to_user(user.id).with("fields", fields);
    match changes.role {
        Some(role) => event.with("role", role.as_str()),
        None => event,
    }
}

fn everyone() -> AccountSubject {
    AccountSubject::other(Role::Admin)
}

fn check_name(name: &str) -> Result<String, FieldProblem> {
    let name = name.trim();
    let problem = |message| Err(FieldProblem::new("name", message));
    if name.is_empty() {
        problem("is empty")
    } else if !name.chars().any(char::is_alphanumeric) {
        problem("has neither a letter nor a digit")
    } else if name.chars().count() > 255 {
        problem("longer than 255 characters")
    } else if name.chars().any(char::is_control) {
        problem("holds control characters")
    } else {
        Ok(name.to_owned())
    }
}
