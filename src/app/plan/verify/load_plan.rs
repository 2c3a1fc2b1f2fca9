//! The plan of a run that tests a capacity plan: the embedded mock with the planned
//! times and quota, and recipients at a domain that is reserved for examples, as those of
//! the mailbox simulator do not count against the day.

use std::time::Duration;

use sesbench_mock::settings::{Delay, Latency, Recorded};
use toml::Value;

use crate::analysis::capacity::{Durations, LoadTest, Question, Subject};
use crate::dispatch::Retry;
use crate::scenario::{self, Override, Plan, Source};

/// Sent before the measured time, so that retries and sessions are under way.
pub(super) const WARM_UP: Duration = Duration::from_secs(2);

/// Time for the last messages beyond their waits.
const DRAIN: Duration = Duration::from_secs(10);

/// The longest drain: later retries are not waited for.
const LONGEST_DRAIN: Duration = Duration::from_secs(600);

/// The flag in errors.
const FLAG: &str = "--verify";

/// Messages that have to be accepted.
const ACCEPTED: &str = ">= 99%";

/// The scenario of a run. The error is one line.
pub(super) fn plan(question: &Question, test: &LoadTest) -> Result<Plan, scenario::Error> {
    let source = Source::Flags;
    let mut plan = scenario::read(&source, &overrides(question, test), &|_| None)?;
    plan.load.staggered = true;
    Ok(plan)
}

fn overrides(question: &Question, test: &LoadTest) -> Vec<Override> {
    let name = match test.subject {
        Subject::Peak => "verify-peak",
        Subject::Sessions => "verify-sessions",
    };
    let mut all = vec![
        set(&["name"], name),
        set(&["target", "kind"], "mock"),
        set(&["target", "tls"], "starttls"),
        set(&["load", "rate"], format!("{:.6}/s", test.messages_per_s)),
        set(&["load", "arrivals"], "poisson"),
        set(&["load", "warm_up"], time(WARM_UP)),
        set(&["load", "duration"], time(test.length)),
        set(&["load", "drain"], time(drain(question.retry))),
        set(&["load", "sessions"], whole(test.sessions)),
        set(
            &["load", "messages_per_session"],
            whole(question.messages_per_session.into()),
        ),
        set(&["load", "connect"], "ahead"),
        // The run shows the share of what is refused.
        set(&["load", "stop_on_quota"], false),
        set(&["message", "size"], whole(question.message_bytes)),
        set(&["message", "recipients"], whole(test.recipients.into())),
        set(&["message", "to"], recipients(test.recipients)),
        set(&["thresholds", "outcome.accepted"], ACCEPTED),
        set(
            &["thresholds", "wait.p99"],
            format!("<= {}us", question.wait_p99_s * 1e6),
        ),
        set(&["mock", "profile"], "unlimited"),
    ];
    if let Ok(latency) = Value::try_from(latency(question)) {
        all.push(set(&["mock", "latency"], latency));
    }
    if let Some(quota) = test.quota {
        all.push(set(&["mock", "rate"], quota.rate_per_s));
        all.extend(quota.per_day.map(|day| set(&["mock", "daily"], whole(day))));
    }
    if let Some(retry) = question.retry {
        all.extend([
            set(&["retry", "policy"], "exponential"),
            set(&["retry", "base"], time(retry.base)),
            set(&["retry", "factor"], retry.factor),
            set(&["retry", "cap"], time(retry.cap)),
            set(&["retry", "attempts"], whole(retry.attempts.get().into())),
        ]);
    }
    all
}

fn set(path: &[&str], value: impl Into<Value>) -> Override {
    Override::new(FLAG, path, value)
}

/// TOML has whole numbers up to 2^63.
fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn time(time: Duration) -> String {
    humantime::format_duration(time).to_string()
}

fn recipients(number: u32) -> Value {
    let address = |number| Value::from(format!("recipient{number}@example.com"));
    Value::Array((1..=number).map(address).collect())
}

/// All of a transaction is before the last reply, all of a set-up before the first one:
/// what the machine itself takes comes on top.
fn latency(question: &Question) -> Latency {
    Latency {
        dot: delay(&question.transaction),
        banner: delay(&question.setup),
        ..Latency::default()
    }
}

fn delay(durations: &Durations) -> Delay {
    let constant = Duration::from_secs_f64(durations.mean_s());
    match durations.counts().nth(1) {
        None => Delay::Fixed(constant),
        Some(_) => {
            Recorded::of_counts(durations.counts()).map_or(Delay::Fixed(constant), Delay::Recorded)
        }
    }
}

/// The longest waits of one message together, and some time more.
fn drain(retry: Option<Retry>) -> Duration {
    let Some(retry) = retry else {
        return DRAIN;
    };
    let (mut bound, mut all) = (retry.base.as_secs_f64(), DRAIN.as_secs_f64());
    for _ in 1..retry.attempts.get() {
        all += bound.min(retry.cap.as_secs_f64());
        bound = (bound * retry.factor).min(retry.cap.as_secs_f64());
        if all >= LONGEST_DRAIN.as_secs_f64() {
            return LONGEST_DRAIN;
        }
    }
    // In whole seconds, to be readable.
    Duration::from_secs(all.ceil() as u64)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    #[test]
    fn the_drain_has_time_for_all_retries() {
        let retry = |attempts, cap| Retry {
            base: Duration::from_secs(1),
            factor: 2.0,
            cap: Duration::from_secs(cap),
            attempts: NonZeroU32::new(attempts).unwrap(),
        };
        assert_eq!(drain(None).as_secs(), 10);
        assert_eq!(drain(Some(retry(5, 30))).as_secs(), 25);
        assert_eq!(drain(Some(retry(5, 3))).as_secs(), 19);
        assert_eq!(drain(Some(retry(1_000, 30))).as_secs(), 600);
    }

    #[test]
    fn times_of_runs_keep_their_distribution() {
        let ms = Duration::from_millis;
        let constant = Durations::constant(ms(7));
        assert_eq!(delay(&constant), Delay::Fixed(ms(7)));
        let two = Durations::from_counts([(ms(10), 3), (ms(30), 1)]).unwrap();
        let delay = delay(&two);
        assert_eq!((delay.quantile(0.5), delay.quantile(0.9)), (ms(10), ms(30)));
    }
}
