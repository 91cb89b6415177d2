//! Places in the log as clients keep them. Sealed: the distance between two would tell how much has
//! changed that their reader may not see.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{ChangeLog, Number};
use crate::accounts::Viewer;
use crate::error::{Error, Result};

/// What they are sealed with besides the key.
const CONTEXT: &[u8] = b"content changes";

impl ChangeLog {
    /// The text that stands for the place after a change.
    pub fn cursor(&self, _: &Viewer, number: Number) -> Result<String> {
        let sealed = self.tokens.cursors.seal(CONTEXT, &number.to_be_bytes())?;
        Ok(URL_SAFE_NO_PAD.encode(sealed))
    }

    pub(super) fn place(&self, _: &Viewer, cursor: &str) -> Result<Number> {
        let opened = URL_SAFE_NO_PAD
            .decode(cursor)
            .ok()
            .and_then(|sealed| self.tokens.cursors.open(CONTEXT, &sealed))
            .and_then(|bytes| bytes.try_into().ok());
        opened.map(Number::from_be_bytes).ok_or_else(|| {
            let message = "not a cursor of this server; use the `cursor` that came with changes";
            Error::invalid("since", message)
        })
    }
}
