//! The plan: all answers to one question.

use serde::Serialize;

use super::back_off::BackOff;
use super::campaign::Campaign;
use super::cost::MonthlyCost;
use super::day::DayForecast;
use super::demand::{Demand, Peaks};
use super::machine::{Machine, MachineLoad};
use super::question::{PresentQuota, Question, Sources};
use super::quota::{FinishTimes, SendQuota};
use super::rate_table::{RATES, RateRow};
use super::regions::Regions;
use super::session_plan::SessionPlan;
use super::throttling::Throttling;
use super::verification::Verification;
use crate::dispatch::Retry;
use crate::ses::PRICE_LIST_OF;

/// Everything that the plan answers. Rates and volumes count recipients where their
/// names do not mention messages.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct CapacityPlan {
    pub(crate) sources: Sources,
    pub(crate) demand: Demand,
    pub(crate) peaks: Peaks,
    pub(crate) recipients_per_message: f64,
    pub(crate) present: PresentQuota,
    pub(crate) asked: SendQuota,
    /// Whether the present rate is at least what would be asked for.
    pub(crate) rate_is_enough: bool,
    /// Whether the present day is.
    pub(crate) day_is_enough: bool,
    pub(crate) hours_that_spend_the_day: UnderQuota<Option<f64>>,
    pub(crate) campaigns: Vec<CampaignPlan>,
    /// The largest 24 hours, without retries.
    pub(crate) day: UnderQuota<DayForecast>,
    /// In the busiest minute, without retries.
    pub(crate) throttling: UnderQuota<Throttling>,
    /// In the busiest minute, with the client's retries.
    pub(crate) back_off: UnderQuota<BackOff>,
    pub(crate) retry: Option<Retry>,
    pub(crate) sessions: SessionPlan,
    pub(crate) machine: Machine,
    /// At the asked rate.
    pub(crate) machine_load: MachineLoad,
    /// At the mean rate, with the same sessions; none without a daily volume.
    pub(crate) mean_load: Option<MachineLoad>,
    /// At the highest rate, in megabits per second.
    pub(crate) peak_mbit_per_s: f64,
    pub(crate) costs: Vec<MonthlyCost>,
    pub(crate) price_list_of: &'static str,
    pub(crate) regions: Regions,
    pub(crate) table: Vec<RateRow>,
    /// What a verification found; none without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) verification: Option<Verification>,
}

/// A figure under both quotas.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct UnderQuota<T> {
    pub(crate) present: T,
    pub(crate) asked: T,
}

/// A campaign under both quotas, beside the other volume; none: nothing is left for
/// it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct CampaignPlan {
    pub(crate) campaign: Campaign,
    pub(crate) deadline_s: f64,
    pub(crate) finish: UnderQuota<Option<FinishTimes>>,
}

impl CapacityPlan {
    /// Whether the present quota needs no request.
    pub(crate) const fn is_enough(&self) -> bool {
        self.rate_is_enough && self.day_is_enough
    }

    /// Answers the question. The error is one line.
    pub(crate) fn new(question: &Question) -> Result<Self, String> {
        let peaks = question.demand.peaks();
        question.check(&peaks)?;
        let now = question.present.quota;
        let rate_is_enough = now.rate_per_s >= peaks.ask_rate_per_s as f64;
        let day_is_enough = now.per_day.is_none_or(|day| day >= peaks.ask_per_day);
        // Nothing is given back.
        let asked = SendQuota {
            rate_per_s: now.rate_per_s.max(peaks.ask_rate_per_s as f64),
            per_day: now.per_day.map(|day| day.max(peaks.ask_per_day)),
        };
        let sessions = question.sessions(&peaks)?;
        let both = |of: &dyn Fn(SendQuota) -> Option<f64>| UnderQuota {
            present: of(now),
            asked: of(asked),
        };
        let machine_load = question.machine_load(sessions.messages_per_s, sessions.sessions);
        let messages_per_s = peaks.peak_per_s / question.recipients_per_message;
        let mean_load = (peaks.mean_per_s > 0.0).then(|| {
            let mean = peaks.mean_per_s / question.recipients_per_message;
            question.machine_load(mean, sessions.sessions)
        });
        let campaigns = question.demand.campaigns.iter();
        let timeline = question.demand.timeline();
        Ok(Self {
            rate_is_enough,
            day_is_enough,
            hours_that_spend_the_day: both(&|quota| quota.hours_that_spend_the_day()),
            campaigns: campaigns
                .map(|campaign| question.campaign(campaign, &peaks, asked))
                .collect(),
            day: UnderQuota {
                present: question.day(&timeline, now),
                asked: question.day(&timeline, asked),
            },
            throttling: UnderQuota {
                present: question.throttling(messages_per_s, now),
                asked: question.throttling(messages_per_s, asked),
            },
            back_off: UnderQuota {
                present: question.back_off(messages_per_s, now),
                asked: question.back_off(messages_per_s, asked),
            },
            retry: question.retry,
            sessions,
            machine: question.machine,
            machine_load,
            mean_load,
            peak_mbit_per_s: messages_per_s * question.message_bytes as f64 * 8.0 / 1e6,
            costs: question.costs(peaks.month),
            price_list_of: PRICE_LIST_OF,
            regions: question.regions(asked),
            table: RATES.map(|rate| question.row(rate, &peaks)).to_vec(),
            verification: None,
            sources: question.sources.clone(),
            recipients_per_message: question.recipients_per_message,
            demand: question.demand.clone(),
            present: question.present,
            peaks,
            asked,
        })
    }
}
