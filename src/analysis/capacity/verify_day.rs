//! Sends the largest 24 hours, the busiest minute and the campaigns through the mock's
//! account in virtual time, often enough to know their spread, and compares.

use super::campaign_trial::CampaignTrial;
use super::check::{Check, FEWEST, MOST, Unit};
use super::day::DayForecast;
use super::day_trial::{DayTrial, day_trial, peak_trial};
use super::demand::Demand;
use super::plan::{CampaignPlan, CapacityPlan};
use super::question::Question;
use super::throttling::error_of_places;
use super::timeline::Timeline;
use super::verification::{DayCheck, WhichQuota};
use crate::random::nth;

/// Messages of all trials of a figure together, unless few trials have more.
const WORK: f64 = 1e7;

/// Messages of the longest trial: some seconds.
const LONGEST: f64 = 3e7;

/// Refusals come in clusters: so many recipients of all trials together may be expected to
/// be refused where none was.
const CLUSTER: f64 = 100.0;

/// The resolution of the sum over the last 24 hours, and of the forecast.
const MINUTE_S: f64 = 60.0;

/// What was found in virtual time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct VirtualDay {
    pub(crate) checks: Vec<DayCheck>,
    /// What has too many messages, and how many.
    pub(crate) not_tried: Vec<String>,
}

/// Asked before each trial; refuses to go on.
pub(crate) type GoesOn<'a> = &'a mut dyn FnMut() -> bool;

/// The trials were stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stopped;

impl Question {
    /// Tries all figures of the plan that virtual time can show.
    pub(crate) fn verify_day(
        &self,
        plan: &CapacityPlan,
        goes_on: GoesOn<'_>,
    ) -> Result<VirtualDay, Stopped> {
        let mut found = VirtualDay::default();
        let timeline = self.demand.timeline();
        for quota in [WhichQuota::Present, WhichQuota::Asked] {
            self.verify_volume(plan, quota, &timeline, goes_on, &mut found)?;
            self.verify_peak(plan, quota, goes_on, &mut found)?;
        }
        for campaign in &plan.campaigns {
            for quota in [WhichQuota::Present, WhichQuota::Asked] {
                self.verify_campaign(plan, quota, campaign, goes_on, &mut found)?;
            }
        }
        Ok(found)
    }

    fn verify_volume(
        &self,
        plan: &CapacityPlan,
        quota: WhichQuota,
        timeline: &Timeline,
        goes_on: GoesOn<'_>,
        found: &mut VirtualDay,
    ) -> Result<(), Stopped> {
        let planned = quota.under(&plan.day);
        let messages = planned.offered / self.recipients_per_message;
        let Some(number) = trials(messages) else {
            found.skip(
                &format!("the largest 24 hours, {} quota", quota.name()),
                messages,
            );
            return Ok(());
        };
        let trial = |seed| day_trial(timeline, self.recipients_per_message, quota.of(plan), seed);
        let days = self.tried(number, goes_on, trial)?;
        let error = self.formula_error(plan.peaks.peak_per_s, quota.of(plan).rate_per_s);
        found.add(quota, number, of_day(planned, &days, error));
        Ok(())
    }

    fn verify_peak(
        &self,
        plan: &CapacityPlan,
        quota: WhichQuota,
        goes_on: GoesOn<'_>,
        found: &mut VirtualDay,
    ) -> Result<(), Stopped> {
        let rate = plan.peaks.peak_per_s;
        let messages = rate / self.recipients_per_message * 2.0 * MINUTE_S;
        let name = format!("the busiest minute, {} quota", quota.name());
        let Some(number) = trials(messages) else {
            found.skip(&name, messages);
            return Ok(());
        };
        let limits = quota.of(plan);
        let trial = |seed| peak_trial(rate, self.recipients_per_message, limits, seed);
        let shares = self.tried(number, goes_on, trial)?;
        let shares: Vec<Option<f64>> = shares.into_iter().map(Some).collect();
        let planned = quota.under(&plan.throttling).share_454;
        let error = self.formula_error(rate, limits.rate_per_s);
        let beyond = error + unseen(&shares, rate * MINUTE_S);
        let figure = "454s in the busiest minute";
        let check = Check::of_trials(figure, Unit::Share, Some(planned), &shares, beyond);
        found.add(quota, number, [check]);
        Ok(())
    }

    fn verify_campaign(
        &self,
        plan: &CapacityPlan,
        quota: WhichQuota,
        campaign: &CampaignPlan,
        goes_on: GoesOn<'_>,
        found: &mut VirtualDay,
    ) -> Result<(), Stopped> {
        let limits = quota.of(plan);
        let planned = quota.under(&campaign.finish);
        let (Some(planned), Some(left)) = (planned, self.left_for_campaigns(limits, &plan.peaks))
        else {
            return Ok(());
        };
        let others = Demand {
            campaigns: Vec::new(),
            ..self.demand.clone()
        };
        let others = others.timeline();
        let sent = match quota {
            WhichQuota::Present => self.sent_beside_the_volume(&plan.peaks),
            WhichQuota::Asked => 0,
        };
        let name = campaign.campaign.to_string();
        let both = [
            (name.clone(), planned.best_s, 0),
            (format!("{name}, at worst"), planned.worst_s, sent),
        ];
        let full_rate = limits.rate_per_s / self.recipients_per_message;
        let lost = self.throttling(full_rate, limits).share_454;
        for (figure, planned_s, sent) in both.into_iter().take(if sent > 0 { 2 } else { 1 }) {
            let Some(planned_s) = planned_s else { continue };
            let days = 2.0 + planned_s / 86_400.0;
            let messages = (others.day() * days + campaign.campaign.recipients as f64)
                / self.recipients_per_message;
            let Some(number) = trials(messages) else {
                found.skip(&figure, messages);
                continue;
            };
            let trial = CampaignTrial {
                others: &others,
                recipients_per_message: self.recipients_per_message,
                recipients: campaign.campaign.recipients,
                quota: limits,
                left,
                sent,
                give_up_s: 2.0 * planned_s + 2.0 * 86_400.0,
            };
            let finishes = self.tried(number, goes_on, |seed| trial.finish_s(seed))?;
            // The busiest minute, in which nothing is left, and the messages of which the
            // 454s at the full rate take the time.
            let beyond = 2.0 * MINUTE_S + planned_s * lost;
            let check = Check::of_trials(figure, Unit::Hours, Some(planned_s), &finishes, beyond);
            found.add(quota, number, [check]);
        }
        Ok(())
    }

    /// That many trials, each with a seed of its own.
    fn tried<T>(
        &self,
        number: u32,
        goes_on: GoesOn<'_>,
        trial: impl Fn(u64) -> T,
    ) -> Result<Vec<T>, Stopped> {
        let seeds = (0..u64::from(number)).map(|at| nth(self.seed, at));
        seeds
            .map(|seed| goes_on().then(|| trial(seed)).ok_or(Stopped))
            .collect()
    }

    /// Error of the formula for 454s where the burst is not a whole number of messages.
    fn formula_error(&self, offered_per_s: f64, rate_per_s: f64) -> f64 {
        error_of_places(offered_per_s, self.recipients_per_message, rate_per_s)
    }
}

fn of_day(planned: DayForecast, days: &[DayTrial], error: f64) -> Vec<Check> {
    let each = |of: &dyn Fn(&DayTrial) -> Option<f64>| days.iter().map(of).collect::<Vec<_>>();
    let share = |part: u64, day: &DayTrial| Some(part as f64 / day.offered.max(1) as f64);
    let offered = planned.offered.max(1.0);
    let beyond = planned.transient / offered + error;
    let throttled = each(&|day| share(day.throttled, day));
    let mut checks = vec![
        Check::of_trials(
            "accepted in 24 hours",
            Unit::Recipients,
            Some(planned.accepted),
            &each(&|day| Some(day.accepted as f64)),
            beyond * offered,
        ),
        Check::of_trials(
            "454s for the rate",
            Unit::Share,
            Some(planned.throttled_share),
            &throttled,
            beyond + unseen(&throttled, offered),
        ),
        Check::of_trials(
            "454s for the day",
            Unit::Share,
            Some(planned.over_day_share),
            &each(&|day| share(day.over_day, day)),
            beyond,
        ),
        Check::of_trials(
            "day spent after",
            Unit::Hours,
            planned.spent_s,
            &each(&|day| day.spent_s),
            // What the share may be off by, in the time that accepts as much.
            MINUTE_S
                + planned.spent_s.unwrap_or(0.0) * beyond * offered / planned.accepted.max(1.0),
        ),
    ];
    let free = each(&|day| day.free_again_s);
    if planned.free_again_s.is_some() || free.iter().any(Option::is_some) {
        let day_s = 86_400.0;
        // A message has to come, to notice it.
        let gap = day_s / offered;
        let check = Check::of_trials(
            "day free again after",
            Unit::Hours,
            planned.free_again_s,
            &free,
            2.0 * MINUTE_S + 10.0 * gap,
        );
        checks.push(check);
    }
    checks
}

/// What a share may be planned to be although no trial shows it; each trial has `offered`
/// recipients.
fn unseen(shares: &[Option<f64>], offered: f64) -> f64 {
    let is_unseen = shares.iter().all(|share| *share == Some(0.0));
    let all = offered * shares.len() as f64;
    if is_unseen {
        CLUSTER / all.max(CLUSTER)
    } else {
        0.0
    }
}

/// The number of trials; none if one has too many messages.
fn trials(messages: f64) -> Option<u32> {
    let number = (WORK / messages.max(1.0)).clamp(FEWEST.into(), MOST.into());
    (messages <= LONGEST).then_some(number as u32)
}

impl VirtualDay {
    fn add(&mut self, quota: WhichQuota, trials: u32, checks: impl IntoIterator<Item = Check>) {
        let of = |check| DayCheck {
            quota,
            trials,
            check,
        };
        self.checks.extend(checks.into_iter().map(of));
    }

    fn skip(&mut self, name: &str, messages: f64) {
        self.not_tried.push(format!(
            "{name}: not tried in virtual time: {messages:.0} messages, at most {LONGEST:.0}"
        ));
    }
}
