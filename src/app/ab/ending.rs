//! The order of endings: the exit code of all series together, and the reason of an
//! early end on standard error.
//!
//! A reason to stop outranks a decision; of the decisions, one that an arm is worse is
//! not hidden by a question that stays open.

use super::Condition;
use super::carry_out::End;
use crate::app::error::AppError;
use crate::output::AbSeries;
use crate::output::screen::print_message;
use crate::vocabulary::ExitCode;

/// What has ended so far.
#[derive(Debug, Default)]
pub(super) struct Ending {
    /// The codes of decisions.
    decisions: Vec<ExitCode>,
    /// The codes of reasons to stop.
    stops: Vec<ExitCode>,
    reasons: Vec<String>,
}

impl Ending {
    /// Whether the next series may start.
    pub(super) fn goes_on(&self) -> bool {
        self.stops.is_empty()
    }

    /// Something failed.
    pub(super) fn failed(&mut self, error: AppError) {
        self.stops.push(error.code);
        self.reasons.push(error.why);
    }

    /// A series is over.
    pub(super) fn series(&mut self, condition: &Condition, series: &AbSeries, end: End) {
        match end {
            End::Stop(_) => {}
            End::Interrupted => self.stops.push(ExitCode::Interrupted),
            End::Ceiling | End::GaveUp(_) => self.stops.push(ExitCode::Inconclusive),
            End::Failed(error) => self.failed(error),
        }
        if condition.is_question {
            self.decisions.extend(series.exit_codes());
        }
    }

    /// Prints the reasons; returns the exit code.
    pub(super) fn report(self) -> ExitCode {
        self.reasons.iter().for_each(|why| print_message(why));
        let stopped = self.stops.into_iter().min();
        let is_worse = self.decisions.contains(&ExitCode::Regression);
        let decided = match is_worse {
            true => ExitCode::Regression,
            false => self.decisions.into_iter().min().unwrap_or(ExitCode::Pass),
        };
        match stopped {
            // Mail that a new value loses is not hidden by the early end.
            Some(ExitCode::Inconclusive) if is_worse => ExitCode::Regression,
            Some(stopped) => stopped.and(decided),
            None => decided,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending(decisions: &[ExitCode], stops: &[ExitCode]) -> ExitCode {
        let ending = Ending {
            decisions: decisions.to_vec(),
            stops: stops.to_vec(),
            reasons: Vec::new(),
        };
        assert_eq!(ending.goes_on(), stops.is_empty());
        ending.report()
    }

    #[test]
    fn a_reason_to_stop_outranks_a_decision_and_a_regression_an_open_question() {
        use ExitCode::{Inconclusive, Interrupted, Pass, Regression, Unreachable, Unwritable};
        for (decisions, stops, code) in [
            (&[Pass][..], &[][..], Pass),
            (&[], &[], Pass),
            (&[Pass, Inconclusive], &[], Inconclusive),
            (&[Inconclusive, Regression], &[], Regression),
            (&[Pass], &[Inconclusive], Inconclusive),
            (&[Regression], &[Inconclusive], Regression),
            (&[Regression], &[Interrupted], Interrupted),
            (&[Inconclusive], &[Unreachable], Unreachable),
            (&[Pass], &[Unreachable, Unwritable], Unwritable),
            (&[Pass], &[Unwritable, Interrupted], Interrupted),
        ] {
            assert_eq!(ending(decisions, stops), code, "{decisions:?} {stops:?}");
        }
    }
}
