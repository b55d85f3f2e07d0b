//! What is wrong with arguments, in the words of people.

use crate::text;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::fmt;

/// An argument that can't be used. Displayed: `limit is "x"; a whole number was expected`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArgumentFailure {
    /// The argument, by its name in playbooks.
    pub argument: String,
    /// What was wrong with it, in words that follow its name: `is "x"`.
    pub reason: String,
    /// What would be right, in words that `was expected` follows: `a whole number`.
    pub expected: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl fmt::Display for ArgumentFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { argument, reason, expected, suggestion } = self;
        write!(f, "{} {}; {} was expected", text::line(argument), text::line(reason), text::line(expected))?;
        match suggestion {
            Some(suggestion) => write!(f, ": did you mean {}?", text::line(suggestion)),
            None => Ok(()),
        }
    }
}

/// So many of the things that are wrong are told to people.
const TOLD: usize = 20;

/// What is wrong with the arguments of a call: on one line if it is one thing, otherwise on a line each.
///
/// ```
/// assert_eq!(soar_contract::manifest::listed(["a is missing"].iter()), "a is missing");
/// assert_eq!(soar_contract::manifest::listed(["a", "b"].iter()), "2 arguments are wrong:\n- a\n- b");
/// ```
pub fn listed(problems: impl ExactSizeIterator<Item = impl fmt::Display>) -> String {
    let count = problems.len();
    let mut lines: Vec<String> = problems.take(TOLD).map(|problem| problem.to_string()).collect();
    if count == 1 {
        return lines.swap_remove(0);
    }
    if count > TOLD {
        lines.push(format!("and {} more", count - TOLD));
    }
    format!("{count} arguments are wrong:\n- {}", lines.join("\n- "))
}

/// What programs are told: the fields of the first, and `problems` with all of them.
pub(crate) fn fields(problems: &[(ArgumentFailure, String)]) -> Map<String, Value> {
    let mut fields = Map::new();
    if let Some((first, _)) = problems.first() {
        fields.insert("argument".into(), first.argument.as_str().into());
        fields.insert("reason".into(), first.reason.as_str().into());
        fields.insert("expected".into(), first.expected.as_str().into());
        fields.extend(first.suggestion.as_deref().map(|suggestion| ("suggestion".into(), suggestion.into())));
    }
    let problem =
        |(failure, message): &(ArgumentFailure, String)| json!({ "argument": failure.argument, "message": message });
    fields.insert("problems".into(), problems.iter().map(problem).collect());
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_a_sentence_and_several_are_a_list() {
        assert_eq!(listed(["a is missing"].iter()), "a is missing");
        assert_eq!(
            listed(["a is missing", "b is missing"].iter()),
            "2 arguments are wrong:\n- a is missing\n- b is missing"
        );
        let many = listed(["x"; 25].iter());
        assert_eq!((many.lines().count(), many.lines().last()), (22, Some("- and 5 more")));
    }

    #[test]
    fn what_was_meant_stands_at_the_end() {
        let failure = ArgumentFailure {
            argument: "channel".into(),
            reason: "is \"War room\nx\"".into(),
            expected: "a name".into(),
            suggestion: Some("war-room".into()),
        };
        assert_eq!(failure.to_string(), "channel is \"War room\\nx\"; a name was expected: did you mean war-room?");
    }
}
