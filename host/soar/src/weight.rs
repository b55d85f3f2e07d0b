//! What a component's result can take of the host's memory, known from its type before any of it is read.
//!
//! The engine reads a result into values of its own, and ends that when it has used up its fuel. Fuel is counted by the
//! byte, but a value takes more than it pays: names of fields and flags are copied for each item, and lists grow by
//! doubling. How much more depends on the type alone.

use soar_contract::budget::block;
use soar_contract::ty::Type;
use wasmtime::component::Val;

/// How much more of the memory than of the fuel a result may take: the first factor that is enough counts.
const FACTORS: [i64; 10] = [3, 4, 5, 6, 8, 12, 16, 24, 32, 48];

/// More than this says that there is no end to it.
const ENDLESS: i64 = i64::MAX / 4;

/// The bytes of the memory that go beyond what the fuel pays for, one for each factor.
type Excess = [i64; FACTORS.len()];

const NOTHING: Excess = [0; FACTORS.len()];

const SLOT: i64 = size_of::<Val>() as i64;

/// What values of a type take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weight {
    factor: u64,
    /// The bytes that no fuel pays for.
    fixed: u64,
}

impl Weight {
    /// Of a type, whose parts were counted when it was read.
    ///
    /// # Errors
    /// If its values take more than those of any honest one.
    pub(crate) fn of(ty: &Type) -> Result<Self, String> {
        let excess = excess(ty);
        let enough = FACTORS.into_iter().zip(excess).find(|(_, excess)| *excess < ENDLESS / 2);
        let Some((factor, fixed)) = enough else {
            return Err("its result has a type whose values take far more memory than the component gives".into());
        };
        Ok(Self { factor: factor.unsigned_abs(), fixed: fixed.max(0).unsigned_abs() })
    }

    /// The fuel with which no value of the type takes more than so many bytes of the host.
    pub(crate) fn fuel(&self, bytes: u64) -> usize {
        usize::try_from(bytes.saturating_sub(self.fixed) / self.factor).unwrap_or(usize::MAX)
    }
}

fn excess(ty: &Type) -> Excess {
    match ty {
        // An empty one takes nothing, and of the others the shortest take most for what they pay.
        Type::String => FACTORS.map(|factor| (bytes(block(1)) - factor).max(0)),
        Type::List(item) => repeated(excess(item), SLOT),
        Type::Map(key, value) => repeated(sum(excess(key), excess(value)), 2 * SLOT),
        Type::Record(record) => {
            let mut all = paid(grown(record.fields().len(), size_of::<(String, Val)>()), 0);
            for field in record.fields() {
                let own = paid(block(field.name.len()), SLOT + length(&field.name));
                all = sum(all, sum(own, excess(&field.ty)));
            }
            all
        }
        Type::Tuple(types) => {
            let all = paid(grown(types.len(), size_of::<Val>()), 0);
            types.iter().fold(all, |all, ty| sum(all, sum(paid(0, SLOT), excess(ty))))
        }
        Type::FixedLengthList(item, len) => {
            let len = *len as usize;
            let items = sum(excess(item), paid(0, SLOT)).map(|each| each.saturating_mul(len as i64));
            sum(items, paid(grown(len, size_of::<Val>()), 0))
        }
        Type::Variant(cases) => cases.iter().fold(NOTHING, |most, case| {
            let name = paid(block(case.name.len()), length(&case.name));
            larger(most, sum(name, boxed(case.ty.as_ref())))
        }),
        Type::Enum(names) => {
            names.iter().fold(NOTHING, |most, name| larger(most, paid(block(name.len()), length(name))))
        }
        Type::Option(some) => larger(NOTHING, boxed(Some(some))),
        Type::Result(ok, err) => larger(NOTHING, larger(boxed(ok.ty()), boxed(err.ty()))),
        Type::Flags(names) => {
            let each = names.iter().map(|name| paid(block(name.len()), length(name)).map(|each| each.max(0)));
            let list = paid(grown(names.len(), size_of::<String>()), 0);
            each.fold(list, sum)
        }
        _ => NOTHING,
    }
}

/// Something that takes memory, and pays so much for it.
fn paid(takes: u64, fuel: i64) -> Excess {
    FACTORS.map(|factor| bytes(takes).saturating_sub(factor.saturating_mul(fuel)))
}

/// Any number of items. One alone has the place of four, and more than that have twice what they need at most.
fn repeated(item: Excess, slot: i64) -> Excess {
    std::array::from_fn(|at| {
        let paid = item[at].saturating_sub(FACTORS[at] * slot);
        match paid.saturating_add(2 * slot) > 0 {
            true => ENDLESS,
            false => paid.saturating_add(bytes(block(4 * slot.unsigned_abs() as usize))).max(0),
        }
    })
}

/// What stands in a box of its own, if anything does.
fn boxed(ty: Option<&Type>) -> Excess {
    ty.map_or(NOTHING, |ty| sum(paid(block(size_of::<Val>()), SLOT), excess(ty)))
}

/// A list that was filled one by one.
fn grown(len: usize, size: usize) -> u64 {
    match len {
        0 => 0,
        len => block(len.next_power_of_two().max(4).saturating_mul(size)),
    }
}

fn sum(one: Excess, other: Excess) -> Excess {
    std::array::from_fn(|at| one[at].saturating_add(other[at]))
}

fn larger(one: Excess, other: Excess) -> Excess {
    std::array::from_fn(|at| one[at].max(other[at]))
}

fn bytes(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(ENDLESS)
}

fn length(name: &str) -> i64 {
    bytes(name.len() as u64)
}

#[cfg(test)]
mod tests;
