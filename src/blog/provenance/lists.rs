//! What is noted of lists.
//!
//! A statement may read more rows than were asked for. What matters of a page are its rows and, where it
//! tells whether there are more, the one after them.

use std::collections::HashMap;

use uuid::Uuid;

use super::reading::Place;
use super::{Bounds, Reading, Scope, Source, note_more};
use crate::blog::model::Post;
use crate::blog::order::{Direction, PostOrder, PostOrderField};
use crate::blog::repository::feeds::{Conditions, Feed};
use crate::page::{PageRequest, Position, SortKey};

/// Notes a page of all posts, of which these rows were read.
pub(in crate::blog) fn note_list(feed: &Feed, rows: &[Post]) {
    note_more(|| {
        let rows = &rows[..rows.len().min(feed.rows())];
        let mut readings = posts_of(rows.iter());
        readings.push(part(Scope::All, feed, rows.len(), rows.last()));
        readings
    });
}

/// Notes a page of the posts of each owner, of which these rows were read.
pub(in crate::blog) fn note_lists(
    owners: impl IntoIterator<Item = Scope>,
    feed: &Feed,
    rows: &[(Uuid, Post)],
) {
    note_more(|| {
        let mut read: HashMap<Uuid, (usize, &Post)> = HashMap::new();
        let mut readings = Vec::new();
        for (owner, post) in rows {
            let (count, last) = read.entry(*owner).or_insert((0, post));
            if *count < feed.rows() {
                *count += 1;
                *last = post;
                readings.extend(shown(post));
            }
        }
        for scope in owners {
            let (Scope::Author(id) | Scope::Tag(id)) = scope else {
                continue;
            };
            let (count, last) = read.get(&id).map_or((0, None), |it| (it.0, Some(it.1)));
            readings.push(part(scope, feed, count, last));
        }
        readings
    });
}

/// Notes how many posts there are of each owner, or of all.
pub(in crate::blog) fn note_counts(
    scopes: impl IntoIterator<Item = Scope>,
    conditions: &Conditions,
) {
    note_more(|| {
        let scopes = scopes.into_iter();
        let counts = scopes.map(|scope| {
            let also = also(conditions);
            let bounds = Bounds {
                also,
                ..Bounds::default()
            };
            Reading::part(Source::Count(scope), bounds)
        });
        counts.collect::<Vec<_>>()
    });
}

/// Notes what a search has found.
pub(in crate::blog) fn note_search<'p>(
    conditions: &Conditions,
    found: impl Iterator<Item = &'p Post>,
) {
    note_more(|| {
        let bounds = Bounds {
            also: also(conditions),
            ..Bounds::default()
        };
        let mut readings = posts_of(found);
        readings.push(Reading::part(Source::Search, bounds));
        readings
    });
}

/// Notes posts that were found, with what was read of what belongs to them.
pub(in crate::blog) fn note_posts<'p>(posts: impl IntoIterator<Item = &'p Post>) {
    note_more(|| posts_of(posts.into_iter()));
}

fn posts_of<'p>(posts: impl Iterator<Item = &'p Post>) -> Vec<Reading> {
    posts.flat_map(shown).collect()
}

/// What a post shows.
fn shown(post: &Post) -> impl Iterator<Item = Reading> {
    let authors = post.authors.iter().flatten();
    let authors = authors.map(|author| Source::Author(author.id.0));
    let tags = post.tags.iter().flatten();
    let tags = tags.map(|tag| Source::Tag(tag.id.0));
    let post = Source::Post(post.id.0);
    [post]
        .into_iter()
        .chain(authors)
        .chain(tags)
        .map(Into::into)
}

fn also(conditions: &Conditions) -> Vec<Scope> {
    let author = conditions.author.map(|it| Scope::Author(it.0));
    let tag = conditions.tag.map(|it| Scope::Tag(it.0));
    author.into_iter().chain(tag).collect()
}

/// The part of a list that matters to a page: from where it begins to the last row that was read, or to
/// the end of the list if there were no more.
fn part(scope: Scope, feed: &Feed, count: usize, last: Option<&Post>) -> Reading {
    let source = Source::Posts(scope, feed.order.field);
    let also = also(&feed.conditions);
    if feed.order.field == PostOrderField::Title {
        // How texts are ordered is known to PostgreSQL alone.
        let bounds = Bounds {
            also,
            ..Bounds::default()
        };
        return Reading::part(source, bounds);
    }
    let PageRequest {
        from_end,
        after,
        before,
        ..
    } = &feed.page;
    let (mut start, mut end) = (place_of(after.as_ref()), place_of(before.as_ref()));
    if count >= feed.rows() {
        let stopped = last.map(|post| place(feed.order, post));
        if *from_end {
            start = stopped;
        } else {
            end = stopped;
        }
    }
    let (from, to) = match feed.order.direction {
        Direction::Ascending => (start, end),
        Direction::Descending => (end, start),
    };
    Reading::part(source, Bounds { from, to, also })
}

fn place(order: PostOrder, post: &Post) -> Place {
    let time = match order.field {
        PostOrderField::CreatedAt => post.created_at,
        PostOrderField::UpdatedAt => post.updated_at,
        PostOrderField::PublishedAt | PostOrderField::Title => post.listed_at,
    };
    (time, post.id.0)
}

fn place_of(position: Option<&Position>) -> Option<Place> {
    let position = position?;
    match position.key {
        SortKey::Time(time) => Some((time, position.id)),
        SortKey::Text(_) | SortKey::Rank(_) => None,
    }
}
