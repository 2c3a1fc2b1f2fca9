//! `--trace FILE`: every event as a line of JSON, for low rates.
//!
//! It contains replies with their full text, including ids. Commands are not
//! events, so it contains no secrets.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value, json};

use crate::vocabulary::{Cause, Event, Instant, Observer, SlotId, Ticket};

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
        let mut line = Value::Object(fields(at, event)).to_string();
        line.push('\n');
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if lines.failed.is_none() {
            lines.failed = lines.to.write_all(line.as_bytes()).err();
        }
    }
}

fn fields(at: Instant, event: &Event<'_>) -> Map<String, Value> {
    let mut line = Map::new();
    line.insert("t_ns".to_owned(), at.nanos().into());
    let name = match *event {
        Event::Scheduled { message } => {
            put_message(&mut line, message);
            "scheduled"
        }
        Event::Started { slot, message } => {
            put_both(&mut line, slot, message);
            "started"
        }
        Event::AttemptStarted { slot, message } => {
            put_both(&mut line, slot, message);
            "attempt_started"
        }
        Event::TransactionStarted { slot, message } => {
            put_both(&mut line, slot, message);
            "transaction_started"
        }
        Event::PhaseEnded { slot, phase, began } => {
            put(&mut line, "slot", slot.0);
            put(&mut line, "phase", phase.name());
            put(&mut line, "took_ns", at.nanos_since(began));
            "phase_ended"
        }
        Event::Replied { slot, reply, .. } => {
            put(&mut line, "slot", slot.0);
            put_cause(&mut line, &reply);
            "replied"
        }
        Event::SessionOpening { slot } => {
            put(&mut line, "slot", slot.0);
            "session_opening"
        }
        Event::SessionReady { slot, began } => {
            put(&mut line, "slot", slot.0);
            put(&mut line, "took_ns", at.nanos_since(began));
            "session_ready"
        }
        Event::SessionEnded {
            slot,
            ready,
            failure,
        } => {
            put(&mut line, "slot", slot.0);
            put(&mut line, "ready", ready);
            if let Some((outcome, cause)) = failure {
                put(&mut line, "outcome", outcome.name());
                put_cause(&mut line, &cause);
            }
            "session_ended"
        }
        Event::AttemptEnded {
            slot,
            message,
            outcome,
            cause,
            began,
            ..
        } => {
            put_both(&mut line, slot, message);
            put(&mut line, "outcome", outcome.name());
            put_cause(&mut line, &cause);
            put(&mut line, "took_ns", at.nanos_since(began));
            "attempt_ended"
        }
        Event::BackingOff { message, until } => {
            put_message(&mut line, message);
            put(&mut line, "until_ns", until.nanos());
            "backing_off"
        }
        Event::Ended {
            message,
            outcome,
            cause,
        } => {
            put_message(&mut line, message);
            put(&mut line, "outcome", outcome.name());
            put_cause(&mut line, &cause);
            "ended"
        }
    };
    put(&mut line, "event", name);
    line
}

fn put(line: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    line.insert(name.to_owned(), value.into());
}

fn put_both(line: &mut Map<String, Value>, slot: SlotId, message: Ticket) {
    put(line, "slot", slot.0);
    put_message(line, message);
}

fn put_message(line: &mut Map<String, Value>, message: Ticket) {
    put(line, "message", message.index);
    put(line, "attempt", message.attempt);
    put(line, "intended_ns", message.intended.nanos());
}

fn put_cause(line: &mut Map<String, Value>, cause: &Cause<'_>) {
    put(line, "phase", json!(cause.phase.map(|phase| phase.name())));
    put(line, "code", json!(cause.code));
    put(line, "enhanced", json!(cause.enhanced));
    put(line, "text", cause.text);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
