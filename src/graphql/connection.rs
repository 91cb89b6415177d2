//! Relay's connections (GraphQL Cursor Connections Specification).

use async_graphql::SimpleObject;

use crate::page::Page;

/// Where a page lies in its list.
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

/// Declares a connection type and its edge type. `$cursor` gives an item's cursor in `$order`.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ty, $things:literal, $order:ty, $cursor:expr) => {
        #[doc = concat!("A page of ", $things, ".")]
        pub(in crate::graphql) struct $connection {
            pub(super) page: crate::page::Page<$node>,
            pub(super) order: $order,
            /// Counted only where it is selected.
            pub(super) total: i64,
        }

        #[doc = concat!("A page of ", $things, ".")]
        #[async_graphql::Object(serial)]
        impl $connection {
            /// The items, each with its cursor.
            async fn edges(&self) -> Vec<$edge> {
                let cursor = $cursor;
                let items = self.page.items.iter();
                items
                    .map(|node| $edge {
                        cursor: cursor(&self.order, node),
                        node: node.clone(),
                    })
                    .collect()
            }

            /// The items.
            async fn nodes(&self) -> &[$node] {
                &self.page.items
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

        #[doc = concat!("One of the ", $things, " of a page.")]
        #[derive(async_graphql::SimpleObject)]
        #[graphql(serial)]
        pub(in crate::graphql) struct $edge {
            /// The item's place in the list: give it as `after` or `before`.
            cursor: String,
            /// The item.
            node: $node,
        }
    };
}
pub(super) use connection;
