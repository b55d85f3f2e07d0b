use super::*;
use proptest::prelude::*;
use soar_testing::types::types;
use std::sync::OnceLock;
use wasm_encoder::{ComponentBuilder, ComponentExportKind, ComponentValType, PrimitiveValType as Primitive, ValType};
use wasmtime::Config;

/// An engine with every feature that a type here needs.
fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut config = Config::new();
        config.wasm_component_model_map(true).wasm_component_model_fixed_length_lists(true);
        Engine::new(&config).expect("an engine")
    })
}

/// What the engine knows of types that a component exports.
fn known(types: &[Type]) -> Vec<Known> {
    let mut builder = ComponentBuilder::default();
    for (number, ty) in types.iter().enumerate() {
        let index = match define(&mut builder, ty) {
            ComponentValType::Type(index) => index,
            ComponentValType::Primitive(primitive) => {
                let (index, encoder) = builder.type_defined(None);
                encoder.primitive(primitive);
                index
            }
        };
        builder.export(&*format!("it{number}"), ComponentExportKind::Type, index, None);
    }
    known_in(&builder.finish(), types.len())
}

fn known_in(component: &[u8], count: usize) -> Vec<Known> {
    let component = Component::new(engine(), component).expect("a component of types");
    let exports = component.component_type();
    let known = |number: usize| match exports.get_export(engine(), &format!("it{number}")).map(|export| export.ty) {
        Some(ComponentItem::Type(ty)) => ty,
        _ => panic!("a type was exported"),
    };
    (0..count).map(known).collect()
}

fn lowered(types: &[Type]) -> Vec<Type> {
    let mut made = Types::default();
    known(types).iter().map(|ty| made.whole(ty, "it has").expect("a small one")).collect()
}

/// Defines a type in a component that is being built.
pub(crate) fn define(builder: &mut ComponentBuilder, ty: &Type) -> ComponentValType {
    if let Some(primitive) = primitive(ty) {
        return primitive.into();
    }
    ComponentValType::Type(define_named(builder, ty).unwrap_or_else(|| define_unnamed(builder, ty)))
}

fn primitive(ty: &Type) -> Option<Primitive> {
    Some(match ty {
        Type::Bool => Primitive::Bool,
        Type::S8 => Primitive::S8,
        Type::U8 => Primitive::U8,
        Type::S16 => Primitive::S16,
        Type::U16 => Primitive::U16,
        Type::S32 => Primitive::S32,
        Type::U32 => Primitive::U32,
        Type::S64 => Primitive::S64,
        Type::U64 => Primitive::U64,
        Type::Float32 => Primitive::F32,
        Type::Float64 => Primitive::F64,
        Type::Char => Primitive::Char,
        Type::String => Primitive::String,
        _ => return None,
    })
}

fn define_named(builder: &mut ComponentBuilder, ty: &Type) -> Option<u32> {
    let mut of = |ty: &Type| define(builder, ty);
    let index = match ty {
        Type::Record(record) => {
            let fields: Vec<_> = record.fields().iter().map(|field| (&*field.name, of(&field.ty))).collect();
            let (index, encoder) = builder.type_defined(None);
            encoder.record(fields);
            index
        }
        Type::Variant(cases) => {
            let cases: Vec<_> = cases.iter().map(|case| (&*case.name, case.ty.as_ref().map(&mut of))).collect();
            let (index, encoder) = builder.type_defined(None);
            encoder.variant(cases);
            index
        }
        Type::Enum(names) => {
            let (index, encoder) = builder.type_defined(None);
            encoder.enum_type(names.iter().map(String::as_str));
            index
        }
        Type::Flags(names) => {
            let (index, encoder) = builder.type_defined(None);
            encoder.flags(names.iter().map(String::as_str));
            index
        }
        _ => return None,
    };
    Some(named(builder, index))
}

fn define_unnamed(builder: &mut ComponentBuilder, ty: &Type) -> u32 {
    // What it is made of is there before it.
    let parts: Vec<Option<ComponentValType>> = match ty {
        Type::List(part) | Type::FixedLengthList(part, _) | Type::Option(part) => vec![Some(define(builder, part))],
        Type::Map(key, value) => vec![Some(define(builder, key)), Some(define(builder, value))],
        Type::Tuple(items) => items.iter().map(|item| Some(define(builder, item))).collect(),
        Type::Result(ok, err) => [ok, err].map(|payload| payload.ty().map(|ty| define(builder, ty))).to_vec(),
        Type::Resource => {
            let resource = builder.type_resource(None, ValType::I32, None);
            vec![Some(ComponentValType::Type(named(builder, resource)))]
        }
        other => panic!("{other:?} is nowhere in a test"),
    };
    let (index, encoder) = builder.type_defined(None);
    match (ty, &*parts) {
        (Type::List(_), [Some(item)]) => encoder.list(*item),
        (Type::FixedLengthList(_, length), [Some(item)]) => encoder.fixed_length_list(*item, *length),
        (Type::Option(_), [Some(some)]) => encoder.option(*some),
        (Type::Map(..), [Some(ComponentValType::Primitive(key)), Some(value)]) => encoder.map(*key, *value),
        (Type::Tuple(_), items) => encoder.tuple(items.iter().copied().flatten().collect::<Vec<_>>()),
        (Type::Result(..), [ok, err]) => encoder.result(*ok, *err),
        (Type::Resource, [Some(ComponentValType::Type(resource))]) => encoder.own(*resource),
        (other, _) => panic!("{other:?} is nowhere in a test"),
    }
    index
}

/// What is exported may only use records and the like that are exported too.
fn named(builder: &mut ComponentBuilder, index: u32) -> u32 {
    builder.export(&*format!("t{index}"), ComponentExportKind::Type, index, None)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_type_is_read_as_it_is(types in proptest::collection::vec(types(), 1..4)) {
        prop_assert_eq!(lowered(&types), types);
    }
}

#[test]
fn a_resource_is_one_wherever_it_is() {
    let file = Type::record([("name", Type::String), ("content", Type::Resource)]);
    let types = [Type::list(file.clone()), Type::option(file)];
    assert_eq!(lowered(&types), types);
}

#[test]
fn a_type_that_names_others_again_and_again_is_refused() {
    let mut ty = Type::U8;
    for _ in 0..12 {
        ty = Type::tuple([ty.clone(), ty]);
    }
    let error = Types::default().whole(&known(&[ty])[0], "its result has").unwrap_err();
    assert!(error.starts_with("its result has a type of more than 4096 parts"), "{error}");
}

/// Records that each name the one before twice. The engine itself refuses some more of them.
#[test]
fn a_record_is_made_once_however_often_it_is_named() {
    const DEEP: u32 = 16;
    let mut builder = ComponentBuilder::default();
    let mut last = ComponentValType::Primitive(Primitive::U8);
    for number in 0..DEEP {
        let (index, encoder) = builder.type_defined(None);
        encoder.record([("one", last), ("other", last)]);
        last = ComponentValType::Type(builder.export(&*format!("it{number}"), ComponentExportKind::Type, index, None));
    }
    let known = known_in(&builder.finish(), DEEP as usize);
    let mut types = Types::default();
    let sizes: Vec<bool> = known.iter().map(|ty| types.whole(ty, "it has").is_ok()).collect();
    // Of 2, 6, 14 … parts below each.
    assert!(sizes[..10].iter().all(|fits| *fits) && sizes[12..].iter().all(|fits| !fits), "{sizes:?}");
    assert!(types.made < 1_000, "{} parts were made", types.made);
    let Type::Record(record) = types.whole(&known[9], "it has").expect("it fits") else { panic!("a record") };
    let parts = |name: &str| match &record.field(name).expect("a field").ty {
        Type::Record(record) => record.fields().as_ptr(),
        other => panic!("{other:?} is no record"),
    };
    assert_eq!(parts("one"), parts("other"), "one is there, and shared");
}

#[test]
fn the_types_of_a_component_have_an_end_together() {
    let mut types = Types { made: MOST_IN_ALL, ..Types::default() };
    let error = types.whole(&Known::U8, "its arguments have").unwrap_err();
    assert!(error.starts_with("its arguments have a type with which all of the component have more than"), "{error}");
}
