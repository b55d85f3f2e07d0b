//! What the engine knows of a component's types, as [`soar_contract::ty`] has them: read once, when the component is loaded.
//!
//! A component may name one type again and again, and so often that nobody gets to the end of it. So a type with names in
//! it, which is where the memory goes, is made once however often it is named, and no type has more parts than honest ones.

use soar_contract::ty::{Record, Type};
use std::collections::HashMap;
use std::sync::Arc;
use wasmtime::Engine;
use wasmtime::component::types::{ComponentInstance, ComponentItem, Type as Known};
use wasmtime::component::{Component, ComponentExportIndex};

/// The most parts of a type: fields, cases, items, and theirs, counted each time that they are named.
const MOST_PARTS: usize = 4096;

/// The most parts of all types of a component, those that are named again not counted.
const MOST_IN_ALL: usize = 64 * MOST_PARTS;

/// A function that a component exports.
pub(crate) struct Signature {
    pub(crate) index: ComponentExportIndex,
    /// The record that it takes; none if it takes nothing.
    pub(crate) arguments: Option<Record>,
    /// Its result's type, a `result`.
    pub(crate) result: Type,
}

/// The interfaces that a component exports, by their names without versions.
pub(crate) struct Interfaces<'a> {
    engine: &'a Engine,
    component: &'a Component,
    known: HashMap<String, (String, ComponentInstance)>,
    types: Types,
}

impl<'a> Interfaces<'a> {
    pub(crate) fn of(engine: &'a Engine, component: &'a Component) -> Self {
        let mut known = HashMap::new();
        for (name, item) in component.component_type().exports(engine) {
            if let ComponentItem::ComponentInstance(instance) = item.ty {
                let short = name.split('@').next().unwrap_or(name);
                known.entry(short.to_owned()).or_insert_with(|| (name.to_owned(), instance));
            }
        }
        Self { engine, component, known, types: Types::default() }
    }

    /// A function of an interface.
    ///
    /// # Errors
    /// If there is none, or it is no command's: it must take one record at most, and give a result.
    pub(crate) fn function(&mut self, interface: &str, function: &str) -> Result<Signature, String> {
        let Self { engine, component, known, types } = self;
        let (interface, instance) = known.get(interface).ok_or_else(|| format!("no exported interface {interface}"))?;
        let missing = || format!("no function {function} in {interface}");
        let Some(ComponentItem::ComponentFunc(found)) = instance.get_export(engine, function).map(|item| item.ty)
        else {
            return Err(missing());
        };
        let mut params = found.params();
        let arguments = match (params.next(), params.next()) {
            (None, _) => None,
            (Some((_, ty @ Known::Record(_))), None) => types.record(&ty)?,
            _ => return Err(format!("{function} takes something other than one record")),
        };
        let mut results = found.results();
        let (Some(result @ Known::Result(_)), None) = (results.next(), results.next()) else {
            return Err(format!("{function} gives something other than a result"));
        };
        let result = types.whole(&result, "its result has")?;
        let (_, interface) = component.get_export(None, interface).ok_or_else(missing)?;
        let index = component.get_export_index(Some(&interface), function).ok_or_else(missing)?;
        Ok(Signature { index, arguments, result })
    }
}

/// The types of one component, as long as it is there: types with names are known by where the engine has the first name.
#[derive(Default)]
struct Types {
    named: HashMap<*const u8, (Type, usize)>,
    /// How many parts were made.
    made: usize,
}

impl Types {
    fn record(&mut self, ty: &Known) -> Result<Option<Record>, String> {
        match self.whole(ty, "its arguments have")? {
            Type::Record(record) => Ok(Some(record)),
            _ => Ok(None),
        }
    }

    /// A whole type. `whose` is how an error about it begins.
    fn whole(&mut self, ty: &Known, whose: &str) -> Result<Type, String> {
        let mut left = MOST_PARTS;
        let ty = self.ty(ty, &mut left).ok_or_else(|| {
            format!("{whose} a type of more than {MOST_PARTS} parts, counted each time that they are named")
        })?;
        match self.made <= MOST_IN_ALL {
            true => Ok(ty),
            false => Err(format!("{whose} a type with which all of the component have more than {MOST_IN_ALL} parts")),
        }
    }

    /// A type, if no more parts than are left; takes those that it has.
    fn ty(&mut self, ty: &Known, left: &mut usize) -> Option<Type> {
        let name = first_name(ty).map(str::as_ptr);
        if let Some((ty, parts)) = name.and_then(|name| self.named.get(&name)) {
            *left = left.checked_sub(*parts)?;
            return Some(ty.clone());
        }
        let before = *left;
        *left = left.checked_sub(1)?;
        self.made += 1;
        let ty = self.parts(ty, left)?;
        if let Some(name) = name {
            self.named.insert(name, (ty.clone(), before - *left));
        }
        Some(ty)
    }

    fn parts(&mut self, ty: &Known, left: &mut usize) -> Option<Type> {
        Some(match ty {
            Known::Bool => Type::Bool,
            Known::S8 => Type::S8,
            Known::U8 => Type::U8,
            Known::S16 => Type::S16,
            Known::U16 => Type::U16,
            Known::S32 => Type::S32,
            Known::U32 => Type::U32,
            Known::S64 => Type::S64,
            Known::U64 => Type::U64,
            Known::Float32 => Type::Float32,
            Known::Float64 => Type::Float64,
            Known::Char => Type::Char,
            Known::String => Type::String,
            Known::List(list) => Type::List(self.shared(&list.ty(), left)?),
            Known::FixedLengthList(list) => Type::FixedLengthList(self.shared(&list.ty(), left)?, list.len()),
            Known::Map(map) => Type::Map(self.shared(&map.key(), left)?, self.shared(&map.value(), left)?),
            Known::Tuple(tuple) => Type::Tuple(tuple.types().map(|ty| self.ty(&ty, left)).collect::<Option<_>>()?),
            Known::Record(record) => {
                let fields = record.fields().map(|field| Some((field.name, self.ty(&field.ty, left)?)));
                Type::record(fields.collect::<Option<Vec<_>>>()?)
            }
            Known::Variant(variant) => {
                let cases = variant.cases().map(|case| Some((case.name, self.payload(case.ty, left)?)));
                Type::variant(cases.collect::<Option<Vec<_>>>()?)
            }
            Known::Enum(cases) => Type::cases(cases.names()),
            Known::Option(option) => Type::Option(self.shared(&option.ty(), left)?),
            Known::Result(result) => Type::result(self.payload(result.ok(), left)?, self.payload(result.err(), left)?),
            Known::Flags(flags) => Type::flags(flags.names()),
            Known::Own(_) | Known::Borrow(_) => Type::Resource,
            Known::Future(_) => Type::Future,
            Known::Stream(_) => Type::Stream,
            Known::ErrorContext => Type::ErrorContext,
        })
    }

    fn shared(&mut self, ty: &Known, left: &mut usize) -> Option<Arc<Type>> {
        self.ty(ty, left).map(Arc::new)
    }

    /// The type of what may be there; none within if nothing is, and none if it is too large.
    fn payload(&mut self, ty: Option<Known>, left: &mut usize) -> Option<Option<Type>> {
        match ty {
            Some(ty) => self.ty(&ty, left).map(Some),
            None => Some(None),
        }
    }
}

/// The first name in a type that has some: no other type has it at this place in the memory.
fn first_name(ty: &Known) -> Option<&str> {
    let name = match ty {
        Known::Record(record) => record.fields().next()?.name,
        Known::Variant(variant) => variant.cases().next()?.name,
        Known::Enum(cases) => cases.names().next()?,
        Known::Flags(flags) => flags.names().next()?,
        _ => return None,
    };
    // An empty one would be nowhere.
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
pub(crate) mod tests;
