use std::hash::{Hash, Hasher};
use std::sync::{Arc, Weak};

use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use super::kept::Kept;

/// The longest request that is remembered, in bytes.
const LONGEST: usize = 8 * 1024;
/// What the table is sized for.
const USUAL: usize = 512;
/// What one takes besides its text.
const OF_ONE: usize = 128;

/// A request as it was sent: who sends the same bytes in the same way gets the same answer, and nothing of
/// it has to be read again.
#[derive(Clone, Copy, Debug)]
pub struct RawRequest<'a> {
    /// All but the text that the answer depends on.
    pub kind: u8,
    /// The body of a POST, or what stands behind the question mark.
    pub text: &'a [u8],
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Owned {
    kind: u8,
    text: Box<[u8]>,
}

impl Hash for RawRequest<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.kind, self.text).hash(state);
    }
}

impl Hash for Owned {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.kind, &*self.text).hash(state);
    }
}

impl Equivalent<Owned> for RawRequest<'_> {
    fn equivalent(&self, other: &Owned) -> bool {
        self.kind == other.kind && *self.text == *other.text
    }
}

/// Kept answers by the requests that led to them.
#[derive(Debug)]
pub(super) struct Shortcuts(Cache<Owned, Weak<Kept>, ByLength>);

#[derive(Clone, Debug)]
struct ByLength;

impl Weighter<Owned, Weak<Kept>> for ByLength {
    fn weight(&self, request: &Owned, _: &Weak<Kept>) -> u64 {
        (request.text.len() + OF_ONE) as u64
    }
}

impl Shortcuts {
    /// For requests that take so many bytes in all.
    pub(super) fn new(bytes: usize) -> Self {
        Self(Cache::with_weighter(
            (bytes / USUAL).max(1),
            bytes as u64,
            ByLength,
        ))
    }

    /// The answer to the same request, if it is still kept.
    pub(super) fn find(&self, request: RawRequest<'_>) -> Option<Arc<Kept>> {
        let kept = self.0.get(&request)?.upgrade()?;
        kept.is_right().then_some(kept)
    }

    /// Remembers where a request has led to.
    pub(super) fn add(&self, request: RawRequest<'_>, kept: &Arc<Kept>) {
        if request.text.len() <= LONGEST {
            let owned = Owned {
                kind: request.kind,
                text: request.text.into(),
            };
            self.0.insert(owned, Arc::downgrade(kept));
        }
    }

    /// How many bytes they take.
    pub(super) fn weight(&self) -> u64 {
        self.0.weight()
    }
}
