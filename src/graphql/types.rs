//! The schema as documents are checked against it: read once from its text, which the engine gives.

use std::collections::{HashMap, HashSet};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, DirectiveDefinition, DirectiveLocation, FieldDefinition, InputValueDefinition,
    OperationType, ServiceDocument, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Positioned};

/// The types of a schema, with their fields and arguments.
#[derive(Debug, Default)]
pub struct SchemaTypes {
    types: HashMap<Name, TypeInfo>,
    directives: HashMap<Name, DirectiveInfo>,
    query: Option<Name>,
    mutation: Option<Name>,
    subscription: Option<Name>,
    /// Whether the schema is no secret: questions about it are answered, and misspelt names get the
    /// nearest ones.
    introspection: bool,
}

/// One type.
#[derive(Debug)]
pub(super) struct TypeInfo {
    pub(super) name: Name,
    pub(super) kind: Kind,
    /// What can be selected; `__typename` is there, too.
    pub(super) fields: HashMap<Name, FieldInfo>,
    /// The objects that it can be: itself, those that implement it, or those of the union.
    pub(super) possible: HashSet<Name>,
}

/// What kind of type.
#[derive(Debug)]
pub(super) enum Kind {
    Object,
    Interface,
    Union,
    Scalar,
    Enum(HashSet<Name>),
    InputObject {
        fields: HashMap<Name, InputInfo>,
        /// `@oneOf`: exactly one of the fields is given.
        one_of: bool,
    },
}

/// A field of an object or an interface.
#[derive(Debug)]
pub(super) struct FieldInfo {
    pub(super) ty: Type,
    pub(super) arguments: HashMap<Name, InputInfo>,
}

/// An argument or a field of an input object.
#[derive(Debug)]
pub(super) struct InputInfo {
    pub(super) ty: Type,
    pub(super) has_default: bool,
}

impl InputInfo {
    /// Whether it has to be given.
    pub(super) fn is_required(&self) -> bool {
        !self.ty.nullable && !self.has_default
    }
}

/// A directive.
#[derive(Debug)]
pub(super) struct DirectiveInfo {
    pub(super) arguments: HashMap<Name, InputInfo>,
    pub(super) locations: Vec<DirectiveLocation>,
}

impl TypeInfo {
    /// Whether fields are selected from it.
    pub(super) fn is_composite(&self) -> bool {
        matches!(self.kind, Kind::Object | Kind::Interface | Kind::Union)
    }

    /// Whether variables may be of it.
    pub(super) fn is_input(&self) -> bool {
        !self.is_composite()
    }
}

impl SchemaTypes {
    /// Reads a schema's text. With `introspection`, the fields that describe the schema are there,
    /// and errors may tell its names.
    #[must_use]
    pub fn of(sdl: &str, introspection: bool) -> Self {
        let mut types = Self {
            introspection,
            ..Self::default()
        };
        for name in ["Boolean", "Float", "ID", "Int", "String"] {
            types.insert(Name::new(name), Kind::Scalar, HashMap::new());
        }
        let parsed = parse_schema(sdl);
        types.read(parsed.unwrap_or(ServiceDocument {
            definitions: Vec::new(),
        }));
        if introspection {
            types.add_introspection();
        }
        types.fill_possible();
        let type_name = || FieldInfo {
            ty: Type {
                base: BaseType::Named(Name::new("String")),
                nullable: false,
            },
            arguments: HashMap::new(),
        };
        for info in types.types.values_mut().filter(|it| it.is_composite()) {
            info.fields.insert(Name::new("__typename"), type_name());
        }
        types
    }

    fn read(&mut self, schema: ServiceDocument) {
        for definition in schema.definitions {
            match definition {
                TypeSystemDefinition::Type(definition) => self.add(definition.node),
                TypeSystemDefinition::Schema(schema) => {
                    let name = |root: Option<Positioned<Name>>| root.map(|it| it.node);
                    self.query = name(schema.node.query);
                    self.mutation = name(schema.node.mutation);
                    self.subscription = name(schema.node.subscription);
                }
                TypeSystemDefinition::Directive(directive) => self.add_directive(directive.node),
            }
        }
    }

    fn add(&mut self, definition: TypeDefinition) {
        let name = definition.name.node;
        let (kind, fields) = match definition.kind {
            TypeKind::Scalar => (Kind::Scalar, Vec::new()),
            TypeKind::Object(object) => {
                self.note_possible(&name, &object.implements);
                (Kind::Object, object.fields)
            }
            TypeKind::Interface(interface) => (Kind::Interface, interface.fields),
            TypeKind::Union(union) => {
                let members = union.members.into_iter().map(|it| it.node);
                let info = self.insert(name, Kind::Union, HashMap::new());
                info.possible.extend(members);
                return;
            }
            TypeKind::Enum(values) => {
                let values = values.values.into_iter().map(|it| it.node.value.node);
                (Kind::Enum(values.collect()), Vec::new())
            }
            TypeKind::InputObject(input) => {
                let mut directives = definition.directives.iter();
                let one_of = directives.any(|it| it.node.name.node == "oneOf");
                let fields = inputs(input.fields);
                (Kind::InputObject { fields, one_of }, Vec::new())
            }
        };
        self.insert(name, kind, fields.into_iter().map(field).collect());
    }

    /// Adds a type, of which the objects that it can be may be known already.
    fn insert(
        &mut self,
        name: Name,
        kind: Kind,
        fields: HashMap<Name, FieldInfo>,
    ) -> &mut TypeInfo {
        let known = self.types.remove(&name).map(|it| it.possible);
        let info = TypeInfo {
            name: name.clone(),
            kind,
            fields,
            possible: known.unwrap_or_default(),
        };
        self.types.entry(name).or_insert(info)
    }

    fn note_possible(&mut self, object: &Name, interfaces: &[Positioned<Name>]) {
        for interface in interfaces {
            let name = &interface.node;
            if !self.types.contains_key(name) {
                self.insert(name.clone(), Kind::Interface, HashMap::new());
            }
            if let Some(info) = self.types.get_mut(name) {
                info.possible.insert(object.clone());
            }
        }
    }

    fn fill_possible(&mut self) {
        for info in self.types.values_mut() {
            if matches!(info.kind, Kind::Object) {
                info.possible.insert(info.name.clone());
            }
        }
    }

    fn add_directive(&mut self, directive: DirectiveDefinition) {
        let info = DirectiveInfo {
            arguments: inputs(directive.arguments),
            locations: directive.locations.into_iter().map(|it| it.node).collect(),
        };
        self.directives.insert(directive.name.node, info);
    }

    fn add_introspection(&mut self) {
        if let Ok(schema) = parse_schema(include_str!("introspection.graphql")) {
            self.read(schema);
        }
        let Some(query) = self.query.clone() else {
            return;
        };
        let named = |name: &str, nullable| Type {
            base: BaseType::Named(Name::new(name)),
            nullable,
        };
        let name = InputInfo {
            ty: named("String", false),
            has_default: false,
        };
        let schema = FieldInfo {
            ty: named("__Schema", false),
            arguments: HashMap::new(),
        };
        let ty = FieldInfo {
            ty: named("__Type", true),
            arguments: HashMap::from([(Name::new("name"), name)]),
        };
        if let Some(query) = self.types.get_mut(&query) {
            query.fields.insert(Name::new("__schema"), schema);
            query.fields.insert(Name::new("__type"), ty);
        }
    }

    /// What operations of this kind select from; `None` if there are none of it.
    pub(super) fn root(&self, operation: OperationType) -> Option<&TypeInfo> {
        let name = match operation {
            OperationType::Query => &self.query,
            OperationType::Mutation => &self.mutation,
            OperationType::Subscription => &self.subscription,
        };
        self.types.get(name.as_ref()?)
    }

    /// The type of this name.
    pub(super) fn get(&self, name: &str) -> Option<&TypeInfo> {
        self.types.get(name)
    }

    /// A field of an object or an interface.
    pub(super) fn field(&self, parent: &str, field: &str) -> Option<&FieldInfo> {
        self.types.get(parent)?.fields.get(field)
    }

    /// The directive of this name.
    pub(super) fn directive(&self, name: &str) -> Option<&DirectiveInfo> {
        self.directives.get(name)
    }

    /// The names of all types.
    pub(super) fn names(&self) -> impl Iterator<Item = &Name> {
        self.types.keys()
    }

    /// Whether errors may tell the schema's names.
    pub(super) fn tells_names(&self) -> bool {
        self.introspection
    }
}

/// The name of a type, or of what its lists hold.
pub(super) fn named(ty: &Type) -> &Name {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => named(item),
    }
}

fn field(field: Positioned<FieldDefinition>) -> (Name, FieldInfo) {
    let field = field.node;
    let info = FieldInfo {
        ty: field.ty.node,
        arguments: inputs(field.arguments),
    };
    (field.name.node, info)
}

fn inputs(definitions: Vec<Positioned<InputValueDefinition>>) -> HashMap<Name, InputInfo> {
    let input = |input: Positioned<InputValueDefinition>| {
        let info = InputInfo {
            ty: input.node.ty.node,
            has_default: input.node.default_value.is_some(),
        };
        (input.node.name.node, info)
    };
    definitions.into_iter().map(input).collect()
}
