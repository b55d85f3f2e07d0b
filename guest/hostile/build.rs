//! Rust has no word for WebAssembly's `table.grow`: the guest that needs it is linked with an object of one function.

use std::path::PathBuf;
use std::{env, fs, io};
use wasm_encoder::{
    CodeSection, Function, FunctionSection, HeapType, LinkingSection, Module, SymbolTable, TypeSection, ValType,
};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|arch| arch == "wasm32") {
        let file = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("grow_table.o");
        fs::write(&file, grow_table())?;
        println!("cargo::rustc-link-arg-bin=table_growth={}", file.display());
        println!("cargo::rustc-link-arg-bin=table_growth=--growable-table");
    }
    Ok(())
}

/// `extern "C" fn grow_table(by: u32) -> i32`, of the table of functions, in LLVM's format of objects.
fn grow_table() -> Vec<u8> {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut functions = FunctionSection::new();
    functions.function(0);
    let mut function = Function::new([]);
    function.instructions().ref_null(HeapType::FUNC).local_get(0).table_grow(0).end();
    let mut code = CodeSection::new();
    code.function(&function);
    let mut symbols = SymbolTable::new();
    symbols.function(0, 0, Some("grow_table"));
    let mut linking = LinkingSection::new();
    linking.symbol_table(&symbols);
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&code).section(&linking);
    module.finish()
}
