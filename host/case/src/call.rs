//! `call.json`.

use super::{Call, Investigation, Object, Redacted};
use serde_json::{Value, json};
use soar_contract::names::short;
use soar_contract::text::quoted;
use soar_system::files::Inside;
use std::collections::BTreeMap;
use std::ops::Range;

const FIELDS: [&str; 8] =
    ["about", "source", "example", "arguments", "parameters", "investigation", "files", "redacted"];

/// Reads a call; an error names the field, what was found and what would be right.
pub(super) fn from_json(value: Value) -> Result<Call, String> {
    let mut object = object("", value)?;
    known("", &object, &FIELDS)?;
    let call = Call {
        about: text("about", object.remove("about"))?,
        source: text("source", object.remove("source"))?,
        example: object.remove("example").map(example).transpose()?,
        arguments: texts("arguments", object.remove("arguments"))?,
        parameters: texts("parameters", object.remove("parameters"))?,
        investigation: object
            .remove("investigation")
            .filter(|value| !value.is_null())
            .map(investigation)
            .transpose()?,
        files: texts("files", object.remove("files"))?,
        redacted: object
            .remove("redacted")
            .filter(|value| !value.is_null())
            .map(redacted)
            .transpose()?
            .unwrap_or_default(),
    };
    match call.files.iter().find(|(_, path)| Inside::parse(path).is_none()) {
        Some((entry, path)) => Err(format!(
            "{}: expected a path below the folder of files, got {}",
            within("files", entry),
            beginning(path)
        )),
        None => Ok(call),
    }
}

/// The call as it is read again; what is empty is left out.
pub(super) fn to_json(call: &Call) -> Value {
    let mut object = Object::new();
    object.insert("about".into(), call.about.clone().into());
    object.insert("source".into(), call.source.clone().into());
    if let Some(example) = call.example {
        object.insert("example".into(), example.into());
    }
    object.insert(
        "arguments".into(),
        call.arguments.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect::<Object>().into(),
    );
    object.insert("parameters".into(), map(&call.parameters));
    if let Some(investigation) = &call.investigation {
        let mut value = json!({ "id": investigation.id });
        if let Some(url) = &investigation.war_room_url {
            value["war_room_url"] = url.clone().into();
        }
        if investigation.playground {
            value["playground"] = true.into();
        }
        object.insert("investigation".into(), value);
    }
    if !call.files.is_empty() {
        object.insert("files".into(), map(&call.files));
    }
    if !call.redacted.is_empty() {
        let pairs = |places: &Vec<Range<usize>>| places.iter().map(|place| json!([place.start, place.end])).collect();
        let all = call.redacted.iter().map(|(path, places)| (path.clone(), pairs(places)));
        object.insert("redacted".into(), all.collect::<Object>().into());
    }
    object.into()
}

fn example(value: Value) -> Result<u64, String> {
    let place = value.as_u64().filter(|place| *place > 0);
    place.ok_or_else(|| format!("example: expected a number from 1, got {}", short(&value)))
}

/// The places that were taken out of each file, as beginnings and ends.
fn redacted(value: Value) -> Result<Redacted, String> {
    let wrong =
        |path: &str| format!("{}: expected beginnings and ends in bytes, such as [[4, 30]]", within("redacted", path));
    let places = |(path, value): (String, Value)| {
        let pairs: Vec<(usize, usize)> = serde_json::from_value(value).map_err(|_| wrong(&path))?;
        Ok((path, pairs.into_iter().map(|(start, end)| start..end).collect()))
    };
    object("redacted", value)?.into_iter().map(places).collect()
}

fn map(values: &BTreeMap<String, String>) -> Value {
    values.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect::<Object>().into()
}

fn investigation(value: Value) -> Result<Investigation, String> {
    let mut object = object("investigation", value)?;
    known("investigation", &object, &["id", "war_room_url", "playground"])?;
    let url = object.remove("war_room_url").filter(|value| !value.is_null());
    Ok(Investigation {
        id: text("investigation.id", object.remove("id"))?,
        war_room_url: url.map(|url| text("investigation.war_room_url", Some(url))).transpose()?,
        playground: match object.remove("playground") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(playground)) => playground,
            Some(other) => {
                return Err(format!("investigation.playground: expected true or false, got {}", short(other)));
            }
        },
    })
}

/// So many characters of a name are shown.
const LONGEST: usize = 80;

/// The place of a name that whoever made the file has chosen. In quotes if it is no plain name, so that it says nothing
/// of its own.
fn within(field: &str, name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.@/".contains(c);
    let dot = if field.is_empty() { "" } else { "." };
    match !name.is_empty() && name.len() <= LONGEST && name.chars().all(plain) {
        true => format!("{field}{dot}{name}"),
        false => format!("{field}{dot}{}", beginning(name)),
    }
}

/// The beginning of a name, in quotation marks.
fn beginning(name: &str) -> String {
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", quoted(&name[..end])),
        None => quoted(name),
    }
}

fn object(field: &str, value: Value) -> Result<Object, String> {
    match value {
        Value::Object(object) => Ok(object),
        other if field.is_empty() => Err(format!("expected an object, got {}", short(other))),
        other => Err(format!("{field}: expected an object, got {}", short(other))),
    }
}

fn known(prefix: &str, object: &Object, fields: &[&str]) -> Result<(), String> {
    match object.keys().find(|key| !fields.contains(&key.as_str())) {
        Some(key) => Err(format!("{}: no such field; expected one of {}", within(prefix, key), fields.join(", "))),
        None => Ok(()),
    }
}

fn text(field: &str, value: Option<Value>) -> Result<String, String> {
    match value {
        Some(Value::String(text)) => Ok(text),
        Some(other) => Err(format!("{field}: expected text, got {}", short(other))),
        None => Err(format!("{field}: missing; expected text")),
    }
}

fn texts<T: Default + FromIterator<(String, String)>>(field: &str, value: Option<Value>) -> Result<T, String> {
    let Some(value) = value else { return Ok(T::default()) };
    object(field, value)?
        .into_iter()
        .map(|(name, value)| Ok((name.clone(), text(&within(field, &name), Some(value))?)))
        .collect()
}
