//! What a command is called with.

use crate::arguments::Unknown;
use serde_json::{Map, Value};

/// What a command is called with. It owns what it holds, so that a call can be handed to another thread.
///
/// ```
/// use soar_contract::arguments::Unknown;
/// use soar_contract::given::Given;
/// let typed = Given::strings([("team_name", "panw")]);
/// let of_a_playbook = Given::strings([("team_name", "panw"), ("retries", "3")]).unknown(Unknown::Tolerate);
/// ```
#[derive(Clone, Debug)]
pub struct Given {
    /// The arguments.
    pub values: Values,
    /// What to do with a name that the command does not know.
    pub unknown: Unknown,
}

/// Values by argument name.
#[derive(Clone, Debug)]
pub enum Values {
    /// Text by argument name, in its order.
    Strings(Vec<(String, String)>),
    /// JSON by argument name.
    Json(Map<String, Value>),
}

impl Given {
    /// Text by argument name, in any order, as playbooks and people give it. A name that the command does not know is an error.
    #[must_use]
    pub fn strings<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { values: Values::Strings(pairs.collect()), unknown: Unknown::Refuse }
    }

    /// JSON by argument name. Text follows the rules for text; anything else must be of the argument's type. A name that the
    /// command does not know is an error.
    #[must_use]
    pub fn json(values: Map<String, Value>) -> Self {
        Self { values: Values::Json(values), unknown: Unknown::Refuse }
    }

    /// The same, and what to do with a name that the command does not know.
    #[must_use]
    pub fn unknown(self, unknown: Unknown) -> Self {
        Self { unknown, ..self }
    }
}
