//! Pages: which ones an answer needs, and fetching them with several in flight.

use super::error::Error;
use super::model::{Thing, once};
use super::reactor::Ordered;
use super::refusals::Refusals;

/// The most items on a page: the server cuts larger ones without a word.
const LARGEST: u32 = 200;
/// The most pages in flight at once.
const WINDOW: usize = 8;

/// The pages that an answer needs, and the part of their items that it takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    per_page: u32,
    first: u64,
    last: u64,
    skip: usize,
    take: usize,
}

impl Plan {
    /// The plan for a command's arguments; `limit` comes before the other two.
    pub fn new(refusals: &mut Refusals, page: u32, page_size: u32, limit: Option<u32>) -> Self {
        let (start, count) = match limit {
            Some(limit) => (0, positive(refusals, "limit", limit)),
            None => {
                let size = positive(refusals, "page_size", page_size);
                (u64::from(page) * u64::from(size), size)
            }
        };
        let take = usize::try_from(count).unwrap_or(usize::MAX);
        if count <= LARGEST {
            let at = start / u64::from(count);
            return Self { per_page: count, first: at, last: at, skip: 0, take };
        }
        let size = u64::from(LARGEST);
        Self {
            per_page: LARGEST,
            first: start / size,
            last: (start + u64::from(count) - 1) / size,
            // Less than a page.
            skip: (start % size) as usize,
            take,
        }
    }

    /// The most items that the answer takes.
    pub fn most(&self) -> usize {
        self.take
    }

    /// Fetches the pages in their order, up to eight at once, until one is short. It begins with two, and asks for two
    /// more with each full one: a short list costs few requests in vain, and a long one never waits for a round to end.
    /// What is on several pages is taken once: while they are read, others may join the list and move the rest.
    pub async fn fetch<T: Thing, F>(&self, load: impl Fn(u64, u32) -> F) -> Result<Vec<T>, Error>
    where
        F: Future<Output = Result<Vec<T>, Error>>,
    {
        let mut items = Vec::new();
        let mut pages = Ordered::new();
        let (mut next, mut window) = (self.first, 2);
        loop {
            while next <= self.last && pages.len() < window {
                pages.push(load(next, self.per_page));
                next += 1;
            }
            // What comes after a short page does not matter, nor does an error there.
            let Some(page) = pages.next().await else { return Ok(self.cut(items)) };
            let page = page?;
            let short = page.len() < self.per_page as usize;
            items.extend(page);
            if short {
                return Ok(self.cut(items));
            }
            window = (window + 1).min(WINDOW);
        }
    }

    fn cut<T: Thing>(&self, items: Vec<T>) -> Vec<T> {
        once(items).into_iter().skip(self.skip).take(self.take).collect()
    }
}

fn positive(refusals: &mut Refusals, argument: &str, number: u32) -> u32 {
    if number == 0 {
        refusals.add(argument, "is 0", "a whole number from 1");
    }
    number.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::reactor::block_on;
    use std::cell::RefCell;

    fn planned(page: u32, page_size: u32, limit: Option<u32>) -> Plan {
        Plan::new(&mut Refusals::default(), page, page_size, limit)
    }

    fn plan(page: u32, page_size: u32, limit: Option<u32>) -> (u32, u64, u64, usize, usize) {
        let plan = planned(page, page_size, limit);
        (plan.per_page, plan.first, plan.last, plan.skip, plan.take)
    }

    #[test]
    fn one_page_is_one_request() {
        assert_eq!(plan(0, 50, None), (50, 0, 0, 0, 50));
        assert_eq!(plan(3, 200, None), (200, 3, 3, 0, 200));
        assert_eq!(plan(7, 10, Some(2)), (2, 0, 0, 0, 2));
        assert_eq!(plan(0, 50, Some(200)), (200, 0, 0, 0, 200));
    }

    #[test]
    fn more_than_a_page_is_cut_out_of_full_ones() {
        assert_eq!(plan(0, 50, Some(201)), (200, 0, 1, 0, 201));
        assert_eq!(plan(0, 50, Some(450)), (200, 0, 2, 0, 450));
        assert_eq!(plan(1, 300, None), (200, 1, 2, 100, 300));
        assert_eq!(plan(2, 400, None), (200, 4, 5, 0, 400));
        let (_, first, ..) = plan(u32::MAX, u32::MAX, None);
        assert_eq!(first, u64::from(u32::MAX).pow(2) / 200);
    }

    #[test]
    fn none_at_all_is_refused() {
        for (page_size, limit, name) in [(0, None, "page_size"), (50, Some(0), "limit")] {
            let mut refusals = Refusals::default();
            Plan::new(&mut refusals, 0, page_size, limit);
            assert_eq!(refusals.told(), [format!("{name} is 0; a whole number from 1")]);
        }
    }

    /// What a page has: a number for its id.
    #[derive(Clone)]
    struct Item(String);

    impl Thing for Item {
        fn id(&self) -> &str {
            &self.0
        }
    }

    impl Item {
        fn number(&self) -> u64 {
            self.0.parse().unwrap()
        }
    }

    /// Serves that many numbers, and says which pages were asked for.
    fn serve(total: u64, plan: Plan) -> (Vec<u64>, Vec<u64>) {
        let asked = RefCell::new(Vec::new());
        let load = async |page: u64, per_page: u32| {
            asked.borrow_mut().push(page);
            let size = u64::from(per_page);
            Ok((page * size..((page + 1) * size).min(total)).map(|number| Item(number.to_string())).collect())
        };
        let items = block_on(plan.fetch(load)).unwrap();
        (items.iter().map(Item::number).collect(), asked.into_inner())
    }

    #[test]
    fn pages_stop_at_the_first_short_one() {
        let limit = |limit| planned(0, 50, Some(limit));
        assert_eq!(serve(452, limit(1000)), ((0..452).collect(), (0..5).collect()));
        assert_eq!(serve(452, limit(450)), ((0..450).collect(), (0..3).collect()));
        assert_eq!(serve(150, limit(1000)), ((0..150).collect(), vec![0, 1]));
        assert_eq!(serve(0, limit(5)), (vec![], vec![0]));
        let (items, pages) = serve(100_000, limit(10_000));
        assert_eq!(items.len(), 10_000);
        assert_eq!(pages.len(), 50);
    }

    #[test]
    fn a_large_page_is_the_range_that_it_names() {
        let plan = planned(1, 300, None);
        assert_eq!(serve(452, plan), ((300..452).collect(), vec![1, 2]));
        assert_eq!(serve(1000, plan), ((300..600).collect(), vec![1, 2]));
        assert_eq!(serve(350, plan), ((300..350).collect(), vec![1, 2]));
        assert_eq!(serve(10, plan), (vec![], vec![1, 2]));
    }

    #[test]
    fn what_moves_to_the_next_page_meanwhile_is_taken_once() {
        let plan = planned(0, 50, Some(400));
        let load = async |page: u64, per_page: u32| {
            let first = (page * u64::from(per_page)).saturating_sub(1);
            let last = (first + u64::from(per_page)).min(260);
            Ok((first..last).map(|number| Item(number.to_string())).collect())
        };
        let items = block_on(plan.fetch(load)).unwrap();
        assert_eq!(items.iter().map(Item::number).collect::<Vec<_>>(), (0..260).collect::<Vec<_>>());
    }

    #[test]
    fn an_error_counts_unless_the_list_ended_before() {
        let plan = planned(0, 50, Some(400));
        let fetch = |short: bool| {
            block_on(plan.fetch(async |page, per_page| match page {
                0 => Ok((usize::from(short)..per_page as usize).map(|number| Item(number.to_string())).collect()),
                _ => Err(Error::Network("no".into())),
            }))
        };
        assert_eq!(fetch(true).unwrap().len(), 199);
        assert!(matches!(fetch(false), Err(Error::Network(_))));
    }
}
