//! Checks a run against its thresholds.

use std::fmt;

use serde::Serialize;

use super::Threshold;
use crate::measure::FigureSource;
use crate::vocabulary::{ExitCode, FigureValue};

/// The effect of a finding on the verdict.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Severity {
    /// It is reported, and changes nothing.
    Warning,
    /// The verdict is inconclusive, because of one threshold whose result may be
    /// wrong, or because of the whole run.
    Inconclusive {
        /// The threshold in doubt; none if the whole run is.
        threshold: Option<Threshold>,
    },
}

/// The decision about a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    /// Every threshold was met.
    Pass,
    /// A threshold was missed.
    Fail,
    /// The generator or the machine was the bottleneck.
    Inconclusive,
}

/// The result of checking a run against its thresholds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// The decision about the run.
    pub decision: Decision,
    /// All thresholds, in the order of the scenario.
    pub checks: Vec<Check>,
}

/// The result of checking a run against one threshold.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Check {
    /// The threshold.
    pub threshold: Threshold,
    /// The measured value.
    #[serde(skip)]
    pub value: FigureValue,
    /// The measured value, for people: `12.3 ms`; `>48.1 ms` where messages
    /// without a latency count as longer than any; `nothing measured`.
    pub measured: String,
    /// Whether it was met.
    pub met: bool,
    /// Whether a finding puts it in doubt.
    pub in_doubt: bool,
}

/// Checks a run against `thresholds`, given the findings about its health, and the
/// threshold that ended it early, if one did.
pub(crate) fn evaluate(
    thresholds: &[Threshold],
    run: &dyn FigureSource,
    health: &[Severity],
    ended_by: Option<&Threshold>,
) -> Verdict {
    let checks: Vec<Check> = thresholds
        .iter()
        .map(|threshold| check(threshold, run, health))
        .collect();
    let spoiled = health.iter().any(|each| *each != Severity::Warning);
    let decision = if let Some(threshold) = ended_by {
        ended(threshold, &checks)
    } else if spoiled {
        Decision::Inconclusive
    } else if checks.iter().all(|check| check.met) {
        Decision::Pass
    } else {
        Decision::Fail
    };
    Verdict { decision, checks }
}

/// The run missed that threshold, unless the miss itself is in doubt. It does not
/// matter what is in doubt because of the early end.
fn ended(by: &Threshold, checks: &[Check]) -> Decision {
    let is_missed = |check: &Check| check.threshold == *by && !check.met && !check.in_doubt;
    match checks.iter().any(is_missed) {
        true => Decision::Fail,
        false => Decision::Inconclusive,
    }
}

fn check(threshold: &Threshold, run: &dyn FigureSource, health: &[Severity]) -> Check {
    let value = threshold.subject().measure(run);
    let in_doubt = health.iter().any(|each| match each {
        Severity::Warning => false,
        Severity::Inconclusive { threshold: doubted } => {
            doubted.is_none_or(|doubted| doubted == *threshold)
        }
    });
    Check {
        threshold: *threshold,
        value,
        measured: threshold.figure().text(value),
        met: threshold.admits(value),
        in_doubt,
    }
}

impl Severity {
    /// The name used in `run.json` and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Inconclusive { .. } => "inconclusive",
        }
    }
}

impl Decision {
    /// The name used in `run.json` and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// Exit code of the process.
    pub const fn exit_code(self) -> ExitCode {
        match self {
            Self::Pass => ExitCode::Pass,
            Self::Fail => ExitCode::Missed,
            Self::Inconclusive => ExitCode::Inconclusive,
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::verdict::synthetic::Synthetic;
    use crate::vocabulary::{Outcome, Phase, Span};

    fn run() -> Synthetic {
        Synthetic {
            outcomes: [(Outcome::Accepted, 985), (Outcome::Throttled, 15)].into(),
            started_in_time: 1_000,
            seconds: 20.0,
            cpu_per_message: Some(119.4),
            ..Synthetic::default()
        }
        .with(Span::Response, (1..=985).map(|n| n * 10))
        .with(Phase::Tls, [1_000_u32, 3_000].into_iter())
    }

    fn verdict(run: &Synthetic, texts: &[&str], health: &[Severity]) -> Verdict {
        let thresholds: Vec<Threshold> = texts.iter().map(|text| text.parse().unwrap()).collect();
        evaluate(&thresholds, run, health, None)
    }

    #[test]
    fn every_kind_of_figure_is_measured_and_shown() {
        for (text, measured, met) in [
            ("response.p50 < 5ms", "4.93 ms", true),
            ("response.p99 <= 9ms", "9.76 ms", false),
            ("response.max > 1s", "9.85 ms", false),
            ("tls.mean >= 2ms", "2 ms", true),
            ("tls.count >= 2", "2", true),
            ("outcome.accepted >= 98.5%", "98.5 %", true),
            ("outcome.throttled <= 1%", "1.5 %", false),
            ("rate.achieved >= 99%", "100 %", true),
            ("goodput >= 49/s", "49.2/s", true),
            ("auth.p50 < 1s", "nothing measured", false),
            ("cpu.per_message < 120us", "119 us", true),
            ("cpu.per_session < 1s", "nothing measured", false),
        ] {
            let check = verdict(&run(), &[text], &[]).checks.remove(0);
            assert_eq!(
                (check.measured.as_str(), check.met),
                (measured, met),
                "{text}"
            );
        }
    }

    #[test]
    fn messages_without_a_latency_count_as_longer_than_any() {
        let run = Synthetic {
            censored: 15,
            ..run()
        };
        for (text, measured, met) in [
            ("response.p50 < 5ms", "5 ms", false),
            ("response.p50 <= 5ms", "5 ms", true),
            ("response.p99 < 1s", ">9.85 ms", false),
            ("response.p99 > 1s", ">9.85 ms", true),
            // The mean of the others is less than the mean of all; by how much is
            // unknown.
            ("response.mean < 1s", ">4.93 ms", false),
            ("response.mean <= 1s", ">4.93 ms", false),
            ("response.mean > 4ms", ">4.93 ms", true),
            ("response.mean > 1s", ">4.93 ms", false),
            ("auth.mean > 1s", ">0 us", false),
        ] {
            let check = verdict(&run, &[text], &[]).checks.remove(0);
            assert_eq!(
                (check.measured.as_str(), check.met),
                (measured, met),
                "{text}"
            );
        }
    }

    #[test]
    fn goodput_is_of_what_was_accepted_within_the_window() {
        let run = Synthetic {
            accepted_in_window: Some(100),
            ..run()
        };
        let check = verdict(&run, &["goodput >= 19/s"], &[]).checks.remove(0);
        assert_eq!((check.measured.as_str(), check.met), ("5/s", false));
    }

    #[test]
    fn inconclusive_outranks_fail_and_fail_outranks_pass() {
        let decide = |texts: &[&str], health: &[Severity]| verdict(&run(), texts, health).decision;
        let (met, missed) = ("goodput > 1/s", "goodput > 1000/s");
        assert_eq!(decide(&[met], &[]), Decision::Pass);
        assert_eq!(decide(&[met], &[Severity::Warning]), Decision::Pass);
        assert_eq!(decide(&[met, missed], &[]), Decision::Fail);
        let whole = Severity::Inconclusive { threshold: None };
        assert_eq!(decide(&[met, missed], &[whole]), Decision::Inconclusive);
        assert_eq!(Decision::Inconclusive.exit_code().code(), 4);
        assert_eq!(Decision::Fail.exit_code().code(), 1);
    }

    #[test]
    fn a_run_that_a_threshold_ended_fails_unless_that_one_is_in_doubt() {
        let texts = ["outcome.accepted >= 99%", "goodput > 1/s"];
        let thresholds = texts.map(|text| text.parse::<Threshold>().unwrap());
        let doubt = |threshold: usize| Severity::Inconclusive {
            threshold: Some(thresholds[threshold]),
        };
        let whole = Severity::Inconclusive { threshold: None };
        for (health, ended_by, decision) in [
            (vec![], 0, Decision::Fail),
            (vec![doubt(1)], 0, Decision::Fail),
            (vec![doubt(1), doubt(0)], 0, Decision::Inconclusive),
            (vec![whole], 0, Decision::Inconclusive),
            // In the end it was met.
            (vec![], 1, Decision::Inconclusive),
        ] {
            let by = Some(&thresholds[ended_by]);
            let verdict = evaluate(&thresholds, &run(), &health, by);
            assert_eq!(verdict.decision, decision, "{health:?}");
        }
    }

    #[test]
    fn a_threshold_on_a_window_is_about_that_window_alone() {
        let text = "response.p50[5s..10s] < 1ms";
        let period = text.parse::<Threshold>().unwrap().period().unwrap();
        let part = Synthetic::default().with(Span::Response, [500_u32; 3].into_iter());
        let run = Synthetic {
            periods: vec![(period, part)],
            ..run()
        };
        let checks = verdict(&run, &[text, "response.p50[10s..] < 1ms"], &[]).checks;
        assert_eq!(
            (checks[0].measured.as_str(), checks[0].met),
            ("500 us", true)
        );
        let other = (checks[1].measured.as_str(), checks[1].met);
        assert_eq!(other, ("nothing measured", false));
    }

    #[test]
    fn a_doubt_marks_its_threshold_and_a_verdict_is_readable_json() {
        let doubted = Severity::Inconclusive {
            threshold: "goodput > 1/s".parse().ok(),
        };
        let verdict = verdict(&run(), &["goodput>1/s", "tls.p50<1s"], &[doubted]);
        assert_eq!(
            serde_json::to_string(&verdict).unwrap(),
            r#"{"decision":"inconclusive","checks":[{"threshold":"goodput > 1/s","measured":"49.2/s","met":true,"in_doubt":true},{"threshold":"tls.p50 < 1s","measured":"1 ms","met":true,"in_doubt":false}]}"#
        );
    }
}
