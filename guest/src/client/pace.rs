//! How fast a call asks: as fast as it can, until somebody on the way limits the rate. Pure: no clock in here.
//!
//! All requests of a call share one pace: what one of them is told, the others need not find out.

use std::cell::Cell;

/// The gap between requests after the first refusal, in milliseconds; it doubles with each round of refusals.
const FIRST_GAP: u64 = 50;
/// The largest gap, in milliseconds.
const LARGEST_GAP: u64 = 2000;

/// The pace of a call. All times are milliseconds of one clock.
pub struct Pace {
    /// When the next request may leave.
    next: Cell<u64>,
    /// How long after one request the next may leave.
    gap: Cell<u64>,
    /// When the gap last grew: what left before does not know of it.
    grown: Cell<u64>,
    /// How many requests were answered by who was not too busy.
    answered: Cell<u32>,
    /// When waiting makes no more sense.
    end: u64,
}

impl Pace {
    /// For a call that may wait until `end`.
    pub fn until(end: u64) -> Self {
        Self { next: Cell::new(0), gap: Cell::new(0), grown: Cell::new(0), answered: Cell::new(0), end }
    }

    /// For how long a request waits that would leave now. Each asks once, before it leaves.
    pub fn turn(&self, now: u64) -> u64 {
        let at = self.next.get().max(now);
        self.next.set(at + self.gap.get());
        at - now
    }

    /// A request that left at `left` was refused: too many, or too busy, and perhaps for how long.
    pub fn refused(&self, left: u64, now: u64, wait: Option<u64>) {
        if left >= self.grown.get() {
            self.gap.set((self.gap.get() * 2).clamp(FIRST_GAP, LARGEST_GAP));
            self.grown.set(now);
        }
        if let Some(wait) = wait {
            self.next.set(self.next.get().max(now + wait));
        }
    }

    /// A request was answered: the next ones may come a little faster.
    pub fn answered(&self) {
        self.answered.set(self.answered.get() + 1);
        let gap = self.gap.get();
        self.gap.set(gap - gap.div_ceil(16));
    }

    /// How many requests were answered so far: who sees more than before knows that the call gets on.
    pub fn progress(&self) -> u32 {
        self.answered.get()
    }

    /// For how long the call may still wait.
    pub fn left(&self, now: u64) -> u64 {
        self.end.saturating_sub(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_before_the_first_refusal() {
        let pace = Pace::until(1000);
        assert!((0..100).all(|now| pace.turn(now) == 0));
        assert_eq!((pace.left(400), pace.left(1400)), (600, 0));
    }

    #[test]
    fn a_round_of_refusals_counts_once() {
        let pace = Pace::until(1000);
        for now in 10..18 {
            pace.refused(5, now, None);
        }
        assert_eq!([pace.turn(20), pace.turn(20), pace.turn(20)], [0, 50, 100]);
        pace.refused(30, 40, None);
        assert_eq!([pace.turn(500), pace.turn(500)], [0, 100]);
    }

    #[test]
    fn all_wait_for_as_long_as_one_was_told() {
        let pace = Pace::until(100_000);
        pace.refused(0, 10, Some(7000));
        pace.refused(0, 20, Some(3000));
        assert_eq!(pace.turn(1010), 6000);
    }

    #[test]
    fn answers_make_it_faster_again() {
        let pace = Pace::until(1000);
        pace.refused(5, 10, None);
        for _ in 0..100 {
            pace.answered();
        }
        assert_eq!([pace.turn(20), pace.turn(20)], [0, 0]);
        assert_eq!(pace.progress(), 100);
    }

    /// A gateway that lets some requests a second through, and 20 pages of which 8 are asked for at once.
    #[test]
    fn twenty_pages_pass_a_gateway_of_five_a_second() {
        let pace = Pace::until(270_000);
        // When each page is asked for next, and how often it was.
        let mut pages = vec![(0, 0_u32); 8];
        let (mut tokens, mut then, mut done, mut asked) = (5.0_f64, 0, 0, 0);
        while let Some(index) = (0..pages.len()).min_by_key(|index| pages[*index].0) {
            let (now, attempts) = pages[index];
            tokens = (tokens + f64::from(u32::try_from(now - then).unwrap()) / 200.0).min(5.0);
            then = now;
            asked += 1;
            if tokens >= 1.0 {
                tokens -= 1.0;
                pace.answered();
                done += 1;
                pages.remove(index);
                if done + pages.len() < 20 {
                    pages.push((now + pace.turn(now), 0));
                }
                continue;
            }
            pace.refused(now, now, None);
            let ready = now + (500 << attempts.min(4));
            pages[index] = (ready + pace.turn(ready), attempts + 1);
        }
        assert_eq!(done, 20);
        assert!(then < 20_000 && asked < 80, "{asked} requests in {then} ms");
    }
}
