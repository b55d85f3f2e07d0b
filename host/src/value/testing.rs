//! WIT types and values of them, for tests.

use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::OnceLock;
use wasm_encoder::{ComponentBuilder, ComponentExportKind, ComponentValType, PrimitiveValType as Primitive, ValType};
use wasmtime::component::types::{ComponentItem, Type};
use wasmtime::component::{Component, Val};
use wasmtime::{Config, Engine};

/// A type as WIT would write it.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    Primitive(Primitive),
    List(Box<Shape>),
    FixedLengthList(Box<Shape>, u32),
    Map(Primitive, Box<Shape>),
    Tuple(Vec<Shape>),
    Record(Vec<(&'static str, Shape)>),
    Variant(Vec<(&'static str, Option<Shape>)>),
    Enum(Vec<&'static str>),
    Option(Box<Shape>),
    Result(Option<Box<Shape>>, Option<Box<Shape>>),
    Flags(Vec<&'static str>),
    Resource,
}

pub(crate) const BOOL: Shape = Shape::Primitive(Primitive::Bool);
pub(crate) const U8: Shape = Shape::Primitive(Primitive::U8);
pub(crate) const U32: Shape = Shape::Primitive(Primitive::U32);
pub(crate) const S64: Shape = Shape::Primitive(Primitive::S64);
pub(crate) const F32: Shape = Shape::Primitive(Primitive::F32);
pub(crate) const CHAR: Shape = Shape::Primitive(Primitive::Char);
pub(crate) const STRING: Shape = Shape::Primitive(Primitive::String);

/// Names of fields and cases, in the order in which they are used.
const NAMES: [&str; 4] = ["id", "create-at", "is-a-b2", "HTTP-code"];

pub(crate) fn list(item: Shape) -> Shape {
    Shape::List(Box::new(item))
}

pub(crate) fn option(some: Shape) -> Shape {
    Shape::Option(Box::new(some))
}

/// An engine with every feature that a type here needs.
pub(crate) fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| {
        let mut config = Config::new();
        config.wasm_component_model_map(true).wasm_component_model_fixed_length_lists(true);
        Engine::new(&config).expect("an engine")
    })
}

/// The wasmtime type of a shape: that of a component which exports it.
pub(crate) fn ty(shape: &Shape) -> Type {
    let engine = engine();
    let mut builder = ComponentBuilder::default();
    let index = match define(&mut builder, shape) {
        ComponentValType::Type(index) => index,
        ComponentValType::Primitive(primitive) => {
            let (index, encoder) = builder.type_defined(None);
            encoder.primitive(primitive);
            index
        }
    };
    builder.export("it", ComponentExportKind::Type, index, None);
    let component = Component::new(engine, builder.finish()).expect("a component of types");
    let exports = component.component_type();
    let export = exports.get_export(engine, "it").expect("the export");
    match export.ty {
        ComponentItem::Type(ty) => ty,
        other => panic!("a type was exported, not {other:?}"),
    }
}

/// Defines a shape in a component that is being built.
pub(crate) fn define(builder: &mut ComponentBuilder, shape: &Shape) -> ComponentValType {
    let mut of = |shape: &Shape| define(builder, shape);
    let index = match shape {
        Shape::Primitive(primitive) => return ComponentValType::Primitive(*primitive),
        Shape::List(item) => {
            let item = of(item);
            let (index, encoder) = builder.type_defined(None);
            encoder.list(item);
            index
        }
        Shape::FixedLengthList(item, length) => {
            let item = of(item);
            let (index, encoder) = builder.type_defined(None);
            encoder.fixed_length_list(item, *length);
            index
        }
        Shape::Map(key, value) => {
            let value = of(value);
            let (index, encoder) = builder.type_defined(None);
            encoder.map(*key, value);
            index
        }
        Shape::Tuple(items) => {
            let items: Vec<_> = items.iter().map(of).collect();
            let (index, encoder) = builder.type_defined(None);
            encoder.tuple(items);
            index
        }
        Shape::Record(fields) => {
            let fields: Vec<_> = fields.iter().map(|(name, shape)| (*name, of(shape))).collect();
            let (index, encoder) = builder.type_defined(None);
            encoder.record(fields);
            named(builder, index)
        }
        Shape::Variant(cases) => {
            let cases: Vec<_> = cases.iter().map(|(name, shape)| (*name, shape.as_ref().map(&mut of))).collect();
            let (index, encoder) = builder.type_defined(None);
            encoder.variant(cases);
            named(builder, index)
        }
        Shape::Enum(names) => {
            let (index, encoder) = builder.type_defined(None);
            encoder.enum_type(names.iter().copied());
            named(builder, index)
        }
        Shape::Flags(names) => {
            let (index, encoder) = builder.type_defined(None);
            encoder.flags(names.iter().copied());
            named(builder, index)
        }
        Shape::Option(some) => {
            let some = of(some);
            let (index, encoder) = builder.type_defined(None);
            encoder.option(some);
            index
        }
        Shape::Result(ok, err) => {
            let (ok, err) = (ok.as_deref().map(&mut of), err.as_deref().map(&mut of));
            let (index, encoder) = builder.type_defined(None);
            encoder.result(ok, err);
            index
        }
        Shape::Resource => {
            let resource = builder.type_resource(None, ValType::I32, None);
            let resource = named(builder, resource);
            let (index, encoder) = builder.type_defined(None);
            encoder.own(resource);
            index
        }
    };
    ComponentValType::Type(index)
}

/// What is exported may only use records and the like that are exported too.
fn named(builder: &mut ComponentBuilder, index: u32) -> u32 {
    builder.export(&*format!("t{index}"), ComponentExportKind::Type, index, None)
}

/// Any type that JSON can carry.
pub(crate) fn shapes() -> impl Strategy<Value = Shape> {
    let primitives = proptest::sample::select(vec![
        Primitive::Bool,
        Primitive::S8,
        Primitive::U8,
        Primitive::S16,
        Primitive::U16,
        Primitive::S32,
        Primitive::U32,
        Primitive::S64,
        Primitive::U64,
        Primitive::F32,
        Primitive::F64,
        Primitive::Char,
        Primitive::String,
    ]);
    let keys = proptest::sample::select(vec![Primitive::Bool, Primitive::U8, Primitive::Char, Primitive::String]);
    let names = || (1..=NAMES.len()).prop_map(|count| NAMES[..count].to_vec());
    let leaf = prop_oneof![
        4 => primitives.prop_map(Shape::Primitive),
        1 => names().prop_map(Shape::Enum),
        1 => names().prop_map(Shape::Flags),
    ];
    leaf.prop_recursive(4, 16, 4, move |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            boxed().prop_map(Shape::List),
            (boxed(), 1..4u32).prop_map(|(item, length)| Shape::FixedLengthList(item, length)),
            (keys.clone(), boxed()).prop_map(|(key, value)| Shape::Map(key, value)),
            vec(inner.clone(), 1..4).prop_map(Shape::Tuple),
            vec(inner.clone(), 1..4).prop_map(|shapes| Shape::Record(NAMES.into_iter().zip(shapes).collect())),
            vec(proptest::option::of(inner.clone()), 1..4)
                .prop_map(|shapes| Shape::Variant(NAMES.into_iter().zip(shapes).collect())),
            boxed().prop_map(Shape::Option),
            boxed().prop_map(Shape::Option),
            (proptest::option::of(boxed()), proptest::option::of(boxed())).prop_map(|(ok, err)| Shape::Result(ok, err)),
        ]
    })
}

/// A type, and a value of it.
pub(crate) fn typed_values() -> impl Strategy<Value = (Type, Val)> {
    shapes().prop_flat_map(|shape| {
        let ty = ty(&shape);
        (Just(ty.clone()), vals(&ty))
    })
}

/// Any value of a type that JSON can carry. Maps have each key once.
pub(crate) fn vals(ty: &Type) -> BoxedStrategy<Val> {
    match ty {
        Type::Bool => any::<bool>().prop_map(Val::Bool).boxed(),
        Type::S8 => any::<i8>().prop_map(Val::S8).boxed(),
        Type::U8 => any::<u8>().prop_map(Val::U8).boxed(),
        Type::S16 => any::<i16>().prop_map(Val::S16).boxed(),
        Type::U16 => any::<u16>().prop_map(Val::U16).boxed(),
        Type::S32 => any::<i32>().prop_map(Val::S32).boxed(),
        Type::U32 => any::<u32>().prop_map(Val::U32).boxed(),
        Type::S64 => any::<i64>().prop_map(Val::S64).boxed(),
        Type::U64 => any::<u64>().prop_map(Val::U64).boxed(),
        Type::Float32 => prop_oneof![proptest::num::f32::ANY, Just(0.1), Just(-0.0)].prop_map(Val::Float32).boxed(),
        Type::Float64 => prop_oneof![proptest::num::f64::ANY, Just(0.1), Just(-0.0)].prop_map(Val::Float64).boxed(),
        Type::Char => any::<char>().prop_map(Val::Char).boxed(),
        Type::String => any::<String>().prop_map(Val::String).boxed(),
        Type::List(list) => vec(vals(&list.ty()), 0..4).prop_map(Val::List).boxed(),
        Type::FixedLengthList(list) => {
            vec(vals(&list.ty()), list.len() as usize).prop_map(Val::FixedLengthList).boxed()
        }
        Type::Map(map) => vec((vals(&map.key()), vals(&map.value())), 0..4)
            .prop_map(|pairs| {
                let mut once: Vec<(Val, Val)> = Vec::new();
                for (key, val) in pairs {
                    if once.iter().all(|(known, _)| *known != key) {
                        once.push((key, val));
                    }
                }
                Val::Map(once)
            })
            .boxed(),
        Type::Tuple(tuple) => tuple.types().map(|ty| vals(&ty)).collect::<Vec<_>>().prop_map(Val::Tuple).boxed(),
        Type::Record(record) => {
            let names: Vec<String> = record.fields().map(|field| field.name.to_owned()).collect();
            let fields: Vec<_> = record.fields().map(|field| vals(&field.ty)).collect();
            fields.prop_map(move |vals| Val::Record(names.iter().cloned().zip(vals).collect())).boxed()
        }
        Type::Variant(variant) => proptest::strategy::Union::new(variant.cases().map(|case| {
            let name = case.name.to_owned();
            match case.ty {
                None => Just(Val::Variant(name, None)).boxed(),
                Some(ty) => vals(&ty).prop_map(move |val| Val::Variant(name.clone(), Some(Box::new(val)))).boxed(),
            }
        }))
        .boxed(),
        Type::Enum(cases) => {
            let names: Vec<String> = cases.names().map(str::to_owned).collect();
            proptest::sample::select(names).prop_map(Val::Enum).boxed()
        }
        Type::Option(option) => {
            let some = vals(&option.ty()).prop_map(Box::new);
            proptest::option::of(some).prop_map(Val::Option).boxed()
        }
        Type::Result(result) => {
            let payload = |ty: Option<Type>| match ty {
                None => Just(None).boxed(),
                Some(ty) => vals(&ty).prop_map(|val| Some(Box::new(val))).boxed(),
            };
            prop_oneof![
                payload(result.ok()).prop_map(|ok| Val::Result(Ok(ok))),
                payload(result.err()).prop_map(|err| Val::Result(Err(err))),
            ]
            .boxed()
        }
        Type::Flags(flags) => {
            let names: Vec<String> = flags.names().map(str::to_owned).collect();
            proptest::sample::subsequence(names.clone(), 0..=names.len()).prop_map(Val::Flags).boxed()
        }
        other => panic!("no JSON for {other:?}"),
    }
}

/// Any JSON at all.
pub(crate) fn jsons() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value as Json;
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        any::<String>().prop_map(Json::from),
        proptest::sample::select(vec!["id", "create_at", "is_a_b2", "HTTP_code", "NaN", "ok"]).prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let key = prop_oneof![
            proptest::sample::select(vec!["id", "create_at", "is_a_b2", "some", "ok", "err"]).prop_map(str::to_owned),
            any::<String>(),
        ];
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Json::from),
            vec((key, inner), 0..3).prop_map(|fields| Json::Object(fields.into_iter().collect())),
        ]
    })
}
