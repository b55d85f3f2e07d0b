//! What a proxy has made of us so far: whoever asks it again must not do harm.
//!
//! A proxy looks its users up in a directory, which locks an account after some wrong passwords in a while. So it is told a
//! password once; the others wait for what comes of it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::refusal::Refusal;

/// How long a proxy is not told a password that it refused: the first time, and each time in a row after that.
const REST: [Duration; 2] = [Duration::from_mins(1), Duration::from_mins(10)];

/// How long what it refuses otherwise is not asked for: what else the call has under way would only ask the same.
const PAUSE: Duration = Duration::from_secs(5);

/// So often it is told one without an answer that says whether it took it: a proxy may refuse by hanging up.
const UNCLEAR: usize = 2;

/// So many tell it one at once that it took before: it may have been locked since, or have run out.
const AT_ONCE: usize = 2;

/// What is known of a proxy.
#[derive(Debug)]
pub(super) struct Verdict {
    state: Mutex<State>,
    /// One for each who may tell it a password at once.
    few: tokio::sync::Semaphore,
    /// Held by the one who tells it a password that it has not taken yet.
    asking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    /// It has taken the password.
    accepted: bool,
    /// How often it has refused it in a row.
    refusals: usize,
    /// How often it was told it without an answer that says whether it took it.
    unclear: usize,
    /// Its last refusals.
    last: Vec<Last>,
}

#[derive(Debug)]
struct Last {
    /// Of which target; of all of them if none.
    target: Option<String>,
    refusal: Refusal,
    since: Instant,
    until: Instant,
}

/// Somebody asks the proxy.
#[derive(Debug)]
pub(super) struct Asking<'a> {
    verdict: &'a Verdict,
    target: String,
    told: bool,
    _few: Option<tokio::sync::SemaphorePermit<'a>>,
    /// As long as there is one, everybody else waits.
    _turn: Option<tokio::sync::MutexGuard<'a, ()>>,
}

impl Default for Verdict {
    fn default() -> Self {
        Self {
            state: Mutex::default(),
            few: tokio::sync::Semaphore::new(AT_ONCE),
            asking: tokio::sync::Mutex::default(),
        }
    }
}

impl Verdict {
    /// The same for one of a few at once.
    ///
    /// # Errors
    /// If it has refused already.
    pub async fn ask_by_turns(&self, target: &str, told: bool) -> Result<Asking<'_>, Refusal> {
        // It is never closed.
        let turn = if told { self.few.acquire().await.ok() } else { None };
        let asking = self.ask(target, told).await?;
        Ok(Asking { _few: turn, ..asking })
    }

    /// Waits until it is known whether the proxy takes the password, if it is told one. Whoever is the first may ask, and has
    /// to say what came of it; if nothing did, the next one is the first.
    ///
    /// # Errors
    /// If it has refused already.
    pub async fn ask(&self, target: &str, told: bool) -> Result<Asking<'_>, Refusal> {
        let entered = Instant::now();
        let known = |verdict: &Verdict| {
            let state = verdict.state();
            state.refusal(target, entered, Instant::now()).map_or(Ok(state.accepted || !told), Err)
        };
        let turn = if known(self)? { None } else { Some(self.asking.lock().await) };
        let turn = turn.filter(|_| !self.state().accepted);
        known(self)?;
        Ok(Asking { verdict: self, target: target.to_owned(), told, _few: None, _turn: turn })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Asking<'_> {
    /// It passes requests on.
    pub fn accepted(self) {
        let mut state = self.verdict.state();
        (state.accepted, state.refusals, state.unclear) = (true, 0, 0);
        state.last.retain(|last| last.target.as_ref().is_some_and(|target| *target != self.target));
    }

    /// It does not.
    pub fn refused(self, refusal: Refusal) -> Refusal {
        self.verdict.state().refused(&self.target, self.told, refusal.clone(), Instant::now());
        refusal
    }
}

impl State {
    fn refused(&mut self, target: &str, told: bool, refusal: Refusal, now: Instant) {
        let (target, rest) = match &refusal {
            Refusal::Credentials(_) if told => {
                self.accepted = false;
                self.refusals += 1;
                (None, REST[self.refusals.min(REST.len()) - 1])
            }
            Refusal::Credentials(_) => (None, PAUSE),
            Refusal::Target(_) => (Some(target.to_owned()), PAUSE),
            Refusal::Unreached(_) if told && !self.accepted => {
                self.unclear += 1;
                (None, if self.unclear < UNCLEAR { Duration::ZERO } else { REST[0] })
            }
            Refusal::Unreached(_) => (Some(target.to_owned()), Duration::ZERO),
        };
        self.last.retain(|last| last.target != target);
        self.last.push(Last { target, refusal, since: now, until: now + rest });
    }

    /// What it would say to somebody who wants to ask since then.
    fn refusal(&self, target: &str, entered: Instant, now: Instant) -> Option<Refusal> {
        let is_about = |last: &&Last| last.target.as_deref().is_none_or(|own| own == target);
        let mut last = self.last.iter().filter(is_about);
        last.find_map(|last| {
            if last.since >= entered {
                return Some(last.refusal.clone());
            }
            let left = last.until.checked_duration_since(now).filter(|left| !left.is_zero())?;
            let (ago, left) = ((now - last.since).as_secs(), left.as_secs() + 1);
            Some(
                last.refusal
                    .clone()
                    .and(&format!(". It said so {ago} s ago, and is asked again in {left} s at the earliest")),
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials() -> Refusal {
        Refusal::Credentials("no".into())
    }

    /// A proxy that refuses by hanging up locks an account, too.
    #[tokio::test]
    async fn a_password_is_told_twice_at_most_where_nothing_clear_comes_of_it() {
        let verdict = Verdict::default();
        for _ in 0..UNCLEAR {
            let asking = verdict.ask_by_turns("a", true).await.unwrap();
            asking.refused(Refusal::Unreached("it hung up".into()));
        }
        assert!(matches!(verdict.ask("a", true).await, Err(Refusal::Unreached(_))));
        assert!(matches!(verdict.ask("b", true).await, Err(Refusal::Unreached(_))));
        // Where it was taken before, the server behind it can't be reached.
        let verdict = Verdict::default();
        verdict.ask("a", true).await.unwrap().accepted();
        for _ in 0..5 {
            verdict.ask("a", true).await.unwrap().refused(Refusal::Unreached("no".into()));
        }
        assert!(verdict.ask("a", true).await.is_ok());
    }

    #[tokio::test]
    async fn one_tells_a_password_and_the_others_hear_what_came_of_it() {
        for refusal in [credentials(), Refusal::Target("no".into()), Refusal::Unreached("no".into())] {
            let verdict = Verdict::default();
            let first = verdict.ask("a", true).await.unwrap();
            let others = [verdict.ask("a", true), verdict.ask("a", true)];
            let heard = futures_util::future::join_all(others.into_iter().map(|other| async { other.await.map(drop) }));
            let answered = async {
                tokio::task::yield_now().await;
                first.refused(refusal.clone())
            };
            let (heard, _) = tokio::join!(heard, answered);
            assert_eq!(heard, [Err(refusal.clone()), Err(refusal.clone())]);
            // What was not reached may be another time; what was refused is not asked again at once.
            let again = verdict.ask("a", true).await.map(drop);
            assert_eq!(again.is_ok(), matches!(refusal, Refusal::Unreached(_)), "{again:?}");
            let other = verdict.ask("b", true).await.map(drop);
            assert_eq!(other.is_err(), matches!(refusal, Refusal::Credentials(_)), "{other:?}");
        }
    }

    #[tokio::test]
    async fn who_is_given_up_hands_its_turn_on_and_who_is_accepted_lets_all_in() {
        let verdict = Verdict::default();
        drop(verdict.ask("a", true).await.unwrap());
        verdict.ask("a", true).await.unwrap().accepted();
        let _one = verdict.ask("a", true).await.unwrap();
        let _other = verdict.ask("a", true).await.unwrap();
        // Who tells nothing needs no turn.
        let verdict = Verdict::default();
        let _one = verdict.ask("a", false).await.unwrap();
        let _other = verdict.ask("a", false).await.unwrap();
    }

    #[test]
    fn a_password_is_told_again_after_a_minute_and_then_after_ten() {
        let mut state = State::default();
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let told = |state: &State, seconds| state.refusal("a", at(seconds), at(seconds)).is_none();
        state.refused("a", true, credentials(), at(0));
        assert!(!told(&state, 59) && told(&state, 60));
        state.refused("a", true, credentials(), at(60));
        assert!(!told(&state, 659) && told(&state, 660));
        state.refused("a", true, credentials(), at(660));
        assert!(!told(&state, 1259) && told(&state, 1260));
        let Some(Refusal::Credentials(words)) = state.refusal("a", at(1259), at(1259)) else { panic!("{state:?}") };
        assert_eq!(words, "no. It said so 599 s ago, and is asked again in 2 s at the earliest");
        let mut state = State::default();
        state.refused("a", false, credentials(), at(0));
        assert!(!told(&state, 4) && told(&state, 5));
    }
}
