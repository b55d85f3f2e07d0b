//! JSON Schema (2020-12) of what commands take and give, in the JSON form of [`crate::value`].

use crate::arguments::{self, ArgumentError};
use crate::contract::{Argument, Command};
use crate::value::{integer_range, is_nullable, snake};
use crate::wit::Docs;
use serde_json::{Map, Value as Json, json};
use wasmtime::component::types::{Record, Type, Variant};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The schema of a command's arguments: by their playbook names, in the order of the record.
///
/// What fits it is what [`crate::arguments::from_values`] takes. Options are spelt as in the manifest.
///
/// # Errors
///
/// When a default of the manifest does not follow its argument's own rules.
pub fn command_schema(command: &Command, record: Option<&Record>, docs: Option<&Docs>) -> Result<Json, ArgumentError> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    // Of an argument with aliases, any of its names will do.
    let mut either = Vec::new();
    for field in record.iter().flat_map(|record| record.fields()) {
        let Some(argument) = command.argument_of_field(field.name) else {
            continue;
        };
        let mut schema = argument_schema(argument, &field.ty)?;
        let text = docs.and_then(|docs| docs.argument(&command.interface, &command.function, field.name));
        if let (Some(text), Json::Object(schema)) = (text, &mut schema) {
            schema.insert("description".into(), text.into());
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
    if let Some(text) = docs.and_then(|docs| docs.function(&command.interface, &command.function)) {
        schema.insert("description".into(), text.into());
    }
    schema.extend(fields(properties, required));
    if !either.is_empty() {
        schema.insert("allOf".into(), either.into());
    }
    Ok(Json::Object(schema))
}

fn argument_schema(argument: &Argument, ty: &Type) -> Result<Json, ArgumentError> {
    let default = arguments::default(argument, ty)?;
    let ty = arguments::given_type(ty);
    let mut schema = type_schema(&ty);
    if let Json::Object(schema) = &mut schema {
        if let (Some(minimum), Some((smallest, _))) = (argument.minimum, integer_range(&ty))
            && i128::from(minimum) > smallest
        {
            schema.insert("minimum".into(), minimum.into());
        }
        if !argument.options.is_empty() {
            match &ty {
                Type::String | Type::Enum(_) => drop(schema.insert("enum".into(), json!(argument.options))),
                Type::List(list) if matches!(list.ty(), Type::String | Type::Enum(_)) => {
                    schema.insert("items".into(), json!({"type": "string", "enum": argument.options}));
                }
                _ => {}
            }
        }
        if let Some(default) = default {
            schema.insert("default".into(), spelt(argument, &ty, default));
        }
    }
    Ok(schema)
}

/// A default, with options as playbooks write them and not as the enum's cases.
fn spelt(argument: &Argument, ty: &Type, default: Json) -> Json {
    match (ty, default) {
        (Type::List(list), Json::Array(items)) => {
            let item = list.ty();
            items.into_iter().map(|default| spelt(argument, &item, default)).collect()
        }
        (Type::Enum(cases), Json::String(case)) => {
            let option = argument
                .options
                .iter()
                .find(|option| arguments::case(cases, option).is_some_and(|name| snake(name) == case));
            Json::from(option.cloned().unwrap_or(case))
        }
        (_, default) => default,
    }
}

/// The schema of every value of a type. A type without JSON, such as a resource, has the schema that nothing fits.
pub fn type_schema(ty: &Type) -> Json {
    if let Some((smallest, largest)) = integer_range(ty) {
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
        Type::List(list) => json!({"type": "array", "items": type_schema(&list.ty())}),
        Type::FixedLengthList(list) => {
            json!({"type": "array", "items": type_schema(&list.ty()), "minItems": list.len(), "maxItems": list.len()})
        }
        Type::Tuple(tuple) => tuple_schema(tuple.types().map(|ty| type_schema(&ty)).collect()),
        Type::Map(map) if matches!(map.key(), Type::String) => {
            json!({"type": "object", "additionalProperties": type_schema(&map.value())})
        }
        Type::Map(map) => {
            json!({"type": "array", "items": tuple_schema(vec![type_schema(&map.key()), type_schema(&map.value())])})
        }
        Type::Record(record) => record_schema(record),
        Type::Variant(variant) => variant_schema(variant),
        Type::Enum(cases) => {
            json!({"type": "string", "enum": cases.names().map(snake).collect::<Vec<_>>()})
        }
        Type::Option(option) => {
            let ty = option.ty();
            let inner = type_schema(&ty);
            json!({"anyOf": [{"type": "null"}, if is_nullable(&ty) { tagged("some", inner) } else { inner }]})
        }
        Type::Result(result) => {
            let payload = |ty: Option<Type>| ty.map_or(json!({"type": "null"}), |ty| type_schema(&ty));
            json!({"oneOf": [tagged("ok", payload(result.ok())), tagged("err", payload(result.err()))]})
        }
        Type::Flags(flags) => {
            json!({"type": "array", "items": {"enum": flags.names().map(snake).collect::<Vec<_>>()}, "uniqueItems": true})
        }
        _ => Json::Bool(false),
    }
}

fn tuple_schema(items: Vec<Json>) -> Json {
    let length = items.len();
    json!({"type": "array", "prefixItems": items, "items": false, "minItems": length, "maxItems": length})
}

fn record_schema(record: &Record) -> Json {
    let properties = record.fields().map(|field| (snake(field.name), type_schema(&field.ty))).collect();
    let required = record.fields().filter(|field| !matches!(field.ty, Type::Option(_)));
    Json::Object(fields(properties, required.map(|field| snake(field.name)).collect()))
}

fn variant_schema(variant: &Variant) -> Json {
    let bare: Vec<String> = variant.cases().filter(|case| case.ty.is_none()).map(|case| snake(case.name)).collect();
    let mut cases: Vec<Json> =
        variant.cases().filter_map(|case| Some(tagged(&snake(case.name), type_schema(&case.ty?)))).collect();
    if !bare.is_empty() {
        cases.insert(0, json!({"type": "string", "enum": bare}));
    }
    json!({"oneOf": cases})
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
