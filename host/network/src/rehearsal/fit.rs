//! Whether a recorded request can stand for the one that is made, and what that binds.

use super::binding::{Binding, Conflict};
use super::pages::Page;
use super::route::Route;
use crate::recording::{Asked, Payload, covers, has_redacted};
use serde_json::{Map, Value};

/// A recorded request that can stand for one that is made.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    /// What was bound before, and by this request.
    pub(super) binding: Binding,
    /// How much of it is new.
    pub(super) new: usize,
    /// Recorded values of lists that the request has no more.
    pub(super) dropped: Vec<Value>,
    /// Fields of the body that the recorded one has not.
    pub(super) added: Vec<(String, Value)>,
    /// Which page is asked for, if it is another one than was recorded, or of another size.
    pub(super) page: Option<Page>,
}

/// Why a recorded request can't stand for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    /// It is another one.
    Differs,
    /// A list is longer than the recorded one, which has so many.
    Ends {
        /// How many the recording has.
        recorded: usize,
    },
}

impl From<Conflict> for Unfit {
    fn from(_: Conflict) -> Self {
        Unfit::Differs
    }
}

/// Holds a request against a recorded one of the same route; fields that are `volatile` don't count.
pub(super) fn fit(
    route: &Route,
    recorded: &Asked,
    asked: &Asked,
    binding: &Binding,
    volatile: &[String],
) -> Result<Fit, Unfit> {
    let mut binding = binding.clone();
    binding.next();
    let mut fit = Fit { binding, new: 0, dropped: Vec::new(), added: Vec::new(), page: None };
    let of_recorded = route.values(&recorded.method, &recorded.path).ok_or(Unfit::Differs)?;
    let of_asked = route.values(&asked.method, &asked.path).ok_or(Unfit::Differs)?;
    for ((place, recorded), (_, asked)) in route.variables(of_recorded).zip(route.variables(of_asked)) {
        fit.bytes(place, recorded, asked)?;
    }
    fit.query(recorded, asked)?;
    fit.body(recorded, asked, volatile)?;
    Ok(fit)
}

impl Fit {
    fn value(&mut self, place: &str, recorded: &Value, asked: &Value) -> Result<(), Unfit> {
        if let (Value::String(recorded), Value::String(asked)) = (recorded, asked)
            && has_redacted(recorded)
        {
            // What was taken out stands for anything, and nobody knows for what.
            return if covers(recorded.as_bytes(), asked.as_bytes()) { Ok(()) } else { Err(Unfit::Differs) };
        }
        self.new += usize::from(self.binding.bind(place, recorded, asked)?);
        Ok(())
    }

    fn bytes(&mut self, place: &str, recorded: &[u8], asked: &[u8]) -> Result<(), Unfit> {
        match (std::str::from_utf8(recorded), std::str::from_utf8(asked)) {
            (Ok(recorded), Ok(asked)) => self.value(place, &recorded.into(), &asked.into()),
            _ if recorded == asked => Ok(()),
            _ => Err(Unfit::Differs),
        }
    }

    fn query(&mut self, recorded: &Asked, asked: &Asked) -> Result<(), Unfit> {
        let same = recorded.query.len() == asked.query.len()
            && recorded.query.iter().zip(&asked.query).all(|((one, _), (other, _))| one == other);
        if !same {
            return Err(Unfit::Differs);
        }
        self.page = Page::other(&recorded.query, &asked.query);
        for ((name, recorded), (_, asked)) in recorded.query.iter().zip(&asked.query) {
            let name = String::from_utf8_lossy(name);
            if !Page::is_of_one(&name, recorded) || !Page::is_of_one(&name, asked) {
                self.bytes(&name, recorded, asked)?;
            }
        }
        Ok(())
    }

    fn body(&mut self, recorded: &Asked, asked: &Asked, volatile: &[String]) -> Result<(), Unfit> {
        match (recorded.payload(), asked.payload()) {
            (Payload::Json(Value::Object(recorded)), Payload::Json(Value::Object(asked))) => {
                self.object(recorded, asked, volatile)?;
                let added = asked.iter().filter(|(name, _)| !recorded.contains_key(*name) && !volatile.contains(name));
                self.added = added.map(|(name, value)| (name.clone(), value.clone())).collect();
                Ok(())
            }
            (Payload::Json(recorded), Payload::Json(asked)) => self.json("", recorded, asked),
            (Payload::Form(recorded), Payload::Form(asked)) if recorded.len() == asked.len() => {
                for ((name, recorded), (other, asked)) in recorded.iter().zip(asked) {
                    if name != other {
                        return Err(Unfit::Differs);
                    }
                    self.bytes(&String::from_utf8_lossy(name), recorded, asked)?;
                }
                Ok(())
            }
            (Payload::Other, Payload::Other) => self.opaque(&recorded.body, &asked.body),
            _ => Err(Unfit::Differs),
        }
    }

    /// The content of a file: another one is as good.
    fn opaque(&mut self, recorded: &[u8], asked: &[u8]) -> Result<(), Unfit> {
        if covers(recorded, asked) {
            return Ok(());
        }
        if recorded.is_empty() || asked.is_empty() {
            return Err(Unfit::Differs);
        }
        self.new += 1;
        self.binding.length(recorded.len() as u64, asked.len() as u64);
        Ok(())
    }

    fn object(
        &mut self,
        recorded: &Map<String, Value>,
        asked: &Map<String, Value>,
        volatile: &[String],
    ) -> Result<(), Unfit> {
        for (name, value) in recorded.iter().filter(|(name, _)| !volatile.contains(name)) {
            match asked.get(name) {
                Some(asked) => self.json(name, value, asked)?,
                None if is_nothing(value) => {}
                None => return Err(Unfit::Differs),
            }
        }
        Ok(())
    }

    fn json(&mut self, place: &str, recorded: &Value, asked: &Value) -> Result<(), Unfit> {
        match (recorded, asked) {
            (Value::Object(recorded), Value::Object(asked)) => {
                let is_more = asked.keys().any(|name| !recorded.contains_key(name));
                if is_more { Err(Unfit::Differs) } else { self.object(recorded, asked, &[]) }
            }
            (Value::Array(recorded), Value::Array(asked)) => self.list(place, recorded, asked),
            (Value::Object(_) | Value::Array(_), _) | (_, Value::Object(_) | Value::Array(_)) => Err(Unfit::Differs),
            _ => self.value(place, recorded, asked),
        }
    }

    /// Values are bound to the recorded ones that they are already, and the others in their order: a server doesn't care
    /// for the order of a list of people, and a component sorts it by what it knows.
    fn list(&mut self, place: &str, recorded: &[Value], asked: &[Value]) -> Result<(), Unfit> {
        let nested = |value: &Value| value.is_object() || value.is_array();
        if recorded.iter().chain(asked).any(nested) {
            if recorded.len() != asked.len() {
                return Err(Unfit::Differs);
            }
            return recorded.iter().zip(asked).try_for_each(|(recorded, asked)| self.json(place, recorded, asked));
        }
        if asked.len() > recorded.len() {
            return Err(Unfit::Ends { recorded: recorded.len() });
        }
        let view = self.binding.view(place);
        let mut left: Vec<(&Value, Value)> = recorded.iter().map(|value| (value, view.value(value))).collect();
        let mut new = Vec::new();
        for asked in asked {
            match left.iter().position(|(_, bound)| bound == asked) {
                Some(at) => {
                    let (recorded, _) = left.remove(at);
                    self.value(place, recorded, asked)?;
                }
                None => new.push(asked),
            }
        }
        for asked in new {
            let (recorded, _) = left.remove(0);
            self.value(place, recorded, asked)?;
        }
        self.new += left.len();
        self.dropped.extend(left.into_iter().map(|(recorded, _)| recorded.clone()));
        Ok(())
    }
}

/// What a field holds that nothing was put into.
pub(super) fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}
