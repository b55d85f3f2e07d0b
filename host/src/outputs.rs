//! Where a command's results land in the context, path by path.

use crate::contract::Output;
use crate::value::snake;
use wasmtime::component::types::{Record, Type};

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

/// The paths of one output whose result is `result`; `describe` finds the documentation of a path of WIT names.
pub(crate) fn paths(output: &Output, result: &Record, describe: impl Fn(&[&str]) -> Option<String>) -> Vec<OutputPath> {
    let Some(field) = result.fields().find(|field| field.name == output.field) else { return Vec::new() };
    let path = |name: &str, ty: &Type| OutputPath {
        path: format!("{}.{}", output.prefix, context_name(output, name)),
        kind: kind(ty),
        description: describe(&[&output.field, name]),
    };
    match item(field.ty) {
        Type::Record(record) => record.fields().map(|field| path(field.name, &field.ty)).collect(),
        ty => {
            vec![OutputPath { path: output.prefix.clone(), kind: kind(&ty), description: describe(&[&output.field]) }]
        }
    }
}

/// How many paths an output has whose field is of this type.
pub(crate) fn count(field: Type) -> usize {
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
fn item(ty: Type) -> Type {
    match ty {
        Type::List(list) => item(list.ty()),
        Type::Option(option) => item(option.ty()),
        ty => ty,
    }
}

fn kind(ty: &Type) -> &'static str {
    match ty {
        Type::Option(option) => kind(&option.ty()),
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
