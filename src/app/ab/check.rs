//! Refuses questions that no series can answer, however long it is.

use super::{Arm, Condition, Question};
use crate::analysis::verdict::Figure;
use crate::app::error::AppError;
use crate::dispatch::Connect;
use crate::engine::Model;
use crate::vocabulary::{ExitCode, Metric, Span};

/// Fails if a figure that is asked for is never measured, or never what it should be.
pub(crate) fn check_question(
    question: &Question,
    conditions: &[Condition],
) -> Result<(), AppError> {
    let arms = || conditions.iter().flat_map(|condition| &condition.arms);
    for figure in &question.metrics {
        let Figure::Latency(Metric::Span(span), _) = *figure else {
            continue;
        };
        let why = if span == Span::SessionSetup && !arms().all(is_on_demand) {
            "sessions are opened ahead, before the messages: expected --set \
             load.connect=on_demand, which opens them as messages need them"
        } else if is_of_schedule(span) && arms().any(is_closed) {
            "the closed model has no schedule to measure it from: expected a figure of service, \
             or load.model=open"
        } else {
            continue;
        };
        let why = format!("--metric {figure}: {why}");
        return Err(AppError::new(ExitCode::Usage, why));
    }
    Ok(())
}

/// Whether sessions are opened by the messages that need them, so that their set-up is
/// measured at the load.
pub(super) fn is_on_demand(arm: &Arm) -> bool {
    arm.plan.load.connect == Connect::OnDemand
}

fn is_closed(arm: &Arm) -> bool {
    matches!(arm.plan.load.model, Model::Closed)
}

/// Whether it is measured from the time at which a message was intended.
const fn is_of_schedule(span: Span) -> bool {
    match span {
        Span::Response
        | Span::ResponseNet
        | Span::Wait
        | Span::WaitNet
        | Span::Slip
        | Span::Lateness => true,
        Span::SessionSetup | Span::Transaction | Span::Service => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::plan;

    /// The error, of arms with these keys beside those of the built-in scenario.
    fn refused(metric: &str, arms: [&[&str]; 2]) -> Option<String> {
        let arm = |assignments: &[&str]| Arm {
            value: String::new(),
            plan: plan(assignments),
        };
        let condition = Condition {
            name: None,
            factor: "name".to_owned(),
            arms: arms.map(arm).into(),
            is_question: true,
        };
        let question = Question {
            metrics: Figure::from_name(metric).into_iter().collect(),
            ..Question::default()
        };
        let checked = check_question(&question, &[condition]);
        checked.map_err(|error| error.why).err()
    }

    #[test]
    fn what_no_run_measures_is_refused() {
        let (open, on_demand) = (&["load.rate=9/s"][..], &["load.connect=on_demand"][..]);
        let closed = &["load.model=closed", "load.duration=1s"][..];
        for (metric, arms, part) in [
            ("session_setup.p90", [on_demand, open], "opened ahead"),
            (
                "wait.p50",
                [open, closed],
                "the closed model has no schedule",
            ),
        ] {
            let why = refused(metric, arms).unwrap();
            assert!(why.starts_with(&format!("--metric {metric}: ")), "{why}");
            assert!(why.contains(part), "{why}");
        }
        for (metric, arms) in [
            ("session_setup.p90", [on_demand, on_demand]),
            ("wait.p50", [open, on_demand]),
            ("service.p50", [closed, closed]),
            ("cpu.per_message", [open, closed]),
        ] {
            assert_eq!(refused(metric, arms), None, "{metric}");
        }
    }
}
