//! The index spaces of components and of their types, with what is known of each thing in them.

use super::Unfit;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasmparser::{ComponentExternalKind as Kind, ComponentTypeRef, ComponentValType, TypeBounds};

/// A type, or something that has one.
#[derive(Clone, Debug)]
pub(super) struct Thing<'a> {
    /// How many things are inside each other in it, itself included.
    pub(super) depth: u32,
    /// How many types it is made of, each counted as often as it stands there: what it costs to go through it.
    pub(super) size: u64,
    /// For components: how much it costs to make an instance; for instances, that of the costliest component in them.
    pub(super) cost: u64,
    /// What instances and components export.
    pub(super) exports: Option<Rc<Exports<'a>>>,
}

pub(super) type Exports<'a> = BTreeMap<&'a str, Thing<'a>>;

impl Thing<'_> {
    /// Something with nothing in it.
    pub(super) const UNIT: Self = Self { depth: 1, size: 1, cost: 1, exports: None };

    /// Something of a size of its own, with nothing in it that goes deeper.
    pub(super) fn flat(size: u64) -> Self {
        Self { size: size.saturating_add(1), ..Self::UNIT }
    }

    /// Something around these.
    pub(super) fn around<'t, 'a: 't>(parts: impl IntoIterator<Item = &'t Thing<'a>>) -> Self {
        let mut whole = Self::UNIT;
        for part in parts {
            whole.depth = whole.depth.max(part.depth.saturating_add(1));
            whole.size = whole.size.saturating_add(part.size);
            whole.cost = whole.cost.max(part.cost);
        }
        whole
    }
}

/// The index spaces that types are looked up in.
#[derive(Clone, Copy)]
pub(super) enum Sort {
    Type,
    Function,
    Instance,
    Component,
    CoreType,
    Module,
}

impl Sort {
    const ALL: usize = 6;

    /// That of an import or export; none for values.
    pub(super) fn of(kind: Kind) -> Option<Self> {
        Some(match kind {
            Kind::Type => Self::Type,
            Kind::Func => Self::Function,
            Kind::Instance => Self::Instance,
            Kind::Component => Self::Component,
            Kind::Module => Self::Module,
            Kind::Value => return None,
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Function => "function",
            Self::Instance => "instance",
            Self::Component => "component",
            Self::CoreType => "core type",
            Self::Module => "module",
        }
    }
}

/// A component, a module, or the type of a component or an instance, while it is read.
#[derive(Default)]
pub(super) struct Scope<'a> {
    spaces: [Vec<Thing<'a>>; Sort::ALL],
    exports: Exports<'a>,
    /// What it imports.
    imports: Vec<Thing<'a>>,
    /// What is made with it, and with what it makes.
    pub(super) made: u64,
    /// Whether it is a core module.
    pub(super) module: bool,
}

impl<'a> Scope<'a> {
    pub(super) fn push(&mut self, sort: Sort, thing: Thing<'a>) {
        self.made = self.made.saturating_add(1);
        self.spaces[sort as usize].push(thing);
    }

    pub(super) fn export(&mut self, name: &'a str, thing: Thing<'a>) {
        self.exports.insert(name, thing);
    }

    pub(super) fn import(&mut self, thing: Thing<'a>) {
        self.imports.push(thing);
    }

    /// What it is when it has been read.
    pub(super) fn close(self) -> Thing<'a> {
        let whole = Thing::around(self.exports.values().chain(&self.imports));
        Thing { cost: self.made.saturating_add(1), exports: Some(Rc::new(self.exports)), ..whole }
    }
}

/// The scopes that are open, the innermost last.
#[derive(Default)]
pub(super) struct Scopes<'a>(Vec<Scope<'a>>);

impl<'a> Scopes<'a> {
    pub(super) fn depth(&self) -> usize {
        self.0.len()
    }

    pub(super) fn open(&mut self) {
        self.0.push(Scope::default());
    }

    pub(super) fn close(&mut self) -> Result<Scope<'a>, Unfit> {
        self.0.pop().ok_or_else(|| Unfit::Damaged("it ends where nothing began".into()))
    }

    pub(super) fn inner(&mut self) -> Result<&mut Scope<'a>, Unfit> {
        self.0.last_mut().ok_or_else(|| Unfit::Damaged("something stands outside of it".into()))
    }

    /// The thing of this index, so many scopes further out.
    pub(super) fn outer(&self, sort: Sort, out: u32, index: u32) -> Result<Thing<'a>, Unfit> {
        let scope = (self.0.len() as u64).checked_sub(u64::from(out) + 1).and_then(|at| self.0.get(at as usize));
        let thing = scope.and_then(|scope| scope.spaces[sort as usize].get(index as usize));
        thing.cloned().ok_or_else(|| Unfit::Damaged(format!("there is no {} {index} where it is named", sort.name())))
    }

    pub(super) fn get(&self, sort: Sort, index: u32) -> Result<Thing<'a>, Unfit> {
        self.outer(sort, 0, index)
    }

    pub(super) fn value(&self, ty: ComponentValType) -> Result<Thing<'a>, Unfit> {
        match ty {
            ComponentValType::Primitive(_) => Ok(Thing::UNIT),
            ComponentValType::Type(index) => self.get(Sort::Type, index),
        }
    }

    /// Something of this type.
    pub(super) fn of_type(&self, ty: ComponentTypeRef) -> Result<Thing<'a>, Unfit> {
        match ty {
            ComponentTypeRef::Module(index) => self.get(Sort::CoreType, index),
            ComponentTypeRef::Value(ty) => self.value(ty),
            ComponentTypeRef::Type(TypeBounds::SubResource) => Ok(Thing::UNIT),
            ComponentTypeRef::Func(index)
            | ComponentTypeRef::Type(TypeBounds::Eq(index))
            | ComponentTypeRef::Instance(index)
            | ComponentTypeRef::Component(index) => self.get(Sort::Type, index),
        }
    }

    /// What an instance exports.
    pub(super) fn exported(&self, instance: u32, name: &str) -> Result<Thing<'a>, Unfit> {
        let instance = self.get(Sort::Instance, instance)?;
        let thing = instance.exports.as_ref().and_then(|exports| exports.get(name)).cloned();
        let thing = thing.ok_or_else(|| Unfit::Damaged(format!("an instance has no export {name:?} that is named")))?;
        Ok(Thing { cost: thing.cost.max(instance.cost), ..thing })
    }
}
