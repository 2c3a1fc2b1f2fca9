//! Parses a threshold.

use std::str::FromStr;

use super::{Comparator, Figure, Threshold};
use crate::units::{PerTime, duration, share};

/// Why a threshold is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidThreshold {
    /// It has no comparison.
    #[error(
        "invalid threshold \"{0}\": expected a figure, one of < <= > >=, and a limit, such as `response.p99 < 250ms`"
    )]
    NoComparator(String),
    /// The figure is unknown.
    #[error("unknown figure \"{name}\": did you mean `{nearest}`?")]
    UnknownFigure {
        /// What was written.
        name: String,
        /// The most similar known name.
        nearest: String,
    },
    /// The limit does not fit the figure.
    #[error("invalid limit \"{limit}\" for {name}: expected {expected}")]
    WrongLimit {
        /// The figure.
        name: String,
        /// What was written.
        limit: String,
        /// What is accepted.
        expected: &'static str,
    },
}

impl FromStr for Threshold {
    type Err = InvalidThreshold;

    /// Parses `response.p99 < 250ms`, with or without the spaces.
    fn from_str(text: &str) -> Result<Self, InvalidThreshold> {
        let (name, comparator, limit) =
            split(text).ok_or_else(|| InvalidThreshold::NoComparator(text.trim().to_owned()))?;
        let figure = Figure::from_name(name).ok_or_else(|| unknown(name))?;
        let limit = read_limit(figure, limit).map_err(|expected| InvalidThreshold::WrongLimit {
            name: name.to_owned(),
            limit: limit.to_owned(),
            expected,
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

/// The limit in the unit of the figure: microseconds, a share, a count, per second;
/// or what is expected.
fn read_limit(figure: Figure, text: &str) -> Result<f64, &'static str> {
    let read = match figure {
        Figure::Latency(..) => duration::parse(text).map(|time| time.as_nanos() as f64 / 1e3),
        Figure::Count(_) => {
            let number = text.parse::<f64>().ok();
            let number = number.filter(|number| number.is_finite() && *number >= 0.0);
            return number.ok_or("a number, such as 1000");
        }
        Figure::Outcome(_) | Figure::Achieved => share::parse(text),
        Figure::Goodput => PerTime::parse(text).map(PerTime::per_second),
    };
    read.map_err(|error| error.expected())
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
            ("service.max < 1min 30s", "service.max < 90s"),
            ("service.max < 1e3ms", "service.max < 1s"),
            ("goodput >= 840/min", "goodput >= 14/s"),
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
                "invalid threshold \"response.p99 250ms\": expected a figure, one of < <= > >=, and a limit, such as `response.p99 < 250ms`",
            ),
            (
                "respones.p99 < 250ms",
                "unknown figure \"respones.p99\": did you mean `response.p99`?",
            ),
            (
                "response.p98 < 250ms",
                "unknown figure \"response.p98\": did you mean `response.p90`?",
            ),
            (
                "response.p99 < 250",
                "invalid limit \"250\" for response.p99: expected a number and a unit, such as 30s, 250ms, 1.5ms, 5min or 1h 30min",
            ),
            (
                "outcome.accepted >= 0.99",
                "invalid limit \"0.99\" for outcome.accepted: expected a number and %, such as 99.9%",
            ),
            (
                "goodput >= fast",
                "invalid limit \"fast\" for goodput: expected a number above 0 and a unit, such as 50/s, 3000/min, 14.5/s or 100000/d",
            ),
            (
                "response.p99 < 1M",
                "invalid limit \"1M\" for response.p99: expected minutes as 1m or 1min: M means months, which have no fixed length",
            ),
            (
                "response.p99 < -1ms",
                "invalid limit \"-1ms\" for response.p99: expected a number and a unit, such as 30s, 250ms, 1.5ms, 5min or 1h 30min",
            ),
        ] {
            let error = written.parse::<Threshold>().unwrap_err();
            assert_eq!(error.to_string(), why);
        }
    }
}
