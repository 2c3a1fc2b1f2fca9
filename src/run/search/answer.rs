//! The answer in `search.json`.

use serde::{Deserialize, Serialize};

use crate::analysis::search::{Answer, Bound};

/// The answer of a search, or what is known so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct AnswerRecord {
    /// How the search ended: `found`, `ceiling_held`, `none_holds`, `generator_limit`,
    /// `few_samples`, or `stopped` before it was decided.
    pub(crate) ending: String,
    /// Why it was stopped; null if it was not.
    pub(crate) reason: Option<String>,
    /// The hardest load that holds.
    pub(crate) held: Option<BoundRecord>,
    /// The easiest load that does not.
    pub(crate) failed: Option<BoundRecord>,
    /// What limits the load: `quota`, `sessions`, `server_sessions`, `server`,
    /// `generator` or `ceiling`; null where it is not known.
    pub(crate) limit: Option<String>,
    /// The same for people.
    pub(crate) limit_meaning: Option<String>,
    /// The account's sending rate, as the accepted rate of a throttled step shows it.
    pub(crate) quota_per_s: Option<f64>,
    /// What the account accepts at once after a pause.
    pub(crate) quota_burst: Option<f64>,
    /// Two loads in the wrong order; null if all are in order.
    pub(crate) not_monotone: Option<NotMonotoneRecord>,
}

/// One end of the bracket.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct BoundRecord {
    /// The rate per second, or the sessions.
    pub(crate) load: f64,
    /// Steps at it that held; a step that decides alone counts as two.
    pub(crate) held: u32,
    /// Steps at it that failed.
    pub(crate) failed: u32,
    /// Steps at it of which the generator was the limit.
    pub(crate) generator: u32,
}

/// A load that held although an easier one failed twice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct NotMonotoneRecord {
    /// The load that held.
    pub(crate) held: f64,
    /// The easier load that failed.
    pub(crate) failed: f64,
}

impl AnswerRecord {
    /// The answer; `reason` says why the search was stopped.
    pub(crate) fn new(answer: &Answer, reason: Option<String>) -> Self {
        let not_monotone = answer.not_monotone.map(|found| NotMonotoneRecord {
            held: found.held,
            failed: found.failed,
        });
        Self {
            ending: answer.ending.name().to_owned(),
            reason,
            held: answer.held.map(Into::into),
            failed: answer.failed.map(Into::into),
            limit: answer.limit.map(|limit| limit.name().to_owned()),
            limit_meaning: answer.limit.map(|limit| limit.meaning().to_owned()),
            quota_per_s: answer.throttling.map(|read| read.quota),
            quota_burst: answer.throttling.map(|read| read.burst),
            not_monotone,
        }
    }
}

impl From<Bound> for BoundRecord {
    fn from(bound: Bound) -> Self {
        Self {
            load: bound.load,
            held: bound.tally.held,
            failed: bound.tally.failed,
            generator: bound.tally.generator,
        }
    }
}
