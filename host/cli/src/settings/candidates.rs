//! All places that have a value for a parameter, the one that counts first.

use super::{Sources, shown_value};
use crate::environment::{self, Held, held};
use crate::instance::Value;
use crate::place::{Place, Unused};
use crate::problem::Problem;
use soar::Secret;
use soar::files::shown;
use soar::manifest::{Parameter, ParameterKind};

use super::Lookup;

/// A place that has a value for a parameter.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The place.
    pub place: Place,
    /// The variable that it is in, if it is in one.
    pub variable: Option<String>,
    /// What it has.
    pub content: Content,
}

/// What a place has.
#[derive(Clone, Debug)]
pub enum Content {
    /// A value. That of a parameter which is no secret is kept like one, too.
    Value(Secret),
    /// What a file of secrets holds, which has not been read.
    InFile,
    /// A variable without a value, and why that is wrong.
    Missing(String),
    /// A variable whose value is no text, and why that is wrong.
    NoText(String),
}

impl Candidate {
    fn value(place: Place, value: &str) -> Self {
        Self { place, variable: None, content: Content::Value(Secret::new(value.to_owned())) }
    }

    fn of_variable(place: Place, variable: &str, lookup: Lookup<'_>) -> Self {
        let content = match (held(variable, lookup), environment::set(variable, lookup)) {
            (_, Ok(value)) => Content::Value(Secret::new(value)),
            (Held::NoText, Err(why)) => Content::NoText(why),
            (_, Err(why)) => Content::Missing(why),
        };
        Self { place, variable: Some(variable.to_owned()), content }
    }

    /// Its value, if it has been read.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Value(value) => Some(value.expose()),
            _ => None,
        }
    }

    /// Whether both have the same, as far as that can be told.
    fn is_like(&self, other: &Self) -> bool {
        let is_same = |one: Option<&str>, other: Option<&str>| one.is_some() && one == other;
        is_same(self.variable.as_deref(), other.variable.as_deref()) || is_same(self.text(), other.text())
    }
}

impl Sources<'_> {
    /// All places that have a value for a parameter, the one that counts first. Of what nobody named, an empty variable is
    /// none. No file is read.
    ///
    /// # Errors
    /// If a variable of `--env` is of no parameter.
    pub(super) fn candidates(&self, parameter: &Parameter, lookup: Lookup<'_>) -> Result<Vec<Candidate>, Problem> {
        let name = &parameter.name;
        let set = self.set.iter().rev().filter(|(set, _)| set == name);
        let mut found: Vec<_> = set.map(|(_, value)| Candidate::value(Place::Set, value)).collect();
        for named in self.named.iter().rev() {
            if self.parameter_of(named)?.name == *name {
                let place = Place::Env(named.variable.clone());
                found.push(Candidate::of_variable(place, &named.variable, lookup));
            }
        }
        found.extend(self.in_file(parameter, lookup));
        let variable = environment::variable(self.integration, parameter, self.bundled);
        if let Some(variable) = variable.filter(|_| self.environment) {
            let found_there = Candidate::of_variable(Place::Variable(variable.clone()), &variable, lookup);
            found.extend(Some(found_there).filter(|there| !matches!(there.content, Content::Missing(_))));
        }
        Ok(found)
    }

    fn in_file(&self, parameter: &Parameter, lookup: Lookup<'_>) -> Option<Candidate> {
        let file = self.file?;
        let place = Place::File(shown(&file.path));
        Some(match file.value(&parameter.name)? {
            Value::Text(text) => Candidate::value(place, text),
            Value::Environment(variable) => Candidate::of_variable(place, variable, lookup),
            Value::File(_) => Candidate { place, variable: None, content: Content::InFile },
        })
    }

    /// What is not used, as the first of these is.
    pub(super) fn unused(&self, parameter: &Parameter, found: &[Candidate]) -> Vec<Unused> {
        let Some((used, others)) = found.split_first() else { return Vec::new() };
        let shown = |candidate: &Candidate| {
            let value = candidate.text().filter(|_| parameter.kind != ParameterKind::Secret)?;
            Some(shown_value(parameter.kind, value))
        };
        let is_there = |other: &&Candidate| !matches!(other.content, Content::Missing(_)) && !other.is_like(used);
        let unused = |other: &Candidate| Unused {
            name: parameter.name.clone(),
            value: shown(other),
            from: other.place.clone(),
            used: shown(used),
            instead: used.place.clone(),
        };
        others.iter().filter(is_there).map(unused).collect()
    }
}
