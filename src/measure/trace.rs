//! `--trace FILE`: every event as a line of JSON, for low rates.
//!
//! It contains replies with their full text, including ids. Commands are not
//! events, so it contains no secrets.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use crate::vocabulary::{Cause, Event, Instant, Observer, Outcome, Phase, SlotId, Ticket};

/// An observer that writes all events; clones write to the same file.
#[derive(Clone)]
pub(crate) struct Trace(Arc<Mutex<Lines>>);

struct Lines {
    to: Box<dyn Write + Send>,
    /// The first error; nothing is written after it.
    failed: Option<io::Error>,
}

impl Trace {
    /// Traces to a writer, which should be buffered.
    pub(crate) fn new(to: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(Lines {
            to: Box::new(to),
            failed: None,
        })))
    }

    /// Flushes; returns the first error of all writes.
    pub(crate) fn finish(&self) -> io::Result<()> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match lines.failed.take() {
            Some(error) => Err(error),
            None => lines.to.flush(),
        }
    }
}

impl Observer for Trace {
    fn on_event(&mut self, at: Instant, event: &Event<'_>) {
        let line = serde_json::to_string(&line(at, event));
        let mut line = line.expect("names, numbers and texts have a JSON form");
        line.push('\n');
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.failed.is_none() {
            lines.failed = lines.to.write_all(line.as_bytes()).err();
        }
    }
}

/// The keys of a line, in their order there. Most events have only some of them;
/// within a cause, what is not known is null.
#[derive(Default, Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Option<u16>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    enhanced: Option<Option<&'a str>>,
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    intended_ns: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phase: Option<Option<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ready: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    slot: Option<u32>,
    t_ns: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    took_ns: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_ns: Option<u64>,
}

fn line<'a>(at: Instant, event: &Event<'a>) -> Line<'a> {
    let named = |event| Line {
        event,
        t_ns: at.nanos(),
        ..Line::default()
    };
    let took = |began| at.nanos_since(began);
    match *event {
        Event::Scheduled { message } => named("scheduled").message(message),
        Event::Started { slot, message } => named("started").slot(slot).message(message),
        Event::AttemptStarted { slot, message } => {
            named("attempt_started").slot(slot).message(message)
        }
        Event::TransactionStarted { slot, message } => {
            named("transaction_started").slot(slot).message(message)
        }
        Event::PhaseEnded { slot, phase, began } => Line {
            phase: Some(Some(phase.name())),
            ..named("phase_ended").slot(slot).took(took(began))
        },
        Event::Replied { slot, reply, .. } => named("replied").slot(slot).cause(&reply),
        Event::SessionOpening { slot } => named("session_opening").slot(slot),
        Event::SessionReady { slot, began } => named("session_ready").slot(slot).took(took(began)),
        Event::SessionEnded {
            slot,
            ready,
            failure,
        } => {
            let line = Line {
                ready: Some(ready),
                ..named("session_ended").slot(slot)
            };
            match failure {
                Some((outcome, cause)) => line.outcome(outcome).cause(&cause),
                None => line,
            }
        }
        Event::AttemptEnded {
            slot,
            message,
            outcome,
            cause,
            began,
            ..
        } => {
            let line = named("attempt_ended").slot(slot).message(message);
            line.outcome(outcome).cause(&cause).took(took(began))
        }
        Event::BackingOff { message, until } => Line {
            until_ns: Some(until.nanos()),
            ..named("backing_off").message(message)
        },
        Event::Ended {
            message,
            outcome,
            cause,
        } => named("ended")
            .message(message)
            .outcome(outcome)
            .cause(&cause),
    }
}

impl<'a> Line<'a> {
    fn slot(mut self, slot: SlotId) -> Self {
        self.slot = Some(slot.0);
        self
    }

    fn message(mut self, message: Ticket) -> Self {
        self.message = Some(message.index);
        self.attempt = Some(message.attempt);
        self.intended_ns = Some(message.intended.nanos());
        self
    }

    fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = Some(outcome.name());
        self
    }

    fn cause(mut self, cause: &Cause<'a>) -> Self {
        self.phase = Some(cause.phase.map(Phase::name));
        self.code = Some(cause.code);
        self.enhanced = Some(cause.enhanced);
        self.text = Some(cause.text);
        self
    }

    fn took(mut self, nanos: u64) -> Self {
        self.took_ns = Some(nanos);
        self
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Value, json};

    use super::*;
    use crate::vocabulary::{Failure, Lines, Outcome, Phase};

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn each_event_is_a_line_with_the_whole_reply() {
        let shared = Shared::default();
        let mut trace = Trace::new(shared.clone());
        let message = Ticket {
            prompt: true,
            ..Ticket::new(7, Instant::ORIGIN)
        };
        let cause = Cause {
            phase: Some(Phase::Accept),
            code: Some(250),
            enhanced: None,
            failure: None,
            detail: None,
            text: "Ok 0100019dec617b98",
        };
        let outcome = Outcome::Accepted;
        trace.on_event(Instant::ORIGIN, &Event::Scheduled { message });
        trace.on_event(
            Instant::ORIGIN,
            &Event::Ended {
                message,
                outcome,
                cause,
            },
        );
        trace.finish().unwrap();
        let text = String::from_utf8(shared.0.lock().unwrap().clone()).unwrap();
        let last: Value = serde_json::from_str(text.lines().nth(1).unwrap()).unwrap();
        assert_eq!(text.lines().count(), 2);
        assert_eq!(last["text"], "Ok 0100019dec617b98");
        assert_eq!(
            (&last["message"], &last["event"]),
            (&json!(7), &json!("ended"))
        );
    }

    /// Programs read these lines: names, order and format must not change.
    #[test]
    fn the_lines_of_every_kind_of_event_stay_the_same() {
        let shared = Shared::default();
        let mut trace = Trace::new(shared.clone());
        let slot = SlotId(3);
        let [at, began] = [9_000, 4_000].map(|nanos| Instant::ORIGIN + Duration::from_nanos(nanos));
        let message = Ticket {
            attempt: 2,
            ..Ticket::new(7, Instant::ORIGIN + Duration::from_nanos(1_500))
        };
        let reply = Cause {
            phase: Some(Phase::Accept),
            code: Some(454),
            enhanced: Some("4.7.0"),
            failure: None,
            detail: None,
            text: "Throttling failure: \"x\"",
        };
        let unanswered = Cause {
            phase: None,
            code: None,
            enhanced: None,
            failure: Some(Failure::TimedOut),
            detail: None,
            text: "connection lost",
        };
        let (outcome, cause) = (Outcome::Throttled, reply);
        let lines = Lines::new(reply.text, &[]);
        for event in [
            Event::Scheduled { message },
            Event::Started { slot, message },
            Event::AttemptStarted { slot, message },
            Event::TransactionStarted { slot, message },
            Event::PhaseEnded {
                slot,
                phase: Phase::EhloTls,
                began,
            },
            Event::Replied { slot, reply, lines },
            Event::SessionOpening { slot },
            Event::SessionReady { slot, began },
            Event::SessionEnded {
                slot,
                ready: true,
                failure: None,
            },
            Event::SessionEnded {
                slot,
                ready: false,
                failure: Some((Outcome::Lost, unanswered)),
            },
            Event::AttemptEnded {
                slot,
                message,
                outcome,
                cause,
                began,
                transaction: Some(began),
            },
            Event::BackingOff { message, until: at },
            Event::Ended {
                message,
                outcome,
                cause,
            },
        ] {
            trace.on_event(at, &event);
        }
        trace.finish().unwrap();
        let text = String::from_utf8(shared.0.lock().unwrap().clone()).unwrap();
        assert_eq!(
            text,
            "{\"attempt\":2,\"event\":\"scheduled\",\"intended_ns\":1500,\"message\":7,\"t_ns\":9000}\n\
         {\"attempt\":2,\"event\":\"started\",\"intended_ns\":1500,\"message\":7,\"slot\":3,\"t_ns\":9000}\n\
         {\"attempt\":2,\"event\":\"attempt_started\",\"intended_ns\":1500,\"message\":7,\"slot\":3,\"t_ns\":9000}\n\
         {\"attempt\":2,\"event\":\"transaction_started\",\"intended_ns\":1500,\"message\":7,\"slot\":3,\"t_ns\":9000}\n\
         {\"event\":\"phase_ended\",\"phase\":\"ehlo_tls\",\"slot\":3,\"t_ns\":9000,\"took_ns\":5000}\n\
         {\"code\":454,\"enhanced\":\"4.7.0\",\"event\":\"replied\",\"phase\":\"accept\",\"slot\":3,\"t_ns\":9000,\"text\":\"Throttling failure: \\\"x\\\"\"}\n\
         {\"event\":\"session_opening\",\"slot\":3,\"t_ns\":9000}\n\
         {\"event\":\"session_ready\",\"slot\":3,\"t_ns\":9000,\"took_ns\":5000}\n\
         {\"event\":\"session_ended\",\"ready\":true,\"slot\":3,\"t_ns\":9000}\n\
         {\"code\":null,\"enhanced\":null,\"event\":\"session_ended\",\"outcome\":\"lost\",\"phase\":null,\"ready\":false,\"slot\":3,\"t_ns\":9000,\"text\":\"connection lost\"}\n\
         {\"attempt\":2,\"code\":454,\"enhanced\":\"4.7.0\",\"event\":\"attempt_ended\",\"intended_ns\":1500,\"message\":7,\"outcome\":\"throttled\",\"phase\":\"accept\",\"slot\":3,\"t_ns\":9000,\"text\":\"Throttling failure: \\\"x\\\"\",\"took_ns\":5000}\n\
         {\"attempt\":2,\"event\":\"backing_off\",\"intended_ns\":1500,\"message\":7,\"t_ns\":9000,\"until_ns\":9000}\n\
         {\"attempt\":2,\"code\":454,\"enhanced\":\"4.7.0\",\"event\":\"ended\",\"intended_ns\":1500,\"message\":7,\"outcome\":\"throttled\",\"phase\":\"accept\",\"t_ns\":9000,\"text\":\"Throttling failure: \\\"x\\\"\"}\n"
        );
    }
}
