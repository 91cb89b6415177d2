use serde_json::Value;

use crate::error::{Conflict, Error, Result};

/// Refuses to overwrite what somebody else has changed meanwhile, of something that has no revisions, so that it is
/// not known what both began with. Each field comes with what it holds and what is given.
pub(super) fn refuse_stale(
    (current_version, expected): (i32, i32),
    fields: impl IntoIterator<Item = (&'static str, Value, Option<Value>)>,
) -> Result<()> {
    if current_version == expected {
        return Ok(());
    }
    let conflict = |(field, current, yours): (_, Value, Option<Value>)| {
        let yours = yours.filter(|it| *it != current)?;
        Some(Conflict {
            field,
            base: Value::Null,
            current,
            yours,
            current_version,
        })
    };
    let conflicts: Vec<_> = fields.into_iter().filter_map(conflict).collect();
    if conflicts.is_empty() {
        Ok(())
    } else {
        Err(Error::Conflict(conflicts))
    }
}
