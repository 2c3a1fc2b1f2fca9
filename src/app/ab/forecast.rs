//! What a command takes before it begins: the runs of its series, the recipients of all
//! of them, and the time; and whether the ceiling on recipients has room for it.

use std::time::Duration;

use super::{Arm, Condition};
use crate::app::error::AppError;
use crate::scenario::Plan;
use crate::schedule::Length;
use crate::vocabulary::ExitCode;

/// What series take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Forecast {
    /// Runs at most.
    pub(crate) runs: u64,
    /// Recipients at most, without retries; none where only the replies decide.
    pub(crate) recipients: Option<u64>,
    /// The time of all runs.
    pub(crate) time: Duration,
}

/// What one run takes beyond its schedule: the start of the mock, the sessions, the
/// files. Measured on two cores; the time left is corrected after the first runs.
const OVERHEAD: Duration = Duration::from_millis(400);

/// The series of these conditions, each of at most `pairs` pairs and the discarded one.
pub(crate) fn forecast(conditions: &[Condition], pairs: usize, cool_down: Duration) -> Forecast {
    let pairs = pairs as u64 + 1;
    let of_pairs = arms(conditions).try_fold(0_u64, |all, arm| {
        Some(all.saturating_add(recipients(&arm.plan)?))
    });
    let times = arms(conditions).map(|arm| run_time(&arm.plan));
    let time = times.fold(Duration::ZERO, |all, run| {
        all.saturating_add(run).saturating_add(cool_down)
    });
    Forecast {
        runs: pairs * arms(conditions).count() as u64,
        recipients: of_pairs.map(|recipients| recipients.saturating_mul(pairs)),
        time: time.saturating_mul(u32::try_from(pairs).unwrap_or(u32::MAX)),
    }
}

impl Forecast {
    /// Fails if the ceiling on recipients ends the series before its last pair.
    pub(crate) fn check(&self, conditions: &[Condition]) -> Result<(), AppError> {
        let Some(most) = ceiling(conditions) else {
            return Ok(());
        };
        let refused = |why| {
            let why = format!("target.max_recipients: {why}");
            Err(AppError::new(ExitCode::Usage, why))
        };
        match self.recipients {
            Some(recipients) if recipients > most => refused(format!(
                "the series exceeds this ceiling of {most} recipients: its {} runs take up to \
                 {recipients}; shorten the load, lower --pairs, or raise this",
                self.runs
            )),
            Some(_) => Ok(()),
            None => refused(format!(
                "how many recipients {} runs take is not known: as many as replies allow for; \
                 set load.messages, or target.max_rate as a bound",
                self.runs
            )),
        }
    }
}

fn arms(conditions: &[Condition]) -> impl Iterator<Item = &Arm> {
    conditions.iter().flat_map(|condition| &condition.arms)
}

/// The ceiling on the recipients of all series together: the lowest of their plans.
pub(super) fn ceiling(conditions: &[Condition]) -> Option<u64> {
    let ceilings = arms(conditions).map(|arm| arm.plan.target.ceilings.max_recipients);
    ceilings.flatten().min()
}

/// The recipients of a run at most, if each of its messages is retried as often as it may
/// be.
pub(super) fn with_retries(plan: &Plan, recipients: u64) -> u64 {
    let attempts = plan.retry.map_or(1, |retry| retry.attempts.get());
    recipients.saturating_mul(attempts.into())
}

/// The recipients of a run at most, without retries: by the schedule, by the number of
/// messages, or by the ceiling on their rate.
pub(super) fn recipients(plan: &Plan) -> Option<u64> {
    let each = u64::from(plan.message.recipients.get());
    if let Some(schedule) = plan.schedule() {
        return Some(schedule.most().saturating_mul(each));
    }
    let (warm_up, at_rate) = (plan.load.warm_up, |time: Duration| {
        let gap = plan.bounds().gap.filter(|gap| !gap.is_zero())?;
        // One more than fit, for the first one.
        let attempts = time.as_secs_f64() / gap.as_secs_f64() + 1.0;
        Some((attempts.ceil() as u64).saturating_mul(each))
    });
    match plan.load.length {
        Length::Messages(messages) if warm_up.is_zero() => Some(messages.saturating_mul(each)),
        Length::Messages(messages) => Some(
            messages
                .saturating_mul(each)
                .saturating_add(at_rate(warm_up)?),
        ),
        Length::Duration(duration) => at_rate(warm_up + duration),
    }
}

fn run_time(plan: &Plan) -> Duration {
    let measured = match (plan.load.length, plan.schedule()) {
        (Length::Duration(duration), _) => duration,
        (Length::Messages(_), Some(schedule)) => schedule.end().saturating_sub(plan.load.warm_up),
        // Only the replies decide.
        (Length::Messages(_), None) => Duration::ZERO,
    };
    let run = plan.load.warm_up.saturating_add(measured);
    run.saturating_add(OVERHEAD)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::plan;

    fn series(assignments: &[&str]) -> Condition {
        let arm = |value: &str| Arm {
            value: value.to_owned(),
            plan: plan(assignments),
        };
        Condition {
            name: None,
            factor: "name".to_owned(),
            arms: vec![arm("a"), arm("b")],
            is_question: true,
        }
    }

    #[test]
    fn a_pause_without_end_does_not_overflow() {
        let all = forecast(&[series(&["load.rate=10/s"])], 1_000, Duration::MAX);
        assert_eq!((all.runs, all.time), (2_002, Duration::MAX));
    }

    fn of(assignments: &[&str]) -> Forecast {
        forecast(&[series(assignments)], 20, Duration::from_secs(1))
    }

    #[test]
    fn a_series_takes_all_runs_of_all_pairs() {
        let load = ["load.rate=10/s", "load.warm_up=1s", "load.duration=3s"];
        let found = of(&load);
        assert_eq!(found.runs, 42);
        assert_eq!(found.recipients, Some(42 * 40));
        assert_eq!(found.time, Duration::from_millis(42 * 5_400));
        let two = [&load[..], &["message.recipients=2"]].concat();
        assert_eq!(of(&two).recipients, Some(42 * 80));
        // Random arrivals are counted with their spread.
        let random = [&load[..], &["load.arrivals=poisson"]].concat();
        assert!(of(&random).recipients > Some(42 * 60));
    }

    #[test]
    fn a_run_takes_at_most_all_attempts_of_all_messages() {
        let load = ["load.rate=10/s", "load.warm_up=0s", "load.duration=1s"];
        let retried = ["retry.policy=exponential", "retry.attempts=4"];
        assert_eq!(with_retries(&plan(&load), 10), 10);
        assert_eq!(with_retries(&plan(&[&load[..], &retried].concat()), 10), 40);
    }

    #[test]
    fn the_closed_model_is_bounded_by_its_messages_or_the_ceiling_of_its_rate() {
        let closed = "load.model=closed";
        assert_eq!(of(&[closed, "load.duration=2s"]).recipients, None);
        let messages = [closed, "load.messages=30", "load.warm_up=0s"];
        assert_eq!(of(&messages).recipients, Some(42 * 30));
        let rate = [
            closed,
            "load.duration=2s",
            "load.warm_up=1s",
            "target.max_rate=10/s",
        ];
        assert_eq!(of(&rate).recipients, Some(42 * 31));
    }

    #[test]
    fn a_series_that_the_ceiling_would_cut_off_is_refused_before_it_starts() {
        let load = ["load.rate=10/s", "load.warm_up=1s", "load.duration=3s"];
        let check = |conditions: &[Condition]| {
            let found = forecast(conditions, 20, Duration::ZERO).check(conditions);
            found.map_err(|error| (error.code, error.why))
        };
        let refused = |ceiling: &str, load: &[&str]| check(&[series(&[load, &[ceiling]].concat())]);
        refused("target.max_recipients=1680", &load).unwrap();
        let (code, why) = refused("target.max_recipients=1679", &load).unwrap_err();
        assert_eq!(code, ExitCode::Usage);
        assert!(why.contains("its 42 runs take up to 1680"), "{why}");
        let closed = ["load.model=closed", "load.duration=2s"];
        let (_, why) = refused("target.max_recipients=9999", &closed).unwrap_err();
        assert!(why.contains("set load.messages"), "{why}");
        // It holds for all series of a command together.
        let two = |ceiling: &str| [(); 2].map(|()| series(&[&load[..], &[ceiling]].concat()));
        check(&two("target.max_recipients=3360")).unwrap();
        let (_, why) = check(&two("target.max_recipients=3359")).unwrap_err();
        assert!(why.contains("its 84 runs take up to 3360"), "{why}");
    }
}
