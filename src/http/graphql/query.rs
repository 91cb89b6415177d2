//! Queries: answered with what is kept for visitors, or executed.

use std::pin::Pin;
use std::sync::Arc;

use async_graphql::Response as GraphqlResponse;

use super::response::{Answer, Cost, Form};
use crate::graphql::{Executor, Operation};
use crate::response_cache::{Answer as Shareable, Begun, Flight, Kept, Key, Left, ResponseCache};

/// How often an answer is looked for that others have begun to make, and left.
const TRIES: usize = 3;

/// A query that was read and may be executed.
pub(super) struct Query<'a> {
    pub(super) executor: Executor<'a>,
    pub(super) operation: Operation,
    pub(super) form: Form<'a>,
    pub(super) cost: Option<Cost>,
}

/// An answer, and where it comes from.
pub(super) struct Made {
    pub(super) answer: Answer,
    pub(super) origin: Origin,
}

/// Where an answer to a query comes from.
pub(super) enum Origin {
    /// It is for who asks, or not for keeping.
    Executed,
    /// It would be kept, and for the moment nothing is.
    Bypassed,
    /// It was executed, and would be kept if it were without errors and still the newest.
    Missed,
    /// It was executed and is kept now.
    Stored(Arc<Kept>),
    /// It was being executed for somebody else.
    Joined(Arc<Kept>),
    /// It was kept.
    Hit(Arc<Kept>),
}

impl Origin {
    /// What is kept of it.
    pub(super) fn kept(&self) -> Option<&Arc<Kept>> {
        match self {
            Self::Stored(kept) | Self::Joined(kept) | Self::Hit(kept) => Some(kept),
            Self::Executed | Self::Bypassed | Self::Missed => None,
        }
    }
}

impl Query<'_> {
    /// Its answer. `key` tells it from all other requests, if its answer may be everyone's: for so many
    /// seconds outside.
    pub(super) async fn answer(&self, shared: Option<(Key, u32)>) -> Made {
        let Some((key, seconds)) = shared else {
            return self.executed(Origin::Executed).await;
        };
        let responses = &self.executor.app.responses;
        for _ in 0..TRIES {
            match ResponseCache::begin(responses, &key) {
                Begun::Found(kept) => return Made::kept(kept),
                Begun::Leading(flight) => return self.lead(flight, seconds).await,
                Begun::Apart => return self.executed(Origin::Bypassed).await,
                Begun::Joined(waiting) => match waiting.landed().await {
                    Ok(Some(kept)) => return Made::of(Origin::Joined(kept)),
                    Ok(None) => break,
                    Err(Left) => {}
                },
            }
        }
        self.executed(Origin::Missed).await
    }

    /// In a box: it is large, and most answers need none.
    fn execution(&self) -> Pin<Box<dyn Future<Output = GraphqlResponse> + Send + '_>> {
        Box::pin(self.operation.query(&self.executor))
    }

    async fn executed(&self, origin: Origin) -> Made {
        let response = self.execution().await;
        let answer = self.form.executed(response, self.cost);
        Made { answer, origin }
    }

    /// Executes it for all who ask meanwhile.
    async fn lead(&self, flight: Flight, seconds: u32) -> Made {
        let (response, recorded) = flight.record(self.execution()).await;
        let answer = self.form.executed(response, self.cost);
        let shareable = answer.is_whole.then(|| Shareable {
            body: answer.json.clone(),
            seconds,
        });
        let origin = flight
            .land(shareable, recorded)
            .map_or(Origin::Missed, Origin::Stored);
        Made { answer, origin }
    }
}

impl Made {
    /// An answer that is there.
    pub(super) fn kept(kept: Arc<Kept>) -> Self {
        Self::of(Origin::Hit(kept))
    }

    fn of(origin: Origin) -> Self {
        let body = origin.kept().map(|kept| kept.body().clone());
        Self {
            answer: Answer::kept(body.unwrap_or_default()),
            origin,
        }
    }
}
