//! How long a step lasts: by its thresholds and its rate, unless it is set.

use crate::analysis::verdict::{Figure, Threshold, samples_needed};

/// A shorter step shows neither a backlog nor a pause of the server.
const SHORTEST_S: f64 = 5.0;

/// A share of fewer messages is too coarse.
const FEWEST: u64 = 100;

/// With fewer, a step shows nothing, also where its time is set.
const FEWEST_OF_FIXED: f64 = 10.0;

/// The measured time of the steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum StepLength {
    /// The same for every step, in seconds, but long enough for some messages.
    Fixed(f64),
    /// As long as that number of messages takes.
    Messages(u64),
}

impl StepLength {
    /// Enough messages for every quantile with a threshold: ten beyond it.
    pub(crate) fn for_thresholds(thresholds: &[Threshold]) -> Self {
        let needed = thresholds
            .iter()
            .filter_map(|threshold| match threshold.figure() {
                Figure::Latency(_, statistic) => samples_needed(statistic),
                _ => None,
            });
        Self::Messages(needed.fold(FEWEST, u64::max))
    }

    /// Seconds at that many messages per second.
    pub(crate) fn seconds(self, messages_per_s: f64) -> f64 {
        match self {
            Self::Fixed(seconds) => seconds.max(FEWEST_OF_FIXED / messages_per_s),
            Self::Messages(messages) => {
                // A quotient that is whole but for rounding stays as it is.
                let seconds = messages as f64 / messages_per_s - 1e-9;
                seconds.ceil().max(SHORTEST_S)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_has_enough_messages_for_its_quantiles() {
        let length = |texts: &[&str]| {
            let thresholds: Vec<_> = texts.iter().map(|text| text.parse().unwrap()).collect();
            StepLength::for_thresholds(&thresholds)
        };
        let shares = length(&["outcome.accepted >= 99%"]);
        assert_eq!(shares.seconds(200.0), 5.0);
        assert_eq!(shares.seconds(10.0), 10.0);
        let tail = length(&["response.p50 < 1s", "response.p99 < 1s"]);
        assert_eq!(tail.seconds(50.0), 20.0);
        assert_eq!(tail.seconds(300.0), 5.0);
        assert_eq!(StepLength::Fixed(2.0).seconds(20.0), 2.0);
        assert_eq!(StepLength::Fixed(2.0).seconds(1.0), 10.0);
    }
}
