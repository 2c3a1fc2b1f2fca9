//! The verification of a plan: its figures beside those of the day in virtual time and of
//! runs on sockets, and what follows from all of them.

use serde::{Deserialize, Serialize};

use super::check::Check;
use super::plan::{CapacityPlan, UnderQuota};
use super::quota::SendQuota;

/// A quota of the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WhichQuota {
    /// The account's now.
    Present,
    /// What the plan asks for.
    Asked,
}

/// How a verification ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Answer {
    /// Every figure agrees, and every run held.
    Verified,
    /// A figure disagrees, or a run did not hold.
    DoesNotHold,
    /// Not all could be decided.
    Inconclusive,
    /// The user interrupted it.
    Interrupted,
    /// It was stopped by an error.
    Stopped,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RunOutcome {
    /// The thresholds were met.
    Held,
    /// A threshold was missed, or the backlog grew.
    Failed,
    /// The generator or its machine was the limit.
    Generator,
    /// There were too few messages for a threshold.
    FewSamples,
}

/// What the verification found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Verification {
    /// How it ended.
    pub(crate) answer: Answer,
    /// Why, in one line; empty if it was verified.
    pub(crate) reason: String,
    /// The folder with its runs.
    pub(crate) folder: String,
    /// The quota of the run at the peak.
    pub(crate) quota: WhichQuota,
    /// The sessions of the runs.
    pub(crate) sessions: u64,
    /// Figures of the day, under each quota.
    pub(crate) day: Vec<DayCheck>,
    /// What was not tried in virtual time, and why.
    pub(crate) not_tried: Vec<String>,
    /// The runs that have ended.
    pub(crate) runs: Vec<PeakRun>,
}

/// A figure of the day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct DayCheck {
    /// The quota under which it is.
    pub(crate) quota: WhichQuota,
    /// Number of trials.
    pub(crate) trials: u32,
    /// The figure.
    #[serde(flatten)]
    pub(crate) check: Check,
}

/// What a run tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Subject {
    /// The quota, at the rate of the busiest minute.
    Peak,
    /// The sessions, at the rate that they are planned for.
    Sessions,
}

/// A run on sockets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PeakRun {
    /// What it tests.
    pub(crate) subject: Subject,
    /// The name of its run folder.
    pub(crate) folder: String,
    /// Messages per second.
    pub(crate) messages_per_s: f64,
    /// Of those, accepted.
    pub(crate) accepted_per_s: f64,
    /// Its measured time.
    pub(crate) length_s: f64,
    /// How it ended.
    pub(crate) outcome: RunOutcome,
    /// Why, for people.
    pub(crate) reason: String,
    /// Its figures beside the planned ones.
    pub(crate) checks: Vec<Check>,
}

impl Subject {
    /// Every subject, in the order of the runs.
    pub(crate) const ALL: [Self; 2] = [Self::Peak, Self::Sessions];

    /// Its name, for people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Peak => "the peak",
            Self::Sessions => "the sessions",
        }
    }
}

impl WhichQuota {
    /// Its name, for people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Present => "present",
            Self::Asked => "asked",
        }
    }

    /// The figure under it.
    pub(crate) fn under<T: Clone>(self, figures: &UnderQuota<T>) -> T {
        match self {
            Self::Present => figures.present.clone(),
            Self::Asked => figures.asked.clone(),
        }
    }

    /// Its limits.
    pub(crate) const fn of(self, plan: &CapacityPlan) -> SendQuota {
        match self {
            Self::Present => plan.present.quota,
            Self::Asked => plan.asked,
        }
    }
}

impl Verification {
    /// Decides by what was found. A doubt outranks what does not hold, as it could be
    /// its cause.
    pub(crate) fn decide(&mut self) {
        let differs = self.day.iter().filter(|each| !each.check.agrees);
        let differs = differs.map(|each| {
            let (figure, quota) = (&each.check.figure, each.quota.name());
            format!("{figure} differs from the plan, {quota} quota")
        });
        let runs = || self.runs.iter();
        let failed = runs().filter(|run| !run.holds() && !run.is_in_doubt());
        let failed = failed.map(|run| format!("{}: {}", run.subject.name(), run.why()));
        let not: Vec<String> = failed.chain(differs).collect();
        let in_doubt = runs().filter(|run| run.is_in_doubt());
        let in_doubt = in_doubt.map(|run| format!("{}: {}", run.subject.name(), run.why()));
        let doubts: Vec<String> = in_doubt.chain(self.not_tried.iter().cloned()).collect();
        (self.answer, self.reason) = match (doubts.first(), not.first()) {
            (Some(doubt), _) => (Answer::Inconclusive, doubt.clone()),
            (None, Some(not)) => (Answer::DoesNotHold, not.clone()),
            (None, None) => (Answer::Verified, String::new()),
        };
    }
}

impl PeakRun {
    /// Whether it held, with the planned figures.
    pub(crate) fn holds(&self) -> bool {
        self.outcome == RunOutcome::Held && self.checks.iter().all(|check| check.agrees)
    }

    /// Whether it could not decide.
    pub(crate) const fn is_in_doubt(&self) -> bool {
        matches!(self.outcome, RunOutcome::Generator | RunOutcome::FewSamples)
    }

    /// Why it did not hold.
    fn why(&self) -> String {
        let differs = self.checks.iter().find(|check| !check.agrees);
        match differs.filter(|_| self.outcome == RunOutcome::Held) {
            Some(check) => format!("{} differs from the plan", check.figure),
            None => self.reason.clone(),
        }
    }
}
