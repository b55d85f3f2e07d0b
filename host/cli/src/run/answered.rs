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
    /// The arguments that the recorded call has not, or has otherwise.
    arguments: Vec<(String, String)>,
}

/// So many characters of a value are told.
const LONGEST: usize = 40;

/// So many characters of a file's name are told.
const PATH: usize = 300;

/// So many values are told.
const MOST: usize = 5;

impl Answered {
    /// A server did.
    pub fn live() -> Self {
        Self { source: Source::Live, from: String::new(), case: None, bound: Vec::new(), arguments: Vec::new() }
    }

    /// A recording of this very call did.
    pub fn replayed(case: &str, bundled: bool) -> Self {
        Self { source: Source::Replay, ..Self::rehearsed(case, bundled, &Binding::default()) }
    }

    /// A recording of a call like this did.
    pub fn rehearsed(case: &str, bundled: bool, binding: &Binding) -> Self {
        let from = if bundled { format!("case {}", text::line(case)) } else { quoted(&text::word(case, PATH)) };
        let mut bound: Vec<Pair> = Vec::new();
        for pair in binding.changes() {
            // What an argument and a request have is told once.
            if !pair.place.is_empty()
                && !bound.iter().any(|other| other.recorded == pair.recorded && other.asked == pair.asked)
            {
                bound.push(pair.clone());
            }
        }
        Self { source: Source::Rehearsal, from, case: Some(case.to_owned()), bound, arguments: Vec::new() }
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

    /// The same, with the arguments that the recorded call has not, or has otherwise.
    pub fn with_arguments(self, arguments: Vec<(String, String)>) -> Self {
        Self { arguments, ..self }
    }

    /// How the outputs came about, if no server gave them.
    pub fn made_up(&self) -> Option<&'static str> {
        match self.source {
            Source::Replay => Some("replayed"),
            Source::Rehearsal => Some("rehearsed"),
            Source::Live | Source::DryRun => None,
        }
    }

    /// What stands in the place of what was recorded: the arguments; of a file without a call nobody knows them.
    fn told(&self) -> String {
        let told: Vec<String> = match self.arguments.is_empty() {
            false => self.arguments.iter().map(|(name, value)| format!("{name} = {}", shown(value))).collect(),
            true => self.bound.iter().map(|pair| format!("{} = {}", pair.place, value(pair))).collect(),
        };
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
        Value::String(text) => shown(text),
        other => other.to_string(),
    }
}

/// A value in a line of others: in quotes where it could be taken for more than one.
fn shown(value: &str) -> String {
    quoted(&text::word(value, LONGEST))
}

fn quoted(word: &str) -> String {
    match word.contains([',', ';', '=', '"']) {
        true => text::quoted(word),
        false => word.to_owned(),
    }
}
