//! Types, JSON of them, and any JSON, for tests.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use soar_contract::names::snake;
use soar_contract::ty::Type;

/// Names of fields and cases, in the order in which they are used.
const NAMES: [&str; 4] = ["id", "create-at", "is-a-b2", "HTTP-code"];

/// Any type that JSON can carry.
pub fn types() -> impl Strategy<Value = Type> {
    let primitives = proptest::sample::select(vec![
        Type::Bool,
        Type::S8,
        Type::U8,
        Type::S16,
        Type::U16,
        Type::S32,
        Type::U32,
        Type::S64,
        Type::U64,
        Type::Float32,
        Type::Float64,
        Type::Char,
        Type::String,
    ]);
    let keys = proptest::sample::select(vec![Type::Bool, Type::U8, Type::Char, Type::String]);
    let names = || (1..=NAMES.len()).prop_map(|count| NAMES[..count].to_vec());
    let leaf = prop_oneof![
        4 => primitives,
        1 => names().prop_map(Type::cases),
        1 => names().prop_map(Type::flags),
    ];
    leaf.prop_recursive(4, 16, 4, move |inner| {
        prop_oneof![
            inner.clone().prop_map(Type::list),
            (inner.clone(), 1..4u32).prop_map(|(item, length)| Type::FixedLengthList(item.into(), length)),
            (keys.clone(), inner.clone()).prop_map(|(key, value)| Type::Map(key.into(), value.into())),
            vec(inner.clone(), 1..4).prop_map(Type::tuple),
            vec(inner.clone(), 1..4).prop_map(|types| Type::record(NAMES.into_iter().zip(types))),
            vec(proptest::option::of(inner.clone()), 1..4)
                .prop_map(|types| Type::variant(NAMES.into_iter().zip(types))),
            inner.clone().prop_map(Type::option),
            inner.clone().prop_map(Type::option),
            (proptest::option::of(inner.clone()), proptest::option::of(inner))
                .prop_map(|(ok, err)| Type::result(ok, err)),
        ]
    })
}

/// A type, and the JSON of a value of it.
pub fn typed_jsons() -> impl Strategy<Value = (Type, Json)> {
    types().prop_flat_map(|ty| (Just(ty.clone()), jsons_of(&ty)))
}

/// The JSON of any value of a type that JSON can carry. Maps have each key once.
pub fn jsons_of(ty: &Type) -> BoxedStrategy<Json> {
    fn whole<T: Arbitrary + Into<Json> + 'static>() -> BoxedStrategy<Json> {
        any::<T>().prop_map(Into::into).boxed()
    }
    match ty {
        Type::Bool => whole::<bool>(),
        Type::S8 => whole::<i8>(),
        Type::U8 => whole::<u8>(),
        Type::S16 => whole::<i16>(),
        Type::U16 => whole::<u16>(),
        Type::S32 => whole::<i32>(),
        Type::U32 => whole::<u32>(),
        Type::S64 => whole::<i64>(),
        Type::U64 => whole::<u64>(),
        Type::Float32 => {
            prop_oneof![proptest::num::f32::ANY, Just(0.1), Just(-0.0)].prop_map(|number| float(number.into())).boxed()
        }
        Type::Float64 => prop_oneof![proptest::num::f64::ANY, Just(0.1), Just(-0.0)].prop_map(float).boxed(),
        Type::Char => any::<char>().prop_map(|character| Json::from(character.to_string())).boxed(),
        Type::String => any::<String>().prop_map(Json::from).boxed(),
        Type::List(item) => vec(jsons_of(item), 0..4).prop_map(Json::from).boxed(),
        Type::FixedLengthList(item, length) => vec(jsons_of(item), *length as usize).prop_map(Json::from).boxed(),
        Type::Map(key, value) => maps(key, value),
        Type::Tuple(items) => items.iter().map(jsons_of).collect::<Vec<_>>().prop_map(Json::from).boxed(),
        Type::Record(record) => {
            let names: Vec<String> = record.fields().iter().map(|field| snake(&field.name)).collect();
            let fields: Vec<_> = record.fields().iter().map(|field| jsons_of(&field.ty)).collect();
            fields.prop_map(move |fields| Json::Object(names.iter().cloned().zip(fields).collect())).boxed()
        }
        Type::Variant(cases) => proptest::strategy::Union::new(cases.iter().map(|case| {
            let name = snake(&case.name);
            match &case.ty {
                None => Just(Json::from(name)).boxed(),
                Some(ty) => jsons_of(ty).prop_map(move |json| json!({ name.clone(): json })).boxed(),
            }
        }))
        .boxed(),
        Type::Enum(names) => proptest::sample::select(names.to_vec()).prop_map(|name| Json::from(snake(&name))).boxed(),
        Type::Option(some) => {
            let nested = some.is_nullable();
            let some = jsons_of(some).prop_map(move |json| if nested { json!({ "some": json }) } else { json });
            prop_oneof![Just(Json::Null), some].boxed()
        }
        Type::Result(ok, err) => {
            let payload = |ty: Option<&Type>| ty.map_or(Just(Json::Null).boxed(), jsons_of);
            prop_oneof![
                payload(ok.ty()).prop_map(|ok| json!({ "ok": ok })),
                payload(err.ty()).prop_map(|err| json!({ "err": err })),
            ]
            .boxed()
        }
        Type::Flags(names) => proptest::sample::subsequence(names.to_vec(), 0..=names.len())
            .prop_map(|names| names.iter().map(|name| snake(name)).collect())
            .boxed(),
        other => panic!("no JSON for {other:?}"),
    }
}

fn maps(key: &Type, value: &Type) -> BoxedStrategy<Json> {
    let is_object = matches!(key, Type::String);
    let pairs = vec((jsons_of(key), jsons_of(value)), 0..4);
    pairs
        .prop_map(move |pairs| {
            let mut once: Vec<(Json, Json)> = Vec::new();
            for (key, value) in pairs {
                if once.iter().all(|(known, _)| *known != key) {
                    once.push((key, value));
                }
            }
            match is_object {
                true => {
                    let text = |key: Json| key.as_str().unwrap_or_default().to_owned();
                    Json::Object(once.into_iter().map(|(key, value)| (text(key), value)).collect::<Map<_, _>>())
                }
                false => once.into_iter().map(|(key, value)| json!([key, value])).collect(),
            }
        })
        .boxed()
}

fn float(number: f64) -> Json {
    match serde_json::Number::from_f64(number) {
        Some(number) => Json::Number(number),
        None if number.is_nan() => Json::from("NaN"),
        None if number > 0.0 => Json::from("Infinity"),
        None => Json::from("-Infinity"),
    }
}

/// Any JSON at all.
pub fn jsons() -> impl Strategy<Value = Json> {
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
