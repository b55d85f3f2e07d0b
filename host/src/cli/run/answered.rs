//! Who answered a call: what was not sent is never mistaken for what was.

use serde_json::{Map, Value, json};
use soar::rehearsal::{Binding, Pair};
use soar::text;
use soar::transport::Source;

/// Who answered, and with what.
pub struct Answered {
    source: Source,
    /// What answered, for people: `case public`, or a file.
    from: String,
    /// The case or the file.
    case: Option<String>,
    /// What stands for something else than was recorded.
    bound: Vec<Pair>,
}

/// So many characters of a value are told.
const LONGEST: usize = 40;

/// So many values are told.
const MOST: usize = 5;

impl Answered {
    /// A server did.
    pub fn live() -> Self {
        Self { source: Source::Live, from: String::new(), case: None, bound: Vec::new() }
    }

    /// A recording of this very call did.
    pub fn replayed(case: &str, bundled: bool) -> Self {
        Self { source: Source::Replay, ..Self::rehearsed(case, bundled, &Binding::default()) }
    }

    /// A recording of a call like this did.
    pub fn rehearsed(case: &str, bundled: bool, binding: &Binding) -> Self {
        let from = if bundled { format!("case {}", text::line(case)) } else { text::line(case).into_owned() };
        let mut bound: Vec<Pair> = Vec::new();
        for pair in binding.changes() {
            // What an argument and a request have is told once.
            if !bound.iter().any(|other| other.recorded == pair.recorded && other.asked == pair.asked) {
                bound.push(pair.clone());
            }
        }
        Self { source: Source::Rehearsal, from, case: Some(case.to_owned()), bound }
    }

    /// What a person is told; nothing if a server answered.
    pub fn line(&self) -> Option<String> {
        let Self { from, .. } = self;
        let sent = "nothing was sent (--live sends it)";
        match self.source {
            Source::Live | Source::DryRun => None,
            Source::Replay => Some(format!("replayed from {from}; {sent}")),
            Source::Rehearsal => Some(format!("rehearsed from {from}{}; {sent}", self.told())),
        }
    }

    /// What was bound of the arguments.
    fn told(&self) -> String {
        let mut values: Vec<(&str, Vec<String>)> = Vec::new();
        // Of a file without a call nobody knows the arguments.
        let is_told = |pair: &&Pair| !pair.sure || self.bound.iter().all(|pair| pair.sure);
        for pair in self.bound.iter().filter(is_told) {
            match values.iter_mut().find(|(place, _)| *place == pair.place) {
                Some((_, values)) => values.push(value(pair)),
                None => values.push((&pair.place, vec![value(pair)])),
            }
        }
        let told: Vec<String> =
            values.iter().map(|(place, values)| format!("{place} = {}", values.join(", "))).collect();
        let more = told.len().saturating_sub(MOST);
        match told.len() {
            0 => String::new(),
            _ if more > 0 => format!(" with {}, and {more} more", told[..MOST].join(", ")),
            _ => format!(" with {}", told.join(", ")),
        }
    }

    /// What programs are told, beside the result or the error.
    pub fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("source".into(), self.source.name().into());
        if let Some(case) = &self.case {
            fields.insert("case".into(), case.as_str().into());
        }
        if self.source == Source::Rehearsal {
            let pair = |pair: &Pair| json!({ "name": pair.place, "recorded": pair.recorded, "asked": pair.asked });
            fields.insert("bound".into(), self.bound.iter().map(pair).collect());
        }
        fields
    }
}

fn value(pair: &Pair) -> String {
    match &pair.asked {
        Value::String(text) => text::word(text, LONGEST).into_owned(),
        other => other.to_string(),
    }
}
