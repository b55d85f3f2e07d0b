use super::*;
use crate::value::from_json;
use proptest::prelude::*;
use soar_testing::declared::declared;
use soar_testing::types::jsons_of;

fn read(ty: &Type, val: &Val) -> Result<Reason, Unfit> {
    reason(ty, val.clone(), &mut Budget::endless())
}

proptest! {
    #[test]
    fn every_error_of_the_contract_is_read(json in jsons_of(&declared("errors", "error"))) {
        let ty = declared("errors", "error");
        let val = from_json(&ty, json).expect("a value of its type");
        let read = read(&ty, &val);
        let Val::Variant(case, payload) = &val else { panic!("a variant") };
        let case = match payload.as_deref() {
            Some(Val::Record(fields)) if case == "refused" => match &fields[0] {
                (name, Val::Enum(kind)) if name == "kind" => kind,
                other => panic!("{other:?} is no kind"),
            },
            Some(Val::List(errors)) if errors.is_empty() => {
                prop_assert!(read.is_err());
                return Ok(());
            }
            _ => case,
        };
        let reason = read.expect("a case of the contract");
        prop_assert_eq!(reason.kind(), snake(case));
        prop_assert!(!reason.to_string().is_empty());
    }
}

#[test]
fn an_error_of_another_contract_is_no_reason() {
    let error = read(&Type::U8, &Val::U8(1)).expect_err("no variant");
    assert!(error.to_string().starts_with("error: expected a case of soar:platform/errors"), "{error}");
}
