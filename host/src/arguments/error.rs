//! What is wrong with the arguments of a call.

use crate::contract::Command;
use crate::text;
use crate::value::ValueError;
use std::fmt;

/// An argument that can't be used. Displayed: which one, what would be right, what was there.
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
            | ArgumentError::Mistyped { argument, .. }
            | ArgumentError::Contract { argument, .. } => argument,
        }
    }

    /// What was wrong: `got "ten"`.
    pub fn reason(&self) -> String {
        match self {
            ArgumentError::Unknown { .. } => "got an unknown argument".to_owned(),
            ArgumentError::Doubled { names: [first, second], .. } if first == second => "got it twice".to_owned(),
            ArgumentError::Doubled { names: [first, second], .. } => {
                format!("got it twice, as {} and as {}", text::line(first), text::line(second))
            }
            ArgumentError::Missing { .. } => "got nothing".to_owned(),
            ArgumentError::Mistyped { error, .. } => format!("got {}", error.found),
            ArgumentError::Contract { reason, .. } => reason.clone(),
        }
    }

    /// What would be right: `a whole number from 1`.
    pub fn expected(&self) -> String {
        match self {
            ArgumentError::Unknown { nearest: Some(nearest), .. } => format!("a known argument, such as {nearest}"),
            ArgumentError::Unknown { known, .. } if known.is_empty() => "no arguments".to_owned(),
            ArgumentError::Unknown { known, .. } => {
                format!("one of the arguments {}", known.join(", "))
            }
            ArgumentError::Doubled { argument, .. } => format!("{argument} once"),
            ArgumentError::Missing { expected, .. } => expected.clone(),
            ArgumentError::Mistyped { error, .. } => error.expected.clone(),
            ArgumentError::Contract { .. } => "a manifest that agrees with the types of its component".to_owned(),
        }
    }
}

impl fmt::Display for ArgumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let ArgumentError::Mistyped { error, .. } = self {
            return error.fmt(f);
        }
        write!(f, "arguments.{}: expected {}, {}", text::line(self.argument()), self.expected(), self.reason())
    }
}

impl std::error::Error for ArgumentError {}
