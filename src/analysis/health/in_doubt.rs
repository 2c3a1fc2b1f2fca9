//! What of a finished run is in doubt, by what its record has. A comparison is about
//! figures, not about thresholds: a doubt about p99.9 changes nothing about the median,
//! and a run that does not pass for it can still be compared by its median.

use crate::analysis::verdict::{Figure, Threshold};

/// A finding, as the record of a run has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StoredFinding<'a> {
    /// Its code.
    pub(crate) code: &'a str,
    /// Whether it made the verdict inconclusive.
    pub(crate) is_inconclusive: bool,
}

/// What of a run is in doubt.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum InDoubt<'a> {
    /// All of it: it is another run than was asked for, or its counts are wrong.
    Run {
        /// The code of the finding.
        code: &'a str,
    },
    /// These figures of the whole window; none if nothing is in doubt.
    Only(Vec<Figure>),
}

/// Findings that put all of a run in doubt if they made its verdict inconclusive.
const OF_THE_RUN: [&str; 3] = ["ledger", "mock_differs", "mock_silent"];

/// The finding about a run that a ceiling, or a reason to give up, cut short: it is
/// another run than was asked for, also where its thresholds are not in doubt.
const STOPPED_EARLY: &str = "stopped_early";

/// The finding about a run that a threshold with `abort_on_fail` ended, in place of the
/// other: a result.
const THRESHOLD_MISSED: &str = "threshold_missed";

/// What is in doubt, by the findings of a run and those of its thresholds that they put
/// in doubt. A threshold of a part of the window says nothing about all of it.
pub(crate) fn figures_in_doubt<'a>(
    findings: &[StoredFinding<'a>],
    thresholds: impl IntoIterator<Item = Threshold>,
) -> InDoubt<'a> {
    let of_the_run = findings.iter().find(|finding| match finding.code {
        STOPPED_EARLY => true,
        code => finding.is_inconclusive && OF_THE_RUN.contains(&code),
    });
    if let Some(finding) = of_the_run {
        return InDoubt::Run { code: finding.code };
    }
    let whole = thresholds
        .into_iter()
        .filter(|threshold| threshold.period().is_none());
    InDoubt::Only(whole.map(|threshold| threshold.figure()).collect())
}

/// Whether a threshold ended the run, as its scenario asks.
pub(crate) fn ended_by_threshold(findings: &[StoredFinding<'_>]) -> bool {
    findings
        .iter()
        .any(|finding| finding.code == THRESHOLD_MISSED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::health::Notice;
    use crate::vocabulary::StopReason;

    fn finding(code: &str, is_inconclusive: bool) -> StoredFinding<'_> {
        StoredFinding {
            code,
            is_inconclusive,
        }
    }

    fn in_doubt<'a>(findings: &[StoredFinding<'a>], thresholds: &[&str]) -> InDoubt<'a> {
        let parsed = thresholds.iter().map(|text| text.parse().unwrap());
        figures_in_doubt(findings, parsed)
    }

    #[test]
    fn the_figures_of_thresholds_in_doubt_are_and_no_others() {
        let figures = |thresholds: &[&str]| in_doubt(&[finding("late", true)], thresholds);
        let p50 = Figure::from_name("response.p50").unwrap();
        assert_eq!(figures(&[]), InDoubt::Only(Vec::new()));
        let two = ["response.p50 < 5ms", "response.p99.9[1s..2s] < 9ms"];
        assert_eq!(figures(&two), InDoubt::Only(vec![p50]));
    }

    #[test]
    fn a_run_that_is_another_one_is_in_doubt_as_a_whole() {
        for (code, is_inconclusive, is_whole) in [
            ("ledger", true, true),
            ("mock_differs", true, true),
            ("mock_silent", true, true),
            ("mock_silent", false, false),
            ("machine_busy", true, false),
            // A ceiling cut it short: no doubt about a threshold, and another run.
            ("stopped_early", false, true),
            ("stopped_early", true, true),
        ] {
            let found = in_doubt(&[finding(code, is_inconclusive)], &[]);
            let run = InDoubt::Run { code };
            assert_eq!(found == run, is_whole, "{code}");
        }
        // That a threshold ended it is what it was asked for.
        let ended = [finding("late", false), finding("threshold_missed", false)];
        assert_eq!(in_doubt(&ended, &[]), InDoubt::Only(Vec::new()));
        assert!(ended_by_threshold(&ended) && !ended_by_threshold(&ended[..1]));
    }

    #[test]
    fn the_codes_are_those_of_the_findings() {
        let ledger = Notice::Ledger {
            scheduled: 2,
            ended: 1,
        };
        let differs = Notice::MockDiffers {
            ours: 1,
            unknown: 0,
            mocks: 2,
        };
        let codes = [ledger, differs, Notice::MockSilent].map(|notice| notice.code());
        assert_eq!(codes, OF_THE_RUN);
        let reason = StopReason::CeilingReached;
        assert_eq!(Notice::StoppedEarly { reason }.code(), STOPPED_EARLY);
    }
}
