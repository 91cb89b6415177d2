use diesel::expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Bool, Text};

/// What posts are called by.
#[derive(Clone, Copy, Debug)]
pub(super) enum Name {
    Slug,
    Path,
}

/// The condition that a post has a name, or had it before: at most two posts.
///
/// Both are asked of their indexes, in one statement, so that a name which a post gives up or takes
/// back meanwhile is not missed in either place. As an `OR`, PostgreSQL would read all posts.
#[derive(Clone, Debug)]
pub(super) struct HasOrHad {
    name: Name,
    text: String,
}

/// Only posts that have or had this name. What is in the trash has none.
pub(super) fn has_or_had(name: Name, text: &str) -> HasOrHad {
    let text = text.to_owned();
    HasOrHad { name, text }
}

impl QueryFragment<Pg> for HasOrHad {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let (now, before) = match self.name {
            Name::Slug => (
                "named.slug = ",
                "SELECT post_id FROM former_slugs WHERE slug = ",
            ),
            Name::Path => (
                "named.path = ",
                "SELECT post_id FROM redirects WHERE path = ",
            ),
        };
        out.push_sql("posts.id IN (SELECT named.id FROM posts AS named WHERE ");
        out.push_sql(now);
        out.push_bind_param::<Text, _>(&self.text)?;
        out.push_sql(" AND named.status <> 'trashed' UNION ALL ");
        out.push_sql(before);
        out.push_bind_param::<Text, _>(&self.text)?;
        out.push_sql(") AND posts.status <> 'trashed'");
        Ok(())
    }
}

impl Expression for HasOrHad {
    type SqlType = Bool;
}

impl QueryId for HasOrHad {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl ValidGrouping<()> for HasOrHad {
    type IsAggregate = is_aggregate::No;
}

impl<QS> AppearsOnTable<QS> for HasOrHad {}
