use std::net::IpAddr;

use super::model::{ApiKeyScope, Role, Scopes};
use crate::ids::{ApiKeyId, AuthorId, SessionId, UserId};

/// Who an operation is done for, and where that came from. Every service method takes one first,
/// so that none can forget to ask what its caller may see and do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// Who.
    pub identity: Identity,
    /// From where, for the audit log and the counting of attempts.
    pub origin: Origin,
}

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A visitor, of whom nothing is known.
    Anonymous,
    /// Someone with an account, whose credentials were checked.
    Account(Account),
    /// The program itself, on the word of whoever runs it: an import from the command line.
    System,
}

/// An active account, and by what it is acting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Whose.
    pub user: UserId,
    /// What they may do.
    pub role: Role,
    /// The profile that they write under.
    pub author: Option<AuthorId>,
    /// By what.
    pub credential: Credential,
}

/// What the account acts by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A person's log-in.
    Session(SessionId),
    /// A program's key, which may do less than its owner.
    ApiKey {
        /// The key.
        id: ApiKeyId,
        /// What it may be used for.
        scopes: Scopes,
    },
}

/// Where a request came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's address.
    pub address: Option<IpAddr>,
    /// The id that the request has in the log.
    pub request_id: Option<String>,
}

impl Viewer {
    /// A visitor from nowhere in particular.
    #[must_use]
    pub fn anonymous() -> Self {
        Self {
            identity: Identity::Anonymous,
            origin: Origin::default(),
        }
    }

    /// The program itself.
    #[must_use]
    pub fn system() -> Self {
        Self {
            identity: Identity::System,
            origin: Origin::default(),
        }
    }

    /// The same, from there.
    #[must_use]
    pub fn with_origin(self, origin: Origin) -> Self {
        Self { origin, ..self }
    }

    /// Whether nothing is known of who asks.
    #[must_use]
    pub fn is_anonymous(&self) -> bool {
        self.identity == Identity::Anonymous
    }

    /// The account, if it is someone's.
    #[must_use]
    pub fn account(&self) -> Option<&Account> {
        match &self.identity {
            Identity::Account(account) => Some(account),
            Identity::Anonymous | Identity::System => None,
        }
    }

    /// The account of a person who has logged in: no program's key.
    #[must_use]
    pub fn person(&self) -> Option<(&Account, SessionId)> {
        let account = self.account()?;
        match account.credential {
            Credential::Session(session) => Some((account, session)),
            Credential::ApiKey { .. } => None,
        }
    }

    /// Whether what is not public may be shown at all, by the credential alone.
    #[must_use]
    pub fn reads_drafts(&self) -> bool {
        self.has_scope(ApiKeyScope::ContentReadDrafts)
    }

    /// Whether content may be written at all, by the credential alone.
    #[must_use]
    pub fn writes_content(&self) -> bool {
        self.has_scope(ApiKeyScope::ContentWrite)
    }

    fn has_scope(&self, scope: ApiKeyScope) -> bool {
        match &self.identity {
            Identity::Anonymous => false,
            Identity::System => true,
            Identity::Account(account) => match &account.credential {
                Credential::Session(_) => true,
                Credential::ApiKey { scopes, .. } => scopes.contain(scope),
            },
        }
    }
}
