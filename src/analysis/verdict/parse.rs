//! Parses a threshold.

use std::str::FromStr;

use super::{Comparator, Figure, Subject, Threshold};
use crate::units::{PerTime, duration, share};
use crate::vocabulary::Period;

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
    /// The window is not one.
    #[error(
        "invalid window \"{0}\": expected two times from the start, such as [30s..60s], or one, such as [30s..]"
    )]
    WrongWindow(String),
    /// The figure has no windows.
    #[error(
        "{0} has no windows: expected a figure of messages, such as response.p99, outcome.accepted, goodput or rate.achieved"
    )]
    NoWindows(String),
    /// It cannot end a run.
    #[error("{subject} cannot end a run: {why}")]
    NoAbort {
        /// What it is about.
        subject: String,
        /// Why not.
        why: &'static str,
    },
}

impl FromStr for Threshold {
    type Err = InvalidThreshold;

    /// Parses `response.p99 < 250ms`, with or without the spaces.
    fn from_str(text: &str) -> Result<Self, InvalidThreshold> {
        let (name, comparator, limit) =
            split(text).ok_or_else(|| InvalidThreshold::NoComparator(text.trim().to_owned()))?;
        let subject = read_subject(name)?;
        let read = read_limit(subject.figure, limit);
        let limit = read.map_err(|expected| InvalidThreshold::WrongLimit {
            name: name.to_owned(),
            limit: limit.to_owned(),
            expected,
        })?;
        Ok(Self {
            subject,
            comparator,
            limit,
            abort_after: None,
        })
    }
}

/// `response.p99`, or `response.p99[30s..60s]`.
fn read_subject(name: &str) -> Result<Subject, InvalidThreshold> {
    let (figure, window) = match name.find('[') {
        Some(at) => (name[..at].trim_end(), Some(&name[at..])),
        None => (name, None),
    };
    let known = Figure::from_name(figure).ok_or_else(|| unknown(figure))?;
    let period = window.map(read_period).transpose()?;
    if period.is_some() && !known.has_periods() {
        return Err(InvalidThreshold::NoWindows(figure.to_owned()));
    }
    Ok(Subject {
        figure: known,
        period,
    })
}

fn read_period(window: &str) -> Result<Period, InvalidThreshold> {
    let invalid = || InvalidThreshold::WrongWindow(window.to_owned());
    let inner = window
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let (from, to) = inner
        .and_then(|inner| inner.split_once(".."))
        .ok_or_else(invalid)?;
    let time = |text: &str| match text.trim() {
        "" => Ok(None),
        text => duration::parse(text).map(Some).map_err(|_| invalid()),
    };
    let (from, to) = (time(from)?, time(to)?);
    let is_backward = from.zip(to).is_some_and(|(from, to)| from >= to);
    if is_backward || (from, to) == (None, None) {
        return Err(invalid());
    }
    Ok(Period { from, to })
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
        Figure::Latency(..) | Figure::CpuPerMessage | Figure::CpuPerSession => {
            duration::parse(text).map(|time| time.as_nanos() as f64 / 1e3)
        }
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
            ("cpu.per_message<0.12ms", "cpu.per_message < 120us"),
            ("cpu.per_session < 2ms", "cpu.per_session < 2ms"),
            (
                "response.p99[30s..60s]<250ms",
                "response.p99[30s..60s] < 250ms",
            ),
            ("goodput [ 1min 30s .. ] > 5/s", "goodput[90s..] > 5/s"),
            ("rate.achieved[..2s]>=99%", "rate.achieved[..2s] >= 99%"),
            (
                "outcome.lost[0s..1.5s] <= 0%",
                "outcome.lost[0s..1.5s] <= 0%",
            ),
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
            (
                "cpu.per_message < 5%",
                "invalid limit \"5%\" for cpu.per_message: expected a number and a unit, such as 30s, 250ms, 1.5ms, 5min or 1h 30min",
            ),
            (
                "respones.p99[1s..] < 1s",
                "unknown figure \"respones.p99\": did you mean `response.p99`?",
            ),
            (
                "response.p99[60s..30s] < 1s",
                "invalid window \"[60s..30s]\": expected two times from the start, such as [30s..60s], or one, such as [30s..]",
            ),
            (
                "tls.p99[1s..] < 1s",
                "tls.p99 has no windows: expected a figure of messages, such as response.p99, outcome.accepted, goodput or rate.achieved",
            ),
        ] {
            let error = written.parse::<Threshold>().unwrap_err();
            assert_eq!(error.to_string(), why);
        }
    }

    #[test]
    fn a_window_has_a_start_before_its_end() {
        for window in [
            "[",
            "]",
            "[]",
            "[..]",
            "[5s]",
            "[5..6]",
            "[5s..5s]",
            "[a..b]",
            "[1s..2s",
            "[1s..2s]x",
            "[1s..2s..3s]",
            "[1M..]",
        ] {
            let error = format!("goodput{window} > 1/s").parse::<Threshold>();
            assert!(error.is_err(), "{window}");
        }
        for figure in [
            "cpu.per_message",
            "cpu.per_session",
            "session_setup.p50",
            "rset.count",
        ] {
            let error = format!("{figure}[1s..] < 1s")
                .parse::<Threshold>()
                .unwrap_err();
            assert_eq!(error, InvalidThreshold::NoWindows(figure.to_owned()));
        }
        for figure in [
            "accept.p99",
            "service.throttled.max",
            "wait.mean",
            "slip.p50",
        ] {
            let threshold = format!("{figure}[1s..] < 1s").parse::<Threshold>();
            assert!(threshold.is_ok(), "{figure}");
        }
    }
}
