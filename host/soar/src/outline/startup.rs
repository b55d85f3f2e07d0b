//! What it weighs to set a module up: the engine makes one function of it.

use super::Unfit;
use wasmparser::{DataKind, ElementItems, Payload, TableInit};

/// A part of memory or of a table that is filled costs as much as so many bytes of code, and so does each element.
const DATA: u64 = 24;
const ELEMENTS: u64 = 16;
const ELEMENT: u64 = 8;
/// A byte of an expression costs as much as so many bytes of code.
const EXPRESSION: u64 = 2;

/// What a section adds to it. What the engine can prepare without code is counted all the same: it takes few bytes more to
/// make it code.
pub(super) fn weight(payload: Payload<'_>) -> Result<u64, Unfit> {
    let mut weight = 0_u64;
    match payload {
        Payload::GlobalSection(section) => {
            for global in section {
                weight += global?.init_expr.get_binary_reader().bytes_remaining() as u64 * EXPRESSION;
            }
        }
        Payload::TableSection(section) => {
            for table in section {
                if let TableInit::Expr(expression) = table?.init {
                    weight += ELEMENTS + expression.get_binary_reader().bytes_remaining() as u64 * EXPRESSION;
                }
            }
        }
        Payload::ElementSection(section) => {
            for element in section {
                let element = element?;
                let count = match element.items {
                    ElementItems::Functions(items) => items.count(),
                    ElementItems::Expressions(_, items) => items.count(),
                };
                // Of long expressions only the bytes say how much they are.
                weight += ELEMENTS + u64::from(count) * ELEMENT + element.range.len() as u64;
            }
        }
        Payload::DataSection(section) => {
            for data in section {
                if let DataKind::Active { offset_expr, .. } = data?.kind {
                    weight += DATA + offset_expr.get_binary_reader().bytes_remaining() as u64 * EXPRESSION;
                }
            }
        }
        _ => {}
    }
    Ok(weight)
}
