//! What functions weigh: how much the compiler has to do for them.

use super::Unfit;
use super::counts::Counts;
use crate::limits::Limits;
use wasmparser::{BlockType, CompositeInnerType, Encoding, FunctionBody, Imports, Operator, Parser, Payload, TypeRef};

/// The function types of a module, and which its functions have.
#[derive(Default)]
struct Module {
    /// How many values go in and come out.
    types: Vec<(u64, u64)>,
    functions: Vec<u32>,
    /// How many functions' code was read.
    read: usize,
    imported: usize,
}

/// Weighs the code of a component that has been gone through: its bytes, its local variables, and the values that go
/// through each block, branch and call, of which two bytes can have a thousand; and what has to be merged where blocks
/// meet, for which a function of 70 KB was compiled for 40 s.
pub(crate) fn weigh(bytes: &[u8], limits: &Limits) -> Result<(), Unfit> {
    let mut counts = Counts::new(limits);
    let mut module = Module::default();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::Version { encoding: Encoding::Module, .. } => module = Module::default(),
            Payload::TypeSection(section) => {
                for group in section {
                    module.types.extend(group?.types().map(|ty| match &ty.composite_type.inner {
                        CompositeInnerType::Func(ty) => (ty.params().len() as u64, ty.results().len() as u64),
                        _ => (0, 0),
                    }));
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
                counts.function(module.weight(&body, own)?)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A value that goes into or out of a block costs as much as so many bytes of code.
const VALUE: u64 = 8;
/// Where blocks meet, each local variable may have to be merged: so many of these cost as much as a byte of code.
const MERGES: u64 = 2;
/// Loops cost the square of their number, and so do all blocks, though much less: so many pairs of them cost as much as a
/// byte of code. With these, a function at the limit takes a second or two, whatever it is made of.
const LOOPS: u64 = 32;
const BLOCKS: u64 = 1024;
/// A value that goes into or out of a call costs as much as so many bytes of code.
const PASSED: u64 = 4;

impl Module {
    fn of_type(&self, index: u32) -> (u64, u64) {
        self.types.get(index as usize).copied().unwrap_or_default()
    }

    fn block(&self, ty: BlockType) -> (u64, u64) {
        match ty {
            BlockType::Empty => (0, 0),
            BlockType::Type(_) => (0, 1),
            BlockType::FuncType(index) => self.of_type(index),
        }
    }

    fn call(&self, ty: u32) -> u64 {
        let (given, got) = self.of_type(ty);
        (given + got) * PASSED
    }

    fn weight(&self, body: &FunctionBody<'_>, own: Option<u32>) -> Result<u64, Unfit> {
        let mut locals = body.get_locals_reader()?;
        let mut weight = body.range().len() as u64;
        for _ in 0..locals.get_count() {
            weight = weight.saturating_add(locals.read()?.0.into());
        }
        let variables = own.map_or(0, |ty| self.of_type(ty).0) + (weight - body.range().len() as u64);
        let (mut blocks, mut loops) = (0_u64, 0_u64);
        // How many values a branch to each block takes, the innermost last.
        let mut labels = vec![own.map_or(0, |ty| self.of_type(ty).1)];
        let label = |labels: &[u64], depth: u32| {
            labels.len().checked_sub(depth as usize + 1).and_then(|at| labels.get(at)).copied().unwrap_or_default()
        };
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let values = match operators.read()? {
                Operator::Block { blockty }
                | Operator::If { blockty }
                | Operator::TryTable { try_table: wasmparser::TryTable { ty: blockty, .. } } => {
                    let (given, got) = self.block(blockty);
                    labels.push(got);
                    blocks += 1;
                    (given + got) * VALUE
                }
                Operator::Loop { blockty } => {
                    let (given, got) = self.block(blockty);
                    labels.push(given);
                    blocks += 1;
                    loops += 1;
                    (given + got) * VALUE
                }
                Operator::End => {
                    labels.pop();
                    0
                }
                Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
                    self.functions.get(function_index as usize).map_or(0, |ty| self.call(*ty))
                }
                Operator::CallIndirect { type_index, .. }
                | Operator::ReturnCallIndirect { type_index, .. }
                | Operator::CallRef { type_index }
                | Operator::ReturnCallRef { type_index } => self.call(type_index),
                Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => label(&labels, relative_depth),
                Operator::BrTable { targets } => {
                    let mut values = label(&labels, targets.default());
                    for target in targets.targets() {
                        values = values.saturating_add(label(&labels, target?));
                    }
                    values
                }
                Operator::Return => labels.first().copied().unwrap_or_default(),
                _ => 0,
            };
            weight = weight.saturating_add(values);
        }
        let merges = variables.saturating_mul(blocks) / MERGES;
        let pairs = loops.saturating_mul(loops) / LOOPS + blocks.saturating_mul(blocks) / BLOCKS;
        Ok(weight.saturating_add(merges).saturating_add(pairs))
    }
}
