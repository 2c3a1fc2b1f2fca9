//! Formats counts, latencies, rates and shares for people.

use crate::text::figures::three_digits_below_one;
use crate::vocabulary::FigureValue;

/// `1,234,567`.
pub(crate) fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Microseconds as milliseconds; `>x` when longer than any measured value.
pub(crate) fn millis(quantile: FigureValue) -> String {
    match quantile {
        FigureValue::Empty => "-".to_owned(),
        FigureValue::Value(us) => format!("{:.3}", us / 1e3),
        FigureValue::Above(us) => format!(">{:.3}", us / 1e3),
    }
}

/// A rate with as many decimals as are significant: `50`, `49.97`, `0.25`,
/// `0.000278`.
pub(crate) fn rate(per_second: f64) -> String {
    let decimals = match per_second {
        rate if rate >= 1_000.0 => 0,
        rate if rate >= 100.0 => 1,
        _ => three_digits_below_one(per_second).unwrap_or(2),
    };
    let text = format!("{per_second:.decimals$}");
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A part of a whole as a percentage; empty if the whole is zero. Only all and
/// none are written as 100 % and 0 %.
pub(crate) fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    let percent = part as f64 / whole as f64 * 100.0;
    let text = format!("{percent:.2}");
    match text.as_str() {
        "100.00" if part == whole => "100 %".to_owned(),
        "100.00" => ">99.99 %".to_owned(),
        "0.00" if part == 0 => "0 %".to_owned(),
        "0.00" => "<0.01 %".to_owned(),
        _ => format!("{text} %"),
    }
}

/// `1 session`, `2 sessions`.
pub(crate) fn plural(number: u64, word: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {word}{s}", count(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345_678, "12,345,678"),
        ] {
            assert_eq!(count(number), text);
        }
    }

    #[test]
    fn rates_and_latencies_have_the_decimals_that_matter() {
        assert_eq!(rate(50.0), "50");
        assert_eq!(rate(49.966), "49.97");
        assert_eq!(rate(2_000.4), "2000");
        assert_eq!(rate(1.0 / 3_600.0), "0.000278");
        assert_eq!(rate(0.0015), "0.0015");
        assert_eq!(rate(0.25), "0.25");
        assert_eq!(rate(0.0), "0");
        assert_eq!(millis(FigureValue::Value(1_234.5)), "1.234");
        assert_eq!(millis(FigureValue::Above(20_000.0)), ">20.000");
    }

    #[test]
    fn almost_all_is_not_all() {
        assert_eq!(share(100_000, 100_000), "100 %");
        assert_eq!(share(99_999, 100_000), ">99.99 %");
        assert_eq!(share(1, 100_000), "<0.01 %");
        assert_eq!(share(1, 3), "33.33 %");
        assert_eq!(share(0, 0), "");
    }
}
