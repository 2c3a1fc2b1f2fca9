//! What is searched: the bounds, the first load and the length of the steps, from the
//! plan and the options. Refuses a plan that has no single rate to vary, and a search
//! over rates without a ceiling.

use std::time::Duration;

use super::super::error::AppError;
use super::{Options, Request};
use crate::analysis::search::{Axis, Question, StepLength, Vary};
use crate::engine::Model;
use crate::scenario::{self, Plan, TargetKind};
use crate::schedule::{Rate, RateUnit, Shape};
use crate::ses::limits::IDLE_TIMEOUT;
use crate::vocabulary::ExitCode;

/// The first rate divided by the lowest one, unless that is given.
const DOWN_TO: f64 = 100.0;

/// A server waits at least five minutes for the next command (RFC 5321 section
/// 4.5.3.2.7).
const SMTP_IDLE_TIMEOUT: Duration = Duration::from_secs(300);

/// The most sessions of a plan.
const SESSIONS: f64 = 100_000.0;

/// The question of the search.
pub(super) fn build(request: &Request) -> Result<Question, AppError> {
    let (plan, options) = (&request.plan, &request.options);
    let question = match rate(plan) {
        Ok(rate) => match options.over {
            Vary::Rate => over_rates(plan, options, rate),
            Vary::Sessions => Ok(over_sessions(plan, options, rate)),
        },
        Err(refused) => Err(refused),
    };
    question.map_err(|(key, why)| {
        let error = scenario::Error::Invalid {
            origin: request.source.origin(),
            key: key.to_owned(),
            why,
        };
        AppError::new(ExitCode::Usage, error)
    })
}

/// A key, and what is wrong with it.
type Refused = (&'static str, String);

fn refused<T>(key: &'static str, why: &str) -> Result<T, Refused> {
    Err((key, why.to_owned()))
}

/// The constant rate of the plan.
fn rate(plan: &Plan) -> Result<Rate, Refused> {
    if plan.shard.is_some() {
        let why = "a search runs in one process: remove --shard";
        return refused("--shard", why);
    }
    if let Some(windowed) = plan.thresholds.iter().find(|each| each.period().is_some()) {
        let why = format!("{windowed}: a search judges whole steps: remove the window");
        return Err(("thresholds", why));
    }
    match &plan.load.model {
        Model::Open {
            shape: Shape::Rate(rate),
            ..
        } => Ok(*rate),
        Model::Open { .. } => refused(
            "load.stages",
            "a search needs a constant rate to begin with: set --rate, such as --rate 50/s",
        ),
        Model::Closed => refused(
            "load.model",
            "a search needs the open model, which keeps a rate: set --model open and --rate",
        ),
    }
}

fn over_rates(plan: &Plan, options: &Options, rate: Rate) -> Result<Question, Refused> {
    let Some(ceiling) = plan.target.ceilings.max_rate else {
        return refused(
            "target.max_rate",
            "missing; a search needs a ceiling: set the highest rate that it may use, such as \
             --max-rate 500/s",
        );
    };
    let start = rate.hertz();
    let min_rate = options.min_rate.map(Rate::hertz);
    if min_rate.is_some_and(|lowest| lowest > start) {
        let why = "above the rate of the first step: lower it, or raise --rate";
        return refused("--min-rate", why);
    }
    let axis = Axis {
        vary: Vary::Rate,
        easiest: 0.0,
        hardest: writable(ceiling.hertz() * units_per_recipient(plan)),
        precision: options.precision,
    };
    let easiest = min_rate.unwrap_or_else(|| axis.rounded(start / DOWN_TO));
    let axis = Axis { easiest, ..axis };
    Ok(Question {
        axis,
        start: axis.rounded(start),
        messages_per_s: messages_per_unit(plan),
        length: length(plan, options),
        cool_down_s: options.cool_down.as_secs_f64(),
    })
}

fn over_sessions(plan: &Plan, options: &Options, rate: Rate) -> Question {
    let messages_per_s = rate.hertz() * messages_per_unit(plan);
    // With more, some would be closed for idling before their next message.
    let busy = (messages_per_s * idle_timeout(plan).as_secs_f64()).floor();
    let busy = busy.clamp(1.0, SESSIONS);
    let easiest = options
        .max_sessions
        .map_or(busy, |most| busy.min(f64::from(most)));
    let start = f64::from(plan.load.sessions.get());
    Question {
        axis: Axis {
            vary: Vary::Sessions,
            easiest,
            hardest: 1.0,
            precision: options.precision,
        },
        start: start.min(easiest),
        messages_per_s,
        length: length(plan, options),
        cool_down_s: options.cool_down.as_secs_f64(),
    }
}

fn length(plan: &Plan, options: &Options) -> StepLength {
    match options.step_duration {
        Some(time) => StepLength::Fixed(time.as_secs_f64()),
        None => StepLength::for_thresholds(&plan.thresholds),
    }
}

/// How long the server waits for the next command of a session.
fn idle_timeout(plan: &Plan) -> Duration {
    match &plan.target.kind {
        TargetKind::Mock { settings } => settings.idle_timeout,
        TargetKind::Smtp { .. } => SMTP_IDLE_TIMEOUT,
        TargetKind::Ses(_) => IDLE_TIMEOUT,
    }
}

/// Messages in one unit of the rate.
fn messages_per_unit(plan: &Plan) -> f64 {
    match &plan.load.model {
        Model::Open {
            rate_unit: RateUnit::Recipients { per_message },
            ..
        } => 1.0 / f64::from(per_message.get()),
        _ => 1.0,
    }
}

/// Units of the rate in one recipient, which ceilings count.
fn units_per_recipient(plan: &Plan) -> f64 {
    let recipients = f64::from(plan.message.recipients.get());
    1.0 / (messages_per_unit(plan) * recipients)
}

/// No higher than the ceiling, and with no more decimals than a rate may have.
fn writable(rate: f64) -> f64 {
    (rate * 1e6).floor() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::ResultOptions;
    use crate::output::progress::Mode;
    use crate::scenario::Source;
    use crate::scenario::testing::plan;

    fn asked(assignments: &[&str], change: impl FnOnce(&mut Options)) -> Result<Question, String> {
        let mut options = Options {
            over: Vary::Rate,
            min_rate: None,
            max_sessions: None,
            precision: 0.05,
            step_duration: None,
            cool_down: Duration::from_secs(1),
            out: None,
            resume: None,
            progress: Mode::None,
            result: ResultOptions::default(),
        };
        change(&mut options);
        let request = Request {
            plan: plan(assignments),
            source: Source::BuiltIn,
            options,
            secret: None,
        };
        build(&request).map_err(|error| error.why)
    }

    #[test]
    fn a_search_over_rates_begins_at_the_rate_of_the_plan_and_ends_at_the_ceiling() {
        let question = asked(&["target.max_rate=300/s"], |_| {}).unwrap();
        assert_eq!((question.start, question.axis.easiest), (50.0, 0.5));
        assert_eq!(question.axis.hardest, 300.0);
        let lowest = asked(&["target.max_rate=300/s"], |options| {
            options.min_rate = "10/s".parse().ok();
        });
        assert_eq!(lowest.unwrap().axis.easiest, 10.0);
    }

    /// The ceiling counts recipients, and the loads are in the unit of the rate.
    #[test]
    fn the_ceiling_is_in_the_unit_of_the_rate() {
        let each = ["target.max_rate=300/s", "message.recipients=3"];
        let question = asked(&each, |_| {}).unwrap();
        assert_eq!(
            (question.axis.hardest, question.messages_per_s),
            (100.0, 1.0)
        );
        let by_recipient = ["load.rate_unit=recipients", each[0], each[1]];
        let question = asked(&by_recipient, |_| {}).unwrap();
        assert_eq!(question.axis.hardest, 300.0);
        assert_eq!(question.length.seconds(50.0 * question.messages_per_s), 6.0);
        let uneven = ["target.max_rate=350/s", "message.recipients=3"];
        let hardest = asked(&uneven, |_| {}).unwrap().axis.hardest;
        assert_eq!(hardest, 116.666_666);
        assert!(format!("{hardest}/s").parse::<Rate>().is_ok());
    }

    #[test]
    fn sessions_are_no_more_than_the_rate_keeps_from_idling() {
        let sessions = |assignments: &[&str], most| {
            let asked = asked(assignments, |options| {
                options.over = Vary::Sessions;
                options.max_sessions = most;
            });
            let question = asked.unwrap();
            (question.start, question.axis.easiest)
        };
        assert_eq!(sessions(&["load.rate=14/s"], None), (10.0, 140.0));
        assert_eq!(sessions(&["load.rate=14/s"], Some(20)), (10.0, 20.0));
        assert_eq!(sessions(&["load.rate=14/s"], Some(900)), (10.0, 140.0));
        let short = ["load.rate=2/s", "mock.idle_timeout=2s"];
        assert_eq!(sessions(&short, None), (4.0, 4.0));
    }

    #[test]
    fn what_cannot_be_searched_is_refused_with_what_would_do() {
        let ceiling = "target.max_rate=300/s";
        for (assignments, part) in [
            (
                &[][..],
                "target.max_rate: missing; a search needs a ceiling",
            ),
            (
                &[ceiling, "load.model=closed"],
                "load.model: a search needs the open model",
            ),
            (
                &[ceiling, "thresholds.\"response.p99[3s..4s]\"='<1s'"],
                "a search judges whole steps: remove the window",
            ),
            (
                &[ceiling, "load.stages=[{to='5/s'},{hold='9s'}]"],
                "load.stages: ",
            ),
        ] {
            let why = asked(assignments, |_| {}).unwrap_err();
            assert!(why.contains(part), "{why}");
        }
        let why = asked(&[ceiling], |options| options.min_rate = "60/s".parse().ok());
        assert!(why.unwrap_err().contains("--min-rate: above the rate"));
    }
}
