//! Holds the corpus to the schema: it must use every field, argument, input and enum value by
//! which something can be asked.

use std::collections::{BTreeSet, HashMap};

use async_graphql::Positioned;
use async_graphql::Value;
use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, Selection, SelectionSet, Type, TypeKind,
    TypeSystemDefinition,
};
use async_graphql::parser::{parse_query, parse_schema};

use super::corpus::{Corpus, Request};

type Fields = [Positioned<FieldDefinition>];

/// What of the schema no operation of the corpus uses.
pub fn missing(corpus: &Corpus) -> Vec<String> {
    let schema = Schema::read();
    let mut used = BTreeSet::new();
    for operation in corpus.operations.iter().filter(|it| !it.is_refused) {
        if let Request::Graphql(document) = &operation.request {
            let document = parse_query(document).unwrap();
            for (_, operation) in document.operations.iter() {
                schema.note_selection(&mut used, "Query", &operation.node.selection_set.node);
            }
        }
    }
    let mut demanded = BTreeSet::new();
    schema.demand(&mut demanded, &mut BTreeSet::new(), "Query");
    demanded.difference(&used).cloned().collect()
}

/// The types by their names.
pub struct Schema(HashMap<String, TypeKind>);

impl Schema {
    pub fn read() -> Self {
        let mut types = HashMap::new();
        for definition in parse_schema(imprenta::graphql::sdl()).unwrap().definitions {
            if let TypeSystemDefinition::Type(definition) = definition {
                let definition = definition.node;
                types.insert(definition.name.node.to_string(), definition.kind);
            }
        }
        Self(types)
    }

    /// The values of an enum.
    pub fn values_of(&self, name: &str) -> Vec<String> {
        match self.0.get(name) {
            Some(TypeKind::Enum(values)) => {
                let values = values.values.iter();
                values.map(|it| it.node.value.node.to_string()).collect()
            }
            _ => panic!("{name} is no enum"),
        }
    }

    fn fields_of(&self, name: &str) -> &Fields {
        match self.0.get(name) {
            Some(TypeKind::Object(object)) => &object.fields,
            Some(TypeKind::Interface(interface)) => &interface.fields,
            _ => &[],
        }
    }

    fn inputs_of(&self, name: &str) -> &[Positioned<InputValueDefinition>] {
        match self.0.get(name) {
            Some(TypeKind::InputObject(input)) => &input.fields,
            _ => &[],
        }
    }

    /// The objects that a value of this type may be.
    fn members_of(&self, name: &str) -> Vec<String> {
        let implements = |kind: &TypeKind| matches!(kind, TypeKind::Object(it) if it.implements.iter().any(|it| it.node == name));
        match self.0.get(name) {
            Some(TypeKind::Union(union)) => {
                union.members.iter().map(|it| it.node.to_string()).collect()
            }
            Some(TypeKind::Interface(_)) => {
                let types = self.0.iter().filter(|(_, kind)| implements(kind));
                types.map(|(name, _)| name.clone()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Notes all that can be asked about values of a type.
    fn demand(&self, into: &mut BTreeSet<String>, known: &mut BTreeSet<String>, name: &str) {
        if !known.insert(name.to_owned()) {
            return;
        }
        for member in self.members_of(name) {
            self.demand(into, known, &member);
        }
        for field in self.fields_of(name) {
            let field = &field.node;
            let place = format!("{name}.{}", field.name.node);
            for argument in &field.arguments {
                into.insert(format!("{place}({})", argument.node.name.node));
                self.demand_input(into, known, base(&argument.node.ty.node));
            }
            into.insert(place);
            self.demand(into, known, base(&field.ty.node));
        }
    }

    fn demand_input(&self, into: &mut BTreeSet<String>, known: &mut BTreeSet<String>, name: &str) {
        if !known.insert(format!("input {name}")) {
            return;
        }
        if let Some(TypeKind::Enum(_)) = self.0.get(name) {
            let values = self.values_of(name).into_iter();
            into.extend(values.map(|value| format!("{name}.{value}")));
        }
        for field in self.inputs_of(name) {
            into.insert(format!("{name}.{}", field.node.name.node));
            self.demand_input(into, known, base(&field.node.ty.node));
        }
    }

    /// Notes what a selection on a type uses.
    fn note_selection(&self, used: &mut BTreeSet<String>, ty: &str, set: &SelectionSet) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let mut fields = self.fields_of(ty).iter();
                    let is_it =
                        |it: &&Positioned<FieldDefinition>| it.node.name.node == field.name.node;
                    // Introspection is of no type of the schema.
                    let Some(definition) = fields.find(is_it) else {
                        continue;
                    };
                    let place = format!("{ty}.{}", field.name.node);
                    for (name, value) in &field.arguments {
                        used.insert(format!("{place}({})", name.node));
                        let arguments = &definition.node.arguments;
                        let value = value.node.clone().into_const().unwrap();
                        self.note_input(used, arguments, &name.node, &value);
                    }
                    used.insert(place);
                    let inner = base(&definition.node.ty.node);
                    self.note_selection(used, inner, &field.selection_set.node);
                }
                Selection::InlineFragment(fragment) => {
                    let fragment = &fragment.node;
                    let condition = fragment.type_condition.as_ref();
                    let inner = condition.map_or(ty, |it| it.node.on.node.as_str());
                    self.note_selection(used, inner, &fragment.selection_set.node);
                }
                Selection::FragmentSpread(spread) => {
                    panic!("write {} inline", spread.node.fragment_name.node)
                }
            }
        }
    }

    /// Notes what a value uses that is given under a name.
    fn note_input(
        &self,
        used: &mut BTreeSet<String>,
        definitions: &[Positioned<InputValueDefinition>],
        name: &str,
        value: &Value,
    ) {
        let mut definitions = definitions.iter();
        let definition = definitions.find(|it| it.node.name.node == name);
        self.note_value(used, base(&definition.unwrap().node.ty.node), value);
    }

    fn note_value(&self, used: &mut BTreeSet<String>, ty: &str, value: &Value) {
        match value {
            Value::Enum(value) => {
                used.insert(format!("{ty}.{value}"));
            }
            Value::List(items) => {
                for item in items {
                    self.note_value(used, ty, item);
                }
            }
            Value::Object(fields) => {
                for (name, value) in fields {
                    used.insert(format!("{ty}.{name}"));
                    self.note_input(used, self.inputs_of(ty), name, value);
                }
            }
            _ => {}
        }
    }
}

/// The name of a type without its lists.
fn base(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(inner) => base(inner),
    }
}
