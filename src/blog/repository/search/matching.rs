//! That a post has what is asked for.

use diesel::pg::Pg;
use diesel::query_builder::AstPass;
use diesel::result::QueryResult;
use diesel::sql_types::Text;

use crate::blog::search::Asked;

/// By what to find posts.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    /// By looking at each of those at hand.
    Reading,
    /// By the indexes. With phrases, each that has their bigrams is looked at.
    Index,
    /// By the indexes, if few posts are of the tier that is asked for. With phrases, those of the tier that
    /// have their bigrams are looked at.
    Tier,
}

/// Writes that a post has the words or the phrases.
pub(super) fn walk_asked<'b>(
    asked: &'b Asked,
    by: By,
    mut out: AstPass<'_, 'b, Pg>,
) -> QueryResult<()> {
    if asked.phrases.is_empty() {
        return walk_words(&asked.words, out);
    }
    if asked.words.is_empty() {
        return walk_phrases(asked, by, out);
    }
    out.push_sql("(");
    walk_words(&asked.words, out.reborrow())?;
    out.push_sql(" OR ");
    if let By::Reading = by {
        walk_phrases(asked, by, out.reborrow())?;
    } else {
        // Two conditions that indexes answer, so that no post with the words is looked at.
        out.push_sql("post_search.post_id = ANY (ARRAY(SELECT post_id FROM post_search WHERE ");
        walk_phrases(asked, by, out.reborrow())?;
        out.push_sql("))");
    }
    out.push_sql(")");
    Ok(())
}

/// The query comes from a subselect. So PostgreSQL does not guess how often its words occur, and
/// takes the index: for a frequent word it would read every row, and with it the words, at a price
/// that it does not know.
fn walk_words<'b>(query: &'b str, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
    out.push_sql("post_search.words @@ ");
    walk_query(query, out)
}

pub(super) fn walk_query<'b>(query: &'b str, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
    out.push_sql("(SELECT ");
    out.push_bind_param::<Text, _>(query)?;
    out.push_sql("::text::tsquery)");
    Ok(())
}

fn walk_phrases<'b>(asked: &'b Asked, by: By, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
    match by {
        By::Reading => out.push_sql(IS_AMONG_FOUND),
        By::Index => out.push_sql(IS_FOUND),
        By::Tier => {
            walk_words(&asked.among, out.reborrow())?;
            out.push_sql(" AND ");
            out.push_sql(IS_AMONG_FOUND);
        }
    }
    // Of no index: it would give all that have the words, and each of them were looked at.
    out.push_sql("(");
    walk_words(&asked.phrases, out.reborrow())?;
    out.push_sql(") IS TRUE");
    Ok(())
}

/// That a post has the bigrams. Each that has is found by its id.
const IS_FOUND: &str = "post_search.post_id = ANY (ARRAY(SELECT post_id FROM phrases)) AND ";

/// The same where posts are found by other means. Each is looked up in a set.
const IS_AMONG_FOUND: &str = "(post_search.post_id IN (SELECT post_id FROM phrases)) IS TRUE AND ";
