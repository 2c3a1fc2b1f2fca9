//! A run folder written from synthetic events, and read back.

mod cpu;
mod csv_files;
mod damaged;
mod distributions;
mod folder;
mod hlog;

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::measure::{self, Measurements, Timing};
use crate::vocabulary::{Cause, Event, Instant, Observer, Outcome, Phase, SlotId, Ticket};

fn ms(millis: u64) -> Instant {
    Instant::ORIGIN + Duration::from_millis(millis)
}

fn origin() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

fn record() -> Record {
    let id = RunId::new("steady", origin(), 0xbeef);
    let scenario = ScenarioRecord {
        name: "steady".to_owned(),
        text: None,
    };
    Record::new(&id, scenario, json!({}), "0123456789abcdef".to_owned(), 42)
}

/// One message every 100 ms for 7 s after 1 s of set-up; each takes 5 ms, and every
/// tenth gets no reply.
fn observe(recorder: &mut measure::Recorder) {
    let slot = SlotId(0);
    for index in 0..70 {
        let intended = ms(1_000 + index * 100);
        let message = Ticket {
            prompt: true,
            ..Ticket::new(index, intended)
        };
        let outcome = if index % 10 == 9 {
            Outcome::Timeout
        } else {
            Outcome::Accepted
        };
        let cause = Cause {
            phase: Some(Phase::Accept),
            code: (outcome == Outcome::Accepted).then_some(250),
            enhanced: None,
            failure: None,
            detail: None,
            text: "Ok",
        };
        let done = intended + Duration::from_millis(5);
        let (began, transaction) = (intended, Some(intended));
        recorder.on_event(intended, &Event::Scheduled { message });
        recorder.on_event(intended, &Event::Started { slot, message });
        recorder.on_event(intended, &Event::AttemptStarted { slot, message });
        recorder.on_event(intended, &Event::TransactionStarted { slot, message });
        let ended = Event::AttemptEnded {
            slot,
            message,
            outcome,
            cause,
            began,
            transaction,
        };
        recorder.on_event(done, &ended);
        recorder.on_event(
            done,
            &Event::Ended {
                message,
                outcome,
                cause,
            },
        );
    }
}

struct Written {
    _dir: TempDir,
    path: PathBuf,
    measured: Measurements,
}

impl Written {
    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.path.join(file)).unwrap()
    }

    fn rows(&self, file: &str) -> Vec<csv::StringRecord> {
        let text = self.text(file);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.records().map(Result::unwrap).collect()
    }
}

fn written() -> Written {
    recorded(1, |recorders| observe(&mut recorders[0]))
}

/// A run of 7 s, the first of them warm-up, with `recorders` recorders.
fn recorded(recorders: usize, feed: impl FnOnce(&mut [measure::Recorder])) -> Written {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    let mut folder = Folder::create(Some(path.clone()), record(), origin()).unwrap();
    let warm_up = Duration::from_secs(1);
    let timing = Timing {
        warm_up,
        open_model: true,
        recipients: 1,
    };
    let (collector, mut recorders, timeline) = measure::channel(recorders, timing);
    timeline.begin(ms(1_000));
    timeline.schedule_ends(ms(8_000));
    feed(&mut recorders);
    drop(recorders);
    let sample = Sample {
        target_rate: Some(10.0),
        cpu_percent: Some(12.34),
        machine_percent: Some(56.78),
    };
    let (measured, result) = collector.run(|second, so_far| folder.second(second, so_far, sample));
    result.unwrap();
    folder.record.status = Status::Finished;
    folder.record.verdict = Some(VerdictRecord {
        decision: "pass".to_owned(),
        thresholds: Vec::new(),
    });
    folder.finish(&measured).unwrap();
    Written {
        _dir: dir,
        path,
        measured,
    }
}
