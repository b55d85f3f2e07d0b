//! JSON and the values of components, for every type of WIT.
//!
//! | WIT | JSON |
//! |---|---|
//! | names (`create-at`) | in snake case (`create_at`) |
//! | `bool`, integers | `true`, whole numbers in the type's range, `3.0` and `1e6` among them |
//! | `f32`, `f64` | numbers, and `"NaN"`, `"Infinity"`, `"-Infinity"` |
//! | `char`, `string` | strings; a char's has one character |
//! | `list`, fixed-length `list`, `tuple` | arrays |
//! | `map` | an object when its keys are strings, otherwise an array of `[key, value]` |
//! | `record` | an object; a field whose type is an option may be absent |
//! | `enum` | `"case"` |
//! | `variant` | `"case"`, or `{"case": payload}` |
//! | `option` | `null` or the value; an option of an option is `null` or `{"some": …}` |
//! | `result` | `{"ok": …}` or `{"err": …}`, `null` for no payload |
//! | `flags` | an array of names |
//!
//! Resources, futures, streams and error contexts have no JSON: they are errors. So is everything else that is not
//! in the table, such as unknown fields and numbers out of range.

mod error;
mod from_json;
mod name;
mod to_json;
mod whole;

pub use error::ValueError;
pub use from_json::from_json;
pub use name::{kebab, snake};
pub use to_json::{into_json, to_json};

pub(crate) use error::short;
pub(crate) use from_json::describe;
pub(crate) use to_json::{Unfit, into_json_within};
pub(crate) use whole::{digits, whole};

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

use wasmtime::component::types::Type;

/// Whether `null` is a value of the type: then an option of it must say `some`.
pub(crate) fn is_nullable(ty: &Type) -> bool {
    matches!(ty, Type::Option(_))
}

/// The smallest and largest number of an integer type.
pub(crate) fn integer_range(ty: &Type) -> Option<(i128, i128)> {
    Some(match ty {
        Type::S8 => (i8::MIN.into(), i8::MAX.into()),
        Type::U8 => (u8::MIN.into(), u8::MAX.into()),
        Type::S16 => (i16::MIN.into(), i16::MAX.into()),
        Type::U16 => (u16::MIN.into(), u16::MAX.into()),
        Type::S32 => (i32::MIN.into(), i32::MAX.into()),
        Type::U32 => (u32::MIN.into(), u32::MAX.into()),
        Type::S64 => (i64::MIN.into(), i64::MAX.into()),
        Type::U64 => (u64::MIN.into(), u64::MAX.into()),
        _ => return None,
    })
}

/// What a type is called where a value of another was found; none for the types that JSON can carry.
fn without_json(ty: &Type) -> Option<&'static str> {
    match ty {
        Type::Own(_) | Type::Borrow(_) => Some("a resource"),
        Type::Future(_) => Some("a future"),
        Type::Stream(_) => Some("a stream"),
        Type::ErrorContext => Some("an error context"),
        _ => None,
    }
}
