use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::StatusCode;

use crate::accounts::Viewer;
use crate::config::SubscriptionsConfig;
use crate::graphql::ErrorCode;
use crate::http::request_error::RequestError;
use crate::ids::UserId;

/// Counts what is held open, so that nobody holds all of it.
#[derive(Clone, Debug)]
pub(in crate::http) struct Admission {
    config: SubscriptionsConfig,
    open: Arc<Mutex<Open>>,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    addresses: HashMap<IpAddr, usize>,
    users: HashMap<UserId, usize>,
}

/// Leave to hold something open, until it is dropped.
#[derive(Debug)]
pub(super) struct Admitted {
    open: Arc<Mutex<Open>>,
    address: Option<IpAddr>,
    user: Option<UserId>,
}

impl Admission {
    pub(in crate::http) fn new(config: SubscriptionsConfig) -> Self {
        Self {
            config,
            open: Arc::default(),
        }
    }

    /// How many connections are held open.
    pub(in crate::http) fn connections(&self) -> usize {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all
    }

    /// How many operations one connection may have under way.
    pub(super) fn operations(&self) -> usize {
        self.config.operations_per_connection
    }

    /// Lets a connection in, if there are not too many from there already.
    pub(super) fn connection(&self, viewer: &Viewer) -> Result<Admitted, RequestError> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let address = viewer.origin.address;
        let from_there = address.and_then(|it| open.addresses.get(&it)).copied();
        if open.all >= self.config.connections {
            return Err(too_many(
                "this server holds as many subscriptions as it can",
            ));
        }
        if from_there.unwrap_or_default() >= self.config.connections_per_address {
            return Err(too_many("too many subscriptions from this address"));
        }
        open.all += 1;
        if let Some(address) = address {
            *open.addresses.entry(address).or_default() += 1;
        }
        drop(open);
        let mut admitted = Admitted {
            open: Arc::clone(&self.open),
            address,
            user: None,
        };
        self.user(&mut admitted, viewer)?;
        Ok(admitted)
    }

    /// Counts a connection as the viewer's, once it is known who that is.
    pub(super) fn user(
        &self,
        admitted: &mut Admitted,
        viewer: &Viewer,
    ) -> Result<(), RequestError> {
        let Some(user) = viewer.account().map(|account| account.user) else {
            return Ok(());
        };
        if admitted.user == Some(user) {
            return Ok(());
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.users.entry(user).or_default();
        if *count >= self.config.connections_per_user {
            return Err(too_many("too many subscriptions of this user"));
        }
        *count += 1;
        if let Some(before) = admitted.user.replace(user) {
            leave(&mut open.users, &before);
        }
        Ok(())
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.all = open.all.saturating_sub(1);
        if let Some(address) = &self.address {
            leave(&mut open.addresses, address);
        }
        if let Some(user) = &self.user {
            leave(&mut open.users, user);
        }
    }
}

fn leave<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(count) = counts.get_mut(key) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.remove(key);
        }
    }
}

fn too_many(message: &str) -> RequestError {
    let status = StatusCode::TOO_MANY_REQUESTS;
    RequestError::new(status, ErrorCode::RateLimited, message)
}
