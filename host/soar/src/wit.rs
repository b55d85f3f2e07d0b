//! The documentation of a component's WIT, which the component carries in a custom section.
//!
//! Comments don't survive in a component's own types. So whoever builds one appends its WIT package, encoded by
//! `wit_component::encode`, as the section [`SECTION`]: as it is, or as a zlib stream (RFC 1950), a sixth of the size.

mod section;
#[cfg(test)]
mod tests;

use crate::outline::outline;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use soar_contract::limits::Limits;
use soar_contract::manifest::{Command, CommandDocs, DESCRIPTION};
use soar_contract::names::kebab;
use soar_contract::outputs::wit_paths;
use soar_contract::ty::Record;
use std::collections::{BTreeSet, HashMap};
use wit_parser::decoding::{DecodedWasm, decode};
use wit_parser::{Field, Function, Interface, PackageId, Resolve, Type, TypeDef, TypeDefKind, TypeId, World};

/// The name of the custom section.
pub const SECTION: &str = "soar:wit";
/// The largest package that is unpacked, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;

/// Why a component's documentation could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocsError {
    /// The bytes are not a component's.
    #[error("expected a WebAssembly component, got {0}")]
    Component(String),
    /// The section does not hold an encoded WIT package.
    #[error("the section {SECTION}: expected an encoded WIT package, got {0}")]
    Section(String),
}

/// The documentation of a WIT package. Interfaces are named in full: `sample:talk/types`, with a version or without. Of a text
/// that is longer than a manifest's may be (4,000 characters) the rest is left out: it is shown wherever its type is used.
pub struct Docs {
    resolve: Resolve,
    package: PackageId,
    /// Where each record has its fields: a command may have thousands, and each is looked up.
    places: HashMap<TypeId, HashMap<String, usize>>,
}

impl Docs {
    /// The documentation that a component carries; none if it carries none.
    ///
    /// # Errors
    ///
    /// When the bytes are not a component, or its section is damaged.
    pub fn from_component(component: &[u8]) -> Result<Option<Docs>, DocsError> {
        Self::within(component, &Limits::default())
    }

    /// The same of a component that was loaded with these limits: the package in it is held to them, too.
    pub(crate) fn within(component: &[u8], limits: &Limits) -> Result<Option<Docs>, DocsError> {
        let Some(section) = section::find(component, SECTION)? else { return Ok(None) };
        if section.starts_with(b"\0asm") {
            return Self::read(section, limits).map(Some);
        }
        let package = decompress_to_vec_zlib_with_limit(section, LARGEST)
            .map_err(|error| DocsError::Section(format!("neither one nor a zlib stream of one: {error}")))?;
        Self::read(&package, limits).map(Some)
    }

    /// The documentation in an encoded WIT package.
    ///
    /// # Errors
    ///
    /// When the bytes are not an encoded WIT package.
    pub fn from_package(package: &[u8]) -> Result<Docs, DocsError> {
        Self::read(package, &Limits::default())
    }

    fn read(package: &[u8], limits: &Limits) -> Result<Docs, DocsError> {
        // The parser calls itself for what is inside of something else.
        outline(package, limits).map_err(|unfit| DocsError::Section(unfit.to_string()))?;
        // wit-parser 0.254 asserts in places what only a damaged package breaks, and a component may carry anything.
        match std::panic::catch_unwind(|| decode(package)) {
            Ok(Ok(DecodedWasm::WitPackage(resolve, package))) => {
                Ok(Docs { places: places(&resolve), resolve, package })
            }
            Ok(Ok(DecodedWasm::Component(..))) => Err(DocsError::Section("a component".into())),
            Ok(Err(error)) => Err(DocsError::Section(format!("{error:#}"))),
            Err(_) => Err(DocsError::Section("a damaged one".into())),
        }
    }

    /// The package's name and version: `sample:talk@1.2.0`.
    pub fn package(&self) -> String {
        self.resolve.packages[self.package].name.to_string()
    }

    /// The names of the package's worlds, in its order.
    pub fn worlds(&self) -> impl Iterator<Item = &str> {
        self.resolve.packages[self.package].worlds.keys().map(String::as_str)
    }

    /// The worlds of the package that export just these interfaces, named in full and with their versions.
    pub fn worlds_of<'a>(&'a self, exports: &[String]) -> impl Iterator<Item = &'a str> {
        let worlds = self.resolve.packages[self.package].worlds.iter();
        let exports: BTreeSet<String> = exports.iter().cloned().collect();
        let fits = move |world: &World| {
            let names = world.exports.keys().map(|key| self.resolve.name_world_key(key));
            names.collect::<BTreeSet<_>>() == exports
        };
        worlds.filter(move |(_, id)| fits(&self.resolve.worlds[**id])).map(|(name, _)| name.as_str())
    }

    /// What is said of a world of the package.
    pub fn world(&self, name: &str) -> Option<&str> {
        let world: &World = &self.resolve.worlds[*self.resolve.packages[self.package].worlds.get(name)?];
        text(&world.docs)
    }

    /// What is said of an interface.
    pub fn interface(&self, interface: &str) -> Option<&str> {
        text(&self.interface_of(interface)?.docs)
    }

    /// What is said of a function.
    pub fn function(&self, interface: &str, function: &str) -> Option<&str> {
        text(&self.function_of(interface, function)?.docs)
    }

    /// What is said of a record, or of another type with a name.
    pub fn record(&self, interface: &str, record: &str) -> Option<&str> {
        text(&self.type_of(interface, record)?.docs)
    }

    /// What is said of a record's field.
    pub fn field(&self, interface: &str, record: &str, field: &str) -> Option<&str> {
        let record = *self.interface_of(interface)?.types.get(record)?;
        text(&self.find(self.record_of(&Type::Id(record))?, field)?.docs)
    }

    /// What is said of a field of a function's record of arguments, its first parameter.
    pub fn argument(&self, interface: &str, function: &str, field: &str) -> Option<&str> {
        let parameter = self.function_of(interface, function)?.params.first()?;
        text(&self.find(self.record_of(&parameter.ty)?, field)?.docs)
    }

    /// What is said of a field of a function's result, by its path: `people.create-at`. Lists, options and the
    /// result's `ok` have no names, so they are no part of it.
    pub fn result_field(&self, interface: &str, function: &str, path: &str) -> Option<&str> {
        text(&self.result_field_of(interface, function, path)?.docs)
    }

    /// What is said of a command and of its arguments, which are of this record.
    pub(crate) fn of_arguments(&self, command: &Command, record: Option<&Record>) -> CommandDocs {
        let said = |name: &str| self.argument(&command.interface, &command.function, name);
        let names = record.into_iter().flat_map(Record::fields).map(|field| field.name.clone());
        self.of(command, names, said)
    }

    /// What is said of a command and of what its outputs fill, where its result is of this record.
    pub(crate) fn of_outputs(&self, command: &Command, result: &Record) -> CommandDocs {
        let said = |path: &str| self.result_field(&command.interface, &command.function, path);
        self.of(command, command.outputs.iter().flat_map(|output| wit_paths(output, result)), said)
    }

    fn of<'a>(
        &self,
        command: &Command,
        paths: impl Iterator<Item = String>,
        said: impl Fn(&str) -> Option<&'a str>,
    ) -> CommandDocs {
        let about = self.function(&command.interface, &command.function).map(str::to_owned);
        let fields = paths.filter_map(|path| said(&path).map(|text| (path.clone(), text.to_owned())));
        CommandDocs { about, fields: fields.collect() }
    }

    fn result_field_of(&self, interface: &str, function: &str, path: &str) -> Option<&Field> {
        let mut ty = self.function_of(interface, function)?.result.as_ref()?;
        let mut found = None;
        for name in path.split('.') {
            let field = self.find(self.record_of(ty)?, name)?;
            ty = &field.ty;
            found = Some(field);
        }
        found
    }

    fn interface_of(&self, name: &str) -> Option<&Interface> {
        let (name, version) = match name.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (name, None),
        };
        let (package, interface) = name.split_once('/')?;
        let id = self.resolve.packages.iter().find_map(|(_, found)| {
            let named = &found.name;
            let same = package.split_once(':') == Some((&named.namespace, &named.name));
            let same_version =
                version.is_none() || named.version.as_ref().map(ToString::to_string).as_deref() == version;
            if same && same_version { found.interfaces.get(interface) } else { None }
        })?;
        self.resolve.interfaces.get(*id)
    }

    fn function_of(&self, interface: &str, function: &str) -> Option<&Function> {
        self.interface_of(interface)?.functions.get(function)
    }

    fn type_of(&self, interface: &str, name: &str) -> Option<&TypeDef> {
        let id = self.interface_of(interface)?.types.get(name)?;
        self.resolve.types.get(*id)
    }

    /// The record that a type is, or that its items are.
    fn record_of<'a>(&'a self, mut ty: &'a Type) -> Option<TypeId> {
        loop {
            let Type::Id(id) = *ty else { return None };
            ty = match &self.resolve.types.get(id)?.kind {
                TypeDefKind::Record(_) => return Some(id),
                TypeDefKind::Type(ty) | TypeDefKind::Option(ty) | TypeDefKind::List(ty) => ty,
                TypeDefKind::FixedLengthList(ty, _) => ty,
                TypeDefKind::Result(result) => result.ok.as_ref()?,
                _ => return None,
            };
        }
    }

    /// A record's field by its WIT name or by its JSON name.
    fn find(&self, record: TypeId, name: &str) -> Option<&Field> {
        let place = *self.places.get(&record)?.get(&kebab(name))?;
        match &self.resolve.types.get(record)?.kind {
            TypeDefKind::Record(record) => record.fields.get(place),
            _ => None,
        }
    }
}

fn places(resolve: &Resolve) -> HashMap<TypeId, HashMap<String, usize>> {
    let records = resolve.types.iter().filter_map(|(id, ty)| match &ty.kind {
        TypeDefKind::Record(record) => Some((id, &record.fields)),
        _ => None,
    });
    let place = |(place, field): (usize, &Field)| (field.name.clone(), place);
    records.map(|(id, fields)| (id, fields.iter().enumerate().map(place).collect())).collect()
}

/// What is said of something, as far as a manifest could say it, too.
fn text(docs: &wit_parser::Docs) -> Option<&str> {
    let text = docs.contents.as_deref().map(str::trim).filter(|text| !text.is_empty())?;
    let end = text.char_indices().nth(DESCRIPTION).map_or(text.len(), |(end, _)| end);
    Some(&text[..end])
}
