use super::*;
use std::future::{pending, poll_fn, ready};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

const PATIENCE: Duration = Duration::from_millis(100);

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn account(id: &str) -> Account {
    Account { id: id.to_owned(), name: None }
}

fn accounts() -> Accounts {
    Accounts { again: Duration::from_millis(50), ..Accounts::new(BTreeMap::new()) }
}

/// Asks, and counts.
async fn ask(accounts: &Accounts, secret: &Secret, count: &AtomicUsize, found: Found) -> Found {
    let ask = |_| async {
        count.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(10)).await;
        Asked::Said(found)
    };
    accounts.of("token", secret, PATIENCE, ask).await
}

#[tokio::test]
async fn one_asks_for_all_and_once() {
    let (accounts, token, count) = (accounts(), secret("one"), AtomicUsize::new(0));
    let asks = (0..10).map(|_| ask(&accounts, &token, &count, Ok(account("1"))));
    for found in futures_util::future::join_all(asks).await {
        assert_eq!(found, Ok(account("1")));
    }
    tokio::time::sleep(accounts.again * 2).await;
    assert_eq!(ask(&accounts, &token, &count, Ok(account("2"))).await, Ok(account("1")));
    assert_eq!(count.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn another_secret_is_another_account() {
    let (accounts, count) = (accounts(), AtomicUsize::new(0));
    assert_eq!(ask(&accounts, &secret("one"), &count, Ok(account("1"))).await, Ok(account("1")));
    assert_eq!(ask(&accounts, &secret("two"), &count, Ok(account("2"))).await, Ok(account("2")));
    assert_eq!(ask(&accounts, &secret("two"), &count, Ok(account("3"))).await, Ok(account("2")));
}

#[tokio::test]
async fn what_failed_is_tried_again_after_a_while() {
    let (accounts, token, count) = (accounts(), secret("one"), AtomicUsize::new(0));
    for _ in 0..3 {
        let found = ask(&accounts, &token, &count, Err("it is down".into())).await;
        assert_eq!(found, Err("it is down".into()));
    }
    assert_eq!(count.load(Ordering::SeqCst), 1);
    tokio::time::sleep(accounts.again * 2).await;
    assert_eq!(ask(&accounts, &token, &count, Ok(account("1"))).await, Ok(account("1")));
}

#[tokio::test]
async fn nobody_waits_for_long_nor_for_somebody_who_has_gone() {
    let (accounts, token) = (accounts(), secret("one"));
    {
        let mut asking = Box::pin(accounts.of("token", &token, PATIENCE, |_| pending()));
        let is_pending = poll_fn(|context| Poll::Ready(asking.as_mut().poll(context).is_pending())).await;
        assert!(is_pending);
        let begun = Instant::now();
        let waited = accounts.of("token", &token, PATIENCE, |_| ready(Asked::Said(Ok(account("other"))))).await;
        assert!(waited.is_err_and(|why| why.contains("no answer had come")));
        assert!(begun.elapsed() >= PATIENCE);
    }
    let after = accounts.of("token", &token, PATIENCE, |_| ready(Asked::Said(Ok(account("other"))))).await;
    assert_eq!(after, Ok(account("other")), "the next one asks");
}

#[tokio::test]
async fn who_had_too_little_time_does_not_speak_for_others() {
    let (accounts, token, count) = (accounts(), secret("one"), AtomicUsize::new(0));
    let hurried = accounts.of("token", &token, PATIENCE, |_| async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        Asked::Hurried("no answer came within 10 ms".into())
    });
    // One waits for it, and asks for itself then, in what is left of its own patience.
    let waiting = accounts.of("token", &token, PATIENCE, |left| {
        assert!(left < PATIENCE);
        ready(Asked::Said(Ok(account("1"))))
    });
    let (hurried, waiting) = futures_util::future::join(hurried, waiting).await;
    assert!(hurried.is_err_and(|why| why.contains("10 ms")));
    assert_eq!(waiting, Ok(account("1")));
    assert_eq!(ask(&accounts, &token, &count, Ok(account("2"))).await, Ok(account("1")));
}
