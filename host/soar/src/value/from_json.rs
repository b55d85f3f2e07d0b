//! From JSON to a component's value.

use serde_json::{Map, Value as Json};
use soar_contract::check::{floating, whole};
use soar_contract::names::snake;
use soar_contract::ty::{Case, Field, Record, Type};
use wasmtime::component::Val;

/// Makes a value of JSON that [`soar_contract::check::check`] found to be one of the type's: what is wrong was said by that, so that
/// there is none here.
pub(crate) fn from_json(ty: &Type, json: Json) -> Option<Val> {
    Some(match (ty, json) {
        (Type::Bool, Json::Bool(bool)) => Val::Bool(bool),
        (Type::S8, json) => Val::S8(integer(&json)?),
        (Type::U8, json) => Val::U8(integer(&json)?),
        (Type::S16, json) => Val::S16(integer(&json)?),
        (Type::U16, json) => Val::U16(integer(&json)?),
        (Type::S32, json) => Val::S32(integer(&json)?),
        (Type::U32, json) => Val::U32(integer(&json)?),
        (Type::S64, json) => Val::S64(integer(&json)?),
        (Type::U64, json) => Val::U64(integer(&json)?),
        (Type::Float32, json) => Val::Float32(floating(&json)? as f32),
        (Type::Float64, json) => Val::Float64(floating(&json)?),
        (Type::Char, Json::String(text)) => Val::Char(text.chars().next()?),
        (Type::String, Json::String(text)) => Val::String(text),
        (Type::List(item), Json::Array(found)) => Val::List(items(item, found)?),
        (Type::FixedLengthList(item, length), Json::Array(found)) if found.len() == *length as usize => {
            Val::FixedLengthList(items(item, found)?)
        }
        (Type::Tuple(types), Json::Array(found)) if found.len() == types.len() => {
            Val::Tuple(types.iter().zip(found).map(|(ty, item)| from_json(ty, item)).collect::<Option<_>>()?)
        }
        (Type::Map(key, item), json) => Val::Map(map(key, item, json)?),
        (Type::Record(record), Json::Object(object)) => Val::Record(self::record(record, object)?),
        (Type::Variant(cases), Json::String(found)) => {
            Val::Variant(case(cases, &found).filter(|case| case.ty.is_none())?.name.clone(), None)
        }
        (Type::Variant(cases), Json::Object(object)) => {
            let (found, payload) = single(object)?;
            let case = case(cases, &found)?;
            Val::Variant(case.name.clone(), Some(from_json(case.ty.as_ref()?, payload)?.into()))
        }
        (Type::Enum(names), Json::String(found)) => Val::Enum(names.iter().find(|name| snake(name) == found)?.clone()),
        (Type::Option(_), Json::Null) => Val::Option(None),
        (Type::Option(some), Json::Object(object)) if some.is_nullable() => {
            Val::Option(Some(from_json(some, single(object)?.1)?.into()))
        }
        (Type::Option(some), json) => Val::Option(Some(from_json(some, json)?.into())),
        (Type::Result(ok, err), Json::Object(object)) => {
            let payload = |ty: Option<&Type>, json| match ty {
                Some(ty) => from_json(ty, json).map(|val| Some(val.into())),
                None => Some(None),
            };
            match single(object)? {
                (name, json) if name == "ok" => Val::Result(Ok(payload(ok.ty(), json)?)),
                (name, json) if name == "err" => Val::Result(Err(payload(err.ty(), json)?)),
                _ => return None,
            }
        }
        (Type::Flags(names), Json::Array(found)) => {
            // In the declared order, whatever the order in the JSON: flags are a set.
            let is_found = |name: &&String| found.iter().any(|item| item.as_str() == Some(&snake(name)));
            Val::Flags(names.iter().filter(is_found).cloned().collect())
        }
        _ => return None,
    })
}

fn integer<T: TryFrom<i128>>(json: &Json) -> Option<T> {
    whole(json)?.try_into().ok()
}

fn items(ty: &Type, found: Vec<Json>) -> Option<Vec<Val>> {
    found.into_iter().map(|item| from_json(ty, item)).collect()
}

fn map(key: &Type, item: &Type, json: Json) -> Option<Vec<(Val, Val)>> {
    match json {
        Json::Object(object) if matches!(key, Type::String) => {
            object.into_iter().map(|(key, json)| Some((Val::String(key), from_json(item, json)?))).collect()
        }
        Json::Array(pairs) => pairs
            .into_iter()
            .map(|pair| match pair {
                Json::Array(pair) => {
                    let [name, json] = <[Json; 2]>::try_from(pair).ok()?;
                    Some((from_json(key, name)?, from_json(item, json)?))
                }
                _ => None,
            })
            .collect(),
        _ => None,
    }
}

fn record(record: &Record, mut object: Map<String, Json>) -> Option<Vec<(String, Val)>> {
    let field = |field: &Field| {
        // The field is looked for no more, so that what is left may be in any order.
        let val = match object.swap_remove(&snake(&field.name)) {
            Some(json) => from_json(&field.ty, json)?,
            None if matches!(field.ty, Type::Option(_)) => Val::Option(None),
            None => return None,
        };
        Some((field.name.clone(), val))
    };
    record.fields().iter().map(field).collect()
}

fn case<'a>(cases: &'a [Case], found: &str) -> Option<&'a Case> {
    cases.iter().find(|case| snake(&case.name) == found)
}

/// The only field of an object.
fn single(object: Map<String, Json>) -> Option<(String, Json)> {
    let mut fields = object.into_iter();
    fields.next().filter(|_| fields.next().is_none())
}
