use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Positioned};

/// A place of the schema that is to be described.
pub struct Place {
    /// Such as `Query.posts(first:)`.
    pub name: String,
    /// Empty if there is none.
    pub description: String,
    pub sort: Sort,
}

/// What a place is, which decides what is an example of it.
pub enum Sort {
    /// An object, an interface or a union: an operation that is answered with one.
    Answered(Name),
    /// A scalar, an enumeration, an input object, or what takes one: a value of this type.
    Given(Type),
    /// A field, or a value of an enumeration: the example of its type shows it.
    Part,
}

impl Place {
    fn new(name: String, description: Option<&Positioned<String>>, sort: Sort) -> Self {
        Self {
            name,
            description: description.map_or_else(String::new, |it| it.node.trim().to_owned()),
            sort,
        }
    }

    fn of_input(within: &str, input: &InputValueDefinition, end: &str) -> Self {
        let sort = Sort::Given(input.ty.node.clone());
        let name = format!("{within}{}{end}", input.name.node);
        Self::new(name, input.description.as_ref(), sort)
    }

    /// Its example, if it has one.
    pub fn example(&self) -> Option<String> {
        example(&self.description)
    }
}

/// What stands in backquotes after the word that announces it, at the end of a description.
pub fn example(description: &str) -> Option<String> {
    let (_, example) = description.trim().rsplit_once("Example: `")?;
    // Long ones go over several lines.
    Some(example.strip_suffix("`.")?.replace('\n', " "))
}

/// The types of the schema, as its text has them.
pub fn types() -> Vec<TypeDefinition> {
    let definitions = parse_schema(imprenta::graphql::sdl()).unwrap().definitions;
    let types = definitions.into_iter().filter_map(|it| match it {
        TypeSystemDefinition::Type(it) => Some(it.node),
        _ => None,
    });
    types.collect()
}

/// Everything in the schema that can have a description.
pub fn places() -> Vec<Place> {
    let mut places = Vec::new();
    for definition in types() {
        let name = &definition.name.node;
        let sort = match &definition.kind {
            TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_) => {
                Sort::Answered(name.clone())
            }
            TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_) => Sort::Given(Type {
                base: BaseType::Named(name.clone()),
                nullable: false,
            }),
        };
        let description = definition.description.as_ref();
        places.push(Place::new(name.to_string(), description, sort));
        places.extend(parts(&definition));
    }
    places
}

/// What is described within a type.
fn parts(definition: &TypeDefinition) -> Vec<Place> {
    let within = format!("{}.", definition.name.node);
    let fields = match &definition.kind {
        TypeKind::Object(object) => &object.fields,
        TypeKind::Interface(interface) => &interface.fields,
        TypeKind::InputObject(input) => {
            let fields = input.fields.iter();
            let places = fields.map(|field| Place::of_input(&within, &field.node, ""));
            return places.collect();
        }
        TypeKind::Enum(values) => {
            let values = values.values.iter().map(|it| &it.node);
            let places = values.map(|it| {
                let name = format!("{within}{}", it.value.node);
                Place::new(name, it.description.as_ref(), Sort::Part)
            });
            return places.collect();
        }
        TypeKind::Scalar | TypeKind::Union(_) => return Vec::new(),
    };
    let mut places = Vec::new();
    for field in fields.iter().map(|it| &it.node) {
        let name = format!("{within}{}", field.name.node);
        let arguments = format!("{name}(");
        places.push(Place::new(name, field.description.as_ref(), Sort::Part));
        let of_arguments = field.arguments.iter();
        places.extend(of_arguments.map(|it| Place::of_input(&arguments, &it.node, ":)")));
    }
    places
}
