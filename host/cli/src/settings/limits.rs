//! The limits of a call, and where each is from.

use super::Sources;
use crate::kind::Kind;
use crate::network;
use crate::place::{Place, Unused};
use crate::problem::Problem;
use soar::files::shown;
use soar::{Amount, Limit, Limits};
use std::collections::BTreeMap;

/// The limits, and what is known of them.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The limits.
    pub limits: Limits,
    /// Where those are from that differ from the default, by their names.
    pub from: BTreeMap<&'static str, Place>,
    /// What was given and is not used.
    pub unused: Vec<Unused>,
}

impl Sources<'_> {
    /// The limits of the instance file and of `--limit`, the later ones winning.
    ///
    /// # Errors
    /// If `--limit` names none, or one that can't be that much.
    pub(super) fn limits(&self) -> Result<Gathered, Problem> {
        let mut gathered = Gathered::default();
        if let Some(file) = self.file {
            let place = Place::File(shown(&file.path));
            for limit in Limit::ALL {
                gathered.take(limit, file.limits.get(limit), &place);
            }
        }
        for (name, text) in self.limits {
            let mut one = gathered.limits.clone();
            network::set_limit(&mut one, name, text)
                .map_err(|message| Problem::wrong(Kind::Configuration, format!("--limit {message}")))?;
            if let Some(limit) = Limit::named(name) {
                gathered.take(limit, one.get(limit), &Place::Limit);
            }
        }
        Ok(gathered)
    }
}

impl Gathered {
    /// Takes a limit from a place, before which another one may have said something else.
    fn take(&mut self, limit: Limit, amount: Amount, place: &Place) {
        let before = self.limits.get(limit);
        if before == amount {
            return;
        }
        if let Some(from) = self.from.insert(limit.name(), place.clone()) {
            let (name, value) = (limit.name().to_owned(), Some(limit.show(before)));
            self.unused.push(Unused { name, value, from, used: None, instead: place.clone() });
        }
        // What is used is what came last.
        for unused in self.unused.iter_mut().filter(|unused| unused.name == limit.name()) {
            (unused.used, unused.instead) = (Some(limit.show(amount)), place.clone());
        }
        self.limits = self.limits.clone().with(limit, amount);
        if amount == Limits::default().get(limit) {
            self.from.remove(limit.name());
        }
    }
}
