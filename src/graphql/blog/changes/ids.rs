use async_graphql::ID;

use super::post_inputs::TagRef;
use crate::blog;
use crate::blog::fields::Problems;
use crate::error::{Error, FieldProblem, Result};
use crate::graphql::global_id::TypedId;
use crate::ids::{PostId, TagId};

/// Reads ids, and notes all that are none. In a list, those are the id of nothing: so the others keep their places.
#[derive(Default)]
pub(super) struct Ids(Vec<FieldProblem>);

impl Ids {
    /// The ids of a list.
    pub(super) fn list<Id: TypedId>(&mut self, field: &str, ids: &[ID]) -> Vec<Id> {
        let decoded = ids.iter().enumerate().map(|(index, id)| {
            let path = vec![field.to_owned(), index.to_string()];
            self.read(path, id)
        });
        decoded.collect()
    }

    pub(super) fn tags(&mut self, tags: Vec<TagRef>) -> Vec<blog::TagRef> {
        let refs = tags.into_iter().enumerate().map(|(index, tag)| match tag {
            TagRef::Name(name) => blog::TagRef::Name(name),
            TagRef::Id(id) => {
                let path = vec!["tags".to_owned(), index.to_string(), "id".to_owned()];
                blog::TagRef::Id(self.read(path, &id))
            }
        });
        refs.collect()
    }

    fn read<Id: TypedId>(&mut self, path: Vec<String>, id: &ID) -> Id {
        Id::decode("", id).unwrap_or_else(|error| {
            let message = match error {
                Error::InvalidArgument { message, .. } => message,
                error => error.to_string(),
            };
            self.0.push(FieldProblem { path, message });
            Id::NONE
        })
    }

    /// Those that are none.
    pub(super) fn problems(self) -> Problems {
        self.0.into()
    }
}

/// The ids of the list `ids`.
pub(super) fn post_ids(ids: &[ID]) -> Result<Vec<PostId>> {
    let mut reading = Ids::default();
    let posts = reading.list("ids", ids);
    reading.problems().refuse().map(|()| posts)
}

/// The ids of the list `from`.
pub(super) fn tag_ids(ids: &[ID]) -> Result<Vec<TagId>> {
    let mut reading = Ids::default();
    let tags = reading.list("from", ids);
    reading.problems().refuse().map(|()| tags)
}
