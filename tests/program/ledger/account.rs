//! The messages of a run, one by one: the events that the trace has of each,
//! and which of them the mock accepted.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::support::{Done, FalseReplies, OUTCOMES, RunFolder};

/// The events of one message in the trace.
#[derive(Debug, Default)]
struct Message {
    scheduled: u64,
    /// Outcomes of its attempts; none yet for an attempt in progress.
    attempts: Vec<Option<String>>,
    ended: Vec<String>,
    /// How often the mock accepted it.
    delivered: u64,
}

/// All messages of a run, by their index.
#[derive(Debug)]
pub(super) struct Account(BTreeMap<u64, Message>);

impl Account {
    /// Reads a run with `--trace trace` and `mock.capture = "captured"`.
    pub(super) fn of(done: &Done) -> Self {
        let mut account = Self::traced(&done.trace("trace"));
        account.read_captured(&done.directory().join("captured"));
        account
    }

    fn traced(events: &[Value]) -> Self {
        let mut messages = BTreeMap::<u64, Message>::new();
        for event in events {
            let Some(index) = event["message"].as_u64() else {
                continue;
            };
            let message = messages.entry(index).or_default();
            let outcome = || event["outcome"].as_str().unwrap().to_owned();
            match event["event"].as_str().unwrap() {
                "scheduled" => message.scheduled += 1,
                "attempt_started" => message.start_attempt(index, event),
                "attempt_ended" => {
                    let under_way = message.attempts.last_mut().unwrap();
                    assert_eq!(*under_way, None, "message {index}: {event}");
                    *under_way = Some(outcome());
                }
                "ended" => message.ended.push(outcome()),
                _ => {}
            }
        }
        Self(messages)
    }

    fn read_captured(&mut self, folder: &Path) {
        for (index, times) in captured(folder) {
            let message = self.0.get_mut(&index).expect("a message of the trace");
            message.delivered = times;
        }
    }

    /// Checks the account for consistency and against the run's figures, except
    /// for what follows from false replies of the mock.
    #[track_caller]
    pub(super) fn holds(&self, done: &Done, replies: FalseReplies) {
        let folder = done.folder();
        folder.adds_up_but_for(replies);
        let mut totals = BTreeMap::<&str, u64>::new();
        let mut attempts = 0;
        let mut surplus = Vec::new();
        let mut missing = Vec::new();
        for (index, message) in &self.0 {
            let outcome = message.outcome(*index);
            *totals.entry(outcome).or_default() += 1;
            attempts += message.attempts.len() as u64;
            let (min, max) = deliveries(outcome);
            let (above, below) = (message.delivered > max, message.delivered < min);
            surplus.extend(above.then_some((index, message)));
            missing.extend(below.then_some((index, message)));
        }
        assert!(surplus.len() as u64 <= replies.refusals, "{surplus:#?}");
        assert!(missing.len() as u64 <= replies.acceptances, "{missing:#?}");
        let expected = |name: &str| folder.count(&format!("/totals/{name}"));
        assert_eq!(self.0.len() as u64, expected("scheduled"));
        for (outcome, count) in totals {
            assert_eq!(count, expected(outcome), "{outcome}");
        }
        assert_eq!(attempts, folder.count("/attempts/started"));
        let delivered: u64 = self.0.values().map(|message| message.delivered).sum();
        assert_eq!(delivered, folder.count("/mock/accepted"));
    }
}

/// How often each message, by its index, is in that folder of the mock.
pub(super) fn captured(folder: &Path) -> BTreeMap<u64, u64> {
    let mut times = BTreeMap::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        let id = lines.find_map(|line| line.strip_prefix("Message-ID: <"));
        let (index, _) = id.unwrap().split_once('.').unwrap();
        *times.entry(index.parse().unwrap()).or_default() += 1;
    }
    times
}

/// The totals of the rows in intervals.csv.
pub(super) struct Written {
    pub(super) seconds: usize,
    pub(super) accepted: u64,
    /// The part of these in the last second.
    pub(super) accepted_last: u64,
}

/// Checks that the rows are complete and without gaps, and that at the end of
/// each second every message that was scheduled has ended, waits, or is in
/// progress.
#[track_caller]
pub(super) fn rows_add_up(folder: &RunFolder) -> Written {
    let rows = folder.rows("intervals.csv");
    let (mut scheduled, mut ended) = (0, 0);
    let (mut accepted, mut accepted_last) = (0, 0);
    for (second, row) in rows.iter().enumerate() {
        let cell = |column: &str| row[column].parse::<u64>().unwrap();
        assert_eq!(cell("t_s"), second as u64);
        scheduled += cell("scheduled");
        ended += OUTCOMES.map(cell).iter().sum::<u64>();
        accepted_last = cell("accepted");
        accepted += accepted_last;
        let open: u64 = ["backlog", "in_flight", "retrying"].map(cell).iter().sum();
        assert_eq!(scheduled, ended + open, "second {second}: {row:?}");
    }
    Written {
        seconds: rows.len(),
        accepted,
        accepted_last,
    }
}

/// The minimum and maximum number of times that the mock accepts a message with
/// this outcome.
fn deliveries(outcome: &str) -> (u64, u64) {
    match outcome {
        "accepted" => (1, 1),
        "unknown" => (0, 1),
        _ => (0, 0),
    }
}

impl Message {
    fn start_attempt(&mut self, index: u64, event: &Value) {
        let started = self.attempts.len() as u64 + 1;
        assert_eq!(event["attempt"], started, "message {index}: {event}");
        assert!(self.ended.is_empty(), "message {index}: {event}");
        let may_follow = match self.attempts.last() {
            None => true,
            Some(before) => matches!(before.as_deref(), Some("throttled" | "deferred")),
        };
        assert!(may_follow, "message {index}: {event} after {self:?}");
        self.attempts.push(None);
    }

    /// Its only outcome.
    fn outcome(&self, index: u64) -> &str {
        assert_eq!(self.scheduled, 1, "message {index}: {self:?}");
        let [outcome] = self.ended.as_slice() else {
            panic!("message {index} did not end once: {self:?}");
        };
        if let Some(last) = self.attempts.last() {
            let last = last.as_ref().expect("an end of each attempt");
            let given_up = outcome == "unsent" && last != "accepted" && last != "unknown";
            assert!(last == outcome || given_up, "message {index}: {self:?}");
        }
        outcome
    }
}
