//! Arguments as playbooks give them: strings, by playbook name, with defaults from the manifest.
//!
//! | WIT type of the field | string |
//! |---|---|
//! | `bool` | `true`, `yes`, `false`, `no` in any case |
//! | integers | digits, `-` before them, `.0` or an exponent behind them if the number is whole; not below the argument's minimum |
//! | `string`, `char` | as it is; one of the argument's options in any case, where it has some |
//! | `enum` | one of the argument's options or else of its cases, in any case |
//! | `list` of these | a JSON array, a list as Python prints it (`['a', 'b']`) or without quotes (`[a, b]`), or values separated by commas; blanks around them and empty ones are dropped |
//! | anything else | JSON |
//!
//! A list, or other JSON, has at most 100,000 values in all.
//!
//! An empty string is an argument not given, and so is one of blanks alone unless the field is text. An expression in which a
//! playbook should have put a value, `${incident.name}`, is refused wherever it is no part of a text of several words.

mod error;
mod list;
mod size;
mod string;
#[cfg(test)]
mod tests;
mod unresolved;

pub use error::{ArgumentError, ArgumentErrors};
pub(crate) use string::case;

use crate::manifest::{Argument, Command};
use crate::names::snake;
use crate::text;
use crate::ty::{Record, Type};
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use string::Text;

/// What becomes of an argument that the command does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// It is an error: somebody typed it.
    Refuse,
    /// It is left out: playbooks pass what other versions of a command take.
    Tolerate,
}

/// The JSON of a command's record of arguments, from the strings of a playbook or a command line.
///
/// `record` is the type of the command's one parameter; none for a command that has none.
///
/// # Errors
///
/// Every argument that is unknown, given twice, mistyped or missing.
pub fn from_strings<'a>(
    command: &Command,
    record: Option<&Record>,
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    unknown: Unknown,
) -> Result<Map<String, Json>, ArgumentErrors> {
    read(command, record, pairs.into_iter().map(|(name, text)| (name, Json::from(text))), unknown)
}

/// The same from JSON by playbook name. Strings follow the rules for strings; what is not one is read strictly, and
/// `null` is an argument not given.
///
/// # Errors
///
/// As for [`from_strings`].
pub fn from_values(
    command: &Command,
    record: Option<&Record>,
    values: &Map<String, Json>,
    unknown: Unknown,
) -> Result<Map<String, Json>, ArgumentErrors> {
    read(command, record, values.iter().map(|(name, value)| (&**name, value.clone())), unknown)
}

fn read<'a>(
    command: &Command,
    record: Option<&Record>,
    pairs: impl Iterator<Item = (&'a str, Json)>,
    unknown: Unknown,
) -> Result<Map<String, Json>, ArgumentErrors> {
    let mut wrong = Vec::new();
    // By argument: the name by which it was given, and its JSON unless that is wrong.
    let mut given: HashMap<&str, (&str, Option<Json>)> = HashMap::new();
    for (name, json) in pairs {
        let Some(argument) = command.argument(name) else {
            if unknown == Unknown::Refuse {
                wrong.push(ArgumentError::unknown(command, name));
            }
            continue;
        };
        let json = match field(record, argument).and_then(|ty| value(argument, ty, name, json)) {
            Ok(None) => continue,
            Ok(json) => json,
            Err(error) => {
                wrong.push(error);
                None
            }
        };
        if let Some((first, _)) = given.insert(&argument.name, (name, json)) {
            wrong.push(ArgumentError::Doubled { argument: argument.name.clone(), names: [first.into(), name.into()] });
        }
    }
    let mut object = Map::new();
    for field in record.iter().flat_map(|record| record.fields()) {
        let argument = command.argument_of_field(&field.name);
        let json = match argument.and_then(|argument| given.remove(&*argument.name)) {
            Some((_, json)) => json,
            None => absent(argument, &field.name, &field.ty, &mut wrong),
        };
        object.extend(json.map(|json| (snake(&field.name), json)));
    }
    ArgumentErrors::unless(wrong, object)
}

/// The JSON of a field whose argument was not given.
fn absent(argument: Option<&Argument>, field: &str, ty: &Type, wrong: &mut Vec<ArgumentError>) -> Option<Json> {
    match argument.map(|argument| default(argument, ty)).transpose() {
        Ok(Some(Some(json))) => return Some(json),
        Ok(_) if matches!(ty, Type::Option(_)) => {}
        Ok(_) => {
            let name = argument.map_or_else(|| snake(field), |argument| argument.name.clone());
            let expected = argument.map_or_else(|| "a value".into(), |argument| expected(argument, ty));
            // Who misspelt its name is told that already.
            let is_meant = |meant: &str| {
                meant == name || argument.is_some_and(|argument| argument.aliases.iter().any(|alias| alias == meant))
            };
            if !wrong.iter().filter_map(ArgumentError::suggestion).any(is_meant) {
                wrong.push(ArgumentError::Missing { argument: name, expected });
            }
        }
        Err(error) => wrong.push(error),
    }
    None
}

/// The texts of a list in brackets, written as arguments may be; none if it is no such list.
pub fn texts(text: &str) -> Option<Vec<String>> {
    list::bracketed(text.trim())?.into_iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// What an argument takes, in words: `a whole number from 1`.
pub fn expected(argument: &Argument, ty: &Type) -> String {
    Text::new(argument, ty).expected()
}

/// Whether an argument must be given.
pub fn required(argument: &Argument, ty: &Type) -> bool {
    argument.default.is_none() && !matches!(ty, Type::Option(_))
}

fn field<'r>(record: Option<&'r Record>, argument: &Argument) -> Result<&'r Type, ArgumentError> {
    let field = record.and_then(|record| record.field(&argument.field));
    field.map(|field| &field.ty).ok_or_else(|| ArgumentError::Contract {
        argument: argument.name.clone(),
        reason: format!("the manifest gives it the field {}, which its command's record does not have", argument.field),
    })
}

/// The JSON of one argument for its field; none when it is as good as not given.
fn value(argument: &Argument, ty: &Type, name: &str, json: Json) -> Result<Option<Json>, ArgumentError> {
    let path = text::line(name).into_owned();
    let inner = ty.given();
    let mistyped = |error| ArgumentError::Mistyped { argument: argument.name.clone(), error };
    size::check(&json, inner, &path).map_err(mistyped)?;
    let (unresolved, all) = match &json {
        Json::String(text) => (Text::new(argument, inner).unresolved(text), text.trim()),
        json => (unresolved::find_in(json), ""),
    };
    if let Some(expression) = unresolved {
        let (argument, name) = (argument.name.clone(), name.to_owned());
        let (whole, expression) = (expression == all, expression.to_owned());
        return Err(ArgumentError::Unresolved { argument, name, expression, whole });
    }
    let read = match json {
        Json::Null => Ok(None),
        Json::String(text) => Text::new(argument, inner).read(&text, &path),
        json => Text::new(argument, inner).strict(json, &path).map(Some),
    };
    let Some(json) = read.map_err(mistyped)? else {
        return Ok(None);
    };
    // An option of an option says which of them it is.
    Ok(Some(if ty.is_nullable() && inner.is_nullable() { some(json) } else { json }))
}

fn some(json: Json) -> Json {
    Json::Object(Map::from_iter([("some".to_owned(), json)]))
}

/// The JSON of an argument that is not given, if the manifest has a default.
///
/// # Errors
///
/// When the default does not follow the argument's own rules.
pub fn default(argument: &Argument, ty: &Type) -> Result<Option<Json>, ArgumentError> {
    let Some(default) = &argument.default else {
        return Ok(None);
    };
    // A default is there because somebody wrote it, so an empty one is empty text.
    if default.is_empty() && matches!(ty.given(), Type::String) {
        return Ok(Some(Json::from("")));
    }
    value(argument, ty, &argument.name, Json::from(&**default)).map_err(|error| ArgumentError::Contract {
        argument: argument.name.clone(),
        reason: format!("its default in the manifest is wrong: {error}"),
    })
}
