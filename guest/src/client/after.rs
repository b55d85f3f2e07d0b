//! After how long a server wants to be asked again.

/// The longest that is believed, in seconds.
const DAY: u64 = 24 * 60 * 60;
/// A number from here on is a moment, in seconds since 1970: as a wait it would be 31 years.
const MOMENT: u64 = 1_000_000_000;
/// One from here on is a moment in parts of a second: thousandths, millionths or less.
const FINER: u64 = 100_000_000_000;

/// The seconds that one of the headers names, the first that can be read; of a moment, those that are left at `now` (in
/// seconds since 1970), which the answer's own `date` says better than any other clock.
pub fn seconds(headers: [Option<&str>; 3], date: Option<&str>, now: impl Fn() -> u64) -> Option<u32> {
    let now = || date.and_then(moment).unwrap_or_else(&now);
    let wait = headers.into_iter().flatten().find_map(|value| {
        if let Some(number) = number(value) {
            return Some(if number < MOMENT { number } else { since_1970(number).saturating_sub(now()) });
        }
        Some(moment(value)?.saturating_sub(now()))
    })?;
    u32::try_from(wait.min(DAY)).ok()
}

/// A number, rounded up; of several with commas between them, the first.
fn number(value: &str) -> Option<u64> {
    let value = value.split(',').next()?.trim();
    let (whole, part) = value.split_once('.').unwrap_or((value, ""));
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let up = u64::from(part.bytes().any(|byte| byte != b'0'));
    whole.bytes().all(|byte| byte.is_ascii_digit()).then(|| whole.parse::<u64>().ok()?.checked_add(up)).flatten()
}

/// Any of the three forms of a date in HTTP, as seconds since 1970: `Sun, 06 Nov 1994 08:49:37 GMT`,
/// `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`. The crate `httpdate` would make the component 11 KB
/// larger.
fn moment(value: &str) -> Option<u64> {
    let (mut month, mut time) = (None, None);
    let mut numbers = Vec::new();
    for word in value.split([' ', ',', '-']).filter(|word| !word.is_empty()) {
        if word.contains(':') {
            time = Some(time_of_day(word)?);
        } else if word.starts_with(|c: char| c.is_ascii_digit()) {
            numbers.push(word.parse::<u64>().ok()?);
        } else if let Some(number) = one_of("JanFebMarAprMayJunJulAugSepOctNovDec", word) {
            month = Some(number);
        } else if word != "GMT" && word != "UTC" {
            one_of("SunMonTueWedThuFriSat", word)?;
        }
    }
    let &[day @ 1..=31, year @ 0..=9999] = &numbers[..] else { return None };
    let year = match year {
        0..70 => year + 2000,
        70..100 => year + 1900,
        _ => year,
    };
    // Days of years that begin in March, so that the day that some lack is their last.
    let (month, year) = ((month? + 10) % 12, if month? < 2 { year.checked_sub(1)? } else { year });
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
    (days.checked_sub(719_469)? * DAY).checked_add(time?)
}

/// Which of these names of three letters a word begins with.
fn one_of(names: &str, word: &str) -> Option<u64> {
    let names = names.as_bytes().chunks(3);
    names.zip(0..).find_map(|(name, number)| word.as_bytes().starts_with(name).then_some(number))
}

/// `08:49:37` in seconds.
fn time_of_day(word: &str) -> Option<u64> {
    let mut parts = word.split(':').map(|part| part.parse::<u64>().ok().filter(|part| *part <= 60));
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    parts.next().is_none().then_some(hours * 3600 + minutes * 60 + seconds)
}

fn since_1970(mut number: u64) -> u64 {
    while number >= FINER {
        number /= 1000;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 784_111_777 + 1_000_000_000;
    /// [`NOW`] as a date.
    const DATE: &str = "Wed, 15 Jul 2026 10:36:17 GMT";

    fn read(value: &str) -> Option<u32> {
        seconds([Some(value), None, None], None, || NOW)
    }

    #[test]
    fn a_number_is_seconds_or_a_moment() {
        for (value, expected) in [
            ("0", Some(0)),
            ("29", Some(29)),
            (" 7 ", Some(7)),
            ("1, 1", Some(1)),
            ("0.2", Some(1)),
            ("3.000", Some(3)),
            ("86401", Some(86_400)),
            ("999999999", Some(86_400)),
            (&(NOW + 20).to_string(), Some(20)),
            (&format!("{}.5", NOW + 20), Some(21)),
            (&((NOW + 20) * 1000).to_string(), Some(20)),
            (&((NOW + 20) * 1_000_000).to_string(), Some(20)),
            (&(NOW - 20).to_string(), Some(0)),
            (&(NOW + 1_000_000).to_string(), Some(86_400)),
            ("99999999999999999999", None),
            ("18446744073709551615.9", None),
            ("-1", None),
            ("1.x", None),
            ("", None),
            (".", None),
            ("soon", None),
        ] {
            assert_eq!(read(value), expected, "{value}");
        }
    }

    #[test]
    fn a_date_has_three_forms() {
        for value in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            let wait = |now| seconds([Some(value), None, None], None, || now);
            assert_eq!(wait(784_111_757), Some(20), "{value}");
            assert_eq!(wait(784_111_797), Some(0), "{value}");
            assert_eq!(wait(0), Some(86_400), "{value}");
        }
    }

    #[test]
    fn days_are_counted_as_the_calendar_has_them() {
        for (value, expected) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", Some(0)),
            ("Thu, 01 Jan 1970 00:00:00", Some(0)),
            ("Wed, 31 Dec 1969 23:59:59 GMT", None),
            ("Tue, 29 Feb 2000 12:00:01 GMT", Some(951_825_601)),
            ("Wed, 01 Mar 2000 00:00:00 UTC", Some(951_868_800)),
            ("Mon, 01 Mar 2100 00:00:00 GMT", Some(4_107_542_400)),
            ("Saturday, 31-Dec-69 23:59:60 GMT", Some(3_155_760_000)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(253_402_300_799)),
            (DATE, Some(NOW)),
            ("Wed, 15 Jul 2026 10:36:17 PST", None),
            ("Wed, 15 Jul 2026 10:36:17 +0200", None),
            ("Wed, 15 Jul 2026 10:36:17 -0700", None),
            ("Wed, 32 Jul 2026 10:36:17 GMT", None),
            ("Wed, 15 Jul 20260 10:36:17 GMT", None),
            ("Wed, 15 Jul 2026 10:36 GMT", None),
            ("Wed, 15 Jul 2026 10:36:17:00 GMT", None),
            ("Wed, 15 Jul 2026 99:36:17 GMT", None),
            ("Wed, 15 2026 10:36:17 GMT", None),
            ("15 Jul 2026", None),
            ("Jul Jul Jul", None),
            ("ö", None),
        ] {
            assert_eq!(moment(value), expected, "{value}");
        }
    }

    #[test]
    fn the_answers_own_clock_comes_first() {
        let retry = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        let date = Some("Sun, 06 Nov 1994 08:49:07 GMT");
        assert_eq!(seconds([retry, None, None], date, || NOW), Some(30));
        assert_eq!(seconds([Some("784111777"), None, None], date, || NOW), Some(86_400), "no moment: too small");
        assert_eq!(seconds([retry, None, None], Some("yesterday"), || NOW), Some(0));
    }

    #[test]
    fn the_first_that_can_be_read_counts() {
        assert_eq!(seconds([Some("soon"), Some("8"), Some("9")], None, || NOW), Some(8));
        assert_eq!(seconds([Some("7"), Some("8"), None], None, || NOW), Some(7));
        assert_eq!(seconds([None, None, None], Some(DATE), || NOW), None);
    }
}
