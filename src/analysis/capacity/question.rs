//! The question: what must be sent, by what client, under which quota. Refuses what no
//! account can have.

use serde::Serialize;

use super::back_off::{BackOff, back_off};
use super::campaign::{Campaign, MAX_RECIPIENTS};
use super::demand::{Demand, Peaks};
use super::durations::Durations;
use super::machine::{Machine, MachineLoad};
use super::plan::{CampaignPlan, UnderQuota};
use super::pool::poisson;
use super::quota::SendQuota;
use super::sessions::SessionWork;
use super::throttling::{Throttling, throttling};
use crate::dispatch::Retry;
use crate::vocabulary::Instant;

/// No account has more, and no program needs more.
const MAX_RATE: f64 = 1e6;
const MAX_SESSIONS: f64 = 1e6;

/// Messages of a simulation: enough for a 99th percentile, in about a second.
pub(super) const SIMULATED: usize = 100_000;

/// The busiest minute.
const PEAK_S: f64 = 60.0;

/// What is asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Question {
    pub(crate) demand: Demand,
    /// A mean; at least 1.
    pub(crate) recipients_per_message: f64,
    /// Bytes of a message, and of its attachments.
    pub(crate) message_bytes: u64,
    pub(crate) attachment_bytes: u64,
    pub(crate) present: PresentQuota,
    pub(crate) retry: Option<Retry>,
    pub(crate) transaction: Durations,
    pub(crate) setup: Durations,
    pub(crate) messages_per_session: u32,
    /// Threshold of the wait for a session, in seconds.
    pub(crate) wait_p99_s: f64,
    pub(crate) machine: Machine,
    /// Processor time of a message; none: unknown.
    pub(crate) cpu_per_message_s: Option<f64>,
    pub(crate) regions: u32,
    pub(crate) seed: u64,
    pub(crate) sources: Sources,
}

/// Where figures come from, in words.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Sources {
    /// Of the present quota.
    pub(crate) quota: String,
    /// Of the transaction and set-up times.
    pub(crate) times: String,
    /// Of the processor time of a message.
    pub(crate) cpu: String,
}

/// The account's quota now.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct PresentQuota {
    pub(crate) quota: SendQuota,
    /// Recipients in the last 24 hours, if the account was read.
    pub(crate) sent_last_24h: u64,
}

impl Question {
    /// Refuses what no account can have.
    pub(super) fn check(&self, peaks: &Peaks) -> Result<(), String> {
        if peaks.largest_24h <= 0.0 {
            return Err(
                "no recipients in any hour: expected a volume above 0, or a campaign".to_owned(),
            );
        }
        if peaks.ask_rate_per_s as f64 > MAX_RATE {
            let rate = peaks.ask_rate_per_s;
            return Err(format!(
                "the rate to ask for is {rate}/s: expected at most 1,000,000/s; \
                 check the volume, the peak factor and the growth"
            ));
        }
        if peaks.ask_per_day as f64 > MAX_RECIPIENTS {
            return Err(
                "the quota to ask for is above 10^12 a day: check the volume and the growth"
                    .to_owned(),
            );
        }
        let load = self.work().load(self.ask_messages_per_s(peaks));
        if load > MAX_SESSIONS {
            return Err(format!(
                "{load:.0} sessions would be busy: expected at most 1,000,000; \
                 check the transaction and set-up times"
            ));
        }
        Ok(())
    }

    pub(super) fn ask_messages_per_s(&self, peaks: &Peaks) -> f64 {
        peaks.ask_rate_per_s as f64 / self.recipients_per_message
    }

    pub(super) fn work(&self) -> SessionWork {
        SessionWork {
            transaction_s: self.transaction.mean_s(),
            setup_s: self.setup.mean_s(),
            messages_per_session: self.messages_per_session,
        }
    }

    pub(super) fn throttling(&self, messages_per_s: f64, quota: SendQuota) -> Throttling {
        throttling(
            messages_per_s,
            self.recipients_per_message,
            quota.rate_per_s,
        )
    }

    /// The busiest minute, or its first messages if it has more than a simulation.
    pub(super) fn back_off(&self, messages_per_s: f64, quota: SendQuota) -> BackOff {
        let within = |nanos: &u64| *nanos as f64 <= PEAK_S * 1e9;
        let arrivals = poisson(messages_per_s, self.seed)
            .take_while(within)
            .take(SIMULATED);
        back_off(
            arrivals.map(Instant::from_nanos),
            self.recipients_per_message,
            quota.rate_per_s,
            self.retry,
            self.seed,
        )
    }

    pub(super) fn campaign(
        &self,
        campaign: &Campaign,
        peaks: &Peaks,
        asked: SendQuota,
    ) -> CampaignPlan {
        // The busiest hour and the largest day, since the campaign may fall into them.
        let left = |quota: SendQuota| self.left_for_campaigns(quota, peaks);
        let sent = self.sent_beside_the_volume(peaks);
        CampaignPlan {
            deadline_s: campaign.seconds,
            finish: UnderQuota {
                present: left(self.present.quota)
                    .map(|quota| quota.finish_times(campaign.recipients, sent)),
                asked: left(asked).map(|quota| quota.finish_times(campaign.recipients, 0)),
            },
            campaign: campaign.clone(),
        }
    }

    /// What was sent in the last 24 hours beside a day of the other volume.
    pub(super) fn sent_beside_the_volume(&self, peaks: &Peaks) -> u64 {
        let sent = self.present.sent_last_24h;
        sent.saturating_sub(peaks.day as u64)
    }

    /// What the other volume leaves to a campaign.
    pub(super) fn left_for_campaigns(&self, quota: SendQuota, peaks: &Peaks) -> Option<SendQuota> {
        quota.beside(peaks.hour / 3_600.0, peaks.volume_24h)
    }

    pub(super) fn machine_load(&self, messages_per_s: f64, sessions: u64) -> MachineLoad {
        let setups_per_s = self.work().setups_per_s(messages_per_s);
        self.machine.load(
            messages_per_s,
            self.cpu_per_message_s,
            sessions,
            setups_per_s,
        )
    }
}
