use super::*;
use crate::value::from_json;
use proptest::prelude::*;
use soar_testing::types::typed_jsons;

/// The fuel that the engine counts for a value, and the memory that it takes.
fn cost(val: &Val) -> (u64, u64) {
    let slot = size_of::<Val>() as u64;
    let name = |name: &str| (name.len() as u64, block(name.len()));
    let boxed = |val: &Option<Box<Val>>| match val {
        None => (0, 0),
        Some(val) => add((slot, block(size_of::<Val>())), cost(val)),
    };
    let items = |items: &[Val]| {
        let own = (slot * items.len() as u64, grown(items.len(), size_of::<Val>()));
        items.iter().map(cost).fold(own, add)
    };
    match val {
        Val::String(text) => name(text),
        Val::List(found) | Val::Tuple(found) | Val::FixedLengthList(found) => items(found),
        Val::Map(pairs) => {
            let len = pairs.len();
            let own = (2 * slot * len as u64, block(len * size_of::<(Val, Val)>()));
            pairs.iter().map(|(key, val)| add(cost(key), cost(val))).fold(own, add)
        }
        Val::Record(fields) => {
            let own = (slot * fields.len() as u64, grown(fields.len(), size_of::<(String, Val)>()));
            fields.iter().map(|(field, val)| add(name(field), cost(val))).fold(own, add)
        }
        Val::Variant(case, payload) => add(name(case), boxed(payload)),
        Val::Enum(case) => name(case),
        Val::Option(some) => boxed(some),
        Val::Result(Ok(payload) | Err(payload)) => boxed(payload),
        Val::Flags(names) => {
            let own = (0, grown(names.len(), size_of::<String>()));
            names.iter().map(|flag| name(flag)).fold(own, add)
        }
        _ => (0, 0),
    }
}

fn add(one: (u64, u64), other: (u64, u64)) -> (u64, u64) {
    (one.0 + other.0, one.1 + other.1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_value_takes_more_than_its_type_says((ty, json) in typed_jsons()) {
        let val = from_json(&ty, json).expect("a value of its type");
        let weight = Weight::of(&ty).expect("a type of a few parts");
        let (fuel, taken) = cost(&val);
        prop_assert!(taken <= weight.fixed + weight.factor * fuel, "{fuel} of fuel, {taken} bytes, {weight:?}");
    }
}

/// Types that made the host take far more than what its limits were set to, with the lists that do it.
#[test]
fn what_is_heavy_is_known_to_be() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let (flags, all) = (Type::flags(names), names.map(str::to_owned).to_vec());
    let nested = Type::record([("a", Type::record([("a", Type::record([("a", Type::U8)]))]))]);
    let deep = |val| Val::Record(vec![("a".to_owned(), val)]);
    for (ty, item, least) in [
        (flags, Val::Flags(all), 10),
        (nested, deep(deep(deep(Val::U8(1)))), 5),
        (Type::String, Val::String("x".into()), 3),
        (Type::list(Type::U8), Val::List(vec![Val::U8(1)]), 3),
    ] {
        let weight = Weight::of(&Type::list(ty)).expect("it has an end");
        assert!(weight.factor >= least, "{weight:?}");
        let (fuel, taken) = cost(&Val::List(vec![item; 1025]));
        assert!(taken <= weight.fixed + weight.factor * fuel, "{fuel} of fuel, {taken} bytes, {weight:?}");
    }
}

#[test]
fn fuel_is_less_than_the_memory_that_it_stands_for() {
    let person = Type::record([
        ("id", Type::String),
        ("nickname", Type::option(Type::String)),
        ("roles", Type::list(Type::String)),
    ]);
    let weight = Weight::of(&Type::list(person)).unwrap();
    assert!(weight.factor <= 6, "an honest one: {weight:?}");
    assert_eq!(weight.fuel(weight.fixed + 600 * weight.factor), 600);
    assert_eq!(weight.fuel(0), 0);
}
