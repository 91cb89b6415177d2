use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::resolver_utils::{ContainerType, resolve_container_serial};
use async_graphql::{ContextSelectionSet, OutputType, Positioned, ServerResult, Value};

/// An interface or a union whose fields are resolved in the order of the selection, as objects do
/// that say `serial`; the engine has no such word for these. Else the fields of a fragment on it
/// would stand in the order in which they were ready (GraphQL specification, section 7.2.2
/// "Serialized Map Ordering"), and tell what took how long.
pub(super) struct InOrder<T>(pub(super) T);

impl<T: OutputType + ContainerType> OutputType for InOrder<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        _field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        resolve_container_serial(ctx, &self.0).await
    }
}
