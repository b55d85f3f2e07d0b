//! Components that are larger than they look, for tests here and outside of the crate.

use wasm_encoder::{
    Alias, BlockType, CodeSection, Component, ComponentAliasSection, ComponentExportKind, ComponentInstanceSection,
    ComponentOuterAliasKind, ComponentSection, ComponentTypeSection, ComponentValType, ConstExpr, DataSection,
    ElementSection, Elements, Encode, EntityType, Function, FunctionSection, ImportSection, MemorySection, MemoryType,
    Module, ModuleSection, NestedComponentSection, PrimitiveValType, RawSection, RefType, TableSection, TableType,
    TypeSection, ValType,
};

const NESTED_COMPONENT: u8 = 4;
const TYPES: u8 = 7;
const NOTHING: [(&str, ComponentExportKind, u32); 0] = [];

/// A component of these sections, as they are.
fn of(sections: &[(u8, &[u8])]) -> Vec<u8> {
    let mut component = Component::new();
    for (id, data) in sections {
        component.section(&RawSection { id: *id, data });
    }
    component.finish()
}

/// Types of instances inside each other, in three bytes each.
pub fn nested_types(depth: usize) -> Vec<u8> {
    let mut types = vec![1];
    types.extend([0x42, 1, 1].repeat(depth - 1));
    types.extend([0x42, 0]);
    of(&[(TYPES, &types)])
}

/// Components inside each other.
pub fn nested_components(depth: usize) -> Vec<u8> {
    (1..depth).fold(of(&[]), |inner, _| of(&[(NESTED_COMPONENT, &inner)]))
}

/// A list of lists of lists, each by the index of the one before.
pub fn nested_lists(depth: usize) -> Vec<u8> {
    let mut types = ComponentTypeSection::new();
    types.defined_type().primitive(PrimitiveValType::U8);
    for index in 1..depth {
        types.defined_type().list(ComponentValType::Type(index as u32 - 1));
    }
    with(&types)
}

/// An enum of so many names of so many letters, and a tuple of it so many times.
pub fn named_types(names: usize, letters: usize, times: usize) -> Vec<u8> {
    let mut types = ComponentTypeSection::new();
    let names: Vec<String> = (0..names).map(|name| format!("n{}{name}", "a".repeat(letters))).collect();
    types.defined_type().enum_type(names.iter().map(String::as_str));
    types.defined_type().tuple(vec![ComponentValType::Type(0); times]);
    with(&types)
}

/// Pairs of pairs: each type twice the one before.
pub fn doubled_types(times: usize) -> Vec<u8> {
    let mut types = ComponentTypeSection::new();
    types.defined_type().primitive(PrimitiveValType::U8);
    for index in 0..times {
        let ty = ComponentValType::Type(index as u32);
        types.defined_type().tuple([ty, ty]);
    }
    with(&types)
}

/// Instances that export the one before.
pub fn nested_instances(depth: usize) -> Vec<u8> {
    let mut instances = ComponentInstanceSection::new();
    instances.export_items::<&str, _>([]);
    for index in 1..depth {
        instances.export_items([("inner", ComponentExportKind::Instance, index as u32 - 1)]);
    }
    with(&instances)
}

/// Components each of which makes ten instances of the one before.
pub fn tenfold_instances(times: usize) -> Vec<u8> {
    let mut component = Component::new();
    component.section(&NestedComponentSection(&Component::new()));
    for index in 0..times {
        let mut inner = Component::new();
        let mut aliases = ComponentAliasSection::new();
        aliases.alias(Alias::Outer { kind: ComponentOuterAliasKind::Component, count: 1, index: index as u32 });
        let mut instances = ComponentInstanceSection::new();
        for _ in 0..10 {
            instances.instantiate(0, NOTHING);
        }
        inner.section(&aliases).section(&instances);
        component.section(&NestedComponentSection(&inner));
    }
    let mut instances = ComponentInstanceSection::new();
    instances.instantiate(times as u32, NOTHING);
    component.section(&instances);
    component.finish()
}

fn with(section: &impl ComponentSection) -> Vec<u8> {
    let mut component = Component::new();
    component.section(section);
    component.finish()
}

/// A module with these functions, which take nothing and give nothing; its second type takes and gives a hundred values.
fn module(functions: &[Function]) -> Module {
    let mut types = TypeSection::new();
    types.ty().function([], []);
    types.ty().function([ValType::I32; 100], [ValType::I32; 100]);
    let (mut declared, mut code) = (FunctionSection::new(), CodeSection::new());
    for function in functions {
        declared.function(0);
        code.function(function);
    }
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&code);
    module
}

/// A module with one function of so many bytes and a bit.
pub fn long_function(bytes: usize) -> Module {
    let mut function = Function::new([(1, ValType::I32)]);
    for _ in 0..bytes / 8 {
        function.instructions().local_get(0).i32_const(3).i32_mul().local_set(0).nop();
    }
    function.instructions().end();
    module(&[function])
}

/// A module with functions of a few bytes that declare so many local variables each.
pub fn many_locals(functions: usize, locals: u32) -> Module {
    let mut function = Function::new([(locals, ValType::I64)]);
    function.instructions().end();
    module(&vec![function; functions])
}

/// A module with one function of so many empty blocks, through each of which a hundred values go.
pub fn wide_blocks(blocks: usize) -> Module {
    let mut function = Function::new([]);
    for _ in 0..100 {
        function.instructions().i32_const(0);
    }
    for _ in 0..blocks {
        function.instructions().block(BlockType::FunctionType(1)).end();
    }
    for _ in 0..100 {
        function.instructions().drop();
    }
    function.instructions().end();
    module(&[function])
}

/// A module with one function of many local variables, all of which are read behind so many loops.
pub fn tangled(locals: u32, loops: usize) -> Module {
    let mut function = Function::new([(locals, ValType::I32)]);
    for local in 0..locals {
        function.instructions().i32_const(local as i32).local_set(local);
    }
    for _ in 0..loops {
        function.instructions().loop_(BlockType::Empty).local_get(0).br_if(0).end();
    }
    for local in 0..locals {
        function.instructions().local_get(local).drop();
    }
    function.instructions().end();
    module(&[function])
}

/// A module with one function of so many calls, each of which takes and gives a hundred values.
pub fn wide_calls(calls: usize) -> Module {
    let mut inner = Function::new([]);
    for local in 0..100 {
        inner.instructions().local_get(local);
    }
    inner.instructions().end();
    let mut function = Function::new([]);
    for _ in 0..100 {
        function.instructions().i32_const(0);
    }
    for _ in 0..calls {
        function.instructions().call(0);
    }
    for _ in 0..100 {
        function.instructions().drop();
    }
    function.instructions().end();
    let mut types = TypeSection::new();
    types.ty().function([], []);
    types.ty().function([ValType::I32; 100], [ValType::I32; 100]);
    let (mut declared, mut code) = (FunctionSection::new(), CodeSection::new());
    declared.function(1).function(0);
    code.function(&inner).function(&function);
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&code);
    module
}

/// A module with two bytes of data, so many bytes apart.
pub fn sparse_data(apart: i32) -> Module {
    let (mut memories, mut data) = (MemorySection::new(), DataSection::new());
    let pages = apart as u64 / (64 << 10) + 1;
    memories.memory(MemoryType { minimum: pages, maximum: None, memory64: false, shared: false, page_size_log2: None });
    data.active(0, &ConstExpr::i32_const(0), [1]).active(0, &ConstExpr::i32_const(apart), [1]);
    let mut module = Module::new();
    module.section(&memories).section(&data);
    module
}

/// The same with data of nothing at the memory's end, which makes nothing of it further apart.
pub fn empty_data(apart: i32) -> Module {
    let (mut memories, mut data) = (MemorySection::new(), DataSection::new());
    memories.memory(MemoryType {
        minimum: 65_536,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    data.active(0, &ConstExpr::i32_const(0), [1]).active(0, &ConstExpr::i32_const(apart), [1]);
    data.active(0, &ConstExpr::i32_const(-1), []);
    let mut module = Module::new();
    module.section(&memories).section(&data);
    module
}

/// A module with a table that begins with so many elements.
pub fn wide_table(elements: u64) -> Module {
    let mut tables = TableSection::new();
    let element_type = RefType::FUNCREF;
    tables.table(TableType { element_type, table64: false, minimum: elements, maximum: None, shared: false });
    let mut module = Module::new();
    module.section(&tables);
    module
}

/// A module with one function that copies between tables, or calls through one, so many times.
pub fn table_work(copies: usize, calls: usize) -> Module {
    let mut function = Function::new([]);
    for _ in 0..copies {
        function.instructions().i32_const(0).i32_const(0).i32_const(0).table_copy(0, 0);
    }
    for _ in 0..calls {
        function.instructions().i32_const(0).call_indirect(0, 0);
    }
    function.instructions().end();
    let (mut types, mut tables) = (TypeSection::new(), TableSection::new());
    types.ty().function([], []);
    let element_type = RefType::FUNCREF;
    tables.table(TableType { element_type, table64: false, minimum: 1, maximum: None, shared: false });
    let (mut declared, mut code) = (FunctionSection::new(), CodeSection::new());
    declared.function(0);
    code.function(&function);
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&tables).section(&code);
    module
}

/// A module with one function that leaves a block, perhaps, so many times, or has so many times two ways to go on.
pub fn branches(leaves: usize, ways: usize) -> Module {
    let mut function = Function::new([]);
    let block = BlockType::Result(ValType::I32);
    function.instructions().block(block).local_get(0);
    for _ in 0..leaves {
        function.instructions().local_get(0).br_if(0).i32_popcnt();
    }
    for _ in 0..ways {
        function.instructions().if_(block).local_get(0).else_().local_get(0).end();
    }
    function.instructions().end().end();
    functions(&[ValType::I32], &[ValType::I32], &function, 1)
}

/// A module with one function that keeps so many values over a table of so many branches.
pub fn carried(values: usize, ways: usize) -> Module {
    let mut function = Function::new([]);
    function.instructions().block(BlockType::Empty);
    for _ in 0..values {
        function.instructions().local_get(0).i32_popcnt();
    }
    function.instructions().local_get(0).br_table(vec![0; ways], 0).end().end();
    functions(&[ValType::I32], &[], &function, 1)
}

/// A module with one function that keeps a hundred values for each of so many calls, over so many branches.
pub fn living(calls: u32, leaves: usize) -> Module {
    let mut inner = Function::new([]);
    inner.instructions().unreachable().end();
    let mut function = Function::new([]);
    for _ in 0..calls {
        function.instructions().call(0);
    }
    function.instructions().block(BlockType::Empty);
    for _ in 0..leaves {
        function.instructions().local_get(0).br_if(0);
    }
    function.instructions().end();
    for _ in 1..calls * 100 {
        function.instructions().i32_add();
    }
    function.instructions().end();
    let (mut types, mut declared, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
    types.ty().function([], [ValType::I32; 100]);
    types.ty().function([ValType::I32], [ValType::I32]);
    declared.function(0).function(1);
    code.function(&inner).function(&function);
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&code);
    module
}

/// A module with so many functions that take and give a thousand values.
pub fn wide_functions(functions: usize) -> Module {
    let mut function = Function::new([]);
    function.instructions().unreachable().end();
    self::functions(&[ValType::I64; 1000], &[ValType::I64; 1000], &function, functions)
}

/// A module with this function, so many times.
fn functions(given: &[ValType], got: &[ValType], function: &Function, times: usize) -> Module {
    let (mut types, mut declared, mut code) = (TypeSection::new(), FunctionSection::new(), CodeSection::new());
    types.ty().function(given.iter().copied(), got.iter().copied());
    for _ in 0..times {
        declared.function(0);
        code.function(function);
    }
    let mut module = Module::new();
    module.section(&types).section(&declared).section(&code);
    module
}

/// A module that the engine sets up with code: so many elements, which it has no list for.
pub fn many_elements(elements: usize) -> Module {
    let (mut types, mut imports, mut segments) = (TypeSection::new(), ImportSection::new(), ElementSection::new());
    types.ty().function([], []);
    imports.import("", "", EntityType::Function(0));
    segments.passive(Elements::Functions(vec![0; elements].into()));
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&segments);
    module
}

/// A component with nothing but a module.
pub fn around(module: &Module) -> Vec<u8> {
    with(&ModuleSection(module))
}

/// A component with a module more, which it does not use.
pub fn added(mut component: Vec<u8>, module: &Module) -> Vec<u8> {
    ModuleSection(module).append_to_component(&mut component);
    component
}

/// A component with a custom section more.
pub fn marked(mut component: Vec<u8>, name: &str, content: &[u8]) -> Vec<u8> {
    let mut data = Vec::new();
    name.encode(&mut data);
    data.extend(content);
    RawSection { id: 0, data: &data }.append_to_component(&mut component);
    component
}
