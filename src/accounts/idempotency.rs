//! Requests that have one effect however often they are sent (the draft "The Idempotency-Key HTTP
//! Header Field", draft-ietf-httpapi-idempotency-key-header).
//!
//! The key's row is made in the transaction of the request's changes. A second request with the key
//! waits at that row until the first is done, on whichever replica, and finds the answer; if the
//! first is taken back, the row is gone, and the second is the first.

use std::sync::Arc;

use chrono::TimeDelta;
use ring::digest::{SHA256, digest};

use super::repository::idempotency_keys::{self, KeyRow};
use super::token::Tokens;
use super::viewer::{Credential, Identity, Viewer};
use crate::clock::Clock;
use crate::db::Pool;
use crate::error::{Error, Result};

/// How long an answer is kept.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// Keeps answers to requests that may come again.
#[derive(Clone, Debug)]
pub struct Idempotency {
    pool: Pool,
    clock: Clock,
    tokens: Arc<Tokens>,
}

/// A request that is to have one effect.
#[derive(Clone, Copy, Debug)]
pub struct OnceOnly<'a> {
    /// The client's name for it, 1 to 255 bytes.
    pub key: &'a str,
    /// All of the request that its answer depends on.
    pub request: &'a [u8],
}

/// What is known of a request that is to have one effect.
#[derive(Debug)]
pub enum Claim {
    /// Nothing: it is to be done, and its answer kept.
    New,
    /// It was done, and this was the answer.
    Answered(Vec<u8>),
    /// Another request had the same key.
    Taken,
}

impl Idempotency {
    pub(super) fn new(pool: Pool, clock: Clock, tokens: Arc<Tokens>) -> Self {
        Self {
            pool,
            clock,
            tokens,
        }
    }

    /// Takes the key for a request, in the unit of work of its changes.
    pub async fn claim(&self, viewer: &Viewer, once: OnceOnly<'_>) -> Result<Claim> {
        let (owner, hash, now) = (owner(viewer), hash(once), self.clock.now());
        let row = KeyRow {
            viewer: &owner,
            key: once.key,
            request_hash: hash.as_ref(),
            created_at: now,
        };
        let connection = &mut self.pool.get().await?;
        if idempotency_keys::claim(connection, &row, now - KEPT_FOR).await? {
            return Ok(Claim::New);
        }
        let found = idempotency_keys::find(connection, &owner, once.key).await?;
        match found {
            Some((request_hash, Some(answer))) if request_hash == hash.as_ref() => {
                let context = context(&owner, once);
                let opened = self.tokens.seal.open(&context, &answer);
                let changed = || Error::internal("a stored answer does not open");
                opened.map(Claim::Answered).ok_or_else(changed)
            }
            Some(_) => Ok(Claim::Taken),
            None => Err(Error::unavailable("a key went while it was looked at")),
        }
    }

    /// Keeps the answer to a request whose key was claimed in the same unit of work.
    pub async fn keep(&self, viewer: &Viewer, once: OnceOnly<'_>, answer: &[u8]) -> Result<()> {
        let owner = owner(viewer);
        let sealed = self.tokens.seal.seal(&context(&owner, once), answer)?;
        let connection = &mut self.pool.get().await?;
        idempotency_keys::set_answer(connection, &owner, once.key, &sealed).await
    }

    /// Forgets what is kept no longer.
    pub(super) async fn forget_expired(&self) -> Result<()> {
        let connection = &mut self.pool.get().await?;
        let oldest = self.clock.now() - KEPT_FOR;
        connection
            .change(async |connection| idempotency_keys::delete_older(connection, oldest).await)
            .await
    }
}

/// Whose key it is. Of visitors nothing but the address is known.
fn owner(viewer: &Viewer) -> String {
    match &viewer.identity {
        Identity::System => "system".to_owned(),
        Identity::Anonymous => match viewer.origin.address {
            Some(address) => format!("address:{address}"),
            None => "anonymous".to_owned(),
        },
        Identity::Account(account) => match account.credential {
            Credential::Session(_) => format!("user:{}", account.user.0),
            Credential::ApiKey { id, .. } => format!("api-key:{}", id.0),
        },
    }
}

fn hash(once: OnceOnly<'_>) -> ring::digest::Digest {
    digest(&SHA256, once.request)
}

/// What an answer is bound to: put into another row, it opens no more.
fn context(owner: &str, once: OnceOnly<'_>) -> Vec<u8> {
    let mut context = format!("{owner}\n{}\n", once.key).into_bytes();
    context.extend_from_slice(hash(once).as_ref());
    context
}
