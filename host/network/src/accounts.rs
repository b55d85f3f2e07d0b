//! Whose the credentials of an instance are, as far as it is known. Who asks, and how, is the gate's: here is that one asks
//! for many, that what is known stays known, and that what can't be learnt is not asked for again and again.

use soar_contract::manifest::AccountLookup;
use soar_contract::secret::Secret;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

/// After so long it is tried again where it failed.
const AGAIN: Duration = Duration::from_secs(60);

/// An account of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: String,
    /// Its name for people, if the server says one.
    pub name: Option<String>,
}

/// An account, or why it is not known, for people.
pub type Found = Result<Account, Arc<str>>;

/// The accounts behind the credentials of one instance.
#[derive(Debug)]
pub struct Accounts {
    /// By parameter.
    rows: BTreeMap<String, AccountLookup>,
    known: Mutex<BTreeMap<String, Known>>,
    again: Duration,
}

#[derive(Debug)]
struct Known {
    /// Of another secret it is another account.
    secret: Secret,
    state: State,
}

#[derive(Debug)]
enum State {
    Asked(watch::Receiver<Option<Asked>>),
    Ended(Found, Instant),
}

/// What came of asking.
#[derive(Clone, Debug)]
pub enum Asked {
    /// As it is, or will be for a while.
    Said(Found),
    /// The call that asked had too little time for it: that says nothing to others.
    Hurried(Arc<str>),
}

/// What is to do for somebody who wants to know.
enum Turn<'a> {
    Known(Found),
    Wait(watch::Receiver<Option<Asked>>),
    Ask(Asking<'a>),
}

impl Accounts {
    /// Those of an instance whose manifest has these rows, by parameter.
    #[must_use]
    pub fn new(rows: BTreeMap<String, AccountLookup>) -> Self {
        Self { rows, known: Mutex::default(), again: AGAIN }
    }

    /// How an account is learnt.
    #[must_use]
    pub fn row(&self, parameter: &str) -> Option<&AccountLookup> {
        self.rows.get(parameter)
    }

    /// The account behind a secret: as it is known, or as whoever is asking learns it within `patience`, or as `ask` says in what
    /// is left of that.
    pub async fn of<F: Future<Output = Asked>>(
        &self,
        parameter: &str,
        secret: &Secret,
        patience: Duration,
        ask: impl FnOnce(Duration) -> F,
    ) -> Found {
        let until = Instant::now() + patience;
        loop {
            match self.turn(parameter, secret) {
                Turn::Known(found) => return found,
                Turn::Wait(mut asked) => match timeout_at(until, asked.wait_for(Option::is_some)).await {
                    Ok(Ok(asked)) => match &*asked {
                        Some(Asked::Said(found)) => return found.clone(),
                        // Who has little time left does not begin anew.
                        Some(Asked::Hurried(why)) if until.saturating_duration_since(Instant::now()) < patience / 2 => {
                            return Err(why.clone());
                        }
                        _ => {}
                    },
                    Ok(Err(_)) => return Err("whoever asked for it has given up".into()),
                    Err(_) => return Err("it was asked for, and no answer had come".into()),
                },
                Turn::Ask(asking) => {
                    let asked = ask(until.saturating_duration_since(Instant::now())).await;
                    asking.end(asked.clone());
                    return match asked {
                        Asked::Said(found) => found,
                        Asked::Hurried(why) => Err(why),
                    };
                }
            }
        }
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self, parameter: &str, secret: &Secret) -> Turn<'_> {
        let mut known = self.known();
        match known.get(parameter).filter(|known| known.secret == *secret).map(|known| &known.state) {
            Some(State::Asked(asked)) => return Turn::Wait(asked.clone()),
            Some(State::Ended(Ok(account), _)) => return Turn::Known(Ok(account.clone())),
            Some(State::Ended(Err(why), since)) if since.elapsed() < self.again => {
                return Turn::Known(Err(why.clone()));
            }
            _ => {}
        }
        let (sender, asked) = watch::channel(None);
        known.insert(parameter.to_owned(), Known { secret: secret.clone(), state: State::Asked(asked) });
        let (accounts, parameter, secret) = (self, parameter.to_owned(), secret.clone());
        Turn::Ask(Asking { accounts, parameter, secret, sender: Some(sender) })
    }
}

/// Somebody asks, for all.
struct Asking<'a> {
    accounts: &'a Accounts,
    parameter: String,
    secret: Secret,
    /// Until it has ended.
    sender: Option<watch::Sender<Option<Asked>>>,
}

impl Asking<'_> {
    fn end(mut self, asked: Asked) {
        self.ended(asked);
    }

    fn ended(&mut self, asked: Asked) {
        let Some(sender) = self.sender.take() else { return };
        let mut all = self.accounts.known();
        // Unless the secret is another one by now.
        if let Some(known) = all.get_mut(&self.parameter).filter(|known| known.secret == self.secret) {
            match &asked {
                Asked::Said(found) => known.state = State::Ended(found.clone(), Instant::now()),
                // The next one asks.
                Asked::Hurried(_) => drop(all.remove(&self.parameter)),
            }
        }
        drop(all);
        sender.send_replace(Some(asked));
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.ended(Asked::Hurried("the call that asked for it ended first".into()));
    }
}

#[cfg(test)]
mod tests;
