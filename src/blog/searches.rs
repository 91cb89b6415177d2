use super::markdown;
use super::model::{Post, PostColumns};
use super::order::PostFilter;
use super::posts::{Posts, conditions};
use super::provenance;
use super::repository::search;
use super::search::{MAX_TEXT, Search, extract};
use crate::accounts::Viewer;
use crate::error::{Error, Result};
use crate::page::{Page, PageRequest};

/// What to search posts for, and how much of each to read.
#[derive(Clone, Debug)]
pub struct SearchList {
    /// What to search for.
    pub search: Search,
    /// Which posts to look among.
    pub filter: PostFilter,
    /// Which part of what is found.
    pub page: PageRequest,
    /// What of them.
    pub parts: PostColumns,
    /// Whether to make extracts.
    pub extracts: bool,
}

/// A post that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The post.
    pub post: Post,
    /// How well it matches.
    pub rank: f32,
    /// The part of its text in which the words that were found stand, as safe HTML.
    pub extract: Option<String>,
}

impl Posts {
    /// A page of the posts that a search finds, the best first.
    pub async fn search(&self, viewer: &Viewer, list: SearchList) -> Result<Page<Found>> {
        list.filter.check()?;
        if list.search.is_blank() || !self.admits_any(viewer, &list.filter) {
            return Ok(Page::empty());
        }
        let visibility = self.visibility(viewer);
        let connection = &mut self.pool.get().await?;
        let Some(conditions) = conditions(connection, visibility, &list.filter).await? else {
            return Ok(Page::empty());
        };
        let mut parts = list.parts;
        parts.set(
            PostColumns::CONTENT,
            parts.contains(PostColumns::CONTENT) || list.extracts,
        );
        let what = (parts, list.extracts);
        let (search, page) = (&list.search, &list.page);
        let hits = search::list(connection, visibility, search, &conditions, page, what).await?;
        provenance::note_search(
            &conditions,
            hits.iter().take(page.rows() as usize).map(|hit| &hit.0),
        );
        // Reading the texts may take a moment: off the threads that serve requests.
        let found = tokio::task::spawn_blocking(|| hits.into_iter().map(Found::of).collect());
        let found = found.await.map_err(Error::internal)?;
        Ok(Page::from_rows(found, page))
    }

    /// How many posts a search finds.
    pub async fn count_search(
        &self,
        viewer: &Viewer,
        search: &Search,
        filter: &PostFilter,
    ) -> Result<i64> {
        if search.is_blank() || !self.admits_any(viewer, filter) {
            return Ok(0);
        }
        let visibility = self.visibility(viewer);
        let connection = &mut self.pool.get().await?;
        match conditions(connection, visibility, filter).await? {
            Some(conditions) => {
                provenance::note_search(&conditions, std::iter::empty());
                search::count(connection, visibility, search, &conditions).await
            }
            None => Ok(0),
        }
    }
}

impl Found {
    fn of((post, rank, words): search::Hit) -> Self {
        let text = post.content.as_deref().unwrap_or_default();
        let end = text.char_indices().nth(MAX_TEXT);
        let text = &text[..end.map_or(text.len(), |(end, _)| end)];
        let extract = words.map(|words| extract(&markdown::plain_text(text), &words));
        Self {
            post,
            rank,
            extract,
        }
    }
}
