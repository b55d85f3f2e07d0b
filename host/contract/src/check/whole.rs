//! Whole numbers, as programs and people write them.

use serde_json::Value as Json;

/// The largest number whose neighbours a floating-point number can tell apart.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A whole number, also one that was written as `3.0` or `1e6`: what calculates with floating-point numbers gives such.
pub fn whole(json: &Json) -> Option<i128> {
    let integer = json.as_i64().map(i128::from).or_else(|| json.as_u64().map(i128::from));
    // Of a larger one it is not known which of several it was.
    let exact = |number: &f64| number.fract() == 0.0 && number.abs() <= EXACT;
    integer.or_else(|| json.as_f64().filter(exact).map(|number| number as i128))
}

/// The same in text: ASCII digits, perhaps after a `-`, perhaps with a fraction of zeros or an exponent (`1e+06` is a
/// million as Go prints it). One too long for any type is still too large or too small.
pub fn digits(text: &str) -> Option<i128> {
    let number = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match number.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, self::exponent(exponent)?),
        None => (number, 0),
    };
    let (whole, part) = match mantissa.split_once('.') {
        Some((whole, part)) => (whole, are_digits(part).then_some(part)?),
        None => (mantissa, ""),
    };
    if !are_digits(whole) {
        return None;
    }
    let all = [whole, part].concat();
    let significant = all.trim_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    // How many digits of those that count stand before the point.
    let zeros = all.len() - all.trim_start_matches('0').len();
    let before = exponent.saturating_add(whole.len() as i64).saturating_sub(zeros as i64);
    let after = before - significant.len() as i64;
    if after < 0 {
        return None;
    }
    let sign = if number.len() == text.len() { 1 } else { -1 };
    let power = u32::try_from(after).ok().and_then(|after| 10_i128.checked_pow(after));
    let value = significant.parse::<i128>().ok().zip(power).and_then(|(digits, power)| digits.checked_mul(power));
    Some(value.map_or(if sign > 0 { i128::MAX } else { i128::MIN }, |value| sign * value))
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What is behind the `e`; of one that is longer than any number, the sign.
fn exponent(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    are_digits(digits).then(|| sign * digits.parse().unwrap_or(i64::from(i32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_fraction_of_zeros_and_an_exponent_are_no_matter() {
        for (text, number) in [
            ("3", 3),
            ("003", 3),
            ("3.0", 3),
            ("-3.000", -3),
            ("0.0", 0),
            ("-0", 0),
            ("1e2", 100),
            ("1E+06", 1_000_000),
            ("1.234567e+06", 1_234_567),
            ("1.50e1", 15),
            ("120e-1", 12),
            ("0e99999999999999999999", 0),
            ("0.0001e4", 1),
        ] {
            assert_eq!(digits(text), Some(number), "{text}");
        }
        assert_eq!(digits("1e99999999999999999999"), Some(i128::MAX));
        assert_eq!(digits(&format!("-{}.0", "9".repeat(50))), Some(i128::MIN));
    }

    #[test]
    fn what_is_no_whole_number_is_none() {
        for text in [
            "",
            "-",
            "3.5",
            "3.",
            ".5",
            "+3",
            "1,000",
            "1_000",
            "1e",
            "e1",
            "1e-1",
            "1e-99999999999999999999",
            "1.05e1",
            "0x10",
            "٣",
            "1 0",
            "--1",
            "1.0.0",
            "1e1e1",
            "inf",
            "NaN",
            "1e+-1",
        ] {
            assert_eq!(digits(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_of_json_is_whole_however_it_was_written() {
        assert_eq!(whole(&json!(3.0)), Some(3));
        assert_eq!(whole(&json!(-3.0)), Some(-3));
        assert_eq!(whole(&json!(1e6)), Some(1_000_000));
        assert_eq!(whole(&json!(u64::MAX)), Some(u64::MAX.into()));
        for json in [json!(3.5), json!(1e300), json!(9_007_199_254_740_994.0), json!("3"), json!(true), json!(null)] {
            assert_eq!(whole(&json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn a_number_is_the_same_in_every_spelling(number in any::<i64>(), zeros in 0..9_usize) {
            let number = i128::from(number);
            prop_assert_eq!(digits(&number.to_string()), Some(number));
            prop_assert_eq!(digits(&format!("{number}.0{}", "0".repeat(zeros))), Some(number));
            prop_assert_eq!(digits(&format!("{number}e{zeros}")), Some(number * 10_i128.pow(zeros as u32)));
            prop_assert_eq!(digits(&format!("{number}{}e-{zeros}", "0".repeat(zeros))), Some(number));
        }

        #[test]
        fn any_text_is_a_number_or_none(text in "[-+.eE0-9,]{0,30}") {
            let _ = digits(&text);
        }
    }
}
