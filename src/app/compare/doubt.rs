//! What of a run is in doubt, so that it is left out of a comparison, or of a figure.

use crate::analysis::health::InDoubt;
use crate::analysis::verdict::Figure;
use crate::run::{Finished, Status};

/// Why a run is left out of a comparison that decides about these figures; none if it is
/// compared.
pub(super) fn reason(run: &Finished, decided: &[Figure]) -> Option<String> {
    match run.in_doubt() {
        InDoubt::Run { code } => Some(format!("inconclusive: {code}")),
        InDoubt::Only(figures) => {
            let figure = figures.iter().find(|figure| decided.contains(figure))?;
            let findings = run.stored_findings().into_iter();
            let inconclusive = findings.filter(|finding| finding.is_inconclusive);
            let codes: Vec<&str> = inconclusive.map(|finding| finding.code).collect();
            Some(format!("{figure} is in doubt: {}", codes.join(", ")))
        }
    }
}

/// The figures that are in doubt in a run that is compared.
pub(super) fn figures(run: &Finished) -> Vec<Figure> {
    match run.in_doubt() {
        InDoubt::Run { .. } => Vec::new(),
        InDoubt::Only(figures) => figures,
    }
}

/// Why a run has no figures to compare, whatever they are; none if it has. A run that a
/// threshold ended, as its scenario asks, is a result like any other.
pub(super) fn cut_short(run: &Finished) -> Option<String> {
    let why = match run.record.status {
        Status::Finished => return None,
        Status::Aborted if run.is_ended_by_threshold() => return None,
        Status::Running => "is under way or was killed",
        Status::Interrupted => "was interrupted",
        Status::Aborted => "was aborted",
    };
    Some(format!("the run {why}: expected a finished run"))
}
