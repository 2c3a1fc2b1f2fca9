//! A thread that panics ends the run; what was measured until then is kept.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use super::rig::run_traced;
use super::unlimited;
use crate::measure::Trace;
use crate::vocabulary::{Outcome, StopReason};

/// A trace that panics when a thread of that name writes a line of an event, so in
/// the middle of its work. The first ten such lines pass, and lines before the
/// first of `after` do not count.
#[derive(Clone)]
struct Defect {
    thread: &'static str,
    event: &'static str,
    after: Option<&'static str>,
    seen: Arc<AtomicBool>,
    lines: Arc<AtomicU64>,
}

impl Defect {
    fn trace(thread: &'static str, event: &'static str, after: Option<&'static str>) -> Trace {
        Trace::new(Self {
            thread,
            event,
            after,
            seen: Arc::default(),
            lines: Arc::default(),
        })
    }
}

impl Write for Defect {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let concerned = thread::current()
            .name()
            .is_some_and(|name| name.starts_with(self.thread));
        let line_of = |event| String::from_utf8_lossy(line).contains(&format!("\"{event}\""));
        if self.after.is_none_or(line_of) {
            self.seen.store(true, Ordering::SeqCst);
        }
        let counts = concerned && self.seen.load(Ordering::SeqCst) && line_of(self.event);
        if counts && self.lines.fetch_add(1, Ordering::SeqCst) == 10 {
            panic!("planted by a test");
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_worker_that_panics_stops_the_run_and_every_message_has_an_outcome() {
    for model in ["load.rate=100/s", "load.model=closed"] {
        let run = run_traced(
            unlimited(),
            // With an hour, only the loss of the worker ends the run.
            &[model, "load.duration=1h", "load.workers=2"],
            // Once a message was accepted: on a busy machine all sessions can
            // come to their first RCPT before.
            Defect::trace("worker", "rcpt", Some("ended")),
        );
        assert_eq!(
            run.finished.stopped,
            Some(StopReason::WorkerLost),
            "{model}"
        );
        assert_eq!(run.finished.lost.len(), 1, "{:?}", run.finished.lost);
        assert!(run.finished.lost[0].starts_with("worker "));
        assert!(run.measured.counts().messages.ended.of(Outcome::Accepted) > 0);
    }
}

/// Otherwise no more messages would be released, and the rest of the hour would
/// look idle.
#[test]
fn a_pacer_that_panics_stops_the_run_and_every_message_has_an_outcome() {
    let run = run_traced(
        unlimited(),
        &["load.rate=100/s", "load.duration=1h"],
        Defect::trace("pacer", "scheduled", None),
    );
    assert_eq!(run.finished.stopped, Some(StopReason::WorkerLost));
    assert_eq!(run.finished.lost, ["pacer ended by a defect"]);
    let messages = &run.measured.counts().messages;
    // The message that the pacer held was counted, and never released.
    assert_eq!(messages.scheduled, 11);
    assert!(messages.ended.of(Outcome::Unsent) >= 1);
}
