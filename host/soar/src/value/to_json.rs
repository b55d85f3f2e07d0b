//! From a component's value to JSON.

use serde_json::{Map, Number, Value as Json};
use soar_contract::budget::{Budget, array, block, object};
use soar_contract::check::{self, CARRIED, Path, ValueError, without_json};
use soar_contract::limits::Exceeded;
use soar_contract::names::snake;
use soar_contract::ty::{Record, Type};
use std::collections::HashMap;
use wasmtime::component::Val;

/// Writes a value of a type as JSON: what `from_json` makes of the answer is the same value.
pub(crate) fn to_json(ty: &Type, val: &Val) -> Result<Json, Unfit> {
    into_json_within(ty, val.clone(), &mut Budget::endless())
}

/// Writes a value that a component gave, and that nobody else needs: its texts and names are moved, not copied. What the
/// value has taken of the memory and what its JSON will take is taken from the budget.
///
/// # Errors
///
/// When the value is not of the type, the type has no JSON (resources, futures, streams, error contexts), or there is too
/// much of it.
pub(crate) fn into_json_within(ty: &Type, val: Val, budget: &mut Budget) -> Result<Json, Unfit> {
    value(ty, val, Path::Root(""), budget)
}

/// Why a value has no JSON.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unfit {
    /// It is not of the type.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// There is too much of it.
    #[error(transparent)]
    Over(#[from] Exceeded),
}

#[expect(clippy::too_many_lines, reason = "a table: a row for each type")]
fn value(ty: &Type, val: Val, path: Path<'_>, budget: &mut Budget) -> Result<Json, Unfit> {
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
        (Type::Char, Val::Char(character)) => {
            budget.take(block(character.len_utf8()))?;
            Json::String(character.to_string())
        }
        (Type::String, Val::String(text)) => {
            budget.take(block(text.capacity()))?;
            Json::String(text)
        }
        (Type::List(item), Val::List(found)) => items(item, found, path, budget)?,
        (Type::FixedLengthList(item, length), Val::FixedLengthList(found)) if found.len() == *length as usize => {
            items(item, found, path, budget)?
        }
        (Type::Tuple(types), Val::Tuple(found)) if found.len() == types.len() => tuple(types, found, path, budget)?,
        (Type::Map(key, item), Val::Map(pairs)) => map([key, item], pairs, path, budget)?,
        (Type::Record(record), Val::Record(fields)) => self::record(record, fields, path, budget)?,
        (Type::Variant(cases), Val::Variant(name, payload)) => {
            budget.step(cases.len())?;
            let case = cases.iter().find(|case| case.name == name);
            match (case.map(|case| &case.ty), payload) {
                (Some(Some(ty)), Some(payload)) => carrying(name, ty, *payload, path, budget)?,
                (Some(None), None) => Json::String(renamed(name, budget)?),
                (_, payload) => return Err(unlike(ty, &Val::Variant(name, payload), path).into()),
            }
        }
        (Type::Enum(names), Val::Enum(name)) => {
            budget.step(names.len())?;
            if !names.contains(&name) {
                return Err(unlike(ty, &Val::Enum(name), path).into());
            }
            Json::String(renamed(name, budget)?)
        }
        (Type::Option(_), Val::Option(None)) => Json::Null,
        (Type::Option(some), Val::Option(Some(val))) if some.is_nullable() => {
            let some = unboxed(some, *val, Path::Field(&path, "some"), budget)?;
            tagged("some".to_owned(), some, budget)?
        }
        (Type::Option(some), Val::Option(Some(val))) => unboxed(some, *val, path, budget)?,
        (Type::Result(ok, _), Val::Result(Ok(val))) => {
            let payload = payload(ok.ty(), val, "ok", path, budget)?;
            tagged("ok".to_owned(), payload, budget)?
        }
        (Type::Result(_, err), Val::Result(Err(val))) => {
            let payload = payload(err.ty(), val, "err", path, budget)?;
            tagged("err".to_owned(), payload, budget)?
        }
        (Type::Flags(names), Val::Flags(found)) => match set(names, &found, budget)? {
            Some(set) => set,
            None => return Err(unlike(ty, &Val::Flags(found), path).into()),
        },
        (_, val) => return Err(unlike(ty, &val, path).into()),
    })
}

/// A case of a variant with what it carries.
fn carrying(name: String, ty: &Type, val: Val, path: Path<'_>, budget: &mut Budget) -> Result<Json, Unfit> {
    let name = renamed(name, budget)?;
    let payload = unboxed(ty, val, Path::Field(&path, &name), budget)?;
    Ok(tagged(name, payload, budget)?)
}

fn tuple(types: &[Type], found: Vec<Val>, path: Path<'_>, budget: &mut Budget) -> Result<Json, Unfit> {
    let mut items = room(&found, budget)?;
    for (index, (ty, val)) in types.iter().zip(found).enumerate() {
        items.push(value(ty, val, Path::Item(&path, index), budget)?);
    }
    Ok(Json::Array(items))
}

/// Room for the JSON of some values.
fn room(found: &Vec<Val>, budget: &mut Budget) -> Result<Vec<Json>, Exceeded> {
    budget.take(block(found.capacity().saturating_mul(size_of::<Val>())))?;
    budget.take(array(found.len()))?;
    Ok(Vec::with_capacity(found.len()))
}

/// Of what stands in a box of its own.
fn unboxed(ty: &Type, val: Val, path: Path<'_>, budget: &mut Budget) -> Result<Json, Unfit> {
    budget.take(block(size_of::<Val>()))?;
    value(ty, val, path, budget)
}

/// The JSON name of a WIT name that nobody else needs.
fn renamed(name: String, budget: &mut Budget) -> Result<String, Exceeded> {
    budget.take(block(name.capacity()))?;
    Ok(if name.contains('-') { snake(&name) } else { name })
}

/// Flags in the order in which the type has them; none if one of those found is not the type's.
fn set(names: &[String], found: &Vec<String>, budget: &mut Budget) -> Result<Option<Json>, Exceeded> {
    budget.take(block(found.capacity().saturating_mul(size_of::<String>())))?;
    budget.take(array(found.len()))?;
    // For the name that was and the one that will be.
    found.iter().try_for_each(|name| budget.take(2 * block(name.len())))?;
    budget.step(names.len())?;
    let mut set = Vec::with_capacity(found.len());
    // A component's are in this order already.
    let mut left = found.iter().peekable();
    for name in names {
        if left.next_if(|found| *found == name).is_some() {
            set.push(Json::String(snake(name)));
        }
    }
    if left.peek().is_none() {
        return Ok(Some(Json::Array(set)));
    }
    budget.step(names.len().saturating_mul(found.len()))?;
    let known = found.iter().all(|found| names.contains(found));
    let set = names.iter().filter(|name| found.contains(name));
    Ok(known.then(|| set.map(|name| snake(name)).collect()))
}

fn unlike(ty: &Type, val: &Val, path: Path<'_>) -> ValueError {
    match without_json(ty) {
        Some(found) => path.error(CARRIED, found),
        None => path.error(check::describe(ty), format_args!("{val:?}")),
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

fn items(ty: &Type, found: Vec<Val>, path: Path<'_>, budget: &mut Budget) -> Result<Json, Unfit> {
    let mut items = room(&found, budget)?;
    for (index, val) in found.into_iter().enumerate() {
        items.push(value(ty, val, Path::Item(&path, index), budget)?);
    }
    Ok(Json::Array(items))
}

fn map(
    [key_ty, value_ty]: [&Type; 2],
    pairs: Vec<(Val, Val)>,
    path: Path<'_>,
    budget: &mut Budget,
) -> Result<Json, Unfit> {
    budget.take(block(pairs.capacity().saturating_mul(size_of::<(Val, Val)>())))?;
    // The places are keyed by text, each key with what is around it.
    budget.take(object(pairs.len()).saturating_add(array(pairs.len().saturating_mul(3))))?;
    let mut object = Map::new();
    // Of pairs with the same key the last one counts, as for the component.
    let mut places = HashMap::new();
    let mut list = Vec::new();
    for (index, (key, val)) in pairs.into_iter().enumerate() {
        let path = Path::Item(&path, index);
        let (key, val) = (value(key_ty, key, path, budget)?, value(value_ty, val, path, budget)?);
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

fn record(record: &Record, fields: Vec<(String, Val)>, path: Path<'_>, budget: &mut Budget) -> Result<Json, Unfit> {
    budget.take(block(fields.capacity().saturating_mul(size_of::<(String, Val)>())))?;
    budget.take(self::object(fields.len()))?;
    let mut object = Map::with_capacity(fields.len());
    if fields.len() != record.fields().len() {
        let expected = format!("a record of {} fields", record.fields().len());
        return Err(path.error(expected, format_args!("{}", fields.len())).into());
    }
    for (field, (name, val)) in record.fields().iter().zip(fields) {
        if field.name != name {
            let json_name = snake(&field.name);
            return Err(Path::Field(&path, &json_name).error(format!("the field {}", field.name), name).into());
        }
        let json_name = renamed(name, budget)?;
        let path = Path::Field(&path, &json_name);
        let json = value(&field.ty, val, path, budget)?;
        object.insert(json_name, json);
    }
    Ok(Json::Object(object))
}

fn payload(
    ty: Option<&Type>,
    val: Option<Box<Val>>,
    name: &str,
    path: Path<'_>,
    budget: &mut Budget,
) -> Result<Json, Unfit> {
    let path = Path::Field(&path, name);
    match (ty, val) {
        (Some(ty), Some(val)) => unboxed(ty, *val, path, budget),
        (None, None) => Ok(Json::Null),
        (Some(_), None) => Err(path.error("a payload", "none").into()),
        (None, Some(val)) => Err(path.error("no payload", format_args!("{val:?}")).into()),
    }
}

fn tagged(name: String, json: Json, budget: &mut Budget) -> Result<Json, Exceeded> {
    budget.take(object(1) + block(name.len()))?;
    let mut object = Map::with_capacity(1);
    object.insert(name, json);
    Ok(Json::Object(object))
}
