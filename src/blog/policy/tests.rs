use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{PostAction, PostFacts, PostState, PostSubject, Visibility, may};
use crate::accounts::{Account, ApiKeyScope, Credential, Identity, Role, Scopes, Viewer};
use crate::blog::model::PostStatus;
use crate::ids::{ApiKeyId, AuthorId, SessionId, UserId};

const OWN: AuthorId = AuthorId(Uuid::from_u128(1));
const OTHER: AuthorId = AuthorId(Uuid::from_u128(2));

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

fn account(role: Role, author: Option<AuthorId>, credential: Credential) -> Viewer {
    let user = UserId(Uuid::nil());
    Viewer {
        identity: Identity::Account(Account {
            user,
            role,
            author,
            credential,
        }),
        ..Viewer::anonymous()
    }
}

fn session() -> Credential {
    Credential::Session(SessionId(Uuid::nil()))
}

fn key(scopes: &[ApiKeyScope]) -> Credential {
    Credential::ApiKey {
        id: ApiKeyId(Uuid::nil()),
        scopes: Scopes::new(scopes.to_vec()),
    }
}

/// Every set of scopes.
fn scope_sets() -> Vec<Vec<ApiKeyScope>> {
    (0..8)
        .map(|bits: u8| {
            let scopes = ApiKeyScope::ALL.into_iter().zip([1, 2, 4]);
            let chosen = scopes.filter(|(_, bit)| bits & bit != 0);
            chosen.map(|(scope, _)| scope).collect()
        })
        .collect()
}

/// Every kind of viewer: nobody, the program, and each role with and without a profile, by a
/// session and by keys with every set of scopes.
fn viewers() -> Vec<Viewer> {
    let mut viewers = vec![Viewer::anonymous(), Viewer::system()];
    for role in Role::ALL {
        for author in [None, Some(OWN)] {
            viewers.push(account(role, author, session()));
            for scopes in scope_sets() {
                viewers.push(account(role, author, key(&scopes)));
            }
        }
    }
    viewers
}

/// Posts of every status, at and one microsecond beside each moment that matters, by every mix of
/// authors.
fn posts() -> Vec<PostFacts<'static>> {
    let moments = [-1_000_000, -1, 0, 1, 1_000_000];
    let moments = moments.map(|micros| now() + TimeDelta::microseconds(micros));
    let ends = moments.map(Some).into_iter().chain([None]);
    let mut posts = Vec::new();
    for status in [
        PostStatus::Draft,
        PostStatus::Scheduled,
        PostStatus::Published,
        PostStatus::Archived,
    ] {
        for listed_at in moments {
            for unpublish_at in ends.clone() {
                for authors in [&[][..], &[OWN], &[OTHER], &[OTHER, OWN]] {
                    posts.push(PostFacts {
                        status,
                        listed_at,
                        unpublish_at,
                        authors,
                    });
                }
            }
        }
    }
    posts
}

fn subjects() -> impl Iterator<Item = PostSubject> {
    let states = PostState::ALL.into_iter();
    states.flat_map(|state| [false, true].map(|own| PostSubject { state, own }))
}

#[test]
fn what_a_list_holds_is_what_may_be_read() {
    for viewer in viewers() {
        let visibility = Visibility::of(&viewer, now());
        for post in posts() {
            let subject = PostSubject::of(&viewer, &post, now());
            assert_eq!(
                visibility.admits(&post),
                may(&viewer, PostAction::Read, &subject),
                "{viewer:?}\n{post:?}"
            );
        }
    }
}

#[test]
fn a_status_that_is_refused_holds_nothing_that_may_be_seen() {
    for viewer in viewers() {
        let visibility = Visibility::of(&viewer, now());
        for post in posts() {
            let admitted = visibility.admits_any(Some(&[post.status]));
            assert!(
                admitted || !visibility.admits(&post),
                "{viewer:?}\n{post:?}"
            );
        }
    }
}

#[test]
fn a_post_is_live_from_its_time_until_the_moment_it_ends() {
    let state = |listed: i64, end: Option<i64>| {
        let at = |micros| now() + TimeDelta::microseconds(micros);
        let facts = PostFacts {
            status: PostStatus::Published,
            listed_at: at(listed),
            unpublish_at: end.map(at),
            authors: &[],
        };
        PostState::of(&facts, now())
    };
    assert_eq!(state(1, None), PostState::Pending);
    assert_eq!(state(1, Some(2)), PostState::Pending);
    assert_eq!(state(0, None), PostState::Live);
    assert_eq!(state(-1, Some(1)), PostState::Live);
    assert_eq!(state(-1, Some(0)), PostState::Expired);
    assert_eq!(state(-2, Some(-1)), PostState::Expired);
}

#[test]
fn a_key_never_exceeds_its_owner_or_its_scopes() {
    let reads = ApiKeyScope::ContentReadDrafts;
    let writes = ApiKeyScope::ContentWrite;
    for role in Role::ALL {
        let owner = account(role, Some(OWN), session());
        for scopes in scope_sets() {
            let by_key = account(role, Some(OWN), key(&scopes));
            for post in subjects() {
                for action in PostAction::ALL {
                    let needed: &[ApiKeyScope] = match action {
                        PostAction::Read if post.state == PostState::Live => &[],
                        PostAction::Read | PostAction::ReadHistory => &[reads],
                        PostAction::Create => &[writes],
                        _ => &[reads, writes],
                    };
                    let allowed = may(&by_key, action, &post);
                    let reaches = needed.iter().all(|needed| scopes.contains(needed));
                    assert!(
                        !allowed || reaches && may(&owner, action, &post),
                        "{role:?} {scopes:?} {action:?} {post:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn nothing_is_done_to_what_may_not_be_read() {
    for viewer in viewers() {
        for post in subjects() {
            for action in PostAction::ALL {
                assert!(
                    action == PostAction::Create
                        || !may(&viewer, action, &post)
                        || may(&viewer, PostAction::Read, &post),
                    "{viewer:?} {action:?} {post:?}"
                );
            }
        }
    }
}

#[test]
fn a_greater_role_may_whatever_a_lesser_one_may() {
    for roles in Role::ALL.windows(2) {
        let [less, more] = [roles[0], roles[1]].map(|role| account(role, Some(OWN), session()));
        for post in subjects() {
            for action in PostAction::ALL {
                assert!(
                    !may(&less, action, &post) || may(&more, action, &post),
                    "{roles:?} {action:?} {post:?}"
                );
            }
        }
    }
}
