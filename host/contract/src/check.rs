//! JSON held against the types of WIT: what is right, and what is wrong where.
//!
//! | WIT | JSON |
//! |---|---|
//! | names (`create-at`) | in snake case (`create_at`) |
//! | `bool`, integers | `true`, whole numbers in the type's range, `3.0` and `1e6` among them |
//! | `f32`, `f64` | numbers, and `"NaN"`, `"Infinity"`, `"-Infinity"` |
//! | `char`, `string` | strings; a char's has one character |
//! | `list`, fixed-length `list`, `tuple` | arrays |
//! | `map` | an object when its keys are strings, otherwise an array of `[key, value]` |
//! | `record` | an object; a field whose type is an option may be absent |
//! | `enum` | `"case"` |
//! | `variant` | `"case"`, or `{"case": payload}` |
//! | `option` | `null` or the value; an option of an option is `null` or `{"some": …}` |
//! | `result` | `{"ok": …}` or `{"err": …}`, `null` for no payload |
//! | `flags` | an array of names |
//!
//! Resources, futures, streams and error contexts have no JSON: they are errors. So is everything else that is not
//! in the table, such as unknown fields and numbers out of range.

mod error;
mod whole;

pub use error::ValueError;

pub use error::Path;
pub use whole::{digits, whole};

#[cfg(test)]
mod tests;

use crate::names::{nearest, snake};
use crate::ty::{Case, Payload, Record, Type};
use serde_json::{Map, Number, Value as Json};
use std::collections::HashSet;

/// Whether JSON is a value of a type. `path` is what errors call the whole value: `arguments`.
///
/// # Errors
///
/// When the JSON is not one of the type's, or the type has none (resources, futures, streams, error contexts).
pub fn check(ty: &Type, json: &Json, path: &str) -> Result<(), ValueError> {
    value(ty, json, Path::Root(path))
}

fn value(ty: &Type, json: &Json, path: Path<'_>) -> Result<(), ValueError> {
    if let Some((min, max)) = ty.integer_range() {
        return match whole(json) {
            Some(number) if (min..=max).contains(&number) => Ok(()),
            _ => Err(path.error(format!("a whole number from {min} to {max}"), json)),
        };
    }
    match ty {
        Type::Bool if json.is_boolean() => Ok(()),
        Type::Bool => Err(path.error("true or false", json)),
        Type::Float32 => float32(json, path),
        Type::Float64 => float(json, path).map(drop),
        Type::Char => character(json, path),
        Type::String => text(json, "text", path).map(drop),
        Type::List(item) => items(item, array(json, "a list", path)?, path),
        Type::FixedLengthList(item, length) => items(item, exactly(*length as usize, json, path)?, path),
        Type::Tuple(types) => {
            let mut items = types.iter().zip(exactly(types.len(), json, path)?).enumerate();
            items.try_for_each(|(index, (ty, item))| value(ty, item, Path::Item(&path, index)))
        }
        Type::Map(key, item) => map(key, item, json, path),
        Type::Record(record) => self::record(record, json, path),
        Type::Variant(cases) => variant(cases, json, path),
        Type::Enum(names) => {
            let found = text(json, "the name of a case", path)?;
            match names.iter().any(|name| snake(name) == found) {
                true => Ok(()),
                false => Err(path.error(one_of(names.iter()), json)),
            }
        }
        Type::Option(some) => option(some, json, path),
        Type::Result(ok, err) => result([ok, err], json, path),
        Type::Flags(names) => flags(names, json, path),
        // Resources, futures, streams and error contexts: the integers are read above.
        _ => Err(path.error(CARRIED, without_json(ty).unwrap_or("another"))),
    }
}

/// What a type with JSON is.
pub const CARRIED: &str = "a type that JSON can carry";

/// What a type is called where a value of another was found; none for the types that JSON can carry.
pub fn without_json(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Resource => Some("a resource"),
        Type::Future => Some("a future"),
        Type::Stream => Some("a stream"),
        Type::ErrorContext => Some("an error context"),
        _ => None,
    }
}

/// The floating-point number that JSON is, written as one or by the name of one that JSON has none for.
pub fn floating(json: &Json) -> Option<f64> {
    match json {
        Json::Number(number) => Number::as_f64(number).filter(|number| number.is_finite()),
        Json::String(name) => match &**name {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            _ => None,
        },
        _ => None,
    }
}

fn float(json: &Json, path: Path<'_>) -> Result<f64, ValueError> {
    floating(json).ok_or_else(|| path.error(r#"a number, "NaN", "Infinity" or "-Infinity""#, json))
}

fn float32(json: &Json, path: Path<'_>) -> Result<(), ValueError> {
    let number = float(json, path)?;
    match number.is_finite() && !(number as f32).is_finite() {
        true => Err(path.error(format!("a number from {:e} to {:e}", f32::MIN, f32::MAX), json)),
        false => Ok(()),
    }
}

fn character(json: &Json, path: Path<'_>) -> Result<(), ValueError> {
    let mut characters = json.as_str().unwrap_or_default().chars();
    match (characters.next(), characters.next()) {
        (Some(_), None) => Ok(()),
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

fn items(ty: &Type, found: &[Json], path: Path<'_>) -> Result<(), ValueError> {
    found.iter().enumerate().try_for_each(|(index, item)| value(ty, item, Path::Item(&path, index)))
}

fn map(key_ty: &Type, item_ty: &Type, json: &Json, path: Path<'_>) -> Result<(), ValueError> {
    if matches!(key_ty, Type::String) {
        let object = json.as_object().ok_or_else(|| path.error("an object", json))?;
        return object.iter().try_for_each(|(key, item)| value(item_ty, item, Path::Field(&path, key)));
    }
    let mut keys = HashSet::new();
    for (index, pair) in array(json, "a list of [key, value]", path)?.iter().enumerate() {
        let path = Path::Item(&path, index);
        let [key, item] = exactly(2, pair, path)? else {
            return Err(path.error("[key, value]", pair));
        };
        value(key_ty, key, Path::Item(&path, 0))?;
        value(item_ty, item, Path::Item(&path, 1))?;
        if !keys.insert(key.to_string()) {
            return Err(Path::Item(&path, 0).error("each key once", key));
        }
    }
    Ok(())
}

fn record(record: &Record, json: &Json, path: Path<'_>) -> Result<(), ValueError> {
    let object = json.as_object().ok_or_else(|| path.error("an object", json))?;
    let mut read = 0;
    for field in record.fields() {
        let name = snake(&field.name);
        let path = Path::Field(&path, &name);
        match object.get(&name) {
            Some(json) => {
                read += 1;
                value(&field.ty, json, path)?;
            }
            None if matches!(field.ty, Type::Option(_)) => {}
            None => return Err(path.missing(describe(&field.ty))),
        }
    }
    if read < object.len() {
        return Err(unknown_field(record, object, path));
    }
    Ok(())
}

fn unknown_field(record: &Record, object: &Map<String, Json>, path: Path<'_>) -> ValueError {
    let names: Vec<String> = record.fields().iter().map(|field| snake(&field.name)).collect();
    let unknown = object.keys().find(|key| !names.contains(key)).map_or("", String::as_str);
    let expected = match nearest(unknown, names.iter().map(String::as_str)) {
        Some(name) => format!("a known field, such as {name}"),
        None if names.is_empty() => "no fields".to_owned(),
        None => format!("one of the fields {}", names.join(", ")),
    };
    Path::Field(&path, unknown).error(expected, format_args!("the unknown field {unknown}"))
}

fn variant(cases: &[Case], json: &Json, path: Path<'_>) -> Result<(), ValueError> {
    let (found, payload) = match json {
        Json::String(name) => (name, None),
        Json::Object(object) => match single(object) {
            Some((name, payload)) => (name, Some(payload)),
            None => return Err(path.error(r#"an object with one case: {"case": payload}"#, json)),
        },
        _ => return Err(path.error(r#""case", or {"case": payload}"#, json)),
    };
    let Some(case) = cases.iter().find(|case| snake(&case.name) == *found) else {
        return Err(path.error(one_of(cases.iter().map(|case| &case.name)), json));
    };
    match (&case.ty, payload) {
        (None, None) => Ok(()),
        (Some(ty), Some(payload)) => value(ty, payload, Path::Field(&path, found)),
        (Some(ty), None) => Err(path.error(format!(r#"{{"{found}": {}}}"#, describe(ty)), json)),
        (None, Some(_)) => Err(path.error(format!(r#""{found}", which has no payload"#), json)),
    }
}

fn option(some: &Type, json: &Json, path: Path<'_>) -> Result<(), ValueError> {
    if json.is_null() {
        return Ok(());
    }
    if !some.is_nullable() {
        return value(some, json, path);
    }
    match json.as_object().and_then(single) {
        Some((name, inner)) if name == "some" => value(some, inner, Path::Field(&path, "some")),
        _ => Err(path.error(r#"null or {"some": …}"#, json)),
    }
}

fn result([ok, err]: [&Payload; 2], json: &Json, path: Path<'_>) -> Result<(), ValueError> {
    let wrong = || path.error(r#"{"ok": …} or {"err": …}"#, json);
    let (name, payload) = json.as_object().and_then(single).ok_or_else(wrong)?;
    let ty = match &**name {
        "ok" => ok.ty(),
        "err" => err.ty(),
        _ => return Err(wrong()),
    };
    let path = Path::Field(&path, name);
    match ty {
        Some(ty) => value(ty, payload, path),
        None if payload.is_null() => Ok(()),
        None => Err(path.error("null, for no payload", payload)),
    }
}

fn flags(names: &[String], json: &Json, path: Path<'_>) -> Result<(), ValueError> {
    let mut found = HashSet::new();
    for (index, item) in array(json, "a list of names", path)?.iter().enumerate() {
        let path = Path::Item(&path, index);
        let name = item.as_str().filter(|name| names.iter().any(|known| snake(known) == *name));
        let name = name.ok_or_else(|| path.error(one_of(names.iter()), item))?;
        if !found.insert(name) {
            return Err(path.error("each name once", item));
        }
    }
    Ok(())
}

/// The only field of an object.
fn single(object: &Map<String, Json>) -> Option<(&String, &Json)> {
    if object.len() == 1 { object.iter().next() } else { None }
}

fn one_of<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let names: Vec<String> = names.map(|name| format!("\"{}\"", snake(name))).collect();
    match &*names {
        [] => "nothing: the type has no cases".to_owned(),
        [only] => only.clone(),
        names => format!("one of {}", names.join(", ")),
    }
}

/// What a value of a type is, in a few words.
pub fn describe(ty: &Type) -> String {
    if let Some((min, max)) = ty.integer_range() {
        return format!("a whole number from {min} to {max}");
    }
    match ty {
        Type::Bool => "true or false".into(),
        Type::Float32 | Type::Float64 => "a number".into(),
        Type::Char => "text of one character".into(),
        Type::String => "text".into(),
        Type::List(_) | Type::Tuple(_) | Type::FixedLengthList(..) | Type::Flags(_) => "a list".into(),
        Type::Map(..) | Type::Record(_) | Type::Result(..) => "an object".into(),
        Type::Enum(names) => one_of(names.iter()),
        Type::Variant(cases) => one_of(cases.iter().map(|case| &case.name)),
        Type::Option(some) => format!("{} or null", describe(some)),
        _ => CARRIED.into(),
    }
}
