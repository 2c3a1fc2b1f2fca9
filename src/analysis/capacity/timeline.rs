//! The largest 24 hours minute by minute, and the 24 hours after them: the rate of all
//! mail, campaigns at the rate that meets their deadlines.
//!
//! Each hour has its busiest minute in its middle. Campaigns lie so that they meet the
//! busiest minute of the day, as the peak of the plan assumes. A campaign shorter than a
//! minute is spread over one.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;

use super::campaign::{self, Campaign};
use super::demand::{Demand, Volume};
use super::hours::largest_sums;
use crate::random;

/// Minutes of a day.
pub(super) const DAY: usize = 1_440;

const DAY_H: usize = 24;
const HOUR: usize = 60;
const MINUTE_S: f64 = 60.0;

/// The minute of an hour that is its busiest.
const BUSIEST: usize = 30;

/// The hour of a day that is its busiest, where the campaigns leave the choice.
const BUSIEST_HOUR: i64 = 11;

/// The rate of two days.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Timeline {
    /// Recipients per second in each minute.
    pub(super) rates: Vec<f64>,
    /// The busiest minute of the first day.
    pub(super) peak: usize,
}

impl Demand {
    /// The largest 24 hours, and those after them.
    pub(super) fn timeline(&self) -> Timeline {
        let (minute, _) = campaign::busiest(&self.campaigns);
        let (hours, busiest) = self.hours(minute);
        let peak = busiest * HOUR + BUSIEST;
        let factor = self.peak_factor.min(HOUR as f64);
        let other = (HOUR as f64 - factor) / (HOUR as f64 - 1.0);
        let mut rates: Vec<f64> = (0..2 * DAY)
            .map(|at| {
                let share = if at % HOUR == BUSIEST { factor } else { other };
                hours[at / HOUR] / 3_600.0 * share
            })
            .collect();
        for campaign in &self.campaigns {
            let start = peak as i64 + campaign.starts_after(minute);
            add(&mut rates, campaign, start.max(0) as f64);
        }
        Timeline { rates, peak }
    }

    /// The volume of 48 hours, growth included, and the busiest of the first 24. `minute`
    /// is the minute of the day in which the campaigns meet that hour.
    fn hours(&self, minute: u32) -> (Vec<f64>, usize) {
        let grown = |recipients: f64| recipients * (1.0 + self.growth);
        match &self.volume {
            None => (vec![0.0; 2 * DAY_H], self.place(minute)),
            Some(Volume::PerDay {
                recipients,
                peak_hour_share,
            }) => {
                let place = self.place(minute);
                let others = (1.0 - peak_hour_share) / (DAY_H as f64 - 1.0);
                let share = |at: usize| match at % DAY_H == place {
                    true => *peak_hour_share,
                    false => others,
                };
                let hours = (0..2 * DAY_H).map(|at| grown(recipients * share(at)));
                (hours.collect(), place)
            }
            Some(Volume::Hourly(hours)) => {
                let from = largest_sums(hours).map_or(0, |sums| sums.day.0);
                // Beyond the end, the hour of the day before.
                let at = |hour: usize| hours.get(hour).copied();
                let of = |place: usize| {
                    at(from + place).or_else(|| at((from + place).saturating_sub(DAY_H)))
                };
                let volume = |place| grown(of(place).unwrap_or_default());
                let hours: Vec<f64> = (0..2 * DAY_H).map(volume).collect();
                let busiest = busiest(&hours[..DAY_H]);
                (hours, busiest)
            }
        }
    }

    /// The busiest hour: one from which all campaigns lie within the day, if there is one.
    fn place(&self, minute: u32) -> usize {
        let starts = |each: &Campaign| each.starts_after(minute);
        let ends = |each: &Campaign| starts(each) + (each.seconds / MINUTE_S).ceil() as i64;
        let earliest = self.campaigns.iter().map(starts).min().unwrap_or(0);
        let latest = self.campaigns.iter().map(ends).max().unwrap_or(0);
        let (hour, busiest, day) = (HOUR as i64, BUSIEST as i64, DAY as i64);
        let first = (-earliest - busiest + hour - 1).div_euclid(hour);
        let last = (day - latest - busiest).div_euclid(hour);
        BUSIEST_HOUR.min(last).max(first).clamp(0, DAY_H as i64 - 1) as usize
    }
}

/// The first hour with the largest volume.
fn busiest(hours: &[f64]) -> usize {
    let places = hours.iter().enumerate();
    places
        .fold((0, f64::MIN), |best, (at, volume)| match *volume > best.1 {
            true => (at, *volume),
            false => best,
        })
        .0
}

/// Adds a campaign that starts at that minute.
fn add(rates: &mut [f64], campaign: &Campaign, start: f64) {
    let minutes = (campaign.seconds / MINUTE_S).max(1.0);
    let rate = campaign.recipients as f64 / (minutes * MINUTE_S);
    let end = start + minutes;
    for (at, each) in rates.iter_mut().enumerate() {
        let from = (at as f64).max(start);
        let to = (at as f64 + 1.0).min(end);
        *each += rate * (to - from).max(0.0);
    }
}

impl Timeline {
    /// Recipients of the first day.
    pub(super) fn day(&self) -> f64 {
        self.rates[..DAY].iter().sum::<f64>() * MINUTE_S
    }

    /// Poisson arrivals of messages with that mean number of recipients, in seconds.
    pub(super) fn arrivals(&self, recipients: f64, seed: u64) -> Arrivals<'_> {
        Arrivals {
            rates: &self.rates,
            is_endless: false,
            recipients,
            at_s: 0.0,
            minute: 0,
            random: random::arrivals(seed),
        }
    }

    /// The same of the first day, again and again.
    pub(super) fn arrivals_every_day(&self, recipients: f64, seed: u64) -> Arrivals<'_> {
        let rates = &self.rates[..DAY];
        Arrivals {
            rates,
            is_endless: rates.iter().any(|rate| *rate > 0.0),
            ..self.arrivals(recipients, seed)
        }
    }
}

/// The arrivals of a timeline; they end with it, unless they are endless.
pub(super) struct Arrivals<'a> {
    rates: &'a [f64],
    is_endless: bool,
    recipients: f64,
    at_s: f64,
    minute: usize,
    random: Pcg64Mcg,
}

impl Iterator for Arrivals<'_> {
    type Item = f64;

    fn next(&mut self) -> Option<f64> {
        loop {
            let minute = match self.is_endless {
                true => self.minute % self.rates.len(),
                false => self.minute,
            };
            let rate = *self.rates.get(minute)? / self.recipients;
            let end = (self.minute + 1) as f64 * MINUTE_S;
            // Without memory, so that the rest of a step may be drawn again.
            let drawn = random::above_zero(self.random.next_u64());
            let next = self.at_s - drawn.ln() / rate;
            if next < end {
                self.at_s = next;
                return Some(next);
            }
            self.at_s = end;
            self.minute += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(volume: Option<Volume>, campaigns: &[&str]) -> Demand {
        Demand {
            volume,
            campaigns: campaigns.iter().map(|text| text.parse().unwrap()).collect(),
            peak_factor: 1.5,
            growth: 0.2,
            headroom: 0.25,
        }
    }

    fn per_day() -> Option<Volume> {
        Some(Volume::PerDay {
            recipients: 240_000.0,
            peak_hour_share: 0.1,
        })
    }

    fn is_near(found: f64, expected: f64) {
        assert!((found / expected - 1.0).abs() < 1e-9, "{found}: {expected}");
    }

    #[test]
    fn a_day_has_its_volume_and_its_peak() {
        let demand = demand(per_day(), &["7200@23:00..01:00", "3600 within 1h"]);
        let (peaks, timeline) = (demand.peaks(), demand.timeline());
        is_near(timeline.day(), peaks.largest_24h);
        is_near(timeline.rates[timeline.peak], peaks.peak_per_s);
        let most = timeline.rates.iter().copied().fold(0.0, f64::max);
        is_near(most, peaks.peak_per_s);
        let hour = timeline.peak / HOUR * HOUR;
        let other_campaigns = 7_200.0 / 2.0 + 1_800.0;
        let of_hour: f64 = timeline.rates[hour..hour + HOUR].iter().sum();
        assert!(of_hour * 60.0 <= peaks.hour + other_campaigns + 1e-6);
    }

    #[test]
    fn hours_of_a_file_are_its_largest_day_and_the_next() {
        let hours: Vec<f64> = (0..60).map(|hour| f64::from(hour % 50)).collect();
        let demand = demand(Some(Volume::Hourly(hours)), &[]);
        let (peaks, timeline) = (demand.peaks(), demand.timeline());
        assert_eq!(peaks.largest_24h_from, Some(26));
        is_near(timeline.day(), peaks.largest_24h);
        assert_eq!(timeline.peak, 23 * HOUR + BUSIEST);
        // Hours 50 to 59, and from then on those of the day before.
        let volume = |hour: usize| timeline.rates[hour * HOUR..][..HOUR].iter().sum::<f64>() * 60.0;
        is_near(volume(25), 1.2);
        is_near(volume(40), 42.0 * 1.2);
    }

    #[test]
    fn campaigns_alone_make_a_day() {
        let demand = demand(None, &["86400@06:00..18:00"]);
        let timeline = demand.timeline();
        is_near(timeline.day(), 86_400.0);
        is_near(timeline.rates[timeline.peak], 2.0);
    }

    #[test]
    fn arrivals_have_the_rate_of_their_minute() {
        let timeline = Timeline {
            rates: vec![0.0, 100.0, 0.0, 10.0],
            peak: 1,
        };
        let all: Vec<f64> = timeline.arrivals(2.0, 1).collect();
        assert!(all.is_sorted());
        let within = |from: f64, to| all.iter().filter(|at| (from..to).contains(*at)).count();
        assert_eq!((within(0.0, 60.0), within(120.0, 180.0)), (0, 0));
        // 3,000 and 300, within 5 standard deviations.
        assert!((2_726..3_274).contains(&within(60.0, 120.0)));
        assert!((213..387).contains(&within(180.0, 240.0)));
    }
}
