//! Holds the Rust types against `wit/platform`.

use super::*;
use crate::value::snake;
use crate::value::testing::{Shape, define, engine, ty, vals};
use proptest::prelude::*;
use std::path::Path;
use wasm_encoder::{
    CanonicalOption, CodeSection, ComponentBuilder, ComponentExportKind, ExportKind, ExportSection, Function,
    FunctionSection, MemorySection, MemoryType, Module, PrimitiveValType as Primitive, TypeSection, ValType,
};
use wasmtime::Store;
use wasmtime::component::types::Type;
use wasmtime::component::{Component, Linker, Val};
use wit_parser::{Resolve, TypeDefKind};

/// A type of one of the platform's interfaces.
fn declared(interface: &str, name: &str) -> Shape {
    let wit = Path::new(env!("CARGO_MANIFEST_DIR")).join("../wit");
    let mut resolve = Resolve::default();
    resolve.push_path(wit.join("deps/io")).expect("wasi:io");
    let (package, _) = resolve.push_path(wit.join("platform")).expect("soar:platform");
    let interface = &resolve.interfaces[resolve.packages[package].interfaces[interface]];
    shape(&resolve, &wit_parser::Type::Id(interface.types[name]))
}

fn shape(resolve: &Resolve, ty: &wit_parser::Type) -> Shape {
    let of = |ty: &wit_parser::Type| shape(resolve, ty);
    // A test's few names may live as long as it does.
    let name = |name: &String| &*name.clone().leak();
    let id = match ty {
        wit_parser::Type::Bool => return Shape::Primitive(Primitive::Bool),
        wit_parser::Type::U16 => return Shape::Primitive(Primitive::U16),
        wit_parser::Type::U32 => return Shape::Primitive(Primitive::U32),
        wit_parser::Type::S64 => return Shape::Primitive(Primitive::S64),
        wit_parser::Type::String => return Shape::Primitive(Primitive::String),
        wit_parser::Type::Id(id) => *id,
        other => panic!("the contract uses {other:?} now: add it here"),
    };
    match &resolve.types[id].kind {
        TypeDefKind::Record(record) => {
            Shape::Record(record.fields.iter().map(|field| (name(&field.name), of(&field.ty))).collect())
        }
        TypeDefKind::Variant(variant) => {
            Shape::Variant(variant.cases.iter().map(|case| (name(&case.name), case.ty.as_ref().map(of))).collect())
        }
        TypeDefKind::Enum(cases) => Shape::Enum(cases.cases.iter().map(|case| name(&case.name)).collect()),
        TypeDefKind::Tuple(tuple) => Shape::Tuple(tuple.types.iter().map(of).collect()),
        TypeDefKind::List(item) => Shape::List(Box::new(of(item))),
        TypeDefKind::Option(some) => Shape::Option(Box::new(of(some))),
        TypeDefKind::Type(ty) => of(ty),
        other => panic!("the contract uses {} now: add it here", other.as_str()),
    }
}

/// A component whose `describe` gives the shape with nothing in it: its memory is all zeros.
fn describing(shape: &Shape) -> Vec<u8> {
    let mut module = Module::new();
    let mut types = TypeSection::new();
    types.ty().function([], [ValType::I32]);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut memories = MemorySection::new();
    memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
    let mut exports = ExportSection::new();
    exports.export("describe", ExportKind::Func, 0).export("memory", ExportKind::Memory, 0);
    let mut function = Function::new([]);
    function.instructions().i32_const(0).end();
    let mut code = CodeSection::new();
    code.function(&function);
    module.section(&types).section(&functions).section(&memories).section(&exports).section(&code);

    let mut builder = ComponentBuilder::default();
    let module = builder.core_module(None, &module);
    let instance = builder.core_instantiate(None, module, []);
    let describe = builder.core_alias_export(None, instance, "describe", ExportKind::Func);
    let memory = builder.core_alias_export(None, instance, "memory", ExportKind::Memory);
    let result = define(&mut builder, shape);
    let (function, mut encoder) = builder.type_function(None);
    encoder.params([] as [(&str, Primitive); 0]).result(Some(result));
    let lifted = builder.lift_func(None, describe, function, [CanonicalOption::UTF8, CanonicalOption::Memory(memory)]);
    builder.export("describe", ComponentExportKind::Func, lifted, None);
    builder.finish()
}

#[test]
fn describe_is_called_as_a_typed_function() {
    let component = Component::new(engine(), describing(&declared("manifest", "integration"))).expect("a component");
    let mut store = Store::new(engine(), ());
    let instance = Linker::new(engine()).instantiate(&mut store, &component).expect("an instance");
    let describe = instance.get_typed_func::<(), (Integration,)>(&mut store, "describe").expect("the contract's type");
    let (integration,) = describe.call(&mut store, ()).expect("an integration");
    assert!(integration.name.is_empty() && integration.commands.is_empty(), "{integration:?}");
}

proptest! {
    #[test]
    fn every_error_of_the_contract_is_read(val in vals(&ty(&declared("errors", "error")))) {
        let ty = ty(&declared("errors", "error"));
        let read = Failure::from_val(&ty, &val);
        let Val::Variant(case, payload) = &val else { panic!("a variant") };
        let case = match payload.as_deref() {
            Some(Val::Record(fields)) if case == "refused" => match &fields[0] {
                (name, Val::Enum(kind)) if name == "kind" => kind,
                other => panic!("{other:?} is no kind"),
            },
            Some(Val::List(errors)) if errors.is_empty() => {
                prop_assert!(read.is_err());
                return Ok(());
            }
            _ => case,
        };
        let failure = read.expect("a case of the contract");
        prop_assert_eq!(failure.kind(), snake(case));
        prop_assert!(!failure.to_string().is_empty());
    }
}

#[test]
fn an_error_of_another_contract_is_no_failure() {
    let error = Failure::from_val(&Type::U8, &wasmtime::component::Val::U8(1)).expect_err("no variant");
    assert!(error.to_string().starts_with("error: expected a case of soar:platform/errors"), "{error}");
}
