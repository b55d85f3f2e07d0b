//! From JSON to a component's value.

use super::error::Path;
use super::whole::whole;
use super::{ValueError, integer_range, is_nullable, snake, without_json};
use crate::contract::nearest;
use serde_json::{Map, Number, Value as Json};
use std::collections::HashSet;
use wasmtime::component::Val;
use wasmtime::component::types::{self, Type};

/// Reads a value of a type. `path` is what errors call the whole value: `arguments`.
///
/// # Errors
///
/// When the JSON is not one of the type's, or the type has none (resources, futures, streams, error contexts).
pub fn from_json(ty: &Type, json: &Json, path: &str) -> Result<Val, ValueError> {
    value(ty, json, Path::Root(path))
}

fn value(ty: &Type, json: &Json, path: Path<'_>) -> Result<Val, ValueError> {
    if let Some(range) = integer_range(ty) {
        return integer(ty, range, json, path);
    }
    match ty {
        Type::Bool => json.as_bool().map(Val::Bool).ok_or_else(|| path.error("true or false", json)),
        Type::Float32 => float32(json, path),
        Type::Float64 => float(json, path).map(Val::Float64),
        Type::Char => character(json, path),
        Type::String => Ok(Val::String(text(json, "text", path)?.to_owned())),
        Type::List(list) => items(&list.ty(), array(json, "a list", path)?, path).map(Val::List),
        Type::FixedLengthList(list) => {
            let items_found = exactly(list.len() as usize, json, path)?;
            items(&list.ty(), items_found, path).map(Val::FixedLengthList)
        }
        Type::Tuple(tuple) => {
            let found = exactly(tuple.types().len(), json, path)?;
            let items = tuple.types().zip(found).enumerate();
            items
                .map(|(index, (ty, item))| value(&ty, item, Path::Item(&path, index)))
                .collect::<Result<_, _>>()
                .map(Val::Tuple)
        }
        Type::Map(map) => self::map(map, json, path),
        Type::Record(record) => self::record(record, json, path),
        Type::Variant(variant) => self::variant(variant, json, path),
        Type::Enum(cases) => {
            let found = text(json, "the name of a case", path)?;
            let case = cases.names().find(|name| snake(name) == found);
            case.map(|name| Val::Enum(name.to_owned())).ok_or_else(|| path.error(one_of(cases.names()), json))
        }
        Type::Option(option) => self::option(&option.ty(), json, path),
        Type::Result(result) => self::result(result, json, path),
        Type::Flags(flags) => self::flags(flags, json, path),
        // Resources, futures, streams and error contexts: the integers are read above.
        _ => Err(path.error("a type that JSON can carry", without_json(ty).unwrap_or("another"))),
    }
}

fn integer(ty: &Type, (min, max): (i128, i128), json: &Json, path: Path<'_>) -> Result<Val, ValueError> {
    let wrong = || path.error(format!("a whole number from {min} to {max}"), json);
    let number = whole(json).filter(|number| (min..=max).contains(number)).ok_or_else(wrong)?;
    // The range is the type's own, so none of these can fail; `ok` keeps that from being a promise.
    let val = match ty {
        Type::S8 => number.try_into().ok().map(Val::S8),
        Type::U8 => number.try_into().ok().map(Val::U8),
        Type::S16 => number.try_into().ok().map(Val::S16),
        Type::U16 => number.try_into().ok().map(Val::U16),
        Type::S32 => number.try_into().ok().map(Val::S32),
        Type::U32 => number.try_into().ok().map(Val::U32),
        Type::S64 => number.try_into().ok().map(Val::S64),
        Type::U64 => number.try_into().ok().map(Val::U64),
        _ => None,
    };
    val.ok_or_else(wrong)
}

fn float(json: &Json, path: Path<'_>) -> Result<f64, ValueError> {
    let number = match json {
        Json::Number(number) => Number::as_f64(number).filter(|number| number.is_finite()),
        Json::String(name) => match &**name {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    };
    number.ok_or_else(|| path.error(r#"a number, "NaN", "Infinity" or "-Infinity""#, json))
}

fn float32(json: &Json, path: Path<'_>) -> Result<Val, ValueError> {
    let number = float(json, path)?;
    let narrow = number as f32;
    if number.is_finite() && !narrow.is_finite() {
        return Err(path.error(format!("a number from {:e} to {:e}", f32::MIN, f32::MAX), json));
    }
    Ok(Val::Float32(narrow))
}

fn character(json: &Json, path: Path<'_>) -> Result<Val, ValueError> {
    let mut characters = json.as_str().unwrap_or_default().chars();
    match (characters.next(), characters.next()) {
        (Some(character), None) => Ok(Val::Char(character)),
        _ => Err(path.error("text of one character", json)),
    }
}

fn text<'j>(json: &'j Json, expected: &str, path: Path<'_>) -> Result<&'j str, ValueError> {
    json.as_str().ok_or_else(|| path.error(expected, json))
}

fn array<'j>(json: &'j Json, expected: &str, path: Path<'_>) -> Result<&'j [Json], ValueError> {
    json.as_array().map(Vec::as_slice).ok_or_else(|| path.error(expected, json))
}

fn exactly<'j>(length: usize, json: &'j Json, path: Path<'_>) -> Result<&'j [Json], ValueError> {
    let expected = format!("a list of exactly {length} {}", if length == 1 { "item" } else { "items" });
    let items = array(json, &expected, path)?;
    if items.len() == length { Ok(items) } else { Err(path.error(expected, format_args!("{} of them", items.len()))) }
}

fn items(ty: &Type, found: &[Json], path: Path<'_>) -> Result<Vec<Val>, ValueError> {
    found.iter().enumerate().map(|(index, item)| value(ty, item, Path::Item(&path, index))).collect()
}

fn map(map: &types::Map, json: &Json, path: Path<'_>) -> Result<Val, ValueError> {
    let (key_ty, value_ty) = (map.key(), map.value());
    let mut pairs = Vec::new();
    if matches!(key_ty, Type::String) {
        let object = json.as_object().ok_or_else(|| path.error("an object", json))?;
        for (key, item) in object {
            pairs.push((Val::String(key.clone()), value(&value_ty, item, Path::Field(&path, key))?));
        }
        return Ok(Val::Map(pairs));
    }
    let mut keys = HashSet::new();
    for (index, pair) in array(json, "a list of [key, value]", path)?.iter().enumerate() {
        let path = Path::Item(&path, index);
        let [key, item] = exactly(2, pair, path)? else {
            return Err(path.error("[key, value]", pair));
        };
        pairs.push((value(&key_ty, key, Path::Item(&path, 0))?, value(&value_ty, item, Path::Item(&path, 1))?));
        if !keys.insert(key.to_string()) {
            return Err(Path::Item(&path, 0).error("each key once", key));
        }
    }
    Ok(Val::Map(pairs))
}

fn record(record: &types::Record, json: &Json, path: Path<'_>) -> Result<Val, ValueError> {
    let object = json.as_object().ok_or_else(|| path.error("an object", json))?;
    let mut fields = Vec::with_capacity(record.fields().len());
    let mut read = 0;
    for field in record.fields() {
        let name = snake(field.name);
        let path = Path::Field(&path, &name);
        let val = match (object.get(&name), &field.ty) {
            (Some(json), ty) => {
                read += 1;
                value(ty, json, path)?
            }
            (None, Type::Option(_)) => Val::Option(None),
            (None, ty) => return Err(path.missing(describe(ty))),
        };
        fields.push((field.name.to_owned(), val));
    }
    if read < object.len() {
        return Err(unknown_field(record, object, path));
    }
    Ok(Val::Record(fields))
}

fn unknown_field(record: &types::Record, object: &Map<String, Json>, path: Path<'_>) -> ValueError {
    let names: Vec<String> = record.fields().map(|field| snake(field.name)).collect();
    let unknown = object.keys().find(|key| !names.contains(key)).map_or("", String::as_str);
    let expected = match nearest(unknown, names.iter().map(String::as_str)) {
        Some(name) => format!("a known field, such as {name}"),
        None if names.is_empty() => "no fields".to_owned(),
        None => format!("one of the fields {}", names.join(", ")),
    };
    Path::Field(&path, unknown).error(expected, format_args!("the unknown field {unknown}"))
}

fn variant(variant: &types::Variant, json: &Json, path: Path<'_>) -> Result<Val, ValueError> {
    let (found, payload) = match json {
        Json::String(name) => (name, None),
        Json::Object(object) => match single(object) {
            Some((name, payload)) => (name, Some(payload)),
            None => return Err(path.error(r#"an object with one case: {"case": payload}"#, json)),
        },
        _ => return Err(path.error(r#""case", or {"case": payload}"#, json)),
    };
    let Some(case) = variant.cases().find(|case| snake(case.name) == *found) else {
        return Err(path.error(one_of(variant.cases().map(|case| case.name)), json));
    };
    let payload = match (case.ty, payload) {
        (None, None) => None,
        (Some(ty), Some(payload)) => Some(Box::new(value(&ty, payload, Path::Field(&path, found))?)),
        (Some(ty), None) => {
            return Err(path.error(format!(r#"{{"{found}": {}}}"#, describe(&ty)), json));
        }
        (None, Some(_)) => {
            return Err(path.error(format!(r#""{found}", which has no payload"#), json));
        }
    };
    Ok(Val::Variant(case.name.to_owned(), payload))
}

fn option(ty: &Type, json: &Json, path: Path<'_>) -> Result<Val, ValueError> {
    if json.is_null() {
        return Ok(Val::Option(None));
    }
    if !is_nullable(ty) {
        return Ok(Val::Option(Some(Box::new(value(ty, json, path)?))));
    }
    match json.as_object().and_then(single) {
        Some((name, inner)) if name == "some" => {
            Ok(Val::Option(Some(Box::new(value(ty, inner, Path::Field(&path, "some"))?))))
        }
        _ => Err(path.error(r#"null or {"some": …}"#, json)),
    }
}

fn result(result: &types::ResultType, json: &Json, path: Path<'_>) -> Result<Val, ValueError> {
    let wrong = || path.error(r#"{"ok": …} or {"err": …}"#, json);
    let (name, payload) = json.as_object().and_then(single).ok_or_else(wrong)?;
    let read = |ty: Option<Type>| {
        let path = Path::Field(&path, name);
        match ty {
            Some(ty) => Ok(Some(Box::new(value(&ty, payload, path)?))),
            None if payload.is_null() => Ok(None),
            None => Err(path.error("null, for no payload", payload)),
        }
    };
    match &**name {
        "ok" => Ok(Val::Result(Ok(read(result.ok())?))),
        "err" => Ok(Val::Result(Err(read(result.err())?))),
        _ => Err(wrong()),
    }
}

fn flags(flags: &types::Flags, json: &Json, path: Path<'_>) -> Result<Val, ValueError> {
    let mut found = HashSet::new();
    for (index, item) in array(json, "a list of names", path)?.iter().enumerate() {
        let path = Path::Item(&path, index);
        let name = item.as_str().filter(|name| flags.names().any(|known| snake(known) == *name));
        let name = name.ok_or_else(|| path.error(one_of(flags.names()), item))?;
        if !found.insert(name) {
            return Err(path.error("each name once", item));
        }
    }
    // In the declared order, whatever the order in the JSON: flags are a set.
    Ok(Val::Flags(flags.names().filter(|name| found.contains(&*snake(name))).map(str::to_owned).collect()))
}

/// The only field of an object.
fn single(object: &Map<String, Json>) -> Option<(&String, &Json)> {
    if object.len() == 1 { object.iter().next() } else { None }
}

fn one_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("\"{}\"", snake(name))).collect();
    match &*names {
        [] => "nothing: the type has no cases".to_owned(),
        [only] => only.clone(),
        names => format!("one of {}", names.join(", ")),
    }
}

/// What a value of a type is, in a few words.
pub(crate) fn describe(ty: &Type) -> String {
    if let Some((min, max)) = integer_range(ty) {
        return format!("a whole number from {min} to {max}");
    }
    match ty {
        Type::Bool => "true or false".into(),
        Type::Float32 | Type::Float64 => "a number".into(),
        Type::Char => "text of one character".into(),
        Type::String => "text".into(),
        Type::List(_) | Type::Tuple(_) | Type::FixedLengthList(_) | Type::Flags(_) => "a list".into(),
        Type::Map(_) | Type::Record(_) | Type::Result(_) => "an object".into(),
        Type::Enum(cases) => one_of(cases.names()),
        Type::Variant(variant) => one_of(variant.cases().map(|case| case.name)),
        Type::Option(option) => format!("{} or null", describe(&option.ty())),
        _ => "a type that JSON can carry".into(),
    }
}
