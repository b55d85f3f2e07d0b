use crate::engine::Engine;
use crate::lower::tests::define;
use crate::machine::LoadError;
use crate::options::EngineOptions;
use crate::version::Version;
use proptest::prelude::*;
use soar_contract::text::is_hidden;
use soar_contract::ty::Type;
use soar_testing::declared::declared;
use soar_testing::texts::texts;
use wasm_encoder::{
    CanonicalOption, CodeSection, ComponentBuilder, ComponentExportKind, ComponentValType, ExportKind, ExportSection,
    Function, FunctionSection, MemorySection, MemoryType, Module, PrimitiveValType as Primitive, TypeSection, ValType,
};

/// A module whose `describe` gives zero, which is where nothing is: its memory is all zeros.
fn module(params: &[ValType]) -> Module {
    let mut module = Module::new();
    let mut types = TypeSection::new();
    types.ty().function(params.iter().copied(), [ValType::I32]);
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
    module
}

/// A component of the contract by its name, with another `describe`: one that takes and gives this.
fn describing(param: Option<Primitive>, result: impl FnOnce(&mut ComponentBuilder) -> ComponentValType) -> Vec<u8> {
    let mut inner = ComponentBuilder::default();
    let module = inner.core_module(None, &module(&param.map(|_| ValType::I32).into_iter().collect::<Vec<_>>()));
    let instance = inner.core_instantiate(None, module, []);
    let describe = inner.core_alias_export(None, instance, "describe", ExportKind::Func);
    let memory = inner.core_alias_export(None, instance, "memory", ExportKind::Memory);
    let result = result(&mut inner);
    let (function, mut encoder) = inner.type_function(None);
    encoder.params(param.map(|param| ("what", param))).result(Some(result));
    let lifted = inner.lift_func(None, describe, function, [CanonicalOption::UTF8, CanonicalOption::Memory(memory)]);
    inner.export("describe", ComponentExportKind::Func, lifted, None);
    let mut outer = ComponentBuilder::default();
    let inner = outer.component(None, inner);
    let instance = outer.instantiate(None, inner, [] as [(&str, ComponentExportKind, u32); 0]);
    outer.export(Version::Own.manifest(), ComponentExportKind::Instance, instance, None);
    outer.finish()
}

fn refused(component: &[u8]) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let host = Engine::new(EngineOptions::default()).expect("a host");
    match runtime.block_on(host.load(component)) {
        Err(LoadError::Manifest(why)) => why,
        Err(other) => panic!("{other:?}"),
        Ok(component) => panic!("{:?} was loaded", component.manifest()),
    }
}

#[test]
fn another_describe_than_the_contracts_is_refused() {
    const BEGINNING: &str = "its function describe is not the one of soar:platform/manifest@0.2.0: ";
    let refused = |component: Vec<u8>| {
        let why = refused(&component);
        why.strip_prefix(BEGINNING).unwrap_or_else(|| panic!("{why}")).to_owned()
    };
    let number = refused(describing(None, |_| Primitive::U32.into()));
    assert_eq!(number, "type mismatch with results: expected `record` found `u32`");
    let short = refused(describing(None, |builder| {
        define(builder, &Type::record([("name", Type::String), ("title", Type::String)]))
    }));
    assert_eq!(short, "type mismatch with results: expected record of 5 fields, found 2 fields");
    let Type::Record(declared) = declared("manifest", "integration") else { panic!("a record") };
    let other = declared.fields().iter().map(|field| match &*field.name {
        "commands" => (field.name.clone(), Type::list(Type::record([("name", Type::String)]))),
        name => (name.to_owned(), field.ty.clone()),
    });
    let other = Type::record(other);
    assert_eq!(
        refused(describing(None, |builder| define(builder, &other))),
        "type mismatch with results: type mismatch for field commands: expected record of 9 fields, found 1 fields"
    );
    let asking = refused(describing(Some(Primitive::U32), |_| Primitive::U32.into()));
    assert_eq!(asking, "type mismatch with parameters: expected 0-tuple, found 1-tuple");
}

/// What is wrong with it is what it says, and no more how it is said.
#[test]
fn the_contracts_describe_is_asked() {
    let why = refused(&describing(None, |builder| define(builder, &declared("manifest", "integration"))));
    assert!(why.starts_with("the integration's name is \"\"; expected 1 to 64 characters"), "{why}");
}

proptest! {
    #[test]
    fn what_is_wrong_with_a_manifest_hides_nothing_and_forges_no_line(words in texts()) {
        let shown = LoadError::Manifest(words).to_string();
        prop_assert!(!shown.contains(|c| is_hidden(c) && c != '\n'), "{shown:?}");
        prop_assert!(shown.lines().skip(1).all(|line| line.starts_with("  | ")), "{shown:?}");
    }
}
