//! Whether values fit their types: those written in a document and those of variables alike (GraphQL
//! specification, sections 5.6 "Values" and 6.1.2 "Coercing Variable Values").

use std::collections::HashMap;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, Type};
use async_graphql::{InputType, Name, Number, Value as ConstValue};
use chrono::{DateTime, Utc};

use super::super::Value;
use super::MAX_ERRORS;
use super::suggestions::suggestion;
use crate::graphql::types::{InputInfo, Kind, SchemaTypes, TypeInfo};

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'a> {
    /// What it has to be.
    pub(super) ty: &'a Type,
    /// Whether there is another value, should this one be a variable without any.
    pub(super) has_default: bool,
    /// Whether it is the one field of a `@oneOf` input, which must not be null.
    pub(super) is_one_of: bool,
}

impl<'a> Place<'a> {
    pub(super) fn of(input: &'a InputInfo) -> Self {
        Self {
            ty: &input.ty,
            has_default: input.has_default,
            is_one_of: false,
        }
    }

    pub(super) fn within(ty: &'a Type) -> Self {
        Self {
            ty,
            has_default: false,
            is_one_of: false,
        }
    }
}

/// A value that does not fit.
#[derive(Debug)]
pub(in crate::graphql::document) struct Misfit {
    /// The way to it from the whole value, with dots; empty for the whole.
    path: String,
    /// What it has to be. Never what it is: that may be a secret.
    message: String,
}

impl Misfit {
    /// What is wrong with the whole of which it is a part.
    pub(in crate::graphql::document) fn of(&self, whole: &str) -> String {
        let (dot, path) = (if self.path.is_empty() { "" } else { "." }, &self.path);
        format!("{whole}{dot}{path} {}", self.message)
    }
}

/// Looks at one value.
pub(super) struct Fitting<'a, 'v> {
    types: &'a SchemaTypes,
    /// The variables in it, each with its place; a place of any type has none.
    pub(super) uses: Vec<(&'v Name, Option<Place<'a>>)>,
    pub(super) misfits: Vec<Misfit>,
    path: Vec<Segment<'v>>,
}

#[derive(Clone, Copy)]
enum Segment<'v> {
    Field(&'v Name),
    Index(usize),
}

impl<'a, 'v> Fitting<'a, 'v> {
    pub(super) fn new(types: &'a SchemaTypes) -> Self {
        Self {
            types,
            uses: Vec::new(),
            misfits: Vec::new(),
            path: Vec::new(),
        }
    }

    pub(super) fn check(&mut self, value: &'v Value, place: Place<'a>) {
        match (value, &place.ty.base) {
            (Value::Variable(name), _) => self.uses.push((name, Some(place))),
            (Value::Null, _) if place.ty.nullable && !place.is_one_of => {}
            (Value::Null, _) => self.misfit("must not be null"),
            (Value::List(items), BaseType::List(item)) => {
                for (index, value) in items.iter().enumerate() {
                    self.within(Segment::Index(index), |it| {
                        it.check(value, Place::within(item));
                    });
                }
            }
            // One value stands for a list of it.
            (value, BaseType::List(item)) => self.check(value, Place::within(item)),
            (value, BaseType::Named(name)) => {
                if let Some(info) = self.types.get(name) {
                    self.check_named(value, info);
                }
            }
        }
    }

    fn check_named(&mut self, value: &'v Value, info: &'a TypeInfo) {
        match &info.kind {
            Kind::InputObject { fields, one_of } => match value {
                Value::Object(object) => self.check_object(object, info, fields, *one_of),
                _ => self.misfit(format!("must be an object of the type {}", info.name)),
            },
            Kind::Enum(values) => match value {
                Value::Enum(name) if values.contains(name) => {}
                Value::Enum(name) => {
                    let nearest = suggestion(self.types, name, values);
                    self.misfit(format!("must be a value of {}{nearest}", info.name));
                }
                _ => self.misfit(format!("must be a value of {}", info.name)),
            },
            _ if info.name == "JSON" => self.note_variables(value),
            _ => {
                if let Some(message) = scalar_misfit(&info.name, value) {
                    self.misfit(message);
                }
            }
        }
    }

    fn check_object(
        &mut self,
        object: &'v IndexMap<Name, Value>,
        info: &'a TypeInfo,
        fields: &'a HashMap<Name, InputInfo>,
        one_of: bool,
    ) {
        for (name, value) in object {
            let Some(field) = fields.get(name) else {
                let nearest = suggestion(self.types, name, fields.keys());
                self.misfit(format!("{} has no field \"{name}\"{nearest}", info.name));
                continue;
            };
            let place = Place {
                is_one_of: one_of,
                ..Place::of(field)
            };
            self.within(Segment::Field(name), |it| it.check(value, place));
        }
        if one_of && object.len() != 1 {
            self.misfit(format!("must have exactly one field of {}", info.name));
        }
        let required = fields.iter().filter(|(_, field)| field.is_required());
        let mut missing: Vec<&Name> = required
            .map(|(name, _)| name)
            .filter(|name| !object.contains_key(*name))
            .collect();
        missing.sort();
        for name in missing {
            self.misfit(format!("the field \"{name}\" of {} is missing", info.name));
        }
    }

    /// What is within a value of any type.
    fn note_variables(&mut self, value: &'v Value) {
        match value {
            Value::Variable(name) => self.uses.push((name, None)),
            Value::List(items) => items.iter().for_each(|item| self.note_variables(item)),
            Value::Object(object) => object.values().for_each(|it| self.note_variables(it)),
            _ => {}
        }
    }

    fn within(&mut self, segment: Segment<'v>, work: impl FnOnce(&mut Self)) {
        self.path.push(segment);
        work(self);
        self.path.pop();
    }

    fn misfit(&mut self, message: impl Into<String>) {
        if self.misfits.len() >= MAX_ERRORS {
            return;
        }
        let segments = self.path.iter().map(|segment| match segment {
            Segment::Field(name) => name.to_string(),
            Segment::Index(index) => index.to_string(),
        });
        self.misfits.push(Misfit {
            path: segments.collect::<Vec<_>>().join("."),
            message: message.into(),
        });
    }
}

/// What a value of a scalar type would have to be, if it is not.
fn scalar_misfit(scalar: &str, value: &Value) -> Option<&'static str> {
    let (fits, expected) = match (scalar, value) {
        ("Int", Value::Number(number)) => (
            number.as_i64().is_some_and(|it| i32::try_from(it).is_ok()),
            "must be an Int: a whole number within -2147483648 and 2147483647",
        ),
        ("Int", _) => (false, "must be an Int"),
        ("Float", Value::Number(number)) => (
            number.as_f64().is_some_and(f64::is_finite),
            "must be a Float",
        ),
        ("Float", _) => (false, "must be a Float"),
        ("String", value) => (matches!(value, Value::String(_)), "must be a String"),
        ("Boolean", value) => (
            matches!(value, Value::Boolean(_)),
            "must be a Boolean: true or false",
        ),
        ("ID", Value::Number(number)) => (!number.is_f64(), "must be an ID: a string"),
        ("ID", value) => (matches!(value, Value::String(_)), "must be an ID: a string"),
        ("DateTime", value) => (
            is_date_time(value),
            "must be a DateTime, for example \"2026-01-31T12:00:00Z\"",
        ),
        _ => (true, ""),
    };
    (!fits).then_some(expected)
}

fn is_date_time(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            let value = ConstValue::String(text.clone());
            <DateTime<Utc> as InputType>::parse(Some(value)).is_ok()
        }
        _ => false,
    }
}

/// Brings a variable's value, which came as JSON, into the form that it would have in a document: JSON
/// has no values of enums, and in many languages no whole numbers.
pub(super) fn coerced(types: &SchemaTypes, value: ConstValue, ty: &Type) -> Value {
    match (value, &ty.base) {
        (ConstValue::List(items), BaseType::List(item)) => {
            let items = items.into_iter().map(|value| coerced(types, value, item));
            Value::List(items.collect())
        }
        (value, BaseType::List(item)) => coerced(types, value, item),
        (value, BaseType::Named(name)) => match (types.get(name).map(|it| &it.kind), value) {
            (Some(Kind::InputObject { fields, .. }), ConstValue::Object(object)) => {
                let field = |(name, value)| match fields.get(&name) {
                    Some(field) => {
                        let value = coerced(types, value, &field.ty);
                        (name, value)
                    }
                    None => (name, ConstValue::into_value(value)),
                };
                Value::Object(object.into_iter().map(field).collect())
            }
            (Some(Kind::Enum(_)), ConstValue::String(text)) => Value::Enum(Name::new(text)),
            (Some(Kind::Scalar), ConstValue::Number(number)) if name == "Int" => {
                Value::Number(whole(number))
            }
            (_, value) => value.into_value(),
        },
    }
}

/// `5.0` as 5.
fn whole(number: Number) -> Number {
    match number.as_f64() {
        #[expect(clippy::cast_possible_truncation, reason = "within 32 bits and whole")]
        Some(float)
            if number.is_f64()
                && float.fract() == 0.0
                && (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&float) =>
        {
            Number::from(float as i64)
        }
        _ => number,
    }
}
