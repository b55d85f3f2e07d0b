//! What is wrong with the arguments of a call.

use crate::check::ValueError;
use crate::manifest::{ArgumentFailure, Command, listed};
use crate::text;
use std::fmt;

/// An argument that can't be used. Displayed in the words of [`ArgumentFailure`]: `limit is "x"; a whole number was expected`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgumentError {
    /// The command has no such argument.
    Unknown {
        /// The name that was given.
        argument: String,
        /// The argument that was probably meant.
        nearest: Option<String>,
        /// The arguments that the command has.
        known: Vec<String>,
    },
    /// It was given more than once.
    Doubled {
        /// The argument, by its name in playbooks.
        argument: String,
        /// The two names by which it was given: the same one, or one and an alias.
        names: [String; 2],
    },
    /// It is required, and was not given.
    Missing {
        /// The argument, by its name in playbooks.
        argument: String,
        /// What would be right.
        expected: String,
    },
    /// A playbook should have put a value in.
    Unresolved {
        /// The argument, by its name in playbooks.
        argument: String,
        /// The name by which it was given.
        name: String,
        /// The expression that is still there.
        expression: String,
        /// Whether it is all that was given.
        whole: bool,
    },
    /// Its value can't be used.
    Mistyped {
        /// The argument, by its name in playbooks.
        argument: String,
        /// What is wrong, and where in it.
        error: ValueError,
    },
    /// The component's manifest and its types contradict each other: a fault of the component, not of the caller.
    Contract {
        /// The argument, by its name in playbooks.
        argument: String,
        /// The contradiction.
        reason: String,
    },
}

impl ArgumentError {
    pub(super) fn unknown(command: &Command, name: &str) -> ArgumentError {
        ArgumentError::Unknown {
            argument: name.to_owned(),
            nearest: command.nearest_argument(name).map(str::to_owned),
            known: command.arguments.iter().map(|argument| argument.name.clone()).collect(),
        }
    }

    /// The argument, by its name in playbooks; of an unknown one the name that was given.
    pub fn argument(&self) -> &str {
        match self {
            ArgumentError::Unknown { argument, .. }
            | ArgumentError::Doubled { argument, .. }
            | ArgumentError::Missing { argument, .. }
            | ArgumentError::Unresolved { argument, .. }
            | ArgumentError::Mistyped { argument, .. }
            | ArgumentError::Contract { argument, .. } => argument,
        }
    }

    /// What was wrong: `is "ten"`.
    pub fn reason(&self) -> String {
        match self {
            ArgumentError::Unknown { .. } => "is unknown".to_owned(),
            ArgumentError::Doubled { names: [first, second], .. } if first == second => "was given twice".to_owned(),
            ArgumentError::Doubled { names: [first, second], .. } => {
                format!("was given twice, as {} and as {}", text::line(first), text::line(second))
            }
            ArgumentError::Missing { .. } => "is missing".to_owned(),
            ArgumentError::Unresolved { expression, whole, .. } => {
                let expression = text::said(&text::word(expression, SHOWN));
                let left = if *whole { format!("is {expression}") } else { format!("has {expression} in it") };
                format!("{left}: the playbook left it unresolved")
            }
            ArgumentError::Mistyped { error, .. } if error.is_missing() => "is missing".to_owned(),
            ArgumentError::Mistyped { error, .. } => format!("is {}", error.found),
            ArgumentError::Contract { reason, .. } => reason.clone(),
        }
    }

    /// What would be right: `a whole number from 1`.
    pub fn expected(&self) -> String {
        match self {
            ArgumentError::Unknown { known, .. } if known.is_empty() => "no argument".to_owned(),
            ArgumentError::Unknown { known, .. } => format!("one of {}", known.join(", ")),
            ArgumentError::Doubled { argument, .. } => format!("{argument} once"),
            ArgumentError::Missing { expected, .. } => expected.clone(),
            ArgumentError::Unresolved { .. } => "its value".to_owned(),
            ArgumentError::Mistyped { error, .. } => error.expected.clone(),
            ArgumentError::Contract { .. } => "a manifest that agrees with the types of its component".to_owned(),
        }
    }

    /// What was probably meant.
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            ArgumentError::Unknown { nearest, .. } => nearest.as_deref(),
            _ => None,
        }
    }
}

/// So much of an expression is shown, in characters.
const SHOWN: usize = 120;

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = text::line(self.argument());
        match self {
            ArgumentError::Unknown { nearest: Some(nearest), .. } => {
                write!(f, "unknown argument {name}; did you mean {nearest}?")
            }
            ArgumentError::Unknown { known, .. } if known.is_empty() => {
                write!(f, "unknown argument {name}; the command takes no arguments")
            }
            ArgumentError::Unknown { known, .. } => {
                write!(f, "unknown argument {name}; the command takes {}", known.join(", "))
            }
            ArgumentError::Doubled { .. } | ArgumentError::Missing { .. } => write!(f, "{name} {}", self.reason()),
            ArgumentError::Unresolved { name, .. } => {
                write!(f, "{} {}; {} was expected", text::line(name), self.reason(), self.expected())
            }
            ArgumentError::Mistyped { error, .. } if error.is_missing() => write!(f, "{} is missing", error.path),
            ArgumentError::Mistyped { error, .. } => {
                write!(f, "{} {}; {} was expected", error.path, self.reason(), self.expected())
            }
            ArgumentError::Contract { reason, .. } => write!(f, "{name}: {reason}"),
        }
    }
}

impl std::error::Error for ArgumentError {}

/// All that is wrong with the arguments of a call: one thing at least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArgumentErrors(Vec<ArgumentError>);

impl ArgumentErrors {
    /// Gives what was read if nothing is wrong.
    pub(crate) fn unless<T>(wrong: Vec<ArgumentError>, read: T) -> Result<T, ArgumentErrors> {
        if wrong.is_empty() { Ok(read) } else { Err(ArgumentErrors(wrong)) }
    }

    /// Each of them, as they were found.
    pub fn iter(&self) -> std::slice::Iter<'_, ArgumentError> {
        self.0.iter()
    }

    /// The fault of the component, if there is one: then nothing else matters.
    pub(crate) fn contract(&self) -> Option<&ArgumentError> {
        self.iter().find(|error| matches!(error, ArgumentError::Contract { .. }))
    }
}

impl From<&ArgumentError> for ArgumentFailure {
    fn from(error: &ArgumentError) -> ArgumentFailure {
        ArgumentFailure {
            argument: error.argument().to_owned(),
            reason: error.reason(),
            expected: error.expected(),
            suggestion: error.suggestion().map(str::to_owned),
        }
    }
}

impl fmt::Display for ArgumentErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&listed(self.iter()))
    }
}

impl std::error::Error for ArgumentErrors {}
