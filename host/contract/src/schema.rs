//! JSON Schema (2020-12) of what commands take and give, in the JSON form of [`crate::check`].

use crate::arguments::{self, ArgumentError};
use crate::manifest::{Argument, Command, CommandDocs};
use crate::names::snake;
use crate::ty::{Case, Payload, Record, Type};
use serde_json::{Map, Value as Json, json};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of a command's arguments: by their playbook names, in the order of the record.
///
/// What fits it is what [`crate::arguments::from_values`] takes. Options are spelt as in the manifest. `docs` is what is said of
/// the command, and of each field of the record.
///
/// # Errors
///
/// When a default of the manifest does not follow its argument's own rules.
pub fn command_schema(command: &Command, record: Option<&Record>, docs: &CommandDocs) -> Result<Json, ArgumentError> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    // Of an argument with aliases, any of its names will do.
    let mut either = Vec::new();
    for field in record.iter().flat_map(|record| record.fields()) {
        let Some(argument) = command.argument_of_field(&field.name) else {
            continue;
        };
        let mut schema = argument_schema(argument, &field.ty)?;
        if let (Some(text), Json::Object(schema)) = (docs.fields.get(&field.name), &mut schema) {
            schema.insert("description".into(), text.as_str().into());
        }
        let aliases = argument.aliases.iter().map(|alias| {
            let mut schema = schema.clone();
            schema["description"] = format!("The same as {}.", argument.name).into();
            (alias.clone(), schema)
        });
        let aliases: Vec<_> = aliases.collect();
        match arguments::required(argument, &field.ty) {
            true if aliases.is_empty() => required.push(argument.name.clone()),
            true => {
                let names = std::iter::once(&argument.name).chain(&argument.aliases);
                either.push(json!({ "anyOf": names.map(|name| json!({ "required": [name] })).collect::<Vec<_>>() }));
            }
            false => {}
        }
        properties.insert(argument.name.clone(), schema);
        properties.extend(aliases);
    }
    let mut schema =
        Map::from_iter([("$schema".to_owned(), json!(DIALECT)), ("title".to_owned(), json!(command.name))]);
    if let Some(text) = &docs.about {
        schema.insert("description".into(), text.as_str().into());
    }
    schema.extend(fields(properties, required));
    if !either.is_empty() {
        schema.insert("allOf".into(), either.into());
    }
    Ok(Json::Object(schema))
}

fn argument_schema(argument: &Argument, ty: &Type) -> Result<Json, ArgumentError> {
    let default = arguments::default(argument, ty)?;
    let ty = ty.given();
    let mut schema = type_schema(ty);
    if let Json::Object(schema) = &mut schema {
        if let (Some(minimum), Some((smallest, _))) = (argument.minimum, ty.integer_range())
            && i128::from(minimum) > smallest
        {
            schema.insert("minimum".into(), minimum.into());
        }
        if !argument.options.is_empty() {
            match ty {
                Type::String | Type::Enum(_) => drop(schema.insert("enum".into(), json!(argument.options))),
                Type::List(item) if matches!(**item, Type::String | Type::Enum(_)) => {
                    schema.insert("items".into(), json!({"type": "string", "enum": argument.options}));
                }
                _ => {}
            }
        }
        if let Some(default) = default {
            schema.insert("default".into(), spelt(argument, ty, default));
        }
    }
    Ok(schema)
}

/// A default, with options as playbooks write them and not as the enum's cases.
fn spelt(argument: &Argument, ty: &Type, default: Json) -> Json {
    match (ty, default) {
        (Type::List(item), Json::Array(items)) => {
            items.into_iter().map(|default| spelt(argument, item, default)).collect()
        }
        (Type::Enum(names), Json::String(case)) => {
            let option = argument
                .options
                .iter()
                .find(|option| arguments::case(names, option).is_some_and(|name| snake(name) == case));
            Json::from(option.cloned().unwrap_or(case))
        }
        (_, default) => default,
    }
}

/// The schema of every value of a type. A type without JSON, such as a resource, has the schema that nothing fits.
pub fn type_schema(ty: &Type) -> Json {
    if let Some((smallest, largest)) = ty.integer_range() {
        // Every bound is in the range of one of the two, so neither is left out.
        let bound =
            |number: i128| i64::try_from(number).map(Json::from).or_else(|_| u64::try_from(number).map(Json::from));
        let mut schema = Map::from_iter([("type".to_owned(), json!("integer"))]);
        schema.extend(bound(smallest).ok().map(|bound| ("minimum".to_owned(), bound)));
        schema.extend(bound(largest).ok().map(|bound| ("maximum".to_owned(), bound)));
        return Json::Object(schema);
    }
    match ty {
        Type::Bool => json!({"type": "boolean"}),
        Type::Float32 | Type::Float64 => {
            json!({"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]})
        }
        Type::Char => json!({"type": "string", "minLength": 1, "maxLength": 1}),
        Type::String => json!({"type": "string"}),
        Type::List(item) => json!({"type": "array", "items": type_schema(item)}),
        Type::FixedLengthList(item, length) => {
            json!({"type": "array", "items": type_schema(item), "minItems": length, "maxItems": length})
        }
        Type::Tuple(types) => tuple_schema(types.iter().map(type_schema).collect()),
        Type::Map(key, value) if matches!(**key, Type::String) => {
            json!({"type": "object", "additionalProperties": type_schema(value)})
        }
        Type::Map(key, value) => {
            json!({"type": "array", "items": tuple_schema(vec![type_schema(key), type_schema(value)])})
        }
        Type::Record(record) => record_schema(record),
        Type::Variant(cases) => variant_schema(cases),
        Type::Enum(names) => json!({"type": "string", "enum": in_json(names)}),
        Type::Option(some) => {
            let inner = type_schema(some);
            json!({"anyOf": [{"type": "null"}, if some.is_nullable() { tagged("some", inner) } else { inner }]})
        }
        Type::Result(ok, err) => {
            let payload = |payload: &Payload| payload.ty().map_or(json!({"type": "null"}), type_schema);
            json!({"oneOf": [tagged("ok", payload(ok)), tagged("err", payload(err))]})
        }
        Type::Flags(names) => json!({"type": "array", "items": {"enum": in_json(names)}, "uniqueItems": true}),
        _ => Json::Bool(false),
    }
}

fn in_json(names: &[String]) -> Vec<String> {
    names.iter().map(|name| snake(name)).collect()
}

fn tuple_schema(items: Vec<Json>) -> Json {
    let length = items.len();
    json!({"type": "array", "prefixItems": items, "items": false, "minItems": length, "maxItems": length})
}

fn record_schema(record: &Record) -> Json {
    let properties = record.fields().iter().map(|field| (snake(&field.name), type_schema(&field.ty))).collect();
    let required = record.fields().iter().filter(|field| !matches!(field.ty, Type::Option(_)));
    Json::Object(fields(properties, required.map(|field| snake(&field.name)).collect()))
}

fn variant_schema(cases: &[Case]) -> Json {
    let bare: Vec<String> = cases.iter().filter(|case| case.ty.is_none()).map(|case| snake(&case.name)).collect();
    let carrying = |case: &Case| Some(tagged(&snake(&case.name), type_schema(case.ty.as_ref()?)));
    let mut schemas: Vec<Json> = cases.iter().filter_map(carrying).collect();
    if !bare.is_empty() {
        schemas.insert(0, json!({"type": "string", "enum": bare}));
    }
    json!({"oneOf": schemas})
}

fn tagged(name: &str, payload: Json) -> Json {
    let properties = Map::from_iter([(name.to_owned(), payload)]);
    Json::Object(fields(properties, vec![name.to_owned()]))
}

fn fields(properties: Map<String, Json>, required: Vec<String>) -> Map<String, Json> {
    Map::from_iter([
        ("type".to_owned(), json!("object")),
        ("properties".to_owned(), Json::Object(properties)),
        ("required".to_owned(), json!(required)),
        ("additionalProperties".to_owned(), json!(false)),
    ])
}

#[cfg(test)]
mod tests;
