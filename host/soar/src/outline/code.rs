//! What functions weigh: how much the compiler has to do for them.

use super::Unfit;
use super::counts::Counts;
use super::startup;
use soar_contract::limits::Limits;
use wasmparser::{CompositeInnerType, Encoding, Imports, Parser, Payload, TypeRef};

/// The function types of a module, and which its functions have.
#[derive(Default)]
pub(super) struct Module {
    /// How many values go in and come out.
    types: Vec<(u64, u64)>,
    pub(super) functions: Vec<u32>,
    /// How many functions' code was read.
    read: usize,
    imported: usize,
    /// What the function weighs that the engine makes to set the module up.
    startup: u64,
}

/// Weighs the code of a component that has been gone through: its bytes, its local variables, and the values that go
/// through each block, branch and call, of which two bytes can have a thousand; what has to be merged where blocks
/// meet, for which a function of 70 KB was compiled for 40 s; and the functions that the engine makes of its own, to get
/// in and out of it and to set a module up.
pub(crate) fn weigh(bytes: &[u8], limits: &Limits) -> Result<(), Unfit> {
    let mut counts = Counts::new(limits);
    let mut module = Module::default();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::Version { encoding: Encoding::Module, .. } => module = Module::default(),
            Payload::TypeSection(section) => {
                for group in section {
                    for ty in group?.types() {
                        let (given, got) = match &ty.composite_type.inner {
                            CompositeInnerType::Func(ty) => (ty.params().len() as u64, ty.results().len() as u64),
                            _ => (0, 0),
                        };
                        module.types.push((given, got));
                        // The engine makes a function of each, by which the host is called.
                        counts.function(ENTRY + (given + got) * PASSED)?;
                    }
                }
            }
            Payload::ImportSection(section) => {
                for imports in section {
                    // Other forms the engine does not take.
                    if let Imports::Single(_, import) = imports?
                        && let TypeRef::Func(ty) | TypeRef::FuncExact(ty) = import.ty
                    {
                        module.functions.push(ty);
                        module.imported += 1;
                    }
                }
            }
            Payload::FunctionSection(section) => {
                for ty in section {
                    module.functions.push(ty?);
                }
            }
            Payload::CodeSectionEntry(body) => {
                let own = module.functions.get(module.imported + module.read).copied();
                module.read += 1;
                let (given, got) = own.map(|ty| module.of_type(ty)).unwrap_or_default();
                // The engine makes a second function, by which the host calls it.
                counts.function(ENTRY + (given + got) * RETURNED)?;
                counts.function(module.weight(&body, own)?)?;
            }
            Payload::End(_) => counts.function(std::mem::take(&mut module.startup))?,
            other => module.startup = module.startup.saturating_add(startup::weight(other)?),
        }
    }
    Ok(())
}

/// A function that the engine makes around another costs as much as so many bytes of code, and so does each value that
/// goes through it: like any call's, or from the host.
const ENTRY: u64 = 24;
pub(super) const PASSED: u64 = 4;
const RETURNED: u64 = 16;

impl Module {
    pub(super) fn of_type(&self, index: u32) -> (u64, u64) {
        self.types.get(index as usize).copied().unwrap_or_default()
    }
}
