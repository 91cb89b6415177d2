use std::ops::Deref;
use std::sync::Arc;

use crate::graphql::siblings::{Keyed, Sibling};
use crate::ids::PostId;

/// What belongs to each of several posts: their authors, or their tags.
pub(super) struct OfPosts<T>(Vec<(PostId, Vec<T>)>);

/// What belongs to one of them. Those of a post that is not among them are none.
pub(super) struct OfPost<T> {
    all: Arc<OfPosts<T>>,
    post: PostId,
}

impl<T> OfPosts<T> {
    /// Objects that are all siblings, each made by `make`.
    pub(super) fn joining<M: Keyed>(
        groups: impl IntoIterator<Item = (PostId, Vec<M>)>,
        make: impl Fn(Sibling<M>) -> T,
    ) -> Self {
        let groups = Sibling::grouped(groups);
        let groups = groups.map(|(post, items)| (post, items.into_iter().map(&make).collect()));
        let mut groups: Vec<_> = groups.collect();
        // A page has few: they are found faster than by a hash.
        groups.sort_unstable_by_key(|(post, _)| *post);
        Self(groups)
    }

    fn get(&self, post: PostId) -> &[T] {
        let found = self.0.binary_search_by_key(&post, |(post, _)| *post);
        found.map_or(&[], |index| &self.0[index].1)
    }
}

impl<T> OfPost<T> {
    pub(super) fn new(all: Arc<OfPosts<T>>, post: PostId) -> Self {
        Self { all, post }
    }
}

impl<T> Deref for OfPost<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.all.get(self.post)
    }
}
