//! Checks that every scheduled message has exactly one outcome.

use std::fmt;

use super::counts::Messages;
use crate::vocabulary::{Event, Instant, Observer};

/// Why the ledger does not balance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Imbalance {
    /// The sums differ.
    #[error("{scheduled} messages were scheduled and {ended} ended")]
    Sums {
        /// Messages scheduled.
        scheduled: u64,
        /// Outcomes counted.
        ended: u64,
    },
    /// A message was scheduled or ended more or less than once.
    #[error("message {index} was scheduled {scheduled} times and ended {ended} times")]
    Message {
        /// Index of the message in the schedule.
        index: u64,
        /// How often it was scheduled.
        scheduled: u8,
        /// How often it ended.
        ended: u8,
    },
}

impl Messages {
    /// Checks that as many messages ended as were scheduled. This holds at the end of
    /// a run.
    pub fn balance(&self) -> Result<(), Imbalance> {
        let (scheduled, ended) = (self.scheduled, self.ended.sum());
        if scheduled == ended {
            return Ok(());
        }
        Err(Imbalance::Sums { scheduled, ended })
    }
}

/// Tracks every single message: for tests, where all threads share one observer.
#[derive(Default)]
pub struct Ledger {
    /// How often each message was scheduled and ended, by index.
    entries: Vec<(u8, u8)>,
}

impl Ledger {
    /// Checks that every message was scheduled once and ended once.
    pub fn balance(&self) -> Result<(), Imbalance> {
        let wrong = self.entries.iter().position(|entry| *entry != (1, 1));
        let Some(at) = wrong else {
            return Ok(());
        };
        let (scheduled, ended) = self.entries[at];
        Err(Imbalance::Message {
            index: at as u64,
            scheduled,
            ended,
        })
    }

    fn entry(&mut self, index: u64) -> &mut (u8, u8) {
        let index = index as usize;
        if index >= self.entries.len() {
            self.entries.resize(index + 1, (0, 0));
        }
        &mut self.entries[index]
    }
}

impl Observer for Ledger {
    fn on_event(&mut self, _at: Instant, event: &Event<'_>) {
        match event {
            Event::Scheduled { message } => self.entry(message.index).0 += 1,
            Event::Ended { message, .. } => self.entry(message.index).1 += 1,
            _ => {}
        }
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ledger of {} messages", self.entries.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{Cause, Outcome, Ticket};

    const WHY: Cause<'static> = Cause {
        phase: None,
        code: None,
        enhanced: None,
        timed_out: false,
        text: "",
    };

    fn ticket(index: u64) -> Ticket {
        Ticket {
            prompt: true,
            ..Ticket::new(index, Instant::ORIGIN)
        }
    }

    fn ledger_of(scheduled: &[u64], ended: &[u64]) -> Result<(), Imbalance> {
        let mut ledger = Ledger::default();
        for index in scheduled {
            let message = ticket(*index);
            ledger.on_event(Instant::ORIGIN, &Event::Scheduled { message });
        }
        for index in ended {
            let (message, outcome, cause) = (ticket(*index), Outcome::Accepted, WHY);
            let event = Event::Ended {
                message,
                outcome,
                cause,
            };
            ledger.on_event(Instant::ORIGIN, &event);
        }
        ledger.balance()
    }

    #[test]
    fn each_message_once_balances() {
        assert_eq!(ledger_of(&[0, 1, 2], &[2, 0, 1]), Ok(()));
    }

    #[test]
    fn one_that_ends_twice_or_never_is_named() {
        let twice = ledger_of(&[0, 1], &[0, 1, 1]).unwrap_err().to_string();
        assert_eq!(twice, "message 1 was scheduled 1 times and ended 2 times");
        let never = ledger_of(&[0, 1], &[1]).unwrap_err().to_string();
        assert_eq!(never, "message 0 was scheduled 1 times and ended 0 times");
    }
}
