//! Statements that are sent together on one connection, without waiting for each other's answers.
//! PostgreSQL does them in the order in which they are given here.
//!
//! Every answer is awaited though one may tell of a failure: a connection on which one is still to come
//! could not be used again.

use futures_util::future::{join, join3};

use crate::error::Result;

/// What two come to, or why the first of them that failed did.
pub async fn both<A, B>(
    first: impl Future<Output = Result<A>>,
    second: impl Future<Output = Result<B>>,
) -> Result<(A, B)> {
    let (first, second) = join(first, second).await;
    Ok((first?, second?))
}

/// What three come to, or why the first of them that failed did.
pub async fn all_three<A, B, C>(
    first: impl Future<Output = Result<A>>,
    second: impl Future<Output = Result<B>>,
    third: impl Future<Output = Result<C>>,
) -> Result<(A, B, C)> {
    let (first, second, third) = join3(first, second, third).await;
    Ok((first?, second?, third?))
}
