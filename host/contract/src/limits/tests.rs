use super::*;
use proptest::prelude::*;

proptest! {
    #[test]
    fn no_amount_overflows_a_clock(amount in any::<u64>()) {
        Limits::default().with(Limit::Time, Duration::from_millis(amount)).deadline();
    }
}

#[test]
fn limits_are_set_as_people_write_them() {
    let mut limits = Limits::default();
    for (name, text, limit, amount) in [
        ("time", "90 s", Limit::Time, 90_000),
        ("time", "5 min", Limit::Time, 300_000),
        ("cpu", "250ms", Limit::Cpu, 250),
        ("memory", "64 MiB", Limit::Memory, 64 << 20),
        ("memory", "65536", Limit::Memory, 65536),
        ("requests", "7", Limit::Requests, 7),
    ] {
        limits.set(name, text).unwrap();
        assert_eq!(limits.number(limit), amount, "{name} {text}");
    }
    assert_eq!(limits.get(Limit::Output), Limits::default().get(Limit::Output));
}

#[test]
fn what_is_no_limit_is_an_error_that_says_what_would_be_right() {
    let mut limits = Limits::default();
    for (name, text) in [
        ("time", "0 s"),
        ("time", "-1 s"),
        ("time", "5"),
        ("time", "for ever"),
        ("time", "24 h 1 ms"),
        ("time", "2562047788015215 h"),
        ("memory", "0"),
        ("memory", "-1"),
        ("memory", "lots"),
        ("requests", "1.5"),
        ("requests", ""),
        ("tims", "5 s"),
    ] {
        let error = limits.set(name, text).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains("expected"), "{error}");
    }
    assert_eq!(limits, Limits::default());
}

#[test]
fn each_has_a_name_of_its_own_and_is_read_as_it_is_shown() {
    for limit in Limit::ALL {
        assert_eq!(Limit::named(limit.name()), Some(limit));
        let (mut limits, default) = (Limits::default().with(limit, limit.amount(1)), Limits::default());
        limits.set(limit.name(), &limit.show(default.get(limit))).unwrap();
        assert_eq!(limits, default);
        assert!(!limit.about().contains("these "), "it leans: {}", limit.about());
    }
    let message = Exceeded { limit: Limit::Memory, allowed: Amount::Number(256 << 20) }.to_string();
    assert!(message.contains("memory") && message.contains("256") && message.contains("raise"), "{message}");
}
