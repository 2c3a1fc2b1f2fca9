//! A log of the stream of events: as text to compare, and as numbers to compute with.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::vocabulary::{
    Cause, CauseBuf, Event, Failure, Instant, Observer, Outcome, Phase, SlotId, Ticket,
};

/// The end of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    pub(crate) index: u64,
    pub(crate) slot: Option<SlotId>,
    pub(crate) intended: Instant,
    pub(crate) started: Option<Instant>,
    pub(crate) at: Instant,
    pub(crate) outcome: Outcome,
    pub(crate) why: CauseBuf,
}

impl Ending {
    /// Time from intended to the last reply.
    pub(crate) fn response(&self) -> Duration {
        self.at.since(self.intended)
    }
}

/// All events, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Log {
    /// All events as text.
    pub(crate) story: Vec<String>,
    /// Time of each event.
    pub(crate) moments: Vec<Instant>,
    pub(crate) phases: Vec<(SlotId, Phase, Duration)>,
    pub(crate) ended: Vec<Ending>,
    /// How each session ended.
    pub(crate) sessions: Vec<(SlotId, Option<(Outcome, CauseBuf)>)>,
    pub(crate) scheduled: u64,
    pub(crate) setups: Vec<Duration>,
    /// All attempts, with outcome and end.
    pub(crate) attempts: Vec<(Ticket, Outcome, Instant)>,
    /// All back-offs: the next attempt, and the time until then.
    pub(crate) waits: Vec<(Ticket, Duration)>,
    /// Slot and start of each message's latest attempt.
    latest: BTreeMap<u64, (SlotId, Instant)>,
}

impl Log {
    /// Number of messages with an outcome.
    pub(crate) fn count(&self, outcome: Outcome) -> u64 {
        let each = self.ended.iter();
        each.filter(|ended| ended.outcome == outcome).count() as u64
    }

    /// Outcomes by message.
    pub(crate) fn outcomes(&self) -> Vec<Outcome> {
        let mut ended: Vec<&Ending> = self.ended.iter().collect();
        ended.sort_by_key(|ended| ended.index);
        ended.into_iter().map(|ended| ended.outcome).collect()
    }

    /// Durations of all occurrences of a phase.
    pub(crate) fn durations(&self, wanted: Phase) -> Vec<Duration> {
        let each = self.phases.iter().filter(|(_, phase, _)| *phase == wanted);
        each.map(|(_, _, duration)| *duration).collect()
    }

    /// Sessions that sesbench did not end.
    pub(crate) fn failures(&self) -> Vec<&(Outcome, CauseBuf)> {
        let failed = self.sessions.iter();
        failed.filter_map(|(_, failure)| failure.as_ref()).collect()
    }

    /// Logs a message that was never started.
    pub(crate) fn unsent(&mut self, ticket: Ticket, at: Instant) {
        let why = Cause::local(None, Failure::NeverStarted);
        self.end(ticket, None, None, at, Outcome::Unsent, why.into());
    }

    fn end(
        &mut self,
        message: Ticket,
        slot: Option<SlotId>,
        started: Option<Instant>,
        at: Instant,
        outcome: Outcome,
        why: CauseBuf,
    ) {
        self.ended.push(Ending {
            index: message.index,
            slot,
            intended: message.intended,
            started,
            at,
            outcome,
            why,
        });
    }

    fn note(&mut self, at: Instant, event: &Event<'_>) {
        match *event {
            Event::Scheduled { .. } => self.scheduled += 1,
            Event::PhaseEnded { slot, phase, began } => {
                self.phases.push((slot, phase, at.since(began)));
            }
            Event::SessionReady { began, .. } => self.setups.push(at.since(began)),
            Event::SessionEnded { slot, failure, .. } => {
                let failure = failure.map(|(outcome, cause)| (outcome, cause.into()));
                self.sessions.push((slot, failure));
            }
            Event::AttemptEnded {
                slot,
                message,
                outcome,
                began,
                ..
            } => {
                self.attempts.push((message, outcome, at));
                self.latest.insert(message.index, (slot, began));
            }
            Event::BackingOff { message, until } => self.waits.push((message, until.since(at))),
            Event::Ended {
                message,
                outcome,
                cause,
            } => {
                let latest = self.latest.remove(&message.index);
                let (slot, began) = latest.unzip();
                self.end(message, slot, began, at, outcome, cause.into());
            }
            _ => {}
        }
    }
}

impl Observer for Log {
    fn on_event(&mut self, at: Instant, event: &Event<'_>) {
        self.note(at, event);
        if matches!(event, Event::Ended { .. }) {
            // Logged already, as the end of its last attempt.
            return;
        }
        self.story.push(words(at, event));
        self.moments.push(at);
    }
}

/// An event as a short sentence.
fn words(at: Instant, event: &Event<'_>) -> String {
    match *event {
        Event::Scheduled { message } => format!("scheduled {}", message.index),
        Event::Started { message, .. } => format!("started {}", message.index),
        Event::AttemptStarted { message, .. } => format!("attempt {}", message.index),
        Event::TransactionStarted { message, .. } => format!("transaction {}", message.index),
        Event::PhaseEnded { phase, began, .. } => {
            format!("{} {:?}", phase.name(), at.since(began))
        }
        Event::Replied { reply, .. } => format!("read {}", cause_words(reply)),
        Event::SessionOpening { .. } => "opening".to_owned(),
        Event::SessionReady { began, .. } => format!("ready after {:?}", at.since(began)),
        Event::SessionEnded { failure: None, .. } => "session over".to_owned(),
        Event::SessionEnded {
            failure: Some((outcome, cause)),
            ..
        } => format!("session {}: {}", outcome.name(), cause_words(cause)),
        Event::AttemptEnded {
            message,
            outcome,
            cause,
            ..
        } => format!(
            "{} {}: {}",
            outcome.name(),
            message.index,
            cause_words(cause)
        ),
        Event::BackingOff { message, until } => {
            format!("backs off {} for {:?}", message.index, until.since(at))
        }
        Event::Ended { .. } => "ended".to_owned(),
    }
}

/// `banner 220`, or the phase and the error.
fn cause_words(cause: Cause<'_>) -> String {
    let phase = cause.phase.map_or("rest", Phase::name);
    match cause.code {
        Some(code) => format!("{phase} {code}"),
        None => format!("{phase} {}", cause.text),
    }
}
