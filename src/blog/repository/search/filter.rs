use diesel::ExpressionMethods;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment};
use diesel::result::QueryResult;
use diesel::sql_types::Uuid as SqlUuid;
use uuid::Uuid;

use crate::blog::policy::Visibility;
use crate::blog::repository::feeds::Conditions;
use crate::blog::repository::statuses::{in_statuses, not_trashed};
use crate::blog::repository::visible::{POST_SEARCH, visible};
use crate::db::schema::post_search;

type Condition<'q> = Box<dyn QueryFragment<Pg> + Send + Sync + 'q>;

/// What must hold of a row of `post_search`, whatever is searched for.
pub(super) struct Filter<'q>(Vec<Condition<'q>>);

impl<'q> Filter<'q> {
    pub(super) fn new(visibility: Visibility, wanted: &Conditions) -> Self {
        let mut conditions: Vec<Condition<'q>> = vec![Box::new(visible(POST_SEARCH, visibility))];
        if let Some(statuses) = wanted.status.clone() {
            conditions.push(Box::new(in_statuses(post_search::status, statuses)));
        } else if !matches!(visibility, Visibility::Public(_)) {
            conditions.push(Box::new(not_trashed(post_search::status)));
        }
        if let Some(author) = wanted.author {
            conditions.push(Box::new(Linked::Author(author.0)));
        }
        if let Some(tag) = wanted.tag {
            conditions.push(Box::new(Linked::Tag(tag.0)));
        }
        if let Some(from) = wanted.listed_from {
            conditions.push(Box::new(post_search::listed_at.ge(from)));
        }
        if let Some(until) = wanted.listed_until {
            conditions.push(Box::new(post_search::listed_at.lt(until)));
        }
        Self(conditions)
    }
}

impl QueryFragment<Pg> for Filter<'_> {
    /// Behind another condition.
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for condition in &self.0 {
            out.push_sql(" AND ");
            condition.walk_ast(out.reborrow())?;
        }
        Ok(())
    }
}

/// That a post has an author or a tag. `IS TRUE` makes a set of those that have, which each hit is
/// looked up in: as a join, PostgreSQL might look for a link of each of many thousand hits.
enum Linked {
    Author(Uuid),
    Tag(Uuid),
}

impl QueryFragment<Pg> for Linked {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let (links, id) = match self {
            Self::Author(id) => ("post_authors WHERE author_id = ", id),
            Self::Tag(id) => ("post_tags WHERE tag_id = ", id),
        };
        out.push_sql("(post_search.post_id IN (SELECT post_id FROM ");
        out.push_sql(links);
        out.push_bind_param::<SqlUuid, _>(id)?;
        out.push_sql(")) IS TRUE");
        Ok(())
    }
}
