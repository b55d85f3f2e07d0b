use super::*;
use crate::arguments::{Unknown, from_values};
use crate::check::check;
use crate::tests::types::*;
use proptest::prelude::*;

/// Whether JSON fits a schema, for the keywords that these schemas use; any other keyword is an error of the test.
fn fits(schema: &Json, json: &Json) -> bool {
    let Some(schema) = schema.as_object() else {
        return schema == &Json::Bool(true);
    };
    schema.iter().all(|(keyword, rule)| keyword_fits(schema, keyword, rule, json))
}

fn keyword_fits(schema: &Map<String, Json>, keyword: &str, rule: &Json, json: &Json) -> bool {
    // As JSON Schema has it, 1.0 is an integer.
    let whole = |json: &Json| json.as_f64().filter(|number| number.fract() == 0.0).map(|number| number as i128);
    let integer = |json: &Json| json.as_i64().map(i128::from).or_else(|| json.as_u64().map(i128::from));
    let number = |json: &Json| integer(json).or_else(|| whole(json));
    let rules = || rule.as_array().expect("an array").iter();
    let length = match json {
        Json::String(text) => text.chars().count(),
        Json::Array(items) => items.len(),
        _ => 0,
    };
    let limit = || rule.as_u64().expect("a length") as usize;
    match keyword {
        "type" => match rule.as_str().expect("one type") {
            "null" => json.is_null(),
            "boolean" => json.is_boolean(),
            "integer" => number(json).is_some(),
            "number" => json.is_number(),
            "string" => json.is_string(),
            "array" => json.is_array(),
            "object" => json.is_object(),
            other => panic!("no type {other}"),
        },
        "enum" => rules().any(|value| value == json),
        "minimum" => number(json) >= number(rule),
        "maximum" => number(json) <= number(rule),
        "minLength" | "minItems" => length >= limit(),
        "maxLength" | "maxItems" => length <= limit(),
        "anyOf" => rules().any(|schema| fits(schema, json)),
        "oneOf" => rules().filter(|schema| fits(schema, json)).count() == 1,
        "prefixItems" => rules().zip(json.as_array().into_iter().flatten()).all(|(schema, item)| fits(schema, item)),
        "items" => {
            let prefix = schema.get("prefixItems").and_then(Json::as_array).map_or(0, Vec::len);
            json.as_array().into_iter().flatten().skip(prefix).all(|item| fits(rule, item))
        }
        "uniqueItems" => json
            .as_array()
            .is_none_or(|items| items.iter().enumerate().all(|(index, item)| !items[..index].contains(item))),
        "properties" => json.as_object().into_iter().flatten().all(|(name, value)| match rule.get(name) {
            Some(schema) => fits(schema, value),
            None => true,
        }),
        "required" => rules().all(|name| json.get(name.as_str().expect("a name")).is_some()),
        "additionalProperties" => {
            let known = |name: &str| schema.get("properties").is_some_and(|properties| properties.get(name).is_some());
            json.as_object().into_iter().flatten().all(|(name, value)| known(name) || fits(rule, value))
        }
        "$schema" | "title" | "description" | "default" => true,
        other => panic!("no keyword {other}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_value_fits_the_schema_of_its_type((ty, json) in typed_jsons()) {
        prop_assert!(fits(&type_schema(&ty), &json), "{json} against {}", type_schema(&ty));
    }

    #[test]
    fn what_is_read_fits_and_what_does_not_fit_is_refused(ty in types(), json in jsons()) {
        if check(&ty, &json, "value").is_ok() {
            prop_assert!(fits(&type_schema(&ty), &json), "{json} against {}", type_schema(&ty));
        }
    }
}

fn command() -> (Command, Record) {
    let record = Record::new([
        ("channel", Type::String),
        ("limit", Type::option(Type::U32)),
        ("kind", Type::cases(["public", "private"])),
        ("silent", Type::Bool),
    ]);
    let command = Command {
        name: "do".into(),
        aliases: Vec::new(),
        interface: "a:b/c".into(),
        function: "do".into(),
        arguments: vec![
            Argument { default: Some("false".into()), ..Argument::plain("ignoreAddURL", "silent") },
            Argument { minimum: Some(1), default: Some("50".into()), ..Argument::plain("limit", "limit") },
            Argument {
                default: Some("PUBLIC".into()),
                options: vec!["Public".into(), "Private".into()],
                ..Argument::plain("type", "kind")
            },
            Argument::plain("channel", "channel"),
        ],
        outputs: Vec::new(),
        permissions: String::new(),
        changes: false,
        endpoints: Vec::new(),
    };
    (command, record)
}

#[test]
fn a_commands_schema_is_by_playbook_name_in_the_records_order() {
    let (command, record) = command();
    let schema = command_schema(&command, Some(&record), &CommandDocs::default()).expect("a schema");
    assert_eq!(
        schema.to_string(),
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "do",
            "type": "object",
            "properties": {
                "channel": {"type": "string"},
                "limit": {"type": "integer", "minimum": 1, "maximum": 4294967295u32, "default": 50},
                "type": {"type": "string", "enum": ["Public", "Private"], "default": "Public"},
                "ignoreAddURL": {"type": "boolean", "default": false},
            },
            "required": ["channel"],
            "additionalProperties": false,
        })
        .to_string()
    );
}

#[test]
fn what_fits_a_commands_schema_is_taken() {
    let (command, record) = command();
    let schema = command_schema(&command, Some(&record), &CommandDocs::default()).expect("a schema");
    let taken = |json: &Json| {
        from_values(&command, Some(&record), json.as_object().expect("an object"), Unknown::Refuse).is_ok()
    };
    for json in [json!({"channel": "c"}), json!({"channel": "c", "limit": 1, "type": "Private", "ignoreAddURL": true})]
    {
        assert!(fits(&schema, &json) && taken(&json), "{json}");
    }
    for json in [
        json!({}),
        json!({"channel": "c", "limit": 0}),
        json!({"channel": "c", "x": 1}),
        json!({"channel": "c", "type": "o"}),
    ] {
        assert!(!fits(&schema, &json) && !taken(&json), "{json}");
    }
}

#[test]
fn a_wrong_default_is_an_error() {
    let (mut command, record) = command();
    command.arguments[0].default = Some("perhaps".into());
    assert!(command_schema(&command, Some(&record), &CommandDocs::default()).is_err());
}

#[test]
fn a_whole_number_may_be_written_as_any_other() {
    let (ty, json) = (Type::list(Type::S8), json!([-0.0, 1e2]));
    assert!(check(&ty, &json, "value").is_ok() && fits(&type_schema(&ty), &json));
}

#[test]
fn nothing_fits_a_resource() {
    assert_eq!(type_schema(&Type::Resource), json!(false));
}

#[test]
fn an_argument_may_be_given_by_its_alias() {
    let (mut command, record) = command();
    let channel = command.arguments.iter_mut().find(|argument| argument.name == "channel").expect("it is there");
    channel.aliases.push("channel_name".into());
    let schema = command_schema(&command, Some(&record), &CommandDocs::default()).expect("a schema");
    assert_eq!(schema["properties"]["channel_name"], json!({"type": "string", "description": "The same as channel."}));
    assert!(schema["required"].as_array().is_none_or(|names| names.is_empty()), "{schema}");
    assert_eq!(schema["allOf"], json!([{"anyOf": [{"required": ["channel"]}, {"required": ["channel_name"]}]}]));
}
