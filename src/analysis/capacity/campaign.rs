//! A campaign: recipients with a deadline, such as `500000@09:00..13:00` or
//! `500000 within 4h`.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use crate::units::duration;

/// No campaign is larger: there are not that many mailboxes.
pub(super) const MAX_RECIPIENTS: f64 = 1e12;

const SYNTAX: &str = "expected recipients with a deadline, such as 500000@09:00..13:00 or \
                      \"500000 within 4h\"";
const DAY_MIN: u32 = 24 * 60;
/// A longer time is a mistake.
const MAX_SECONDS: f64 = 366.0 * 86_400.0;

/// Recipients to send by a deadline.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Campaign {
    /// Recipients.
    pub(crate) recipients: u64,
    /// Seconds from its start to its deadline.
    pub(crate) seconds: f64,
    /// Start and deadline in minutes of the day, if they are known; the deadline may
    /// be on the next day.
    window: Option<(u32, u32)>,
    text: String,
}

impl Campaign {
    /// Recipients per second that meet the deadline.
    pub(crate) fn rate_per_s(&self) -> f64 {
        self.recipients as f64 / self.seconds
    }

    /// Its recipients in any 24 hours.
    pub(super) fn in_a_day(&self) -> f64 {
        (self.rate_per_s() * 86_400.0).min(self.recipients as f64)
    }

    /// Minutes from that minute of the day to its start: not above zero if it is under way
    /// then. Without a known start it starts then.
    pub(super) fn starts_after(&self, minute: u32) -> i64 {
        let Some((start, _)) = self.window else {
            return 0;
        };
        let (minute, start) = (i64::from(minute), i64::from(start));
        let later = (start - minute).rem_euclid(i64::from(DAY_MIN));
        match self.covers(minute as u32) && later > 0 {
            true => later - i64::from(DAY_MIN),
            false => later,
        }
    }

    /// Whether it may be under way in that minute of the day.
    fn covers(&self, minute: u32) -> bool {
        self.window.is_none_or(|(start, end)| {
            let minute = if minute < start {
                minute + DAY_MIN
            } else {
                minute
            };
            minute < end
        })
    }
}

/// The rate of all campaigns that may be under way at once.
pub(super) fn concurrent_rate_per_s(campaigns: &[Campaign]) -> f64 {
    busiest(campaigns).1
}

/// The first minute of the day with the highest rate, and that rate.
pub(super) fn busiest(campaigns: &[Campaign]) -> (u32, f64) {
    let starts = campaigns.iter().filter_map(|each| each.window);
    let minutes = starts.map(|(start, _)| start).chain([0]);
    let rate_in = |minute: u32| {
        let under_way = campaigns.iter().filter(|each| each.covers(minute));
        (minute, under_way.map(Campaign::rate_per_s).sum())
    };
    let all = minutes.map(rate_in);
    all.fold((0, 0.0), |best: (u32, f64), next| match next.1 > best.1 {
        true => next,
        false => best,
    })
}

impl FromStr for Campaign {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let invalid = || format!("invalid campaign {text:?}: {SYNTAX}");
        let (number, window, seconds) = match (text.split_once('@'), text.split_once(" within ")) {
            (Some((number, window)), _) => {
                let (start, end) = window.split_once("..").ok_or_else(invalid)?;
                let start = minute_of_day(start).ok_or_else(invalid)?;
                let end = minute_of_day(end).ok_or_else(invalid)?;
                if start == end {
                    return Err(format!(
                        "invalid campaign {text:?}: the deadline is the start: expected a later \
                         one, or a time such as \"within 24h\""
                    ));
                }
                let end = if end <= start { end + DAY_MIN } else { end };
                (number, Some((start, end)), f64::from(end - start) * 60.0)
            }
            (None, Some((number, time))) => {
                let time = duration::parse(time.trim())
                    .map_err(|error| format!("invalid campaign {text:?}: {error}"))?;
                (number, None, time.as_secs_f64())
            }
            (None, None) => return Err(invalid()),
        };
        let recipients: u64 = number
            .trim()
            .replace('_', "")
            .parse()
            .map_err(|_| invalid())?;
        if recipients == 0 || recipients as f64 > MAX_RECIPIENTS {
            return Err(format!(
                "invalid campaign {text:?}: expected 1 to 10^12 recipients"
            ));
        }
        if !(1.0..=MAX_SECONDS).contains(&seconds) {
            return Err(format!(
                "invalid campaign {text:?}: expected a time from 1s to 366d"
            ));
        }
        Ok(Self {
            recipients,
            seconds,
            window,
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
        })
    }
}

/// The minute of `HH:MM`.
fn minute_of_day(text: &str) -> Option<u32> {
    let (hour, minute) = text.trim().split_once(':')?;
    let two_digits = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    (two_digits(hour) && two_digits(minute)).then_some(())?;
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

impl fmt::Display for Campaign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Campaign {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(texts: &[&str]) -> f64 {
        let parsed = texts.iter().map(|text| text.parse().unwrap());
        concurrent_rate_per_s(&parsed.collect::<Vec<_>>())
    }

    #[test]
    fn a_campaign_has_the_rate_that_meets_its_deadline() {
        assert_eq!(rate(&["14400@09:00..13:00"]), 1.0);
        assert_eq!(rate(&["14400 within 4h"]), 1.0);
        assert_eq!(rate(&["7200@23:00..01:00"]), 1.0);
    }

    #[test]
    fn only_campaigns_that_may_coincide_add_up() {
        assert_eq!(rate(&["3600@09:00..10:00", "7200@10:00..11:00"]), 2.0);
        assert_eq!(rate(&["3600@09:00..10:00", "7200@09:59..10:59"]), 3.0);
        assert_eq!(rate(&["3600@23:30..00:30", "3600@00:00..01:00"]), 2.0);
        assert_eq!(rate(&["3600@09:00..10:00", "3600 within 1h"]), 2.0);
    }

    #[test]
    fn the_start_is_known_from_any_minute() {
        let from = |text: &str, minute| text.parse::<Campaign>().unwrap().starts_after(minute);
        assert_eq!(from("1@09:00..10:00", 9 * 60), 0);
        assert_eq!(from("1@09:00..10:00", 9 * 60 + 59), -59);
        assert_eq!(from("1@09:00..10:00", 10 * 60), 23 * 60);
        assert_eq!(from("1@23:00..01:00", 30), -90);
        assert_eq!(from("1 within 1h", 30), 0);
    }

    #[test]
    fn what_is_not_a_campaign_is_refused() {
        for text in [
            "",
            "5",
            "x within 4h",
            "-5 within 4h",
            "0 within 1h",
            "1e300 within 1h",
            "5 within",
            "5 within soon",
            "5@9..10",
            "5@09:00",
            "5@24:00..25:00",
            "5@09:60..10:00",
            "5@09:00..09:00",
            "5 within 0s",
            "5 within 1000d",
            "9999999999999 within 1h",
        ] {
            let error = text.parse::<Campaign>().unwrap_err();
            assert!(error.starts_with("invalid campaign "), "{error}");
            assert!(error.contains("expected"), "{error}");
        }
    }
}
