//! What a series takes before it begins: its runs, the recipients of all of them, and
//! the time; and whether the ceiling on recipients has room for it.

use std::time::Duration;

use super::Arm;
use crate::app::error::AppError;
use crate::scenario::Plan;
use crate::schedule::Length;
use crate::vocabulary::ExitCode;

/// What a series takes.
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

/// The series of these arms, of at most `pairs` pairs and the discarded one.
pub(crate) fn forecast(arms: &[Arm], pairs: usize, cool_down: Duration) -> Forecast {
    let pairs = pairs as u64 + 1;
    let of_pair: Option<u64> = arms.iter().map(|arm| recipients(&arm.plan)).sum();
    let times = arms.iter().map(|arm| run_time(&arm.plan));
    let time = times.fold(Duration::ZERO, |all, run| {
        all.saturating_add(run).saturating_add(cool_down)
    });
    Forecast {
        runs: pairs * arms.len() as u64,
        recipients: of_pair.map(|recipients| recipients.saturating_mul(pairs)),
        time: time.saturating_mul(u32::try_from(pairs).unwrap_or(u32::MAX)),
    }
}

impl Forecast {
    /// Fails if the ceiling on recipients ends the series before its last pair.
    pub(crate) fn check(&self, arms: &[Arm]) -> Result<(), AppError> {
        let Some(most) = ceiling(arms) else {
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

/// The ceiling on the recipients of the series: the lowest of its plans.
pub(super) fn ceiling(arms: &[Arm]) -> Option<u64> {
    let ceilings = arms
        .iter()
        .map(|arm| arm.plan.target.ceilings.max_recipients);
    ceilings.flatten().min()
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

    fn arms(assignments: &[&str]) -> Vec<Arm> {
        let arm = |value: &str| Arm {
            value: value.to_owned(),
            plan: plan(assignments),
        };
        vec![arm("a"), arm("b")]
    }

    #[test]
    fn a_pause_without_end_does_not_overflow() {
        let all = forecast(&arms(&["load.rate=10/s"]), 1_000, Duration::MAX);
        assert_eq!((all.runs, all.time), (2_002, Duration::MAX));
    }

    fn of(assignments: &[&str]) -> Forecast {
        forecast(&arms(assignments), 20, Duration::from_secs(1))
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
        let refused = |ceiling: &str, load: &[&str]| {
            let arms = arms(&[load, &[ceiling]].concat());
            let found = forecast(&arms, 20, Duration::ZERO).check(&arms);
            found.map_err(|error| (error.code, error.why))
        };
        refused("target.max_recipients=1680", &load).unwrap();
        let (code, why) = refused("target.max_recipients=1679", &load).unwrap_err();
        assert_eq!(code, ExitCode::Usage);
        assert!(why.contains("its 42 runs take up to 1680"), "{why}");
        let closed = ["load.model=closed", "load.duration=2s"];
        let (_, why) = refused("target.max_recipients=9999", &closed).unwrap_err();
        assert!(why.contains("set load.messages"), "{why}");
    }
}
