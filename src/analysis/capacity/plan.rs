//! The plan: all answers to one question.

use serde::Serialize;

use super::back_off::{BackOff, back_off};
use super::campaign::{Campaign, MAX_RECIPIENTS};
use super::demand::{Demand, Peaks};
use super::durations::Durations;
use super::machine::{Machine, MachineLoad};
use super::pool::{Pool, poisson, quantile};
use super::quota::{FinishTimes, SendQuota};
use super::sessions::{ErlangSessions, SessionWork};
use super::throttling::{Throttling, throttling};
use crate::dispatch::{Connect, Retry};
use crate::ses::limits::IDLE_TIMEOUT;
use crate::ses::{PRICE_LIST_OF, PRICES, Price};
use crate::vocabulary::Instant;

/// The rates of the table, per second.
const RATES: [u64; 9] = [14, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000];

/// No account has more, and no program needs more.
const MAX_RATE: f64 = 1e6;
const MAX_SESSIONS: f64 = 1e6;

/// Messages of a simulation: enough for a 99th percentile, in about a second.
const SIMULATED: usize = 100_000;

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
    /// In the busiest minute, without retries.
    pub(crate) throttling: UnderQuota<Throttling>,
    /// In the busiest minute, with the client's retries.
    pub(crate) back_off: UnderQuota<BackOff>,
    pub(crate) retry: Option<Retry>,
    pub(crate) sessions: SessionPlan,
    pub(crate) machine: Machine,
    pub(crate) machine_load: MachineLoad,
    /// At the highest rate, in megabits per second.
    pub(crate) peak_mbit_per_s: f64,
    pub(crate) costs: Vec<MonthlyCost>,
    pub(crate) price_list_of: &'static str,
    pub(crate) regions: Regions,
    pub(crate) table: Vec<RateRow>,
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

/// The sessions that send the asked rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct SessionPlan {
    pub(crate) messages_per_s: f64,
    pub(crate) work: SessionWork,
    /// Sessions busy on average.
    pub(crate) load: f64,
    pub(crate) setups_per_s: f64,
    pub(crate) wait_p99_limit_s: f64,
    pub(crate) erlang: ErlangSessions,
    /// The fewest that hold the threshold in a simulation.
    pub(crate) simulated: u64,
    /// The larger of both.
    pub(crate) sessions: u64,
    pub(crate) connect: Connect,
    /// The p99 of the response that `on_demand` cannot be below, if there is one.
    pub(crate) on_demand_p99_from_s: Option<f64>,
    /// Below this rate SES closes sessions of the pool for idling.
    pub(crate) stays_open_above_per_s: f64,
    /// Sessions that stay open at the mean rate; without a daily volume, at the peak.
    pub(crate) stay_open: u64,
}

/// One of SES's plans.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct MonthlyCost {
    pub(crate) plan: &'static str,
    pub(crate) dollars: f64,
}

/// What each of several regions has to be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Regions {
    pub(crate) number: u32,
    /// With an equal share each.
    pub(crate) each: SendQuota,
    /// So that the others carry all when one fails; none with one region.
    pub(crate) each_without_one: Option<SendQuota>,
}

/// What a rate carries and takes, with the shape of the demand.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct RateRow {
    pub(crate) rate_per_s: u64,
    /// Recipients in the largest 24 hours that fit under it, headroom kept.
    pub(crate) per_day: u64,
    pub(crate) sessions: u64,
    pub(crate) setups_per_s: f64,
    pub(crate) machines: u64,
    /// Of a month of such days, in the cheapest plan.
    pub(crate) dollars: f64,
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
        let campaigns = question.demand.campaigns.iter();
        Ok(Self {
            rate_is_enough,
            day_is_enough,
            hours_that_spend_the_day: both(&|quota| quota.hours_that_spend_the_day()),
            campaigns: campaigns
                .map(|campaign| question.campaign(campaign, &peaks, asked))
                .collect(),
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
            peak_mbit_per_s: messages_per_s * question.message_bytes as f64 * 8.0 / 1e6,
            costs: question.costs(peaks.month),
            price_list_of: PRICE_LIST_OF,
            regions: question.regions(asked),
            table: RATES.map(|rate| question.row(rate, &peaks)).to_vec(),
            sources: question.sources.clone(),
            recipients_per_message: question.recipients_per_message,
            demand: question.demand.clone(),
            present: question.present,
            peaks,
            asked,
        })
    }
}

impl Question {
    /// Refuses what no account can have.
    fn check(&self, peaks: &Peaks) -> Result<(), String> {
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

    fn ask_messages_per_s(&self, peaks: &Peaks) -> f64 {
        peaks.ask_rate_per_s as f64 / self.recipients_per_message
    }

    fn work(&self) -> SessionWork {
        SessionWork {
            transaction_s: self.transaction.mean_s(),
            setup_s: self.setup.mean_s(),
            messages_per_session: self.messages_per_session,
        }
    }

    fn throttling(&self, messages_per_s: f64, quota: SendQuota) -> Throttling {
        throttling(
            messages_per_s,
            self.recipients_per_message,
            quota.rate_per_s,
        )
    }

    /// The busiest minute, or its first messages if it has more than a simulation.
    fn back_off(&self, messages_per_s: f64, quota: SendQuota) -> BackOff {
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

    fn campaign(&self, campaign: &Campaign, peaks: &Peaks, asked: SendQuota) -> CampaignPlan {
        // The rate of the busiest hour, since the campaign may fall into it.
        let left = |quota: SendQuota| quota.beside(peaks.hour / 3_600.0, peaks.day);
        // What was sent in the last 24 hours includes a day of the other volume.
        let sent = self.present.sent_last_24h;
        let sent = sent.saturating_sub(peaks.day as u64);
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

    fn sessions(&self, peaks: &Peaks) -> Result<SessionPlan, String> {
        let (work, messages_per_s) = (self.work(), self.ask_messages_per_s(peaks));
        let erlang = work.fewest(messages_per_s, self.wait_p99_s);
        let idle_s = IDLE_TIMEOUT.as_secs_f64();
        // Far above this, most sessions idle until SES closes them: more do not help.
        let most = 4 * (erlang.sessions + (messages_per_s * idle_s) as u64) + 64;
        let simulated = self.simulated_sessions(messages_per_s, most).ok_or_else(|| {
            format!(
                "no number of sessions keeps the p99 of the wait at {} s: sessions that idle for \
                 {idle_s} s are set up again, which takes {} s: expected a shorter set-up or a \
                 longer --wait-p99",
                self.wait_p99_s, work.setup_s
            )
        })?;
        let sessions = erlang.sessions.max(simulated);
        let usual_per_s = match peaks.mean_per_s {
            0.0 => peaks.peak_per_s,
            mean => mean,
        };
        let usual_messages_per_s = usual_per_s / self.recipients_per_message;
        let pays = self.messages_per_session < 100;
        Ok(SessionPlan {
            messages_per_s,
            load: work.load(messages_per_s),
            setups_per_s: work.setups_per_s(messages_per_s),
            wait_p99_limit_s: self.wait_p99_s,
            erlang,
            simulated,
            sessions,
            connect: Connect::Ahead,
            on_demand_p99_from_s: pays.then_some(work.setup_s + work.transaction_s),
            stays_open_above_per_s: sessions as f64 / idle_s,
            stay_open: (usual_messages_per_s * idle_s).floor() as u64,
            work,
        })
    }

    /// The fewest sessions whose simulated wait holds the threshold; none if about
    /// `most` do not.
    fn simulated_sessions(&self, messages_per_s: f64, most: u64) -> Option<u64> {
        let load = self.work().load(messages_per_s);
        // Every number above `high` holds it, none up to `low` does.
        let (mut low, mut high) = (load.floor() as u64, load.floor() as u64 + 1);
        while !self.holds(high, messages_per_s) {
            if high > most {
                return None;
            }
            low = high;
            high += 1 + high / 16;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            match self.holds(middle, messages_per_s) {
                true => high = middle,
                false => low = middle,
            }
        }
        Some(high)
    }

    fn holds(&self, sessions: u64, messages_per_s: f64) -> bool {
        let pool = Pool {
            sessions: sessions as usize,
            connect: Connect::Ahead,
            messages_per_session: self.messages_per_session,
            is_staggered: true,
            idle_timeout_ns: IDLE_TIMEOUT.as_nanos() as u64,
            transaction: &self.transaction,
            setup: &self.setup,
        };
        let arrivals = poisson(messages_per_s, self.seed).take(SIMULATED);
        let mut waits = pool.run(arrivals, self.seed).waits;
        quantile(&mut waits, 0.99).is_none_or(|wait| wait as f64 / 1e9 <= self.wait_p99_s)
    }

    fn machine_load(&self, messages_per_s: f64, sessions: u64) -> MachineLoad {
        let setups_per_s = self.work().setups_per_s(messages_per_s);
        self.machine.load(
            messages_per_s,
            self.cpu_per_message_s,
            sessions,
            setups_per_s,
        )
    }

    fn costs(&self, recipients: f64) -> Vec<MonthlyCost> {
        let messages = recipients / self.recipients_per_message;
        let bytes = (messages * self.attachment_bytes as f64) as u64;
        let cost = |price: &Price| MonthlyCost {
            plan: price.name,
            dollars: price.cost(recipients.round() as u64, bytes),
        };
        PRICES.iter().map(cost).collect()
    }

    fn regions(&self, asked: SendQuota) -> Regions {
        let share = |parts: u32| SendQuota {
            rate_per_s: (asked.rate_per_s / f64::from(parts)).ceil(),
            per_day: asked.per_day.map(|day| day.div_ceil(u64::from(parts))),
        };
        Regions {
            number: self.regions,
            each: share(self.regions),
            each_without_one: (self.regions > 1).then(|| share(self.regions - 1)),
        }
    }

    fn row(&self, rate: u64, peaks: &Peaks) -> RateRow {
        let messages_per_s = rate as f64 / self.recipients_per_message;
        let work = self.work();
        let sessions = work.fewest(messages_per_s, self.wait_p99_s).sessions;
        let scale = rate as f64 / (peaks.peak_per_s * (1.0 + self.demand.headroom));
        let costs = self.costs(peaks.month * scale);
        RateRow {
            rate_per_s: rate,
            per_day: (peaks.largest_24h * scale) as u64,
            sessions,
            setups_per_s: work.setups_per_s(messages_per_s),
            machines: self.machine_load(messages_per_s, sessions).machines,
            dollars: costs
                .iter()
                .map(|cost| cost.dollars)
                .fold(f64::INFINITY, f64::min),
        }
    }
}
