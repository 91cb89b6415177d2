use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::Document;

/// The longest text that is kept, in bytes: a client's own is shorter, and sent again.
const LONGEST_TEXT: usize = 16 * 1024;
/// What a token of the text takes in the tree, in bytes: an estimate from the sizes of the nodes of
/// the tree.
const BYTES_OF_A_TOKEN: usize = 160;
/// About what documents are counted as, to size the table.
const USUAL_WEIGHT: usize = 8 * 1024;

/// Documents that were found to be good, by their texts, so that they need not be parsed and checked
/// again. What is wrong is not kept: that would let anyone fill it with nothing of use.
///
/// Bounded by the memory that they take. Those that were asked for twice stay when others come that
/// nobody asks for again (S3-FIFO), as from a client that writes values into its documents.
#[derive(Debug)]
pub(super) struct KeptDocuments(Cache<Box<str>, Arc<Document>, ByMemory>);

#[derive(Clone, Debug)]
struct ByMemory;

impl Weighter<Box<str>, Arc<Document>> for ByMemory {
    fn weight(&self, text: &Box<str>, document: &Arc<Document>) -> u64 {
        let tree = document.tokens.saturating_mul(BYTES_OF_A_TOKEN);
        (text.len() + size_of::<Document>()).saturating_add(tree) as u64
    }
}

impl KeptDocuments {
    /// For documents of so many bytes in all; none if that is 0.
    pub(super) fn new(bytes: usize) -> Self {
        Self(Cache::with_weighter(
            (bytes / USUAL_WEIGHT).max(1),
            bytes as u64,
            ByMemory,
        ))
    }

    /// The document with this text.
    pub(super) fn find(&self, text: &str) -> Option<Arc<Document>> {
        (text.len() <= LONGEST_TEXT).then(|| self.0.get(text))?
    }

    /// Keeps a document, if it is short enough.
    pub(super) fn keep(&self, text: &str, document: &Arc<Document>) {
        if text.len() <= LONGEST_TEXT {
            self.0.insert(text.into(), Arc::clone(document));
        }
    }
}
