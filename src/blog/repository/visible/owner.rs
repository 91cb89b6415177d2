use chrono::{DateTime, Utc};
use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Uuid as SqlUuid};

use super::post::{POST_AUTHORS, POST_TAGS};
use crate::blog::policy::Visibility;
use crate::db::schema::{authors, tags};
use crate::ids::AuthorId;

/// The condition under which an author or a tag may be seen: it has a post that may be seen.
///
/// Each row asks an index once and stops at the first such post. `OFFSET 0` keeps PostgreSQL from
/// turning that into a join, for which it may read all links where a page needs a few.
#[derive(Clone, Copy, Debug)]
pub(in crate::blog::repository) struct VisibleOwner<I> {
    id: I,
    links: Links,
    visibility: Visibility,
}

#[derive(Clone, Copy, Debug)]
enum Links {
    Authors,
    Tags,
}

/// Only authors that `visibility` admits.
pub(in crate::blog::repository) fn visible_author(
    visibility: Visibility,
) -> VisibleOwner<authors::id> {
    VisibleOwner {
        id: authors::id,
        links: Links::Authors,
        visibility,
    }
}

/// Only tags that `visibility` admits.
pub(in crate::blog::repository) fn visible_tag(visibility: Visibility) -> VisibleOwner<tags::id> {
    VisibleOwner {
        id: tags::id,
        links: Links::Tags,
        visibility,
    }
}

impl<I: QueryFragment<Pg>> VisibleOwner<I> {
    /// Writes that there is a public post.
    fn walk_public<'b>(
        &'b self,
        now: &'b DateTime<Utc>,
        mut out: AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        out.push_sql(match self.links {
            Links::Authors => "EXISTS (SELECT FROM post_authors WHERE post_authors.author_id = ",
            Links::Tags => "EXISTS (SELECT FROM post_tags WHERE post_tags.tag_id = ",
        });
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(" AND ");
        match self.links {
            Links::Authors => POST_AUTHORS.walk_live(now, out.reborrow())?,
            Links::Tags => POST_TAGS.walk_live(now, out.reborrow())?,
        }
        out.push_sql(" OFFSET 0)");
        Ok(())
    }

    /// Writes that there is a post of the viewer's own.
    fn walk_own<'b>(
        &'b self,
        author: &'b AuthorId,
        mut out: AstPass<'_, 'b, Pg>,
    ) -> QueryResult<()> {
        out.push_sql(match self.links {
            Links::Authors => {
                "EXISTS (SELECT FROM post_authors JOIN post_authors AS own USING (post_id) WHERE post_authors.author_id = "
            }
            Links::Tags => {
                "EXISTS (SELECT FROM post_tags JOIN post_authors AS own USING (post_id) WHERE post_tags.tag_id = "
            }
        });
        self.id.walk_ast(out.reborrow())?;
        out.push_sql(" AND own.author_id = ");
        out.push_bind_param::<SqlUuid, _>(author)?;
        out.push_sql(" OFFSET 0)");
        Ok(())
    }
}

impl<I: QueryFragment<Pg>> QueryFragment<Pg> for VisibleOwner<I> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match &self.visibility {
            Visibility::All => out.push_sql("TRUE"),
            Visibility::Public(now) => self.walk_public(now, out)?,
            Visibility::PublicAndOwn { now, author } => {
                out.push_sql("(");
                // One's own profile is there even before the first post.
                if matches!(self.links, Links::Authors) {
                    self.id.walk_ast(out.reborrow())?;
                    out.push_sql(" = ");
                    out.push_bind_param::<SqlUuid, _>(author)?;
                    out.push_sql(" OR ");
                }
                self.walk_public(now, out.reborrow())?;
                out.push_sql(" OR ");
                self.walk_own(author, out.reborrow())?;
                out.push_sql(")");
            }
        }
        Ok(())
    }
}

impl<I> Expression for VisibleOwner<I> {
    type SqlType = Bool;
}

impl<I> QueryId for VisibleOwner<I> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<I> ValidGrouping<()> for VisibleOwner<I> {
    type IsAggregate = is_aggregate::No;
}

impl<I: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for VisibleOwner<I> {}
