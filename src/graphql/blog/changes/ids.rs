use async_graphql::ID;

use super::post_inputs::TagRef;
use crate::blog;
use crate::error::{Error, FieldProblem, Result};
use crate::graphql::global_id::TypedId;
use crate::ids::{PostId, TagId};

/// Reads ids, and notes all that are none.
#[derive(Default)]
pub(super) struct Ids(Vec<FieldProblem>);

impl Ids {
    /// The ids of a list; those that are none are left out.
    pub(super) fn list<Id: TypedId>(&mut self, field: &str, ids: &[ID]) -> Vec<Id> {
        let decoded = ids.iter().enumerate().map(|(index, id)| {
            let path = vec![field.to_owned(), index.to_string()];
            self.read(path, id)
        });
        decoded.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    pub(super) fn tags(&mut self, tags: Vec<TagRef>) -> Vec<blog::TagRef> {
        let refs = tags.into_iter().enumerate().map(|(index, tag)| match tag {
            TagRef::Name(name) => Some(blog::TagRef::Name(name)),
            TagRef::Id(id) => {
                let path = vec!["tags".to_owned(), index.to_string(), "id".to_owned()];
                self.read::<TagId>(path, &id).map(blog::TagRef::Id)
            }
        });
        refs.collect::<Vec<_>>().into_iter().flatten().collect()
    }

    fn read<Id: TypedId>(&mut self, path: Vec<String>, id: &ID) -> Option<Id> {
        match Id::decode("", id) {
            Ok(id) => Some(id),
            Err(error) => {
                let message = match error {
                    Error::InvalidArgument { message, .. } => message,
                    error => error.to_string(),
                };
                self.0.push(FieldProblem { path, message });
                None
            }
        }
    }

    /// Refuses the input if any was none.
    pub(super) fn refuse(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::InvalidInput(self.0))
        }
    }
}

/// The ids of the list `ids`.
pub(super) fn post_ids(ids: &[ID]) -> Result<Vec<PostId>> {
    let mut reading = Ids::default();
    let posts = reading.list("ids", ids);
    reading.refuse().map(|()| posts)
}

/// The ids of the list `from`.
pub(super) fn tag_ids(ids: &[ID]) -> Result<Vec<TagId>> {
    let mut reading = Ids::default();
    let tags = reading.list("from", ids);
    reading.refuse().map(|()| tags)
}
