//! Viewers as the services know them, without a log-in.

use imprenta::accounts::{Account, ApiKeyScope, Credential, Identity, Role, Scopes, Viewer};
use imprenta::ids::{ApiKeyId, AuthorId, SessionId, UserId};
use uuid::Uuid;

/// Someone with this role and profile who has logged in.
pub fn logged_in(role: Role, author: Option<AuthorId>) -> Viewer {
    account(role, author, Credential::Session(SessionId(Uuid::nil())))
}

/// A program with an API key of such a person's.
pub fn with_key(role: Role, author: Option<AuthorId>, scopes: &[ApiKeyScope]) -> Viewer {
    let credential = Credential::ApiKey {
        id: ApiKeyId(Uuid::nil()),
        scopes: Scopes::new(scopes.to_vec()),
    };
    account(role, author, credential)
}

fn account(role: Role, author: Option<AuthorId>, credential: Credential) -> Viewer {
    Viewer {
        identity: Identity::Account(Account {
            user: UserId(Uuid::nil()),
            role,
            author,
            credential,
        }),
        ..Viewer::anonymous()
    }
}
