//! The types of `wit/platform`, for tests.

use soar_contract::ty::Type;
use std::path::Path;
use wit_parser::{Resolve, TypeDefKind};

/// A type of one of the platform's interfaces.
pub fn declared(interface: &str, name: &str) -> Type {
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit");
    let mut resolve = Resolve::default();
    resolve.push_path(wit.join("deps/io")).expect("wasi:io");
    let (package, _) = resolve.push_path(wit.join("platform")).expect("soar:platform");
    let interface = &resolve.interfaces[resolve.packages[package].interfaces[interface]];
    ty(&resolve, &wit_parser::Type::Id(interface.types[name]))
}

fn ty(resolve: &Resolve, known: &wit_parser::Type) -> Type {
    let of = |known: &wit_parser::Type| ty(resolve, known);
    let id = match known {
        wit_parser::Type::Bool => return Type::Bool,
        wit_parser::Type::U16 => return Type::U16,
        wit_parser::Type::U32 => return Type::U32,
        wit_parser::Type::S64 => return Type::S64,
        wit_parser::Type::String => return Type::String,
        wit_parser::Type::Id(id) => *id,
        other => panic!("the contract uses {other:?} now: add it here"),
    };
    match &resolve.types[id].kind {
        TypeDefKind::Record(record) => {
            Type::record(record.fields.iter().map(|field| (field.name.clone(), of(&field.ty))))
        }
        TypeDefKind::Variant(variant) => {
            Type::variant(variant.cases.iter().map(|case| (case.name.clone(), case.ty.as_ref().map(of))))
        }
        TypeDefKind::Enum(cases) => Type::cases(cases.cases.iter().map(|case| case.name.clone())),
        TypeDefKind::Tuple(tuple) => Type::tuple(tuple.types.iter().map(of)),
        TypeDefKind::List(item) => Type::list(of(item)),
        TypeDefKind::Option(some) => Type::option(of(some)),
        TypeDefKind::Type(known) => of(known),
        other => panic!("the contract uses {} now: add it here", other.as_str()),
    }
}
