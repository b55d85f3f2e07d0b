//! What stands for recorded values in one place.

use super::words;
use serde_json::Value;
use std::collections::HashMap;

/// A one-to-one map of values. What nothing is bound to stands for itself, unless something else stands for it: then the
/// two change places, so that they stay two.
#[derive(Debug)]
pub struct View {
    /// By the recorded value as JSON. What stands for itself is among them where it was bound to itself: no part of it is
    /// replaced either.
    whole: HashMap<String, Value>,
    is_identity: bool,
    words: words::Words,
}

impl View {
    /// From pairs, of which the first counts where two don't go together. Those change places of which the recorded value
    /// `is_there`: where it is not, nothing becomes one with what is.
    pub(super) fn new<'a>(
        pairs: impl Iterator<Item = (&'a Value, &'a Value)>,
        is_there: impl Fn(&Value) -> bool,
    ) -> Self {
        let mut forth: HashMap<String, &Value> = HashMap::new();
        let mut back: HashMap<String, &Value> = HashMap::new();
        let mut order = Vec::new();
        for (recorded, asked) in pairs {
            let (from, to) = (recorded.to_string(), asked.to_string());
            if !forth.contains_key(&from) && !back.contains_key(&to) {
                forth.insert(from.clone(), asked);
                back.insert(to, recorded);
                order.push((recorded, from));
            }
        }
        let mut whole: HashMap<String, Value> = HashMap::new();
        let mut words = Vec::new();
        for (recorded, from) in &order {
            let asked = forth[from];
            whole.insert(from.clone(), asked.clone());
            if *recorded != asked {
                words.extend(recorded.as_str().zip(asked.as_str()));
            }
            let to = asked.to_string();
            if !forth.contains_key(&to) && is_there(recorded) {
                let first = first(recorded, from, &back);
                if first != asked {
                    whole.insert(to, first.clone());
                    words.extend(asked.as_str().zip(first.as_str()));
                }
            }
        }
        let is_identity = order.iter().all(|(recorded, from)| *recorded == forth[from]);
        Self { whole, is_identity, words: words::Words::new(words) }
    }

    /// What stands for a recorded value: for a text also where it has what was bound as a part, between the borders of
    /// words.
    #[must_use]
    pub fn value(&self, recorded: &Value) -> Value {
        if self.is_identity {
            return recorded.clone();
        }
        if let Some(asked) = self.whole.get(&recorded.to_string()) {
            return asked.clone();
        }
        match recorded {
            Value::String(text) => self.text(text).map_or_else(|| recorded.clone(), Value::from),
            other => other.clone(),
        }
    }

    /// A text with what stands for its parts; none if it stays as it is.
    #[must_use]
    pub fn text(&self, text: &str) -> Option<String> {
        self.words.replaced(text)
    }
}

/// The value that nothing is bound to, from which the chain of bound ones comes that ends behind this recorded one.
fn first<'a>(recorded: &'a Value, key: &str, back: &HashMap<String, &'a Value>) -> &'a Value {
    let (mut at, mut key) = (recorded, key.to_owned());
    // It is no circle: what is behind its end is bound to nothing.
    while let Some(before) = back.get(&key) {
        at = before;
        key = before.to_string();
    }
    at
}
