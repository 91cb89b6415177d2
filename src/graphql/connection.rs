//! Relay's connections (GraphQL Cursor Connections Specification).

use async_graphql::{Lookahead, SimpleObject};

use crate::error::Result;
use crate::page::{DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, Page, PageRequest, Position};

/// A connection's arguments, as they came.
pub(super) struct PageArguments {
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
}

impl PageArguments {
    pub(super) fn new(
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Self {
        Self {
            first,
            after,
            last,
            before,
        }
    }

    /// Checks the arguments, with `position` to read the list's cursors.
    pub(super) fn request(
        &self,
        selected: Selected,
        position: impl Fn(&str) -> Option<Position>,
    ) -> Result<PageRequest> {
        let (after, before) = (self.after.as_deref(), self.before.as_deref());
        let request = PageRequest::from_arguments(self.first, after, self.last, before, position)?;
        Ok(PageRequest {
            tells_more: selected.more,
            ..request
        })
    }
}

/// How many items a page has at most, by its arguments as they came.
pub(super) fn page_size(first: Option<i64>, last: Option<i64>) -> usize {
    let size = first.or(last).unwrap_or(DEFAULT_PAGE_SIZE.into());
    // A size that is refused later counts as the largest.
    let size = u32::try_from(size).unwrap_or(MAX_PAGE_SIZE);
    size.min(MAX_PAGE_SIZE) as usize
}

/// What a selection wants of a connection.
#[derive(Clone, Copy)]
pub(super) struct Selected {
    /// Items, or where the page lies.
    pub(super) page: bool,
    /// Whether there are more items than those of the page.
    more: bool,
    /// The count of the whole list.
    pub(super) total: bool,
}

impl Selected {
    /// What is selected of a field that is a connection.
    pub(super) fn of(field: &Lookahead<'_>) -> Self {
        let selects = |name| field.field(name).exists();
        let page_info = field.field("pageInfo");
        let asks = |name| page_info.field(name).exists();
        Self {
            page: selects("nodes") || selects("edges") || page_info.exists(),
            more: asks("hasNextPage") || asks("hasPreviousPage"),
            total: selects("totalCount"),
        }
    }

    /// The same, for a list that not everyone may ask for: something of it is read in any case, so
    /// that the service is asked whether the viewer may.
    pub(super) fn guarded(self) -> Self {
        Self {
            page: self.page || !self.total,
            ..self
        }
    }

    /// Runs what is selected, of the two ways to ask for a list.
    pub(super) async fn read<T>(
        self,
        list: impl Future<Output = Result<Page<T>>>,
        count: impl Future<Output = Result<i64>>,
    ) -> Result<(Page<T>, i64)> {
        let total = if self.total { count.await? } else { 0 };
        let page = if self.page {
            list.await?
        } else {
            Page::empty()
        };
        Ok((page, total))
    }
}

/// Whether the items of a connection are asked for the field `name`.
pub(super) fn items_select(field: &Lookahead<'_>, name: &str) -> bool {
    let (nodes, edges) = (field.field("nodes"), field.field("edges"));
    nodes.field(name).exists() || edges.field("node").field(name).exists()
}

/// Where a page lies in its list.
///
/// Example: `{ posts(first: 10) { pageInfo { hasNextPage endCursor } } }`.
#[derive(SimpleObject)]
#[graphql(serial)]
pub(super) struct PageInfo {
    /// Whether there is more after this page.
    has_next_page: bool,
    /// Whether there is more before this page. True whenever `after` was given.
    has_previous_page: bool,
    /// The cursor of the first item; null if there is none. Give it as `before` to page backward.
    start_cursor: Option<String>,
    /// The cursor of the last item; null if there is none. Give it as `after` to page forward.
    end_cursor: Option<String>,
}

impl PageInfo {
    /// Describes a page whose items have the cursors that `cursor` gives.
    pub(super) fn of<T>(page: &Page<T>, cursor: impl Fn(&T) -> String) -> Self {
        Self {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: page.items.first().map(&cursor),
            end_cursor: page.items.last().map(&cursor),
        }
    }
}

/// A count as GraphQL's `Int`, whose largest value stands for all that are larger.
pub(super) fn count(value: i64) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

/// Declares a connection type and its edge type, or the connection alone where the edge says more of
/// an item. `$cursor` gives an item's cursor in `$order`. The example of a query that has such a list
/// is in three parts: what stands before its selection, what is selected of an item, and what closes
/// the braces before.
macro_rules! connection {
    (
        $connection:ident, $edge:ident, $node:ty, $things:literal,
        [$before:literal, $item:literal, $after:literal], $order:ty, $cursor:expr
    ) => {
        connection!(
            @connection $connection, $edge, $node, $things, [$before, $item, $after], $order, $cursor
        );

        #[doc = concat!("One of the ", $things, " of a page.\n\n")]
        #[doc = concat!("Example: `", $before, " { edges { cursor node { ", $item, " } } }", $after, "`.")]
        #[derive(async_graphql::SimpleObject)]
        #[graphql(serial)]
        pub(in crate::graphql) struct $edge {
            /// The item's place in the list: give it as `after` or `before`.
            cursor: String,
            /// The item.
            node: $node,
        }

        impl $edge {
            fn of(order: &$order, node: &$node) -> Self {
                Self {
                    cursor: ($cursor)(order, node),
                    node: node.clone(),
                }
            }
        }
    };
    (
        @connection $connection:ident, $edge:ident, $node:ty, $things:literal,
        [$before:literal, $item:literal, $after:literal], $order:ty, $cursor:expr
    ) => {
        #[doc = concat!("A page of ", $things, ".")]
        pub(in crate::graphql) struct $connection {
            pub(super) page: crate::page::Page<$node>,
            pub(super) order: $order,
            /// Counted only where it is selected.
            pub(super) total: i64,
        }

        #[doc = concat!("A page of ", $things, ".\n\n")]
        #[doc = concat!(
            "Example: `", $before, " { nodes { ", $item, " } pageInfo { endCursor } }", $after, "`."
        )]
        #[async_graphql::Object(serial)]
        impl $connection {
            /// The items, each with its cursor.
            async fn edges(&self) -> crate::graphql::list::List<Vec<$edge>> {
                let items = self.page.items.iter();
                let edges = items.map(|node| $edge::of(&self.order, node)).collect();
                crate::graphql::list::List(edges)
            }

            /// The items.
            async fn nodes(&self) -> crate::graphql::list::List<&[$node]> {
                crate::graphql::list::List(&self.page.items)
            }

            /// Where this page lies in the list.
            async fn page_info(&self) -> crate::graphql::connection::PageInfo {
                let cursor = $cursor;
                crate::graphql::connection::PageInfo::of(&self.page, |node| {
                    cursor(&self.order, node)
                })
            }

            /// How many items the whole list has, all pages together.
            async fn total_count(&self) -> i32 {
                crate::graphql::connection::count(self.total)
            }
        }
    };
}
pub(super) use connection;
