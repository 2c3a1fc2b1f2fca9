//! A worker that dies ends the run; what was measured until then is kept.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::rig::run_traced;
use super::unlimited;
use crate::measure::Trace;
use crate::vocabulary::{Outcome, StopReason};

/// A trace that panics in the midst of a worker's tenth message.
#[derive(Clone, Default)]
struct Defect(Arc<AtomicU64>);

impl Write for Defect {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let of_worker = thread::current()
            .name()
            .is_some_and(|name| name.starts_with("worker"));
        let line_of_rcpt = String::from_utf8_lossy(line).contains("\"rcpt\"");
        if of_worker && line_of_rcpt && self.0.fetch_add(1, Ordering::SeqCst) == 10 {
            panic!("planted by a test");
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_worker_that_dies_stops_the_run_and_every_message_still_has_an_end() {
    for model in ["load.rate=100/s", "load.model=closed"] {
        let run = run_traced(
            unlimited(),
            // An hour: only the loss of the worker ends it.
            &[model, "load.duration=1h", "load.workers=2"],
            Trace::new(Defect::default()),
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
