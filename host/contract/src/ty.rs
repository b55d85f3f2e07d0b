//! The types of WIT, as what is given to a command and what it gives are held against them.
//!
//! In comes what an engine knows of a component, once, when it is loaded; out goes what arguments, schemas and outputs
//! are made by. A type is cheap to clone: its parts are shared. A component may name one type again and again, and whoever
//! fills them bounds how large one becomes: what goes through a type goes through each part as often as it is named.

use serde::{Serialize, Serializer};
use std::sync::Arc;

/// A type of WIT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Type {
    /// `bool`.
    Bool,
    /// `s8`.
    S8,
    /// `u8`.
    U8,
    /// `s16`.
    S16,
    /// `u16`.
    U16,
    /// `s32`.
    S32,
    /// `u32`.
    U32,
    /// `s64`.
    S64,
    /// `u64`.
    U64,
    /// `f32`.
    Float32,
    /// `f64`.
    Float64,
    /// `char`.
    Char,
    /// `string`.
    String,
    /// `list`, of the items' type.
    List(#[serde(serialize_with = "shared")] Arc<Type>),
    /// A `list` of so many items, all of this type.
    FixedLengthList(#[serde(serialize_with = "shared")] Arc<Type>, u32),
    /// `map`, with the types of keys and values.
    Map(#[serde(serialize_with = "shared")] Arc<Type>, #[serde(serialize_with = "shared")] Arc<Type>),
    /// `tuple`.
    Tuple(#[serde(serialize_with = "shared")] Arc<[Type]>),
    /// `record`.
    Record(Record),
    /// `variant`, with its cases in their order.
    Variant(#[serde(serialize_with = "shared")] Arc<[Case]>),
    /// `enum`, with the names of its cases in their order.
    Enum(#[serde(serialize_with = "shared")] Arc<[String]>),
    /// `option`, of the type that there may be a value of.
    Option(#[serde(serialize_with = "shared")] Arc<Type>),
    /// `result`, with the types of both payloads, where there are any.
    Result(Payload, Payload),
    /// `flags`, with their names in their order.
    Flags(#[serde(serialize_with = "shared")] Arc<[String]>),
    /// What has no JSON: an owned or a borrowed resource.
    Resource,
    /// What has no JSON: `future`.
    Future,
    /// What has no JSON: `stream`.
    Stream,
    /// What has no JSON: `error-context`.
    ErrorContext,
}

/// What a case of a `result` carries; nothing is possible.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payload(Option<Arc<Type>>);

/// A `record`: fields, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record(Arc<[Field]>);

/// A field of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name in WIT: `create-at`.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// A case of a variant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Case {
    /// Its name in WIT: `not-found`.
    pub name: String,
    /// What it carries, if anything.
    pub ty: Option<Type>,
}

impl Type {
    /// A list of items of a type.
    #[must_use]
    pub fn list(item: Type) -> Type {
        Type::List(item.into())
    }

    /// An option of a type.
    #[must_use]
    pub fn option(some: Type) -> Type {
        Type::Option(some.into())
    }

    /// A tuple of types.
    #[must_use]
    pub fn tuple(items: impl IntoIterator<Item = Type>) -> Type {
        Type::Tuple(items.into_iter().collect())
    }

    /// A record of these fields.
    #[must_use]
    pub fn record<N: Into<String>>(fields: impl IntoIterator<Item = (N, Type)>) -> Type {
        Type::Record(Record::new(fields))
    }

    /// A variant of these cases.
    #[must_use]
    pub fn variant<N: Into<String>>(cases: impl IntoIterator<Item = (N, Option<Type>)>) -> Type {
        Type::Variant(cases.into_iter().map(|(name, ty)| Case { name: name.into(), ty }).collect())
    }

    /// An enum of cases with these names.
    #[must_use]
    pub fn cases<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Type {
        Type::Enum(names.into_iter().map(Into::into).collect())
    }

    /// Flags of these names.
    #[must_use]
    pub fn flags<N: Into<String>>(names: impl IntoIterator<Item = N>) -> Type {
        Type::Flags(names.into_iter().map(Into::into).collect())
    }

    /// A result with these payloads.
    #[must_use]
    pub fn result(ok: Option<Type>, err: Option<Type>) -> Type {
        Type::Result(ok.into(), err.into())
    }

    /// Whether `null` is a value of the type: then an option of it must say `some`.
    #[must_use]
    pub fn is_nullable(&self) -> bool {
        matches!(self, Type::Option(_))
    }

    /// The type of a value that is given: that an option may be absent is no matter then.
    #[must_use]
    pub fn given(&self) -> &Type {
        match self {
            Type::Option(some) => some,
            ty => ty,
        }
    }

    /// The smallest and largest number of an integer type.
    #[must_use]
    pub fn integer_range(&self) -> Option<(i128, i128)> {
        Some(match self {
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
}

impl Record {
    /// A record of these fields, by their names in WIT.
    #[must_use]
    pub fn new<N: Into<String>>(fields: impl IntoIterator<Item = (N, Type)>) -> Record {
        Record(fields.into_iter().map(|(name, ty)| Field { name: name.into(), ty }).collect())
    }

    /// Its fields in their order.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.0
    }

    /// The field of this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.0.iter().find(|field| field.name == name)
    }
}

impl Payload {
    /// Its type.
    #[must_use]
    pub fn ty(&self) -> Option<&Type> {
        self.0.as_deref()
    }
}

impl From<Option<Type>> for Payload {
    fn from(ty: Option<Type>) -> Self {
        Self(ty.map(Arc::new))
    }
}

impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.ty().serialize(serializer)
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.fields().serialize(serializer)
    }
}

/// As what is shared: that others may have it, too, is no part of it.
fn shared<T: Serialize + ?Sized, S: Serializer>(shared: &Arc<T>, serializer: S) -> Result<S::Ok, S::Error> {
    shared.as_ref().serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_type_is_shown_as_wit_has_it() {
        let person =
            Type::record([("user-name", Type::String), ("roles", Type::list(Type::cases(["admin", "guest"])))]);
        let result = Type::result(Some(person), None);
        assert_eq!(
            serde_json::to_value(result).expect("plain data"),
            json!({"result": [
                {"record": [
                    {"name": "user-name", "ty": "string"},
                    {"name": "roles", "ty": {"list": {"enum": ["admin", "guest"]}}},
                ]},
                null,
            ]})
        );
    }

    #[test]
    fn a_clone_shares_its_parts() {
        let mut ty = Type::U8;
        for _ in 0..60 {
            ty = Type::tuple([ty.clone(), ty]);
        }
        // To look at each part would take longer than there is time.
        let Type::Tuple(items) = &ty else { panic!("a tuple") };
        let Type::Tuple(parts) = items[0].clone() else { panic!("a tuple") };
        assert!(Arc::ptr_eq(
            &parts,
            match &items[1] {
                Type::Tuple(parts) => parts,
                _ => panic!("a tuple"),
            }
        ));
    }
}
