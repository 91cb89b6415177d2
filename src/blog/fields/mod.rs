//! What the fields of posts, authors and tags may hold. Every check gives the value as it is stored,
//! or says what is wrong and what would be right; [`Problems`] collects all that is wrong with an
//! input before it is refused.

mod address;
mod faq;
mod text;

use crate::error::{Error, FieldProblem, Result};

pub use address::{MAX_PATH, canonical_url, locale, path, picture_url, slug};
pub use faq::faq;
pub use text::{
    MAX_CONTENT, MAX_EXCERPT, bio, content, excerpt, meta_description, meta_title, name, note,
    title,
};

/// What a check says.
pub type Checked<T> = Result<T, String>;

/// All that is wrong with an input.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Problems(Vec<FieldProblem>);

/// Problems of which each has a path of its own.
impl From<Vec<FieldProblem>> for Problems {
    fn from(problems: Vec<FieldProblem>) -> Self {
        Self(problems)
    }
}

impl Problems {
    /// The value of a field, or its default beside a note of what is wrong.
    pub fn take<T: Default>(&mut self, field: &str, checked: Checked<T>) -> T {
        checked.unwrap_or_else(|message| {
            self.add(field, message);
            T::default()
        })
    }

    /// The same for a field that need not be given.
    pub fn take_some<T: Default>(&mut self, field: &str, checked: Option<Checked<T>>) -> Option<T> {
        checked.map(|checked| self.take(field, checked))
    }

    /// Notes that something is wrong with a field.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.note(FieldProblem::new(field, message));
    }

    /// Notes that something is wrong with what stands at a path.
    pub fn add_at(&mut self, path: Vec<String>, message: impl Into<String>) {
        let message = message.into();
        self.note(FieldProblem { path, message });
    }

    /// What was found first is told of each path.
    fn note(&mut self, problem: FieldProblem) {
        if self.0.iter().all(|it| it.path != problem.path) {
            self.0.push(problem);
        }
    }

    /// Refuses the input if anything is wrong with it.
    pub fn refuse(self) -> Result<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Error::InvalidInput(self.0))
        }
    }
}
