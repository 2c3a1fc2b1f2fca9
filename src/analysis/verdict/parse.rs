//! Reading a threshold from text.

use std::str::FromStr;

use super::{Comparator, Figure, Threshold};

/// Why a text is no threshold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidThreshold {
    /// Nothing to compare with.
    #[error(
        "`{0}` has none of < <= > >=: write a figure, a sign and a limit, such as `response.p99 < 250ms`"
    )]
    NoComparator(String),
    /// No such figure.
    #[error("no figure is called `{name}`; did you mean `{nearest}`?")]
    UnknownFigure {
        /// What was written.
        name: String,
        /// The known name nearest to it.
        nearest: String,
    },
    /// The limit does not suit the figure.
    #[error("`{limit}` is no limit for `{name}`: write {expected}")]
    WrongLimit {
        /// The figure.
        name: String,
        /// What was written.
        limit: String,
        /// What would do.
        expected: &'static str,
    },
}

impl FromStr for Threshold {
    type Err = InvalidThreshold;

    /// Reads `response.p99 < 250ms`, with or without the blanks.
    fn from_str(text: &str) -> Result<Self, InvalidThreshold> {
        let (name, comparator, limit) =
            split(text).ok_or_else(|| InvalidThreshold::NoComparator(text.trim().to_owned()))?;
        let figure = Figure::from_name(name).ok_or_else(|| unknown(name))?;
        let limit = read_limit(figure, limit).ok_or_else(|| InvalidThreshold::WrongLimit {
            name: name.to_owned(),
            limit: limit.to_owned(),
            expected: expected(figure),
        })?;
        Ok(Self {
            figure,
            comparator,
            limit,
        })
    }
}

fn split(text: &str) -> Option<(&str, Comparator, &str)> {
    Comparator::ALL.iter().find_map(|(comparator, sign)| {
        let (name, limit) = text.split_once(sign)?;
        Some((name.trim(), *comparator, limit.trim()))
    })
}

fn unknown(name: &str) -> InvalidThreshold {
    let nearest = Figure::names().min_by_key(|each| strsim::damerau_levenshtein(name, each));
    InvalidThreshold::UnknownFigure {
        name: name.to_owned(),
        nearest: nearest.unwrap_or_default(),
    }
}

fn read_limit(figure: Figure, text: &str) -> Option<f64> {
    let units: &[(&str, f64)] = match figure {
        Figure::Latency(..) => &[("us", 1.0), ("ms", 1e3), ("s", 1e6)],
        Figure::Count(_) => &[("", 1.0)],
        Figure::Outcome(_) | Figure::Achieved => &[("%", 0.01)],
        Figure::Goodput => &[("/s", 1.0)],
    };
    units.iter().find_map(|(unit, factor)| {
        let number: f64 = text.strip_suffix(unit)?.trim().parse().ok()?;
        let plain = number.is_finite() && number >= 0.0;
        // Dividing by 100 rounds once; multiplying by 0.01 would round twice.
        let scaled = if *factor < 1.0 {
            number / 100.0
        } else {
            number * factor
        };
        plain.then_some(scaled)
    })
}

fn expected(figure: Figure) -> &'static str {
    match figure {
        Figure::Latency(..) => "a time in us, ms or s, such as 250ms",
        Figure::Count(_) => "a number, such as 1000",
        Figure::Outcome(_) | Figure::Achieved => "a percentage, such as 99.9%",
        Figure::Goodput => "messages per second, such as 13/s",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_threshold_is_shown_in_one_way_however_it_was_written() {
        for (written, shown) in [
            ("response.p99 < 250ms", "response.p99 < 250ms"),
            ("response.p99<0.25s", "response.p99 < 250ms"),
            (" response.p99.9  <= 1500 us ", "response.p99.9 <= 1.5ms"),
            ("outcome.accepted>=99.9%", "outcome.accepted >= 99.9%"),
            ("outcome.lost <= 0 %", "outcome.lost <= 0%"),
            ("rate.achieved >= 99%", "rate.achieved >= 99%"),
            ("session_setup.p50 < 40ms", "session_setup.p50 < 40ms"),
            ("service.throttled.max < 90s", "service.throttled.max < 90s"),
            ("tls.mean > 12.5us", "tls.mean > 12.5us"),
            ("tls.count>=10", "tls.count >= 10"),
            ("goodput >= 13.5/s", "goodput >= 13.5/s"),
        ] {
            let threshold: Threshold = written.parse().unwrap();
            assert_eq!(threshold.to_string(), shown);
            assert_eq!(shown.parse(), Ok(threshold));
        }
    }

    #[test]
    fn what_is_no_threshold_is_told_why() {
        for (written, why) in [
            (
                "response.p99 250ms",
                "`response.p99 250ms` has none of < <= > >=: write a figure, a sign and a limit, such as `response.p99 < 250ms`",
            ),
            (
                "respones.p99 < 250ms",
                "no figure is called `respones.p99`; did you mean `response.p99`?",
            ),
            (
                "response.p98 < 250ms",
                "no figure is called `response.p98`; did you mean `response.p90`?",
            ),
            (
                "response.p99 < 250",
                "`250` is no limit for `response.p99`: write a time in us, ms or s, such as 250ms",
            ),
            (
                "outcome.accepted >= 0.99",
                "`0.99` is no limit for `outcome.accepted`: write a percentage, such as 99.9%",
            ),
            (
                "goodput >= fast",
                "`fast` is no limit for `goodput`: write messages per second, such as 13/s",
            ),
            (
                "response.p99 < -1ms",
                "`-1ms` is no limit for `response.p99`: write a time in us, ms or s, such as 250ms",
            ),
        ] {
            let error = written.parse::<Threshold>().unwrap_err();
            assert_eq!(error.to_string(), why);
        }
    }
}
