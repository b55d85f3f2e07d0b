//! The type of what `describe` gives: a component with another one is of another contract, whatever it calls itself.

use super::ParameterKind;
use crate::check::{ValueError, describe};
use crate::text::word;
use crate::ty::{Record, Type};

/// Whether this is what `describe` gives.
///
/// # Errors
/// Where it is something else, and what the contract has there.
pub(crate) fn check_shape(found: &Type) -> Result<(), ValueError> {
    same(&integration(), found, "describe")
}

/// The record `integration`, as `wit/platform/manifest.wit` has it.
fn integration() -> Type {
    Type::record([
        ("name", Type::String),
        ("title", Type::String),
        ("version", Type::String),
        ("parameters", Type::list(parameter())),
        ("commands", Type::list(command())),
    ])
}

fn parameter() -> Type {
    Type::record([
        ("name", Type::String),
        ("title", Type::String),
        ("description", Type::String),
        ("kind", Type::cases(ParameterKind::ALL.map(ParameterKind::name))),
        ("required", Type::Bool),
        ("default", Type::option(Type::String)),
        ("options", texts()),
        ("environment", Type::option(Type::String)),
    ])
}

fn command() -> Type {
    Type::record([
        ("name", Type::String),
        ("aliases", texts()),
        ("interface", Type::String),
        ("function", Type::String),
        ("arguments", Type::list(argument())),
        ("outputs", Type::list(output())),
        ("permissions", Type::String),
        ("changes", Type::Bool),
        ("endpoints", Type::list(endpoint())),
    ])
}

fn argument() -> Type {
    Type::record([
        ("name", Type::String),
        ("aliases", texts()),
        ("field", Type::String),
        ("default", Type::option(Type::String)),
        ("options", texts()),
        ("minimum", Type::option(Type::S64)),
        ("bare", Type::Bool),
    ])
}

fn output() -> Type {
    Type::record([
        ("prefix", Type::String),
        ("key", Type::String),
        ("field", Type::String),
        ("names", Type::list(Type::tuple([Type::String, Type::String]))),
    ])
}

fn endpoint() -> Type {
    Type::record([
        ("method", Type::String),
        ("path", Type::String),
        ("credential", Type::option(Type::String)),
        ("volatile", texts()),
        ("query", texts()),
        ("headers", texts()),
    ])
}

fn texts() -> Type {
    Type::list(Type::String)
}

/// Whether two types are the same: the first difference, if there is one.
fn same(expected: &Type, found: &Type, path: &str) -> Result<(), ValueError> {
    match (expected, found) {
        (Type::List(expected), Type::List(found)) => same(expected, found, &format!("{path}[]")),
        (Type::Record(expected), Type::Record(found)) => same_fields(expected, found, path),
        (expected, found) if expected == found => Ok(()),
        (expected, found) => Err(error(path, describe(expected), &describe(found))),
    }
}

fn same_fields(expected: &Record, found: &Record, path: &str) -> Result<(), ValueError> {
    let names = |record: &Record| record.fields().iter().map(|field| field.name.clone()).collect::<Vec<_>>();
    if names(expected) != names(found) {
        let expected = format!("a record of {}", names(expected).join(", "));
        return Err(error(path, expected, &format!("one of {}", names(found).join(", "))));
    }
    let mut fields = expected.fields().iter().zip(found.fields());
    fields.try_for_each(|(expected, found)| same(&expected.ty, &found.ty, &format!("{path}.{}", expected.name)))
}

fn error(path: &str, expected: String, found: &str) -> ValueError {
    /// What a component calls its fields may be long, in characters.
    const LONGEST: usize = 200;
    ValueError { path: path.to_owned(), expected, found: word(found, LONGEST).into_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_shape_is_told_where_it_differs() {
        assert_eq!(check_shape(&integration()), Ok(()));
        let said = |commands: Type| {
            let Type::Record(record) = integration() else { panic!("a record") };
            let mut fields: Vec<_> =
                record.fields().iter().map(|field| (field.name.clone(), field.ty.clone())).collect();
            fields[4].1 = Type::list(commands);
            check_shape(&Type::record(fields)).expect_err("another one").to_string()
        };
        assert_eq!(
            said(Type::record([("name", Type::String)])),
            "describe.commands[]: expected a record of name, aliases, interface, function, arguments, outputs, \
             permissions, changes, endpoints, got one of name"
        );
        assert_eq!(said(Type::String), "describe.commands[]: expected an object, got text");
        let Type::Record(command) = command() else { panic!("a record") };
        let fields = command.fields().iter().map(|field| match &*field.name {
            "changes" => ("changes".to_owned(), Type::String),
            _ => (field.name.clone(), field.ty.clone()),
        });
        assert_eq!(said(Type::record(fields)), "describe.commands[].changes: expected true or false, got text");
    }
}
