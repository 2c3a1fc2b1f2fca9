//! Decides, second by second, that a step cannot hold: the messages that wait for a
//! session become more and more.
//!
//! A server that pauses leaves a backlog, too, but works it off. So the backlog must
//! grow for some seconds in a row, and be as large as the messages of some seconds.

/// Seconds in a row in which it must grow.
const GROWS_FOR: u32 = 4;

/// Seconds of the schedule that must wait.
const WAITING_S: f64 = 2.0;

/// Fewer waiting messages are no backlog.
const FEWEST: f64 = 10.0;

/// The backlog of a step under way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Backlog {
    /// Messages per second of the schedule.
    rate: f64,
    waiting: u64,
    grew_for: u32,
}

impl Backlog {
    /// Of a step with that many messages per second.
    pub(crate) fn new(rate: f64) -> Self {
        Self {
            rate,
            waiting: 0,
            grew_for: 0,
        }
    }

    /// Takes the number of messages that wait, once a second; returns whether the step
    /// cannot hold.
    pub(crate) fn second(&mut self, waiting: u64) -> bool {
        self.grew_for = match waiting > self.waiting {
            true => self.grew_for + 1,
            false => 0,
        };
        self.waiting = waiting;
        let much = (WAITING_S * self.rate).max(FEWEST);
        self.grew_for >= GROWS_FOR && waiting as f64 >= much
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second in which a backlog ends the step.
    fn ends(rate: f64, waiting: &[u64]) -> Option<usize> {
        let mut backlog = Backlog::new(rate);
        waiting.iter().position(|waiting| backlog.second(*waiting))
    }

    #[test]
    fn a_backlog_that_grows_ends_the_step_and_one_that_drains_does_not() {
        assert_eq!(ends(20.0, &[10, 20, 30, 40, 50]), Some(3));
        assert_eq!(ends(20.0, &[10, 20, 30, 35, 39, 41]), Some(5));
        assert_eq!(ends(20.0, &[90, 60, 30, 0, 0, 0]), None);
        assert_eq!(ends(20.0, &[20, 40, 60, 40, 60, 40, 60]), None);
        assert_eq!(ends(20.0, &[60, 60, 60, 60, 60]), None);
        assert_eq!(ends(1.0, &[1, 2, 3, 4, 5, 6]), None);
    }
}
