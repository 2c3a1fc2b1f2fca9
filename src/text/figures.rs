//! Formats figures for people.

/// A latency in microseconds, with three significant digits and a suitable unit: `812 us`, `12.3 ms`, `1.25 s`.
pub(crate) fn latency(us: f64) -> String {
    let (value, unit) = if us < 999.5 {
        (us, "us")
    } else if us < 999_500.0 {
        (us / 1e3, "ms")
    } else {
        (us / 1e6, "s")
    };
    format!("{} {unit}", three_digits(value))
}

/// A share as a percentage: `99.9 %`, with more digits where fewer would round to
/// 0 % or 100 %.
pub(crate) fn share(part: f64) -> String {
    let percent = part * 100.0;
    let decimals = [1, 2, 3, 4];
    let rounds_away = |d: &i32| {
        let shown = (percent * 10f64.powi(*d)).round() / 10f64.powi(*d);
        (shown == 0.0 || shown == 100.0) && shown != percent
    };
    let enough = decimals.into_iter().find(|d| !rounds_away(d)).unwrap_or(4);
    let text = format!("{percent:.*}", enough as usize);
    format!("{} %", trim_zeros(&text))
}

/// A number with three significant digits, or all of its whole part.
pub(crate) fn three_digits(value: f64) -> String {
    let decimals = match value {
        v if v < 9.995 => three_digits_below_one(v).unwrap_or(2),
        v if v < 99.95 => 1,
        _ => 0,
    };
    trim_zeros(&format!("{value:.decimals$}")).to_owned()
}

/// The decimals for three significant digits of a value between zero and one.
pub(crate) fn three_digits_below_one(value: f64) -> Option<usize> {
    // No measured value is smaller, and the number of digits must be bounded.
    let value = Some(value).filter(|value| (1e-15..1.0).contains(value))?;
    Some(2 + (-value.log10().floor()) as usize)
}

fn trim_zeros(text: &str) -> &str {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latencies_have_three_digits_and_a_fitting_unit() {
        for (us, text) in [
            (0.0, "0 us"),
            (0.25, "0.25 us"),
            (999.4, "999 us"),
            (999.6, "1 ms"),
            (12_345.0, "12.3 ms"),
            (250_000.0, "250 ms"),
            (999_600.0, "1 s"),
            (61_250_000.0, "61.2 s"),
        ] {
            assert_eq!(latency(us), text);
        }
    }

    #[test]
    fn a_small_value_is_not_shown_as_none() {
        for (value, text) in [
            (0.0, "0"),
            (1.0 / 3_600.0, "0.000278"),
            (0.0015, "0.0015"),
            (0.25, "0.25"),
            (0.999, "0.999"),
            (1.0, "1"),
            (49.2, "49.2"),
        ] {
            assert_eq!(three_digits(value), text);
        }
    }

    #[test]
    fn a_share_never_rounds_to_all_or_nothing() {
        for (part, text) in [
            (1.0, "100 %"),
            (0.0, "0 %"),
            (0.5, "50 %"),
            (0.999, "99.9 %"),
            (0.99996, "99.996 %"),
            (0.0001, "0.01 %"),
        ] {
            assert_eq!(share(part), text);
        }
    }
}
