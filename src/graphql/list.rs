use std::borrow::Cow;
use std::ops::Deref;
use std::pin::pin;
use std::task::Poll;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use futures_util::future::{try_join, try_join_all};
use futures_util::poll;

/// A list in GraphQL, of what can be borrowed as a slice. Most items are there with all that is selected of
/// them, so each is resolved in its place. The engine's own lists make a task of every item before any is
/// looked at; this does so from the first item on that has to wait, so that the others need not wait for it.
pub(super) struct List<L>(pub(super) L);

impl<T, L> OutputType for List<L>
where
    T: OutputType,
    L: Deref<Target = [T]> + Send + Sync,
{
    fn type_name() -> Cow<'static, str> {
        Vec::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<T> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<T> as OutputType>::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let mut values = Vec::with_capacity(self.0.len());
        let mut items = self.0.iter().enumerate();
        while let Some((index, item)) = items.next() {
            let mut first = pin!(resolve_item(ctx, field, index, item));
            match poll!(first.as_mut()) {
                Poll::Ready(value) => values.push(value?),
                Poll::Pending => {
                    let others = items.map(|(index, item)| resolve_item(ctx, field, index, item));
                    let others = try_join_all(others);
                    let (first, others) = try_join(first, others).await?;
                    values.push(first);
                    values.extend(others);
                    break;
                }
            }
        }
        Ok(Value::List(values))
    }
}

async fn resolve_item<T: OutputType>(
    ctx: &ContextSelectionSet<'_>,
    field: &Positioned<Field>,
    index: usize,
    item: &T,
) -> ServerResult<Value> {
    let ctx = ctx.with_index(index);
    let value = item.resolve(&ctx, field).await;
    value.map_err(|error| ctx.set_error_path(error))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use async_graphql::{EmptyMutation, EmptySubscription, Object, Response, Schema, value};
    use tokio::sync::Barrier;
    use tokio::time::timeout;

    use super::*;

    /// Is there at once, or waits for others.
    struct Item {
        number: i32,
        others: Option<Arc<Barrier>>,
    }

    #[Object]
    impl Item {
        async fn number(&self) -> async_graphql::Result<i32> {
            if let Some(others) = &self.others {
                others.wait().await;
            }
            if self.number < 0 {
                return Err("negative".into());
            }
            Ok(self.number)
        }
    }

    struct Query(Vec<Item>);

    #[Object]
    impl Query {
        async fn items(&self) -> List<&[Item]> {
            List(&self.0)
        }
    }

    /// The numbers of items, of which those marked wait for one another.
    async fn numbers(items: &[(i32, bool)]) -> Response {
        let waiting = items.iter().filter(|(_, waits)| *waits).count();
        let others = Arc::new(Barrier::new(waiting));
        let items = items.iter().map(|&(number, waits)| Item {
            number,
            others: waits.then(|| Arc::clone(&others)),
        });
        let query = Query(items.collect());
        let schema = Schema::new(query, EmptyMutation, EmptySubscription);
        // If they waited one after the other, none would ever be there.
        let executed = timeout(
            Duration::from_secs(5),
            schema.execute("{ items { number } }"),
        );
        executed.await.expect("the items wait at the same time")
    }

    #[tokio::test]
    async fn items_wait_at_the_same_time_and_keep_their_order() {
        let items = [(0, false), (1, true), (2, false), (3, true), (4, true)];
        let answer = numbers(&items).await;
        let of = |number: i32| value!({ "number": number });
        let expected = Value::List((0..5).map(of).collect());
        assert_eq!(answer.data, value!({ "items": expected }));
    }

    #[tokio::test]
    async fn an_error_has_the_place_of_its_item() {
        for waits in [false, true] {
            let answer = numbers(&[(0, waits), (1, waits), (-1, waits)]).await;
            let path = serde_json::to_value(&answer.errors[0].path).unwrap();
            assert_eq!(path, serde_json::json!(["items", 2, "number"]), "{waits}");
        }
    }
}
