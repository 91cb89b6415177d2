use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use secrecy::SecretString;

use crate::accounts::OpenedSession;
use crate::error::{Error, Result};
use crate::ids::SessionId;

/// The session of a browser that asks for its tokens in cookies: what came in them, and what the
/// resolvers want done with them. The facade in front of this one reads and writes the headers.
#[derive(Default)]
pub struct SessionCookies {
    refresh_token: Option<SecretString>,
    may_not_be_set: bool,
    change: Mutex<Option<CookieChange>>,
}

/// What is to be done with a browser's cookies.
pub enum CookieChange {
    /// Give it these.
    Set {
        /// Which session they are of.
        session: SessionId,
        /// For the next requests.
        access_token: SecretString,
        /// How long the access token is good for.
        expires_in: Duration,
        /// For the next tokens.
        refresh_token: SecretString,
        /// How long the refresh token is good for.
        refresh_expires_in: Duration,
        /// What pages repeat in a header, to show that it is they who ask.
        csrf_token: String,
    },
    /// Take them all away.
    Clear,
}

impl SessionCookies {
    /// Those of a request: its refresh token, if it may be used.
    #[must_use]
    pub fn new(refresh_token: Option<SecretString>) -> Self {
        Self {
            refresh_token,
            ..Self::default()
        }
    }

    /// The same, for a request from a page of a foreign site, which may not have a browser logged
    /// in behind its user's back.
    #[must_use]
    pub fn never_set(self) -> Self {
        Self {
            may_not_be_set: true,
            ..self
        }
    }

    /// The refresh token of the request's cookie.
    #[must_use]
    pub fn refresh_token(&self) -> Option<&SecretString> {
        self.refresh_token.as_ref()
    }

    /// Refuses where cookies may not be set. Call it before a session is opened for them.
    pub fn check_may_be_set(&self) -> Result<()> {
        if self.may_not_be_set {
            let message = "pages of other sites may log in for tokens only, without cookies";
            return Err(Error::Forbidden(message.to_owned()));
        }
        Ok(())
    }

    /// Hands a session to the browser. Does nothing where [`Self::check_may_be_set`] refuses.
    pub fn set(&self, session: &OpenedSession) {
        if self.may_not_be_set {
            return;
        }
        self.change(CookieChange::Set {
            session: session.session,
            access_token: session.access_token.clone(),
            expires_in: session.expires_in,
            refresh_token: session.refresh_token.clone(),
            refresh_expires_in: session.refresh_expires_in,
            csrf_token: session.csrf_token.clone(),
        });
    }

    /// Takes the session from the browser.
    pub fn clear(&self) {
        self.change(CookieChange::Clear);
    }

    /// What is to be done: the last that was asked for.
    #[must_use]
    pub fn take_change(&self) -> Option<CookieChange> {
        self.change
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    fn change(&self, change: CookieChange) {
        *self.change.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
    }
}
