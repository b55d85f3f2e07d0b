//! The sections of components and of the modules in them.

use super::Unfit;
use super::counts::Counts;
use super::images::images;
use super::scope::{Exports, Scopes, Sort, Thing};
use super::types::sizes;
use std::rc::Rc;
use wasmparser::{
    BinaryReader, CanonicalFunction, ComponentAlias, ComponentExport, ComponentExternalKind as Kind, ComponentImport,
    ComponentInstance, ComponentOuterAliasKind, Encoding, FunctionBody, Instance, Payload,
};

/// What is being gone through.
pub(super) struct Sections<'a, 'l> {
    pub(super) counts: Counts<'l>,
    pub(super) scopes: Scopes<'a>,
    pub(super) bytes: &'a [u8],
    /// The names of what the outermost component exports.
    pub(super) exports: Vec<&'a str>,
}

impl<'a> Sections<'a, '_> {
    pub(super) fn read(&mut self, payload: Payload<'a>) -> Result<(), Unfit> {
        match payload {
            Payload::Version { encoding, .. } => {
                self.open()?;
                // A module's own things are in no space that types are looked up in.
                self.scopes.inner()?.module = encoding == Encoding::Module;
                Ok(())
            }
            Payload::End(_) => self.end(),
            Payload::ComponentTypeSection(section) => {
                let range = section.range();
                let bytes = self.bytes.get(range.clone()).unwrap_or_default();
                self.types(BinaryReader::new(bytes, range.start))
            }
            Payload::CoreTypeSection(section) => section.into_iter().try_for_each(|ty| self.core_type(ty?)),
            Payload::ComponentImportSection(section) => section.into_iter().try_for_each(|import| self.import(import?)),
            Payload::ComponentExportSection(section) => {
                section.into_iter().try_for_each(|export| self.own_export(export?))
            }
            Payload::ComponentAliasSection(section) => section.into_iter().try_for_each(|alias| self.alias(alias?)),
            Payload::ComponentInstanceSection(section) => {
                section.into_iter().try_for_each(|instance| self.instance(instance?))
            }
            Payload::ComponentCanonicalSection(section) => {
                section.into_iter().try_for_each(|function| self.canonical(function?))
            }
            Payload::InstanceSection(section) => section.into_iter().try_for_each(|instance| {
                let more = match instance? {
                    Instance::Instantiate { args, .. } => args.len(),
                    Instance::FromExports(exports) => exports.len(),
                };
                self.made(1 + more as u64)
            }),
            Payload::ComponentStartSection { start, .. } => self.made(1 + start.arguments.len() as u64),
            Payload::UnknownSection { id, .. } => Err(Unfit::Damaged(format!("there is no section {id}"))),
            other => self.module(other),
        }
    }

    /// The sections of a module; the others have no parts.
    fn module(&mut self, payload: Payload<'a>) -> Result<(), Unfit> {
        let count = match payload {
            Payload::TypeSection(section) => {
                for group in section {
                    let size = sizes(&group?).fold(1, |whole: u64, size| whole.saturating_add(size + 1));
                    self.counts.types(size)?;
                }
                return Ok(());
            }
            Payload::CodeSectionEntry(body) => return self.counts.function(light(&body)?),
            Payload::ImportSection(section) => section.count(),
            Payload::FunctionSection(section) => section.count(),
            Payload::TableSection(section) => {
                // The engine may make a list of all elements that a table begins with.
                for table in section {
                    self.made(table?.ty.initial.saturating_add(1))?;
                }
                return Ok(());
            }
            Payload::MemorySection(section) => section.count(),
            Payload::TagSection(section) => section.count(),
            Payload::GlobalSection(section) => section.count(),
            Payload::ExportSection(section) => section.count(),
            Payload::ElementSection(section) => section.count(),
            Payload::DataSection(section) => {
                self.counts.images(images(section.clone())?)?;
                section.count()
            }
            Payload::CustomSection(_) => 1,
            _ => 0,
        };
        self.made(count.into())
    }

    /// Something begins that has other things in it.
    pub(super) fn open(&mut self) -> Result<(), Unfit> {
        self.scopes.open();
        self.counts.depth(u32::try_from(self.scopes.depth()).unwrap_or(u32::MAX))?;
        self.counts.parts(1)
    }

    /// A component or a module ends.
    fn end(&mut self) -> Result<(), Unfit> {
        let scope = self.scopes.close()?;
        if self.scopes.depth() == 0 {
            // All that is made when it is: what it makes itself, and what is made for that in turn.
            return self.counts.parts(scope.made);
        }
        let sort = if scope.module { Sort::Module } else { Sort::Component };
        let made = scope.made;
        let thing = scope.close();
        let thing = if matches!(sort, Sort::Module) { Thing::flat(made) } else { thing };
        self.declare(sort, thing)
    }

    /// Something more in an index space.
    pub(super) fn declare(&mut self, sort: Sort, thing: Thing<'a>) -> Result<(), Unfit> {
        self.counts.parts(1)?;
        self.counts.types(thing.size)?;
        self.counts.depth(thing.depth)?;
        self.scopes.inner()?.push(sort, thing);
        Ok(())
    }

    /// So much more is made with the component, and is in no index space here.
    fn made(&mut self, more: u64) -> Result<(), Unfit> {
        self.counts.parts(more)?;
        let scope = self.scopes.inner()?;
        scope.made = scope.made.saturating_add(more);
        Ok(())
    }

    pub(super) fn import(&mut self, import: ComponentImport<'a>) -> Result<(), Unfit> {
        let thing = self.scopes.of_type(import.ty)?;
        self.scopes.inner()?.import(thing.clone());
        match Sort::of(import.ty.kind()) {
            Some(sort) => self.declare(sort, thing),
            None => self.counts.parts(1),
        }
    }

    pub(super) fn export(&mut self, name: &'a str, kind: Kind, thing: Thing<'a>) -> Result<(), Unfit> {
        let Some(sort) = Sort::of(kind) else { return self.counts.parts(1) };
        self.declare(sort, thing.clone())?;
        self.scopes.inner()?.export(name, thing);
        Ok(())
    }

    /// An export of a component itself, and not of a type.
    fn own_export(&mut self, export: ComponentExport<'a>) -> Result<(), Unfit> {
        if self.scopes.depth() == 1 {
            self.exports.push(export.name.name);
        }
        let thing = self.named(export.kind, export.index)?;
        if let Some(ty) = export.ty {
            let ty = self.scopes.of_type(ty)?;
            self.counts.types(ty.size)?;
        }
        self.export(export.name.name, export.kind, thing)
    }

    fn named(&self, kind: Kind, index: u32) -> Result<Thing<'a>, Unfit> {
        Sort::of(kind).map_or(Ok(Thing::UNIT), |sort| self.scopes.get(sort, index))
    }

    pub(super) fn alias(&mut self, alias: ComponentAlias<'a>) -> Result<(), Unfit> {
        match alias {
            ComponentAlias::InstanceExport { kind, instance_index, name } => {
                let thing = self.scopes.exported(instance_index, name)?;
                Sort::of(kind).map_or(Ok(()), |sort| self.declare(sort, thing))
            }
            ComponentAlias::CoreInstanceExport { .. } => self.made(1),
            ComponentAlias::Outer { kind, count, index } => {
                let sort = match kind {
                    ComponentOuterAliasKind::CoreModule => Sort::Module,
                    ComponentOuterAliasKind::CoreType => Sort::CoreType,
                    ComponentOuterAliasKind::Type => Sort::Type,
                    ComponentOuterAliasKind::Component => Sort::Component,
                };
                let thing = self.scopes.outer(sort, count, index)?;
                self.declare(sort, thing)
            }
        }
    }

    /// An instance that is made of a component, or of what there is.
    fn instance(&mut self, instance: ComponentInstance<'a>) -> Result<(), Unfit> {
        match instance {
            ComponentInstance::Instantiate { component_index, args } => {
                let component = self.scopes.get(Sort::Component, component_index)?;
                // What it makes of a component that it is given it may make as often as it makes anything.
                let mut given = 1;
                for arg in &args {
                    let thing = self.named(arg.kind, arg.index)?;
                    self.counts.types(thing.size)?;
                    given = given.max(thing.cost);
                }
                let made = Thing::around(component.exports.iter().flat_map(|exports| exports.values()));
                let reachable = made.cost.saturating_mul(given);
                let scope = self.scopes.inner()?;
                scope.made = scope.made.saturating_add(component.cost.saturating_mul(given));
                self.counts.types(component.size)?;
                self.declare(Sort::Instance, Thing { cost: reachable, exports: component.exports, ..made })?;
                self.counts.parts(args.len() as u64)
            }
            ComponentInstance::FromExports(list) => {
                let mut exports = Exports::new();
                for export in &list {
                    exports.insert(export.name.name, self.named(export.kind, export.index)?);
                }
                let whole = Thing::around(exports.values());
                self.counts.parts(list.len() as u64)?;
                self.declare(Sort::Instance, Thing { exports: Some(Rc::new(exports)), ..whole })
            }
        }
    }

    /// A function between components and their modules: the engine makes code for all of its types.
    fn canonical(&mut self, function: CanonicalFunction) -> Result<(), Unfit> {
        match function {
            CanonicalFunction::Lift { type_index, .. } => {
                let thing = self.scopes.get(Sort::Type, type_index)?;
                self.declare(Sort::Function, thing)
            }
            CanonicalFunction::Lower { func_index, .. } => {
                let thing = self.scopes.get(Sort::Function, func_index)?;
                self.counts.types(thing.size)?;
                self.made(1)
            }
            _ => self.made(1),
        }
    }
}

/// What is seen of a function without reading its code: its bytes, and one for each local variable.
fn light(body: &FunctionBody<'_>) -> Result<u64, Unfit> {
    let mut locals = body.get_locals_reader()?;
    let mut weight = body.range().len() as u64;
    for _ in 0..locals.get_count() {
        weight = weight.saturating_add(locals.read()?.0.into());
    }
    Ok(weight)
}
