//! From a component's value to JSON.

use super::error::Path;
use super::{ValueError, is_nullable, snake, without_json};
use serde_json::{Map, Number, Value as Json};
use std::collections::HashMap;
use wasmtime::component::Val;
use wasmtime::component::types::{self, Type};

/// Writes a value of a type. What `from_json` makes of the answer is the same value.
///
/// # Errors
///
/// When the value is not of the type, or the type has no JSON (resources, futures, streams, error contexts).
pub fn to_json(ty: &Type, val: &Val) -> Result<Json, ValueError> {
    into_json(ty, val.clone())
}

/// The same of a value that nobody else needs: its texts and names are moved, not copied.
///
/// # Errors
///
/// As for [`to_json`].
pub fn into_json(ty: &Type, val: Val) -> Result<Json, ValueError> {
    value(ty, val, Path::Root(""))
}

fn value(ty: &Type, val: Val, path: Path<'_>) -> Result<Json, ValueError> {
    Ok(match (ty, val) {
        (Type::Bool, Val::Bool(bool)) => Json::Bool(bool),
        (Type::S8, Val::S8(number)) => Json::from(number),
        (Type::U8, Val::U8(number)) => Json::from(number),
        (Type::S16, Val::S16(number)) => Json::from(number),
        (Type::U16, Val::U16(number)) => Json::from(number),
        (Type::S32, Val::S32(number)) => Json::from(number),
        (Type::U32, Val::U32(number)) => Json::from(number),
        (Type::S64, Val::S64(number)) => Json::from(number),
        (Type::U64, Val::U64(number)) => Json::from(number),
        (Type::Float32, Val::Float32(number)) => float(widened(number)),
        (Type::Float64, Val::Float64(number)) => float(number),
        (Type::Char, Val::Char(character)) => Json::String(character.to_string()),
        (Type::String, Val::String(text)) => Json::String(text),
        (Type::List(list), Val::List(found)) => items(&list.ty(), found, path)?,
        (Type::FixedLengthList(list), Val::FixedLengthList(found)) if found.len() == list.len() as usize => {
            items(&list.ty(), found, path)?
        }
        (Type::Tuple(tuple), Val::Tuple(found)) if found.len() == tuple.types().len() => {
            let items = tuple.types().zip(found).enumerate();
            items.map(|(index, (ty, val))| value(&ty, val, Path::Item(&path, index))).collect::<Result<_, _>>()?
        }
        (Type::Map(map), Val::Map(pairs)) => self::map(map, pairs, path)?,
        (Type::Record(record), Val::Record(fields)) => self::record(record, fields, path)?,
        (Type::Variant(variant), Val::Variant(name, payload)) => {
            let case = variant.cases().find(|case| case.name == name);
            match (case.map(|case| case.ty), payload) {
                (Some(Some(ty)), Some(payload)) => {
                    let name = snake(&name);
                    let payload = value(&ty, *payload, Path::Field(&path, &name))?;
                    tagged(name, payload)
                }
                (Some(None), None) => Json::String(snake(&name)),
                (_, payload) => return Err(unlike(ty, &Val::Variant(name, payload), path)),
            }
        }
        (Type::Enum(cases), Val::Enum(name)) if cases.names().any(|case| case == name) => Json::String(snake(&name)),
        (Type::Option(_), Val::Option(None)) => Json::Null,
        (Type::Option(option), Val::Option(Some(val))) => match option.ty() {
            ty if is_nullable(&ty) => tagged("some".to_owned(), value(&ty, *val, Path::Field(&path, "some"))?),
            ty => value(&ty, *val, path)?,
        },
        (Type::Result(result), Val::Result(Ok(val))) => tagged("ok".to_owned(), payload(result.ok(), val, "ok", path)?),
        (Type::Result(result), Val::Result(Err(val))) => {
            tagged("err".to_owned(), payload(result.err(), val, "err", path)?)
        }
        (Type::Flags(flags), Val::Flags(names)) if names.iter().all(|name| flags.names().any(|flag| flag == name)) => {
            let set = flags.names().filter(|flag| names.iter().any(|name| name == flag));
            set.map(snake).collect()
        }
        (_, val) => return Err(unlike(ty, &val, path)),
    })
}

fn unlike(ty: &Type, val: &Val, path: Path<'_>) -> ValueError {
    match without_json(ty) {
        Some(found) => path.error("a type that JSON can carry", found),
        None => path.error(super::from_json::describe(ty), format_args!("{val:?}")),
    }
}

/// The number of 64 bits that is written as shortly as the one of 32, where it is read back as the same.
fn widened(number: f32) -> f64 {
    let short = number.to_string().parse::<f64>().unwrap_or(f64::from(number));
    if short as f32 == number { short } else { f64::from(number) }
}

fn float(number: f64) -> Json {
    match Number::from_f64(number) {
        Some(number) => Json::Number(number),
        None if number.is_nan() => Json::from("NaN"),
        None if number > 0.0 => Json::from("Infinity"),
        None => Json::from("-Infinity"),
    }
}

fn items(ty: &Type, found: Vec<Val>, path: Path<'_>) -> Result<Json, ValueError> {
    found.into_iter().enumerate().map(|(index, val)| value(ty, val, Path::Item(&path, index))).collect()
}

fn map(map: &types::Map, pairs: Vec<(Val, Val)>, path: Path<'_>) -> Result<Json, ValueError> {
    let (key_ty, value_ty) = (map.key(), map.value());
    let mut object = Map::new();
    // Of pairs with the same key the last one counts, as for the component.
    let mut places = HashMap::new();
    let mut list = Vec::new();
    for (index, (key, val)) in pairs.into_iter().enumerate() {
        let path = Path::Item(&path, index);
        let (key, val) = (value(&key_ty, key, path)?, value(&value_ty, val, path)?);
        match key {
            Json::String(key) if matches!(key_ty, Type::String) => {
                object.insert(key, val);
            }
            key => {
                let place = *places.entry(key.to_string()).or_insert(list.len());
                if place == list.len() {
                    list.push(Json::Null);
                }
                list[place] = Json::Array(vec![key, val]);
            }
        }
    }
    Ok(if matches!(key_ty, Type::String) { Json::Object(object) } else { Json::Array(list) })
}

fn record(record: &types::Record, fields: Vec<(String, Val)>, path: Path<'_>) -> Result<Json, ValueError> {
    let mut object = Map::with_capacity(fields.len());
    if fields.len() != record.fields().len() {
        return Err(
            path.error(format!("a record of {} fields", record.fields().len()), format_args!("{}", fields.len()))
        );
    }
    for (field, (name, val)) in record.fields().zip(fields) {
        if field.name != name {
            let json_name = snake(field.name);
            return Err(Path::Field(&path, &json_name).error(format!("the field {}", field.name), name));
        }
        let json_name = if name.contains('-') { snake(&name) } else { name };
        let path = Path::Field(&path, &json_name);
        let json = value(&field.ty, val, path)?;
        object.insert(json_name, json);
    }
    Ok(Json::Object(object))
}

fn payload(ty: Option<Type>, val: Option<Box<Val>>, name: &str, path: Path<'_>) -> Result<Json, ValueError> {
    let path = Path::Field(&path, name);
    match (ty, val) {
        (Some(ty), Some(val)) => value(&ty, *val, path),
        (None, None) => Ok(Json::Null),
        (Some(_), None) => Err(path.error("a payload", "none")),
        (None, Some(val)) => Err(path.error("no payload", format_args!("{val:?}"))),
    }
}

fn tagged(name: String, json: Json) -> Json {
    let mut object = Map::new();
    object.insert(name, json);
    Json::Object(object)
}
