//! The images of memories, which the engine makes when it compiles a module, also if it is never used: of all that lies
//! between its first data and its last.

use super::Unfit;
use std::collections::BTreeMap;
use wasmparser::{DataKind, DataSectionReader, Operator};

/// The engine makes no image of so many bytes or more if less than half of it is data.
pub(crate) const SPARSE: u64 = 1 << 20;
/// An image consists of whole pages, of which the first and the last may be of other bytes.
const PAGE: u64 = 64 << 10;

/// Where the data of one memory are.
struct Extent {
    data: u64,
    from: u64,
    to: u64,
}

/// How many bytes the images of a module have at most.
pub(super) fn images(section: DataSectionReader<'_>) -> Result<u64, Unfit> {
    let mut memories = BTreeMap::<u32, Extent>::new();
    for data in section {
        let data = data?;
        let DataKind::Active { memory_index, offset_expr } = data.kind else { continue };
        // The engine passes over these, wherever they are.
        if data.data.is_empty() {
            continue;
        }
        let from = match offset_expr.get_operators_reader().read()? {
            Operator::I32Const { value } => u64::from(value.cast_unsigned()),
            Operator::I64Const { value } => value.cast_unsigned(),
            // What is not known yet makes no image.
            _ => continue,
        };
        let (bytes, to) = (data.data.len() as u64, from.saturating_add(data.data.len() as u64));
        let extent = memories.entry(memory_index).or_insert(Extent { data: 0, from, to });
        extent.data += bytes;
        extent.from = extent.from.min(from);
        extent.to = extent.to.max(to);
    }
    let sizes = memories.values().map(|extent| (extent.to - extent.from, extent.data));
    let made = sizes.filter(|(size, data)| *size < SPARSE || *size < data.saturating_mul(2));
    Ok(made.map(|(size, _)| size.next_multiple_of(PAGE)).fold(0, u64::saturating_add))
}
