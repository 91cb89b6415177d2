//! What a mutation could not do, for its client to act upon: part of the payload, typed. What no
//! client can act upon is an error of the request instead.

use async_graphql::{Enum, ID, Interface, Object};
use serde_json::Value;
use uuid::Uuid;

use super::global_id::GlobalId;
use super::in_order::InOrder;
use crate::error::{self, Error, FieldProblem, Result, whole_seconds};
use crate::ids::{AuthorId, TagId};

/// What kind of thing went wrong.
///
/// Example: `NOT_FOUND`.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub(super) enum UserErrorCode {
    /// A field of the input cannot be accepted.
    InvalidInput,
    /// The e-mail address and password, or a token, are not right.
    InvalidCredentials,
    /// There is no such thing that you may see.
    NotFound,
    /// You may not do this.
    Forbidden,
    /// Somebody else has changed the same meanwhile, in another way.
    Conflict,
    /// Another mutation of the request failed, so nothing of the request was done.
    NotDone,
    /// Too many attempts.
    RateLimited,
}

/// Something that a mutation could not do.
///
/// Example: `mutation { deleteTag(input: { id: "VAGdQwOPQHw-kdmotAJvHYU" }) { userErrors { code
/// message path } } }`.
#[derive(Clone, Debug, Interface)]
#[graphql(
    field(
        name = "code",
        ty = "UserErrorCode",
        desc = "What kind of thing went wrong."
    ),
    field(
        name = "message",
        ty = "&str",
        desc = "What is wrong and what would be right, for people."
    ),
    field(
        name = "path",
        ty = "Option<&[String]>",
        desc = "The way to the field from the mutation's arguments; null if it is not about one."
    )
)]
pub(super) enum UserError {
    InvalidInput(InvalidInput),
    InvalidCredentials(InvalidCredentials),
    NotFound(NotFound),
    Forbidden(Forbidden),
    Conflict(Conflict),
    NotDone(NotDone),
    RateLimited(RateLimited),
}

/// Declares an implementation of `UserError` without fields of its own.
macro_rules! user_error {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub(super) struct $name {
            message: String,
            path: Option<Vec<String>>,
        }

        $(#[$doc])*
        #[doc = concat!(
            "\nExample: `mutation { deleteTag(input: { id: \"VAGdQwOPQHw-kdmotAJvHYU\" }) { userErrors { ... on ",
            stringify!($name),
            " { message path } } } }`."
        )]
        #[Object(serial)]
        impl $name {
            /// What kind of thing went wrong.
            async fn code(&self) -> UserErrorCode {
                UserErrorCode::$name
            }

            /// What is wrong and what would be right, for people.
            async fn message(&self) -> &str {
                &self.message
            }

            /// The way to the field from the mutation's arguments; null if it is not about one.
            async fn path(&self) -> Option<&[String]> {
                self.path.as_deref()
            }
        }
    };
}

user_error!(
    /// A field of the input cannot be accepted.
    InvalidInput
);
user_error!(
    /// The e-mail address and password, or a token, are not right.
    InvalidCredentials
);
user_error!(
    /// There is no such thing that you may see.
    NotFound
);
user_error!(
    /// You may not do this.
    Forbidden
);

user_error!(
    /// Nothing is wrong with this mutation. Another one of the request failed, and the mutations of
    /// a request are all done or none.
    NotDone
);

/// Somebody else has changed the same field meanwhile, in another way. Nothing was changed: look at
/// the three values, decide, and send what it is to be with `currentVersion` as the one expected.
#[derive(Clone, Debug)]
pub(super) struct Conflict {
    message: String,
    path: Vec<String>,
    values: error::Conflict,
}

/// Somebody else has changed the same field meanwhile, in another way. Nothing was changed: look at
/// the three values, decide, and send what it is to be with `currentVersion` as the one expected.
///
/// Example: `mutation { updatePost(input: { id: "UAGdQwOPQHGyg9Tl9gcYKTo", expectedVersion: 1,
/// title: "Hello, Bogotá" }) { userErrors { ... on Conflict { base current yours } } } }`.
#[Object(serial)]
impl Conflict {
    /// What kind of thing went wrong.
    async fn code(&self) -> UserErrorCode {
        UserErrorCode::Conflict
    }

    /// What is wrong and what would be right, for people.
    async fn message(&self) -> &str {
        &self.message
    }

    /// The way to the field from the mutation's arguments; null if it is not about one.
    async fn path(&self) -> Option<&[String]> {
        Some(&self.path)
    }

    /// What the field had in the version that was expected.
    async fn base(&self) -> &serde_json::Value {
        &self.values.base
    }

    /// What the field has now.
    async fn current(&self) -> &serde_json::Value {
        &self.values.current
    }

    /// What the field was to have.
    async fn yours(&self) -> &serde_json::Value {
        &self.values.yours
    }

    /// The version that has what is there now.
    async fn current_version(&self) -> i32 {
        self.values.current_version
    }
}

/// Too many attempts.
#[derive(Clone, Debug)]
pub(super) struct RateLimited {
    message: String,
    retry_after: u64,
}

/// Too many attempts.
///
/// Example: `mutation { requestPasswordReset(input: { email: "ana@example.org" }) { userErrors {
/// ... on RateLimited { message retryAfter } } } }`.
#[Object(serial)]
impl RateLimited {
    /// What kind of thing went wrong.
    async fn code(&self) -> UserErrorCode {
        UserErrorCode::RateLimited
    }

    /// What is wrong and what would be right, for people.
    async fn message(&self) -> &str {
        &self.message
    }

    /// The way to the field from the mutation's arguments; null if it is not about one.
    async fn path(&self) -> Option<&[String]> {
        None
    }

    /// How many seconds to wait.
    async fn retry_after(&self) -> u64 {
        self.retry_after
    }
}

/// Divides a service's result into what a payload holds: the value, and what its client can act
/// upon. Anything else stays an error of the request.
pub(super) fn divided<T>(result: Result<T>) -> Result<(Option<T>, Vec<InOrder<UserError>>)> {
    let error = match result {
        Ok(value) => return Ok((Some(value), Vec::new())),
        Err(error) => error,
    };
    let message = error.to_string();
    let path = None;
    let errors: Vec<_> = match error {
        Error::InvalidInput(problems) => problems.into_iter().map(invalid_input).collect(),
        Error::InvalidArgument { argument, message } => {
            let path = argument.split('.').map(ToOwned::to_owned).collect();
            vec![invalid_input(FieldProblem { path, message })]
        }
        Error::InvalidCredentials(_) => {
            vec![UserError::InvalidCredentials(InvalidCredentials {
                message,
                path,
            })]
        }
        Error::NotFound(_) => vec![UserError::NotFound(NotFound { message, path })],
        Error::Forbidden(_) => vec![UserError::Forbidden(Forbidden { message, path })],
        Error::Conflict(conflicts) => conflicts.into_iter().map(conflicting).collect(),
        Error::NotDone(_) => vec![UserError::NotDone(NotDone { message, path })],
        Error::RateLimited { retry_after } => vec![UserError::RateLimited(RateLimited {
            message,
            retry_after: whole_seconds(retry_after),
        })],
        other @ (Error::Unauthenticated(_)
        | Error::Overloaded(_)
        | Error::Unavailable(_)
        | Error::Internal(_)) => return Err(other),
    };
    Ok((None, errors.into_iter().map(InOrder).collect()))
}

fn conflicting(mut conflict: error::Conflict) -> UserError {
    let values = [
        &mut conflict.base,
        &mut conflict.current,
        &mut conflict.yours,
    ];
    // Lists of ids are told in the ids that clients know.
    let global: Option<fn(Uuid) -> GlobalId> = match conflict.field {
        "authors" => Some(|id| GlobalId::Author(AuthorId(id))),
        "tags" => Some(|id| GlobalId::Tag(TagId(id))),
        _ => None,
    };
    if let Some(global) = global {
        for item in values.into_iter().filter_map(Value::as_array_mut).flatten() {
            if let Some(id) = item.as_str().and_then(|text| text.parse().ok()) {
                *item = ID::from(global(id)).to_string().into();
            }
        }
    }
    UserError::Conflict(Conflict {
        message: error::Error::Conflict(vec![conflict.clone()]).to_string(),
        path: vec!["input".to_owned(), conflict.field.to_owned()],
        values: conflict,
    })
}

fn invalid_input(problem: FieldProblem) -> UserError {
    let mut path = vec!["input".to_owned()];
    path.extend(problem.path.into_iter().filter(|name| name != "input"));
    UserError::InvalidInput(InvalidInput {
        message: problem.message,
        path: Some(path),
    })
}

/// Declares a mutation's payload: what it gives, null if it could not be done, and why not.
macro_rules! payload {
    ($(#[$doc:meta])* $name:ident { $(#[$field_doc:meta])* $field:ident: $ty:ty }) => {
        $(#[$doc])*
        #[derive(async_graphql::SimpleObject)]
        #[graphql(serial)]
        pub(in crate::graphql) struct $name {
            $(#[$field_doc])*
            $field: Option<$ty>,
            /// Why it could not be done; empty if it was.
            user_errors: Vec<crate::graphql::in_order::InOrder<crate::graphql::user_error::UserError>>,
        }

        impl $name {
            /// The payload of a service's result.
            pub(super) fn of(result: crate::error::Result<$ty>) -> async_graphql::Result<Self> {
                let ($field, user_errors) = crate::graphql::user_error::divided(result)?;
                Ok(Self { $field, user_errors })
            }
        }
    };
}
pub(super) use payload;
