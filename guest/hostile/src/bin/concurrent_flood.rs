//! Has many requests under way at once.

use hostile_guests::{Request, attack};

attack!(run);

fn run(_: String) -> String {
    let pending: Vec<_> = (0..50).filter_map(|_| Request::get().start().ok()).collect();
    let answered = pending.iter().filter(|pending| {
        pending.subscribe().block();
        matches!(pending.get(), Some(Ok(Ok(_))))
    });
    format!("{} answered", answered.count())
}
