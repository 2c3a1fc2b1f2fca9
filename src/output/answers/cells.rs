//! The cells of an answer in CSV. Changes are relative, those of shares absolute.

use crate::analysis::comparison::{Answer, MARGIN, ShareAnswer};

/// The columns of what is asked, and those of its answer. What makes a change of the
/// floor visible is counted in the unit of the comparison: its column is named for that.
pub(in crate::output) const ASKED: [&str; 2] = ["figure", "role"];

/// Before the column that is named for the unit.
pub(in crate::output) const VALUES: [&str; 8] = [
    "base",
    "new",
    "shift",
    "low",
    "high",
    "floor",
    "adjusted_p",
    "smallest_visible",
];

/// After it.
pub(in crate::output) const DECISION: &str = "decision";

/// The cells of an answer.
#[derive(Clone, Debug)]
pub(in crate::output) struct Cells {
    /// Those of [`ASKED`].
    pub(in crate::output) asked: [String; 2],
    /// Those of [`VALUES`], the units needed, and the decision.
    pub(in crate::output) answer: [String; 10],
}

impl Cells {
    /// Of a figure.
    pub(in crate::output) fn of_figure(answer: &Answer) -> Self {
        let estimate = answer.estimate.as_ref();
        let visibility = answer.visibility.as_ref();
        let needed = visibility.and_then(|visibility| visibility.runs_needed);
        Self {
            asked: [answer.figure.clone(), answer.role.name().to_owned()],
            answer: [
                number(answer.base.median),
                number(answer.new.median),
                number(estimate.map(|estimate| estimate.shift)),
                number(estimate.map(|estimate| estimate.interval.low)),
                number(estimate.map(|estimate| estimate.interval.high)),
                number(Some(answer.floor)),
                number(estimate.and_then(|estimate| estimate.adjusted_p)),
                number(visibility.and_then(|visibility| visibility.smallest)),
                number(needed),
                answer.decision.to_string(),
            ],
        }
    }

    /// Of a share.
    pub(in crate::output) fn of_share(answer: &ShareAnswer) -> Self {
        let empty = String::new;
        Self {
            asked: [answer.figure.clone(), "share".to_owned()],
            answer: [
                answer.base.to_string(),
                answer.new.to_string(),
                answer.change().to_string(),
                empty(),
                empty(),
                MARGIN.to_string(),
                empty(),
                empty(),
                empty(),
                answer.decision.to_string(),
            ],
        }
    }
}

/// A number, or nothing.
pub(in crate::output) fn number(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
