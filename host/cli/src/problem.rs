//! Why `soar` has no result.

use super::cover::Covered;
use super::kind::Kind;
use super::words::Stray;
use serde_json::{Map, Value, json};
use soar::failure::Report;
use soar::{Failure, Limit, text};

/// Why there is no result.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The command that was called, if one was.
    pub command: Option<String>,
    /// What is wrong.
    pub cause: Cause,
    /// What the message goes on with.
    pub more: Option<String>,
    /// What else stands beside the error, for programs: who answered.
    pub beside: Box<Map<String, Value>>,
    /// What to do next: a line for people.
    pub hint: Option<String>,
    /// The exit code.
    pub code: u8,
    /// Whether it came after the result: then standard output has its object.
    pub late: bool,
}

/// Who has found what is wrong.
#[derive(Clone, Debug)]
pub enum Cause {
    /// `soar` itself.
    Own(Own),
    /// The library: a command failed.
    Failure(Box<Covered>),
}

/// What `soar` itself has found.
#[derive(Clone, Debug)]
pub struct Own {
    kind: Kind,
    /// What is wrong and what would be right.
    message: String,
    about: About,
}

/// What it is about, for programs.
#[derive(Clone, Debug)]
enum About {
    Nothing,
    Parameter(String),
    Limit(Limit),
    Arguments(Vec<Stray>),
}

impl Problem {
    /// A call that was wrong.
    pub fn wrong(kind: Kind, message: impl Into<String>) -> Self {
        let own = Own { kind, message: message.into(), about: About::Nothing };
        Self::new(None, Cause::Own(own), 2)
    }

    /// Something that failed.
    pub fn failed(kind: Kind, message: impl Into<String>) -> Self {
        Self { code: 1, ..Self::wrong(kind, message) }
    }

    /// Arguments that can't be read: one at least.
    pub fn arguments(strays: Vec<Stray>, message: String) -> Self {
        Self::wrong(Kind::Argument, message).about(About::Arguments(strays))
    }

    fn new(command: Option<String>, cause: Cause, code: u8) -> Self {
        Self { command, cause, more: None, beside: Box::default(), hint: None, code, late: false }
    }

    /// About this parameter.
    pub fn of_parameter(self, name: impl Into<String>) -> Self {
        self.about(About::Parameter(name.into()))
    }

    /// About this limit.
    pub fn of_limit(self, limit: Limit) -> Self {
        self.about(About::Limit(limit))
    }

    fn about(mut self, about: About) -> Self {
        if let Cause::Own(own) = &mut self.cause {
            own.about = about;
        }
        self
    }

    /// With more behind its message.
    pub fn and(self, more: impl Into<String>) -> Self {
        Self { more: Some(more.into()), ..self }
    }

    /// With a line that says what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// With how a file gets behind this entry, if that is what is wrong.
    pub fn of_entry(mut self, entry: Option<&str>) -> Self {
        if let Some(entry) = entry.filter(|_| self.kind() == Kind::Argument.name()) {
            let entry = text::word(entry, 200);
            let hint = format!("--file {entry}=FILE puts a file behind the entry {entry}");
            self.hint = Some(self.hint.map_or_else(|| hint.clone(), |other| format!("{hint}. {other}")));
        }
        self
    }

    /// As a problem of this command, unless it is one of another.
    pub fn of(mut self, command: &str) -> Self {
        self.command.get_or_insert_with(|| command.to_owned());
        self
    }

    /// What kind of problem it is, for programs.
    pub fn kind(&self) -> &'static str {
        match &self.cause {
            Cause::Own(own) => own.kind.name(),
            Cause::Failure(covered) => covered.failure().kind(),
        }
    }

    /// The command's failure, if that is what it is, to branch on.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.cause {
            Cause::Own(_) => None,
            Cause::Failure(covered) => Some(covered.failure()),
        }
    }

    /// What is wrong and what would be right.
    pub fn message(&self) -> String {
        self.report().message
    }

    /// As it is told.
    pub fn report(&self) -> Report {
        let report = match &self.cause {
            Cause::Own(own) => own.report(),
            Cause::Failure(covered) => covered.report(),
        };
        let message = self.more.iter().fold(report.message, |message, more| message + more);
        Report { command: self.command.clone(), message, ..report }
    }

    /// As programs are told.
    pub fn to_json(&self) -> Value {
        let mut value = self.report().to_json();
        if let Value::Object(object) = &mut value {
            object.extend((*self.beside).clone());
        }
        value
    }
}

impl Own {
    fn report(&self) -> Report {
        let fields: Vec<(&str, Value)> = match &self.about {
            About::Nothing => Vec::new(),
            About::Parameter(name) => vec![("parameter", name.as_str().into())],
            About::Limit(limit) => vec![("limit", limit.name().into())],
            About::Arguments(strays) => {
                let problem = |(argument, message): &Stray| json!({ "argument": argument, "message": message });
                let first = strays.first().map(|(argument, _)| ("argument", argument.as_str().into()));
                first.into_iter().chain([("problems", strays.iter().map(problem).collect())]).collect()
            }
        };
        let fields = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Report { command: None, kind: self.kind.name(), message: self.message.clone(), fields }
    }
}

impl From<Covered> for Problem {
    fn from(covered: Covered) -> Self {
        let failure = covered.failure();
        let code = if failure.is_wrong_call() { 2 } else { 1 };
        Self::new(Some(failure.command.clone()), Cause::Failure(covered.into()), code)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Covered::from(failure).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_an_object_with_its_command_if_it_has_one() {
        let problem = Problem::arguments(vec![("limit".into(), "got ten".into())], "limit: got ten".into());
        let problems = [json!({ "argument": "limit", "message": "got ten" })];
        let error =
            json!({ "kind": "argument", "message": "limit: got ten", "argument": "limit", "problems": problems });
        assert_eq!(problem.to_json(), json!({ "error": error }));
        assert_eq!(problem.of("get-thing").to_json(), json!({ "command": "get-thing", "error": error }));
    }
}
