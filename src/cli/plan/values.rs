//! The values of the flags: each parser states what it expects.

use std::time::Duration;

use crate::ses::limits::MAX_MESSAGE_SIZE;
use crate::units::{InvalidQuantity, PerTime, Size, duration, share};

/// The highest number of recipients.
const MAX_RECIPIENTS: u64 = 1_000_000_000_000;

/// A number of recipients; `_` and `,` may group its digits.
pub(super) fn recipients(text: &str) -> Result<u64, String> {
    let number = text.replace(['_', ','], "").parse::<u64>().ok();
    let number = number.filter(|number| (1..=MAX_RECIPIENTS).contains(number));
    number.ok_or_else(|| "expected a whole number of recipients from 1 to 10^12".to_owned())
}

/// A whole number in a range.
pub(super) fn whole(text: &str, min: u32, max: u32) -> Result<u32, String> {
    let number = text.parse::<u32>().ok();
    let number = number.filter(|number| (min..=max).contains(number));
    number.ok_or_else(|| format!("expected a whole number from {min} to {max}"))
}

/// A number in a range.
pub(super) fn number(text: &str, min: f64, max: f64) -> Result<f64, String> {
    let number = text.parse::<f64>().ok();
    let number = number.filter(|number| (min..=max).contains(number));
    number.ok_or_else(|| format!("expected a number from {min} to {max}"))
}

/// By what a figure is multiplied.
pub(super) fn factor(text: &str) -> Result<f64, String> {
    number(text, 1.0, 100.0)
}

/// A percentage that is added.
pub(super) fn growth(text: &str) -> Result<f64, String> {
    let share = share::parse(text).ok().filter(|share| *share <= 100.0);
    share.ok_or_else(|| "expected a percentage from 0% to 10000%, such as 20%".to_owned())
}

/// The share of the busiest hour.
pub(super) fn peak_hour(text: &str) -> Result<f64, String> {
    let share = share::parse(text).ok();
    let share = share.filter(|share| (1.0 / 24.0..=1.0).contains(share));
    share.ok_or_else(|| {
        "expected a percentage from 4.17% (all hours alike) to 100%, such as 12%".to_owned()
    })
}

/// A sending rate.
pub(super) fn rate(text: &str) -> Result<f64, String> {
    let rate = PerTime::parse(text).map_err(|error| error.to_string())?;
    let rate = Some(rate.per_second()).filter(|rate| (0.001..=1e6).contains(rate));
    rate.ok_or_else(|| "expected a rate from 0.001/s to 1000000/s".to_owned())
}

/// The size of a message, or of a part of it.
pub(super) fn size(text: &str) -> Result<Size, String> {
    let size: Size = text
        .parse()
        .map_err(|error: InvalidQuantity| error.to_string())?;
    match size.0 <= MAX_MESSAGE_SIZE {
        true => Ok(size),
        false => Err("expected at most 40MiB: SES accepts no larger message".to_owned()),
    }
}

/// From a microsecond, so that no simulation needs endless steps.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    between(
        text,
        Duration::from_micros(1),
        "expected a time from 1us to 1h",
    )
}

/// The measured time of a run.
pub(super) fn run_time(text: &str) -> Result<Duration, String> {
    between(
        text,
        Duration::from_secs(1),
        "expected a time from 1s to 1h",
    )
}

fn between(text: &str, min: Duration, expected: &str) -> Result<Duration, String> {
    let time = duration::parse(text).map_err(|error| error.to_string())?;
    let range = min..=Duration::from_secs(3_600);
    let time = Some(time).filter(|time| range.contains(time));
    time.ok_or_else(|| expected.to_owned())
}
