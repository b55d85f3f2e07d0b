//! What a function weighs.

use super::Unfit;
use super::code::{Module, PASSED};
use wasmparser::{BlockType, FunctionBody, Operator};

/// A value that goes into or out of a block costs as much as so many bytes of code.
const VALUE: u64 = 8;
/// Where blocks meet, each local variable may have to be merged: so many of these cost as much as a byte of code.
const MERGES: u64 = 2;
/// Loops cost the square of their number, and so do all blocks, though much less: so many pairs of them cost as much as a
/// byte of code. With these, a function at the limit takes a few seconds, if it is of a shape that was tried. One that keeps many
/// values over many branches takes longer: it is `load_time` and `load_memory` that hold whatever the shape, not weights.
const LOOPS: u64 = 32;
const BLOCKS: u64 = 1024;
/// Every way out of a table of branches may have to carry each value that lives, of which a byte of code can make one: so
/// many of both cost as much as a byte of code.
const CARRIED: u64 = 256;

/// What one operator costs beside its bytes: as much as so many bytes of code, and as so many blocks, its own and those that
/// the engine makes for it. Measured: a call through a table takes the compiler 80 µs, a copy between tables 260 µs.
fn extra(operator: &Operator<'_>) -> (u64, u64) {
    use Operator as Op;
    match operator {
        Op::TableCopy { .. } | Op::TableInit { .. } => (128, 4),
        Op::TableFill { .. } | Op::TableGrow { .. } => (64, 4),
        Op::CallIndirect { .. } | Op::ReturnCallIndirect { .. } => (64, 1),
        Op::TableGet { .. } | Op::MemoryCopy { .. } | Op::MemoryFill { .. } => (24, 1),
        Op::MemoryInit { .. } | Op::MemoryGrow { .. } => (24, 1),
        Op::CallRef { .. } | Op::ReturnCallRef { .. } | Op::RefFunc { .. } | Op::TableSet { .. } => (8, 1),
        Op::ElemDrop { .. } | Op::DataDrop { .. } => (2, 0),
        Op::Block { .. } | Op::Loop { .. } | Op::TryTable { .. } => (0, 1),
        Op::If { .. } => (0, 2),
        // What is done if the branch is not taken.
        Op::BrIf { .. } | Op::BrTable { .. } => (0, 1),
        Op::BrOnNull { .. } | Op::BrOnNonNull { .. } | Op::BrOnCast { .. } | Op::BrOnCastFail { .. } => (0, 1),
        _ => (0, 0),
    }
}

impl Module {
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

    pub(super) fn weight(&self, body: &FunctionBody<'_>, own: Option<u32>) -> Result<u64, Unfit> {
        let mut locals = body.get_locals_reader()?;
        let mut weight = body.range().len() as u64;
        for _ in 0..locals.get_count() {
            weight = weight.saturating_add(locals.read()?.0.into());
        }
        let variables = own.map_or(0, |ty| self.of_type(ty).0) + (weight - body.range().len() as u64);
        let (mut blocks, mut loops, mut edges) = (0_u64, 0_u64, 0_u64);
        // How many values a branch to each block takes, the innermost last.
        let mut labels = vec![own.map_or(0, |ty| self.of_type(ty).1)];
        let label = |labels: &[u64], depth: u32| {
            labels.len().checked_sub(depth as usize + 1).and_then(|at| labels.get(at)).copied().unwrap_or_default()
        };
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let operator = operators.read()?;
            let (cost, made) = extra(&operator);
            blocks += made;
            let values = match operator {
                Operator::Block { blockty }
                | Operator::If { blockty }
                | Operator::TryTable { try_table: wasmparser::TryTable { ty: blockty, .. } } => {
                    let (given, got) = self.block(blockty);
                    labels.push(got);
                    (given + got) * VALUE
                }
                Operator::Loop { blockty } => {
                    let (given, got) = self.block(blockty);
                    labels.push(given);
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
                    edges += u64::from(targets.len());
                    let mut values = label(&labels, targets.default());
                    for target in targets.targets() {
                        values = values.saturating_add(label(&labels, target?));
                    }
                    values
                }
                Operator::Return => labels.first().copied().unwrap_or_default(),
                _ => 0,
            };
            weight = weight.saturating_add(cost).saturating_add(values);
        }
        let merges = variables.saturating_mul(blocks) / MERGES;
        let pairs = loops.saturating_mul(loops) / LOOPS + blocks.saturating_mul(blocks) / BLOCKS;
        let carried = edges.saturating_mul(body.range().len() as u64) / CARRIED;
        Ok(weight.saturating_add(merges).saturating_add(pairs).saturating_add(carried))
    }
}
