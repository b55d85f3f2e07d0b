use super::*;
use miniz_oxide::deflate::compress_to_vec_zlib;
use proptest::prelude::*;
use std::borrow::Cow;
use wasm_encoder::{Component, ComponentBuilder, CustomSection, Module, ModuleSection};

/// `sample.wit`, encoded by `wit_component::encode` 0.254. (wit-component itself is no dev-dependency: its features would
/// have the tests build another wasmtime than the program does.)
const SAMPLE: &[u8] = include_bytes!("sample.wasm");

const TALK: &str = "sample:talk/talk";
const TYPES: &str = "sample:talk/types";

fn custom<'a>(name: &'a str, data: &'a [u8]) -> CustomSection<'a> {
    CustomSection { name: Cow::Borrowed(name), data: Cow::Borrowed(data) }
}

fn component(sections: &[(&str, &[u8])]) -> Vec<u8> {
    let mut component = Component::new();
    for (name, data) in sections {
        component.section(&custom(name, data));
    }
    component.finish()
}

fn docs() -> Docs {
    Docs::from_component(&component(&[("other", b"x"), (SECTION, SAMPLE)]))
        .expect("a component")
        .expect("documentation")
}

#[test]
fn every_comment_is_found() {
    let docs = docs();
    assert_eq!(docs.package(), "sample:talk@1.2.0");
    assert_eq!(docs.interface(TALK), Some("Talking."));
    assert_eq!(docs.function(TALK, "greet"), Some("Greets somebody."));
    assert_eq!(docs.record(TYPES, "person"), Some("A person."));
    assert_eq!(docs.record(TYPES, "error"), Some("Why not."));
    assert_eq!(docs.field(TYPES, "person", "create-at"), Some("When the person came."));
    assert_eq!(docs.worlds().collect::<Vec<_>>(), ["talker", "listener"]);
    assert_eq!(docs.world("talker"), Some("Talkers."));
}

#[test]
fn a_package_may_be_packed() {
    let packed = compress_to_vec_zlib(SAMPLE, 10);
    let docs = Docs::from_component(&component(&[(SECTION, &packed)])).expect("a component").expect("documentation");
    assert_eq!(docs.function(TALK, "greet"), Some("Greets somebody."));
    // Zeros pack to a thousandth: what unpacks to more than anybody writes is not unpacked to its end.
    let bomb = compress_to_vec_zlib(&vec![0; LARGEST + 1], 6);
    assert!(matches!(Docs::from_component(&component(&[(SECTION, &bomb)])), Err(DocsError::Section(_))));
    let cut = &packed[..packed.len() / 2];
    assert!(matches!(Docs::from_component(&component(&[(SECTION, cut)])), Err(DocsError::Section(_))));
}

#[test]
fn a_long_comment_is_cut() {
    let docs = wit_parser::Docs { contents: Some(format!(" {}", "\u{e4}".repeat(5_000))) };
    assert_eq!(text(&docs).map(|text| text.chars().count()), Some(4_000));
}

#[test]
fn what_has_no_comment_or_is_not_there_is_none() {
    let docs = docs();
    assert_eq!(docs.field(TYPES, "person", "silent"), None);
    assert_eq!(docs.field(TYPES, "error", "nobody"), None);
    assert_eq!(docs.world("listener"), None);
    for name in ["sample:talk/nothing", "sample:other/talk", "talk", "", "sample:talk/talk@9.0.0"] {
        assert_eq!(docs.interface(name), None, "{name}");
    }
    assert_eq!(docs.argument(TALK, "count", "user-name"), None);
    assert_eq!(docs.result_field(TALK, "count", "people"), None);
    assert_eq!(docs.function(TALK, "sing"), None);
}

#[test]
fn an_interface_may_be_named_with_its_version() {
    assert_eq!(docs().interface("sample:talk/talk@1.2.0"), Some("Talking."));
}

#[test]
fn arguments_and_results_are_found_through_aliases_lists_and_options() {
    let docs = docs();
    assert_eq!(docs.argument(TALK, "greet", "user-name"), Some("Whom to greet."));
    assert_eq!(docs.argument(TALK, "greet", "user_name"), Some("Whom to greet."));
    assert_eq!(docs.result_field(TALK, "greet", "people"), Some("The people who were greeted."));
    assert_eq!(docs.result_field(TALK, "greet", "people.create-at"), Some("When the person came."));
    assert_eq!(docs.result_field(TALK, "greet", "first.id"), Some("The person's id."));
    assert_eq!(docs.result_field(TALK, "greet", "first.id.more"), None);
    assert_eq!(docs.field(TALK, "person", "id"), Some("The person's id."));
}

#[test]
fn a_component_without_the_section_has_no_documentation() {
    assert!(Docs::from_component(&component(&[("other", SAMPLE)])).expect("a component").is_none());
}

#[test]
fn sections_inside_the_component_are_not_its_own() {
    let mut module = Module::new();
    module.section(&custom(SECTION, SAMPLE));
    let mut outer = Component::new();
    outer.section(&ModuleSection(&module));
    assert!(Docs::from_component(&outer.finish()).expect("a component").is_none());
    let mut builder = ComponentBuilder::default();
    builder.component_raw(None, &component(&[(SECTION, SAMPLE)]));
    let mut nested = builder.finish();
    assert!(Docs::from_component(&nested).expect("a component").is_none());
    let own = component(&[(SECTION, SAMPLE)]);
    nested.extend_from_slice(&own[8..]);
    assert!(Docs::from_component(&nested).expect("a component").is_some());
}

#[test]
fn what_is_no_component_is_an_error() {
    for bytes in [&b""[..], b"\0asm", b"<html>", &Module::new().finish()] {
        assert!(matches!(Docs::from_component(bytes), Err(DocsError::Component(_))), "{bytes:?}");
    }
    let plain = component(&[]);
    for section in [&b"junk"[..], &plain, &SAMPLE[..SAMPLE.len() / 2]] {
        let error = Docs::from_component(&component(&[(SECTION, section)])).err().expect("no package");
        assert!(matches!(error, DocsError::Section(_)), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn damage_is_an_error_and_no_panic(changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4)) {
        let mut package = SAMPLE.to_vec();
        for (index, byte) in changes {
            package[index.index(SAMPLE.len())] = byte;
        }
        if let Ok(docs) = Docs::from_package(&package) {
            let _ = (docs.package(), docs.result_field(TALK, "greet", "people.create-at"), docs.argument(TALK, "greet", "times"));
        }
        let _ = Docs::from_component(&package);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        let mut component = component(&[]);
        component.extend(bytes);
        let _ = Docs::from_component(&component);
    }
}

#[test]
fn a_package_is_as_bounded_as_a_component() {
    use crate::outline::testing::{marked, nested_components, nested_lists, nested_types};
    for deep in [nested_types(5_000), nested_components(5_000), nested_lists(50_000)] {
        for section in [deep.clone(), compress_to_vec_zlib(&deep, 9)] {
            let error = Docs::from_component(&marked(component(&[]), SECTION, &section)).err().expect("no package");
            assert!(matches!(&error, DocsError::Section(why) if why.contains("component_depth")), "{error}");
        }
    }
}
