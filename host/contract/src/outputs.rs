//! Where a command's results land in the context, path by path.

use crate::manifest::{CommandDocs, Output};
use crate::names::snake;
use crate::ty::{Field, Record, Type};

/// A path in the context that a command fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputPath {
    /// The path: `Chat.Channel.id`.
    pub path: String,
    /// `String`, `Number`, `Boolean`, or `Unknown` for what has parts of its own.
    pub kind: &'static str,
    /// What it is, from the component's documentation.
    pub description: Option<String>,
}

/// The paths of one output of a command whose result is `result`. `docs` is what is said of the fields that [`wit_paths`] names.
pub fn paths(output: &Output, result: &Record, docs: &CommandDocs) -> Vec<OutputPath> {
    let Some(field) = result.field(&output.field) else { return Vec::new() };
    let described = |path: &str| docs.fields.get(path).cloned();
    match item(&field.ty) {
        Type::Record(record) => {
            let path = |field: &Field| OutputPath {
                path: format!("{}.{}", output.prefix, context_name(output, &field.name)),
                kind: kind(&field.ty),
                description: described(&wit_path(output, field)),
            };
            record.fields().iter().map(path).collect()
        }
        ty => vec![OutputPath { path: output.prefix.clone(), kind: kind(ty), description: described(&output.field) }],
    }
}

/// The fields of a result that an output fills paths with, by their paths of names in WIT: `people.create-at`.
pub fn wit_paths(output: &Output, result: &Record) -> Vec<String> {
    match result.field(&output.field).map(|field| item(&field.ty)) {
        None => Vec::new(),
        Some(Type::Record(record)) => record.fields().iter().map(|field| wit_path(output, field)).collect(),
        Some(_) => vec![output.field.clone()],
    }
}

fn wit_path(output: &Output, field: &Field) -> String {
    format!("{}.{}", output.field, field.name)
}

/// How many paths an output has whose field is of this type.
pub fn count(field: &Type) -> usize {
    match item(field) {
        Type::Record(record) => record.fields().len(),
        _ => 1,
    }
}

fn context_name(output: &Output, name: &str) -> String {
    let renamed = output.names.iter().find(|(path, _)| path == name);
    renamed.map_or_else(|| snake(name), |(_, context)| context.clone())
}

/// What a list is a list of, and an option an option of.
fn item(ty: &Type) -> &Type {
    match ty {
        Type::List(inner) | Type::Option(inner) => item(inner),
        ty => ty,
    }
}

fn kind(ty: &Type) -> &'static str {
    match ty {
        Type::Option(some) => kind(some),
        Type::Bool => "Boolean",
        Type::String | Type::Char | Type::Enum(_) => "String",
        Type::U8
        | Type::U16
        | Type::U32
        | Type::U64
        | Type::S8
        | Type::S16
        | Type::S32
        | Type::S64
        | Type::Float32
        | Type::Float64 => "Number",
        _ => "Unknown",
    }
}
