//! A step in `search.json`: what was run, and what the search took from it.

use serde::{Deserialize, Serialize};

use crate::analysis::search::{Step, StepOutcome, StepResult, Throttling};

/// A step that ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StepRecord {
    /// Its number, from 1, and the name of its run folder.
    pub(crate) number: usize,
    /// The name of its run folder.
    pub(crate) folder: String,
    /// The rate per second, or the sessions.
    pub(crate) load: f64,
    /// Its measured time, in seconds, unless it was stopped early.
    pub(crate) length_s: f64,
    /// The pause before it, in seconds.
    pub(crate) cool_down_s: f64,
    /// Why it was made: `explore`, `bisect`, `quota`, `repeat` or `confirm`.
    pub(crate) purpose: String,
    /// Its seed.
    pub(crate) seed: u64,
    /// `held`, `failed`, `generator` or `few_samples`.
    pub(crate) outcome: String,
    /// The reason for that, for people.
    pub(crate) reason: String,
    /// Accepted in the measured time, per second, in the unit of the rate.
    pub(crate) accepted_per_s: f64,
    /// Recipients of all its attempts.
    pub(crate) recipients: u64,
    /// Whether messages were throttled by rate.
    pub(crate) throttled: bool,
    /// Whether messages waited for a free session.
    pub(crate) waited: bool,
    /// Whether the server refused sessions.
    pub(crate) sessions_refused: bool,
    /// Median of the service time of accepted messages.
    pub(crate) service_p50_us: Option<f64>,
    /// The quota that it shows, if it was throttled for long enough.
    pub(crate) quota: Option<QuotaRecord>,
}

/// The quota that a throttled step shows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct QuotaRecord {
    /// The accepted rate after the first 454.
    pub(crate) per_s: f64,
    /// What was accepted above it before.
    pub(crate) burst: f64,
    /// The number of accepted that the rate is read from.
    pub(crate) accepted: f64,
}

/// A burst of this many seconds of its quota is an error of the record: pauses and steps
/// would last for days.
const LONGEST_BURST_S: f64 = 86_400.0;

impl QuotaRecord {
    /// Whether a step can have shown it.
    fn is_possible(&self) -> bool {
        let seconds = self.burst / self.per_s;
        self.per_s > 0.0 && (0.0..=LONGEST_BURST_S).contains(&seconds)
    }
}

impl StepRecord {
    /// What the search takes from it; none if no step of this version has such a result.
    pub(crate) fn result(&self) -> Option<StepResult> {
        if self.quota.is_some_and(|read| !read.is_possible()) {
            return None;
        }
        let throttling = self.quota.map(|read| Throttling {
            quota: read.per_s,
            burst: read.burst,
            accepted: read.accepted,
        });
        Some(StepResult {
            outcome: StepOutcome::from_name(&self.outcome)?,
            throttling,
            throttled: self.throttled,
            waited: self.waited,
            sessions_refused: self.sessions_refused,
            service_us: self.service_p50_us,
        })
    }

    /// Whether it is this step.
    pub(crate) fn is_of(&self, step: &Step) -> bool {
        // JSON may round the last digit.
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(b.abs());
        near(self.load, step.load) && self.purpose == step.purpose.name()
    }

    /// Takes over what the search takes from a step.
    pub(crate) fn take(&mut self, result: &StepResult) {
        self.outcome = result.outcome.name().to_owned();
        self.throttled = result.throttled;
        self.waited = result.waited;
        self.sessions_refused = result.sessions_refused;
        self.service_p50_us = result.service_us;
        self.quota = result.throttling.map(|read| QuotaRecord {
            per_s: read.quota,
            burst: read.burst,
            accepted: read.accepted,
        });
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::analysis::search::{Doubt, Purpose};

    /// A step that held.
    pub(crate) fn step(number: usize, load: f64) -> StepRecord {
        StepRecord {
            number,
            folder: format!("{number:03}"),
            load,
            length_s: 5.0,
            cool_down_s: 1.0,
            purpose: "explore".to_owned(),
            seed: 7,
            outcome: "held".to_owned(),
            reason: "outcome.accepted 100 %".to_owned(),
            accepted_per_s: load,
            recipients: 300,
            throttled: false,
            waited: false,
            sessions_refused: false,
            service_p50_us: Some(1_234.5),
            quota: None,
        }
    }

    #[test]
    fn what_the_search_takes_is_read_back_from_json() {
        for outcome in [
            StepOutcome::Held,
            StepOutcome::Failed,
            StepOutcome::Inconclusive(Doubt::Generator),
            StepOutcome::Inconclusive(Doubt::FewSamples),
        ] {
            let result = StepResult {
                outcome,
                throttling: Some(Throttling {
                    quota: 20.1,
                    burst: 19.9,
                    accepted: 88.0,
                }),
                throttled: true,
                waited: true,
                sessions_refused: true,
                service_us: Some(3.0),
            };
            let mut record = step(1, 50.0);
            record.take(&result);
            let text = serde_json::to_string(&record).unwrap();
            let read: StepRecord = serde_json::from_str(&text).unwrap();
            assert_eq!(read.result(), Some(result));
        }
        let mut unknown = step(1, 50.0);
        unknown.outcome = "maybe".to_owned();
        assert_eq!(unknown.result(), None);
    }

    #[test]
    fn a_quota_that_would_make_steps_endless_is_refused() {
        for (per_s, burst, possible) in [
            (20.1, 19.9, true),
            (20.1, 0.0, true),
            (0.0, 1.0, false),
            (0.0, 0.0, false),
            (-1.0, -1.0, false),
            (20.1, -1.0, false),
            (1e-300, 1e300, false),
        ] {
            let mut record = step(1, 50.0);
            record.quota = Some(QuotaRecord {
                per_s,
                burst,
                accepted: 88.0,
            });
            assert_eq!(record.result().is_some(), possible, "{per_s} {burst}");
        }
    }

    #[test]
    fn a_step_is_known_again() {
        let planned = Step {
            load: 50.0,
            length_s: 5.0,
            cool_down_s: 1.0,
            purpose: Purpose::Explore,
        };
        assert!(step(1, 50.0).is_of(&planned));
        assert!(!step(1, 50.1).is_of(&planned));
        let purpose = Purpose::Repeat;
        assert!(!step(1, 50.0).is_of(&Step { purpose, ..planned }));
    }
}
