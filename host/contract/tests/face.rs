//! The public face: no type of the engine or of the HTTP client stands in it, so that their versions are nobody's concern.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};
use syn::{Attribute, Fields, ImplItem, Item, ItemImpl, TraitItem, Type, UseTree, Visibility};

/// The crates that others build on.
const CRATES: [&str; 5] = ["contract", "system", "network", "soar", "case"];
/// With what the names of crates begin whose types stay inside.
const INSIDE: [&str; 5] = ["wasmtime", "hyper", "h2", "rustls", "tokio_rustls"];

/// A module with its path in the crate, and what is in it.
struct Module {
    path: Vec<String>,
    /// Whether anybody may name it.
    open: bool,
    items: Vec<Item>,
}

fn is_inside(name: &str) -> bool {
    INSIDE.iter().any(|word| name.starts_with(word))
}

/// Whether this is hidden or there for tests alone.
fn is_hidden(attributes: &[Attribute]) -> bool {
    let is = |attribute: &Attribute, name: &str, word: &str| {
        let list = attribute.meta.require_list().ok().filter(|list| list.path.is_ident(name));
        list.is_some_and(|list| list.tokens.to_string() == word)
    };
    attributes.iter().any(|attribute| is(attribute, "doc", "hidden") || is(attribute, "cfg", "test"))
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The modules of a crate, from this one down.
fn modules(file: &Path, folder: &Path, path: Vec<String>, open: bool, found: &mut Vec<Module>) {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    below(parsed.items, folder, path, open, found);
}

fn below(items: Vec<Item>, folder: &Path, path: Vec<String>, open: bool, found: &mut Vec<Module>) {
    for item in &items {
        let Item::Mod(module) = item else { continue };
        if is_hidden(&module.attrs) {
            continue;
        }
        let name = module.ident.to_string();
        let (inner, open) = (folder.join(&name), open && is_public(&module.vis));
        let path: Vec<String> = path.iter().cloned().chain([name.clone()]).collect();
        match &module.content {
            Some((_, items)) => below(items.clone(), &inner, path, open, found),
            None => {
                let files = [folder.join(format!("{name}.rs")), inner.join("mod.rs")];
                let file: Option<&PathBuf> = files.iter().find(|file| file.exists());
                modules(file.unwrap_or_else(|| panic!("no file of {path:?}")), &inner, path, open, found);
            }
        }
    }
    found.push(Module { path, open, items });
}

/// What a `use` brings in: the path, and the name that it has here; `*` for all.
fn brought(tree: &UseTree, before: &[String], found: &mut Vec<(Vec<String>, String)>) {
    let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>();
    match tree {
        UseTree::Path(path) => brought(&path.tree, &with(&path.ident), found),
        UseTree::Name(name) if name.ident == "self" => {
            found.push((before.to_vec(), before.last().cloned().unwrap_or_default()));
        }
        UseTree::Name(name) => found.push((with(&name.ident), name.ident.to_string())),
        UseTree::Rename(rename) => found.push((with(&rename.ident), rename.rename.to_string())),
        UseTree::Glob(_) => found.push((before.to_vec(), "*".into())),
        UseTree::Group(group) => group.items.iter().for_each(|tree| brought(tree, before, found)),
    }
}

/// All that a module brings in; with others' names if it is public.
fn uses(module: &Module, public: bool) -> Vec<(Vec<String>, String)> {
    let mut found = Vec::new();
    for item in &module.items {
        if let Item::Use(item) = item
            && (!public || is_public(&item.vis) && !is_hidden(&item.attrs))
        {
            brought(&item.tree, &[], &mut found);
        }
    }
    found
}

/// A path of a `use` as one from the crate's root; none if it is another crate's.
fn local(module: &Module, path: &[String], modules: &BTreeSet<Vec<String>>) -> Option<Vec<String>> {
    let rest = |from: &[String], skipped: usize| Some(from.iter().chain(&path[skipped..]).cloned().collect());
    match path.first()?.as_str() {
        "crate" => rest(&[], 1),
        "self" => rest(&module.path, 1),
        "super" => rest(&module.path[..module.path.len().saturating_sub(1)], 1),
        child => {
            let inner: Vec<String> = module.path.iter().cloned().chain([child.to_owned()]).collect();
            modules.contains(&inner).then(|| rest(&module.path, 0)).flatten()
        }
    }
}

/// The names that anybody may reach, as paths from the crate's root; `*` for all of a module.
fn reached(all: &[Module]) -> BTreeSet<Vec<String>> {
    let paths: BTreeSet<Vec<String>> = all.iter().map(|module| module.path.clone()).collect();
    let mut reached = BTreeSet::new();
    loop {
        let before = reached.len();
        for module in all {
            let whole = |path: &[String]| path.iter().cloned().chain(["*".to_owned()]).collect::<Vec<_>>();
            let is_open = module.open || reached.contains(&whole(&module.path)) || reached.contains(&module.path);
            for (path, name) in uses(module, true) {
                let here: Vec<String> = module.path.iter().cloned().chain([name.clone()]).collect();
                if (is_open || reached.contains(&here))
                    && let Some(path) = local(module, &path, &paths)
                {
                    reached.insert(if name == "*" { whole(&path) } else { path });
                }
            }
            if is_open {
                reached.insert(whole(&module.path));
            }
        }
        if reached.len() == before {
            return reached;
        }
    }
}

/// Looks for names of what stays inside.
struct Look<'a> {
    /// By the name that it has here, what comes from a crate that stays inside.
    names: &'a BTreeMap<String, String>,
    found: BTreeSet<String>,
}

impl Visit<'_> for Look<'_> {
    fn visit_path(&mut self, path: &syn::Path) {
        if let Some(first) = path.segments.first().map(|segment| segment.ident.to_string()) {
            let here = is_inside(&first).then(|| first.clone());
            self.found.extend(here.or_else(|| self.names.get(&first).cloned()));
        }
        visit::visit_path(self, path);
    }

    // What is in a function is its own.
    fn visit_block(&mut self, _: &syn::Block) {}
    fn visit_expr(&mut self, _: &syn::Expr) {}
    fn visit_attribute(&mut self, _: &Attribute) {}

    fn visit_field(&mut self, field: &syn::Field) {
        if is_public(&field.vis) && !is_hidden(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_variant(&mut self, variant: &syn::Variant) {
        // Those of a variant are as public as it is.
        let fields = match &variant.fields {
            Fields::Named(fields) => fields.named.iter().collect::<Vec<_>>(),
            Fields::Unnamed(fields) => fields.unnamed.iter().collect(),
            Fields::Unit => Vec::new(),
        };
        fields.into_iter().for_each(|field| self.visit_type(&field.ty));
    }

    fn visit_trait_item(&mut self, item: &TraitItem) {
        if !matches!(item, TraitItem::Fn(item) if is_hidden(&item.attrs)) {
            visit::visit_trait_item(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &ItemImpl) {
        self.visit_generics(&item.generics);
        if let Some((_, path, _)) = &item.trait_ {
            self.visit_path(path);
        }
        for inner in &item.items {
            let is_face = match inner {
                ImplItem::Fn(inner) => (item.trait_.is_some() || is_public(&inner.vis)) && !is_hidden(&inner.attrs),
                ImplItem::Const(inner) => item.trait_.is_some() || is_public(&inner.vis),
                _ => true,
            };
            if is_face {
                self.visit_impl_item(inner);
            }
        }
    }
}

/// The name of an item that stands in the face, if it may be reached.
fn named(item: &Item) -> Option<(String, bool)> {
    let (name, visibility, attributes) = match item {
        Item::Struct(item) => (&item.ident, &item.vis, &item.attrs),
        Item::Enum(item) => (&item.ident, &item.vis, &item.attrs),
        Item::Trait(item) => (&item.ident, &item.vis, &item.attrs),
        Item::Type(item) => (&item.ident, &item.vis, &item.attrs),
        Item::Const(item) => (&item.ident, &item.vis, &item.attrs),
        Item::Static(item) => (&item.ident, &item.vis, &item.attrs),
        Item::Fn(item) => (&item.sig.ident, &item.vis, &item.attrs),
        _ => return None,
    };
    Some((name.to_string(), is_public(visibility) && !is_hidden(attributes)))
}

/// What of the inside stands in the face of these modules: where, and what; and how many things were looked at.
fn inside(all: &[Module]) -> (BTreeSet<String>, usize) {
    let (reached, mut found, mut looked) = (reached(all), BTreeSet::new(), 0);
    let is_reached = |module: &Module, name: &str| {
        let with = |name: &str| module.path.iter().cloned().chain([name.to_owned()]).collect::<Vec<_>>();
        reached.contains(&with("*")) || reached.contains(&with(name))
    };
    let items = || all.iter().flat_map(|module| module.items.iter().map(move |item| (module, item)));
    let faces: BTreeSet<String> = items()
        .filter_map(|(module, item)| named(item).filter(|(name, public)| *public && is_reached(module, name)))
        .map(|(name, _)| name)
        .collect();
    for (module, item) in items() {
        let names =
            uses(module, false).into_iter().filter(|(path, _)| path.first().is_some_and(|root| is_inside(root)));
        let names = names.map(|(path, name)| (name, path.join("::"))).collect();
        let mut look = Look { names: &names, found: BTreeSet::new() };
        let name = match item {
            Item::Impl(item) => match &*item.self_ty {
                Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
                _ => None,
            }
            // Its own type of this name, if the module has one.
            .filter(|name| match module.items.iter().filter_map(named).find(|(own, _)| own == name) {
                Some((_, public)) => public && is_reached(module, name),
                None => faces.contains(name),
            }),
            _ => named(item).filter(|(name, public)| *public && is_reached(module, name)).map(|(name, _)| name),
        };
        if let Some(name) = name {
            looked += 1;
            look.visit_item(item);
            found.extend(look.found.iter().map(|inside| format!("{}::{name}: {inside}", module.path.join("::"))));
        }
    }
    for module in all.iter().filter(|module| module.open) {
        let passed_on =
            uses(module, true).into_iter().filter(|(path, _)| path.first().is_some_and(|root| is_inside(root)));
        found.extend(passed_on.map(|(path, _)| format!("{}: {}", module.path.join("::"), path.join("::"))));
    }
    (found, looked)
}

fn parsed(text: &str) -> Vec<Module> {
    let mut found = Vec::new();
    below(syn::parse_file(text).expect("Rust").items, Path::new("nowhere"), Vec::new(), true, &mut found);
    found
}

#[test]
fn what_stands_in_a_face_is_found_and_what_does_not_is_not() {
    let shown = [
        "pub fn f(_: wasmtime::Engine) {}",
        "use hyper::body::Incoming; pub struct A { pub body: Incoming }",
        "use hyper::body::Incoming as In; pub enum A { B(Option<In>) }",
        "pub struct A; impl From<wasmtime::Error> for A { fn from(_: wasmtime::Error) -> Self { A } }",
        "pub struct A; impl A { pub fn f(&self) -> Result<(), wasmtime::Error> { Ok(()) } }",
        "pub trait T: wasmtime::Store {}",
        "pub trait T { fn f<B: hyper::Body>(&self, _: B); }",
        "mod m { pub struct A { pub inner: rustls::Config } } pub use m::A;",
        "mod m { pub fn f() -> h2::Error { todo!() } } pub use m::*;",
        "pub use wasmtime::Engine;",
        "pub type E = hyper_util::Error;",
    ];
    for text in shown {
        assert_eq!(inside(&parsed(text)).0.len(), 1, "{text}");
    }
    let hidden = [
        "fn f(_: wasmtime::Engine) {}",
        "pub struct A { body: hyper::body::Incoming, pub(crate) engine: wasmtime::Engine }",
        "pub struct A; impl A { pub(crate) fn f(&self) -> wasmtime::Engine { todo!() } }",
        "pub fn f() { let _: wasmtime::Engine; }",
        "mod m { pub fn f(_: wasmtime::Engine) {} }",
        "#[doc(hidden)] pub mod m { pub fn f(_: wasmtime::Engine) {} }",
        "pub struct Engine; pub fn f() -> Engine { Engine }",
        "#[cfg(test)] mod tests { pub fn f(_: wasmtime::Engine) {} }",
    ];
    for text in hidden {
        assert_eq!(inside(&parsed(text)).0, BTreeSet::new(), "{text}");
    }
}

#[test]
fn no_type_of_the_engine_or_of_the_client_is_in_the_face() {
    let host = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for name in CRATES {
        let (source, mut all) = (host.join(name).join("src"), Vec::new());
        modules(&source.join("lib.rs"), &source, Vec::new(), true, &mut all);
        let (found, looked) = inside(&all);
        assert!(looked > 5, "{name} has a face: {looked}");
        assert_eq!(found, BTreeSet::new(), "what of the inside is in the face of {name}");
    }
}
