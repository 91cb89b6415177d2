//! Who may do what to accounts: pure functions, and the only place that decides. What may be done
//! to posts, the blog's policy decides. `docs/permissions.md` holds both as tables.

use super::model::{ApiKeyScope, Role};
use super::viewer::{Account, Credential, Identity, Viewer};
use crate::error::{Error, Result};
use crate::ids::UserId;

/// What can be done to an account, or to all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AccountAction {
    /// See it, its e-mail address included.
    ReadUser,
    /// List all accounts.
    ListUsers,
    /// Make one of the subject's role.
    CreateUser,
    /// Change it, or give it the subject's role.
    UpdateUser,
    /// Keep its owner out.
    DeactivateUser,
    /// Change its password, knowing the present one.
    ChangePassword,
    /// End all its sessions.
    EndSessions,
    /// See and revoke its API keys.
    ManageApiKeys,
    /// Make an API key that acts for it.
    CreateApiKey,
    /// Read the audit log.
    ReadAuditLog,
    /// Have any document executed where only trusted ones are.
    Explore,
    /// Delete what has ended: sessions, tokens, counts of attempts.
    ForgetExpired,
}

impl AccountAction {
    /// Every action.
    pub const ALL: [Self; 12] = [
        Self::ReadUser,
        Self::ListUsers,
        Self::CreateUser,
        Self::UpdateUser,
        Self::DeactivateUser,
        Self::ChangePassword,
        Self::EndSessions,
        Self::ManageApiKeys,
        Self::CreateApiKey,
        Self::ReadAuditLog,
        Self::Explore,
        Self::ForgetExpired,
    ];
}

/// The account that something is done to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountSubject {
    /// It is the viewer's own.
    pub own: bool,
    /// The highest role that it has or would have.
    pub role: Role,
}

impl AccountSubject {
    /// The account of `user`, which has the role `role`.
    #[must_use]
    pub fn of(viewer: &Viewer, user: UserId, role: Role) -> Self {
        let own = viewer.account().is_some_and(|it| it.user == user);
        Self { own, role }
    }

    /// No account in particular, or one that is still to be made.
    #[must_use]
    pub fn other(role: Role) -> Self {
        Self { own: false, role }
    }
}

/// Whether `viewer` may do `action` to the account `subject`.
#[must_use]
pub fn may(viewer: &Viewer, action: AccountAction, subject: &AccountSubject) -> bool {
    match &viewer.identity {
        Identity::Anonymous => false,
        Identity::System => action != AccountAction::CreateApiKey,
        Identity::Account(account) => match account.credential {
            // A program's key is for content.
            Credential::ApiKey { .. } => false,
            Credential::Session(_) => person_may(account, action, *subject),
        },
    }
}

fn person_may(account: &Account, action: AccountAction, subject: AccountSubject) -> bool {
    match action {
        // Nobody else's: an admin sets other people's passwords by a reset.
        AccountAction::ChangePassword | AccountAction::CreateApiKey => subject.own,
        AccountAction::ReadUser | AccountAction::EndSessions | AccountAction::ManageApiKeys => {
            subject.own || account.role == Role::Admin
        }
        AccountAction::ListUsers | AccountAction::ReadAuditLog | AccountAction::Explore => {
            account.role == Role::Admin
        }
        // Nobody gives, or takes away, more than they have.
        AccountAction::CreateUser | AccountAction::UpdateUser | AccountAction::DeactivateUser => {
            account.role == Role::Admin && subject.role <= account.role
        }
        // The program does it by itself.
        AccountAction::ForgetExpired => false,
    }
}

/// Whether someone of this role may make an API key for `scope`: a key is never more than its owner.
#[must_use]
pub fn may_grant(role: Role, scope: ApiKeyScope) -> bool {
    match scope {
        ApiKeyScope::ContentRead => true,
        ApiKeyScope::ContentReadDrafts | ApiKeyScope::ContentWrite => role >= Role::Author,
    }
}

/// Refuses what `viewer` may not do, in words that tell who should ask instead.
pub fn require(viewer: &Viewer, action: AccountAction, subject: &AccountSubject) -> Result<()> {
    if may(viewer, action, subject) {
        return Ok(());
    }
    Err(match &viewer.identity {
        Identity::Anonymous => Error::Unauthenticated("log in first: this is for accounts"),
        Identity::Account(Account {
            credential: Credential::ApiKey { .. },
            ..
        }) => Error::Forbidden("an API key is for content; log in to manage accounts".to_owned()),
        Identity::Account(_) | Identity::System => {
            Error::Forbidden("your role does not allow this; ask an admin".to_owned())
        }
    })
}
