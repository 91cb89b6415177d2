use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use quick_cache::Weighter;
use ring::digest::{SHA256, digest};
use serde::Serialize;

use crate::blog::provenance::Reading;

/// What tells one request from another: all of it that its answer depends on, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Key(Arc<[u8]>);

impl Key {
    /// Of the parts of a request: as JSON, no others come to be the same text.
    #[must_use]
    pub fn of(parts: &impl Serialize) -> Self {
        // Writing to memory fails only for maps with keys that are no strings, of which there are none.
        Self(serde_json::to_vec(parts).unwrap_or_default().into())
    }

    /// The text.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// An answer that may be given to every visitor.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its body.
    pub body: Bytes,
    /// For how long caches outside may keep it without asking, in seconds.
    pub seconds: u32,
}

/// An answer that is kept.
#[derive(Debug)]
pub struct Kept {
    id: u64,
    answer: Answer,
    made_at: DateTime<Utc>,
    tag: OnceLock<String>,
    readings: Box<[Reading]>,
    /// Whether nothing that it was made from was touched.
    is_right: AtomicBool,
}

impl Kept {
    pub(super) fn new(
        id: u64,
        answer: Answer,
        made_at: DateTime<Utc>,
        readings: HashSet<Reading>,
    ) -> Self {
        Self {
            id,
            answer,
            made_at,
            tag: OnceLock::new(),
            readings: readings.into_iter().collect(),
            is_right: AtomicBool::new(true),
        }
    }

    /// Its body.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.answer.body
    }

    /// For how long caches outside may keep it without asking, in seconds.
    #[must_use]
    pub fn seconds(&self) -> u32 {
        self.answer.seconds
    }

    /// How old it is, in seconds.
    #[must_use]
    pub fn age(&self, now: DateTime<Utc>) -> u64 {
        u64::try_from((now - self.made_at).num_seconds()).unwrap_or(0)
    }

    /// Its strong validator (RFC 9110, section 8.8.3).
    #[must_use]
    pub fn tag(&self) -> &str {
        self.tag.get_or_init(|| entity_tag(&self.answer.body))
    }

    /// Whether it may still be given, as far as changes are known.
    pub(super) fn is_right(&self) -> bool {
        self.is_right.load(Ordering::SeqCst)
    }

    /// It may not be given any more.
    pub(super) fn let_go(&self) {
        self.is_right.store(false, Ordering::SeqCst);
    }

    pub(super) fn id(&self) -> u64 {
        self.id
    }

    pub(super) fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// About how many bytes of memory it takes, with what is known of it: each reading stands in the
    /// answer and in the index.
    pub(super) fn weight(&self, key: &Key) -> u64 {
        const OF_AN_ANSWER: usize = 512;
        const OF_A_READING: usize = 64;
        let readings = self.readings.iter();
        let readings: usize = readings.map(|it| 2 * it.weight() + OF_A_READING).sum();
        (self.answer.body.len() + key.0.len() + readings + OF_AN_ANSWER) as u64
    }
}

/// The strong validator of a body (RFC 9110, section 8.8.3).
#[must_use]
pub fn entity_tag(body: &[u8]) -> String {
    let tag = URL_SAFE_NO_PAD.encode(&digest(&SHA256, body).as_ref()[..16]);
    format!("\"{tag}\"")
}

/// Weighs answers by the memory that they take.
#[derive(Clone, Debug)]
pub(super) struct ByMemory;

impl Weighter<Key, Arc<Kept>> for ByMemory {
    fn weight(&self, key: &Key, kept: &Arc<Kept>) -> u64 {
        kept.weight(key)
    }
}
