//! Documents that clients name instead of sending them: by an id or a hash of a list that was made when
//! the clients were built, or by a hash that they have sent with the text before.

use std::collections::HashMap;
use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use ring::digest::{SHA256, digest};

use super::{DocumentError, Documents, ErrorCode};
use crate::accounts::policy::{AccountAction, AccountSubject, may};
use crate::accounts::{Role, Viewer};
use crate::config::TrustedDocuments;

/// Memory for texts that clients have sent with their hash, in bytes.
const KEPT: u64 = 8 * 1024 * 1024;
/// The longest of them, in bytes.
const LONGEST: usize = 64 * 1024;
/// About what they are, to size the table.
const USUAL: usize = 2048;

/// How a request says what to execute.
#[derive(Debug, PartialEq, Eq)]
pub enum DocumentSource {
    /// By its text.
    Text(String),
    /// By an id of the list.
    Id(String),
    /// By the SHA-256 of its text, in hexadecimal digits (Apollo's automatic persisted queries), and
    /// with the text where the server did not know that.
    Hash {
        /// In small letters.
        hash: String,
        /// What it is of.
        text: Option<String>,
    },
}

/// Texts by what names them.
#[derive(Debug)]
pub struct PersistedDocuments {
    trusted: HashMap<String, Arc<str>>,
    /// The same, by their hashes.
    trusted_hashes: HashMap<String, Arc<str>>,
    only_trusted: bool,
    automatic: Cache<String, Arc<str>, ByLength>,
}

#[derive(Clone, Debug)]
struct ByLength;

impl Weighter<String, Arc<str>> for ByLength {
    fn weight(&self, hash: &String, text: &Arc<str>) -> u64 {
        (hash.len() + text.len()) as u64
    }
}

impl PersistedDocuments {
    /// Those of the list, and room for others.
    #[must_use]
    pub fn new(trusted: &TrustedDocuments) -> Self {
        let texts = trusted.by_id.values();
        Self {
            trusted: trusted.by_id.clone(),
            trusted_hashes: texts
                .map(|text| (hash_of(text), Arc::clone(text)))
                .collect(),
            only_trusted: trusted.only,
            automatic: Cache::with_weighter(USUAL, KEPT, ByLength),
        }
    }

    /// Checks the documents of the list, or says what is wrong with the first that is not right.
    pub fn check(&self, documents: &Documents) -> Result<(), String> {
        let mut trusted: Vec<_> = self.trusted.iter().collect();
        trusted.sort();
        for (id, text) in trusted {
            if let Err(errors) = documents.read(text) {
                let problems: Vec<_> = errors.into_iter().map(|it| it.message).collect();
                return Err(format!("the document {id:?}: {}", problems.join("; ")));
            }
        }
        Ok(())
    }

    /// The text that a request means, if there is one and the viewer may have it executed.
    pub fn resolve(
        &self,
        source: DocumentSource,
        viewer: &Viewer,
    ) -> Result<Arc<str>, DocumentError> {
        match source {
            DocumentSource::Id(id) => self.by_id(&id),
            DocumentSource::Hash { hash, text: None } => {
                let known = self.trusted_hashes.get(&hash).cloned();
                let known = known.or_else(|| self.automatic.get(&hash));
                match known {
                    Some(text) => self.permit(text, viewer),
                    None => Err(not_found("PersistedQueryNotFound")),
                }
            }
            DocumentSource::Hash {
                hash,
                text: Some(text),
            } => {
                if hash_of(&text) != hash {
                    let message = "`sha256Hash` is not the SHA-256 of `query`";
                    return Err(DocumentError::new(ErrorCode::BadRequest, message));
                }
                self.permit(text.into(), viewer)
            }
            DocumentSource::Text(text) => self.permit(text.into(), viewer),
        }
    }

    /// Keeps a text that was sent with its hash, once it has turned out to be good.
    pub fn keep(&self, hash: String, text: &Arc<str>) {
        if !self.only_trusted && text.len() <= LONGEST {
            self.automatic.insert(hash, Arc::clone(text));
        }
    }

    fn by_id(&self, id: &str) -> Result<Arc<str>, DocumentError> {
        let hash = id.strip_prefix("sha256:");
        let by_hash = hash.and_then(|hash| self.trusted_hashes.get(hash));
        let known = self.trusted.get(id).or(by_hash).cloned();
        known.ok_or_else(|| not_found("no trusted document has this id"))
    }

    /// A text, if the viewer may have it executed.
    fn permit(&self, text: Arc<str>, viewer: &Viewer) -> Result<Arc<str>, DocumentError> {
        let explores = || {
            let subject = AccountSubject::other(Role::Admin);
            may(viewer, AccountAction::Explore, &subject)
        };
        if !self.only_trusted || self.trusted_hashes.contains_key(&hash_of(&text)) || explores() {
            return Ok(text);
        }
        let message = "only documents that this server was given beforehand are executed";
        Err(DocumentError::new(ErrorCode::Forbidden, message))
    }
}

fn not_found(message: &str) -> DocumentError {
    DocumentError::new(ErrorCode::PersistedQueryNotFound, message)
}

/// A text's SHA-256, in hexadecimal digits.
fn hash_of(text: &str) -> String {
    use std::fmt::Write;
    let mut hash = String::with_capacity(64);
    for byte in digest(&SHA256, text.as_bytes()).as_ref() {
        // Writing to a string cannot fail.
        let _ = write!(hash, "{byte:02x}");
    }
    hash
}
