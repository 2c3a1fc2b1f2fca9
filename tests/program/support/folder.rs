//! Reads a run folder and checks its consistency.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::Deserializer;
use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};
use serde_json::Value;
use sesbench::testing::schema_error;

/// A row of a CSV file, by column.
pub(crate) type Row = BTreeMap<String, String>;

/// Every outcome of a message.
pub(crate) const OUTCOMES: [&str; 10] = [
    "accepted",
    "throttled",
    "quota",
    "rejected",
    "auth",
    "deferred",
    "timeout",
    "lost",
    "unknown",
    "unsent",
];

/// The maximum number of false replies of a mock, caused by its fault rules.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FalseReplies {
    /// It refuses a message that it has accepted.
    pub(crate) refusals: u64,
    /// It accepts a message that it drops.
    pub(crate) acceptances: u64,
}

impl FalseReplies {
    pub(crate) fn any(self) -> bool {
        self.refusals + self.acceptances > 0
    }
}

pub(crate) struct RunFolder(PathBuf);

impl RunFolder {
    pub(crate) fn at(path: PathBuf) -> Self {
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn text(&self, file: &str) -> String {
        let path = self.0.join(file);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text("run.json")).unwrap()
    }

    /// A count in run.json, such as `/totals/accepted`.
    #[track_caller]
    pub(crate) fn count(&self, pointer: &str) -> u64 {
        let json = self.json();
        let value = json.pointer(pointer).and_then(Value::as_u64);
        value.unwrap_or_else(|| panic!("no number at {pointer}"))
    }

    pub(crate) fn rows(&self, file: &str) -> Vec<Row> {
        let text = self.text(file);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        reader.deserialize().map(Result::unwrap).collect()
    }

    /// The rows of outcomes.csv of one scope.
    pub(crate) fn outcomes(&self, scope: &str) -> Vec<Row> {
        let mut rows = self.rows("outcomes.csv");
        rows.retain(|row| row["scope"] == scope);
        rows
    }

    /// The number of values that summary.csv has of a metric.
    pub(crate) fn values(&self, metric: &str) -> u64 {
        let rows = self.rows("summary.csv");
        let row = rows.iter().find(|row| row["metric"] == metric);
        row.unwrap_or_else(|| panic!("no {metric}"))["count"]
            .parse()
            .unwrap()
    }

    /// Checks that every file agrees with every other, and with the schema.
    #[track_caller]
    pub(crate) fn adds_up(&self) -> &Self {
        self.adds_up_but_for(FalseReplies::default())
    }

    /// Like [`RunFolder::adds_up`], with a mock whose replies were false that
    /// often.
    #[track_caller]
    pub(crate) fn adds_up_but_for(&self, replies: FalseReplies) -> &Self {
        let json = self.json();
        assert_eq!(schema_error(&json), None);
        for part in ["totals", "window"] {
            let ended: u64 = OUTCOMES.iter().map(|name| number(&json[part][name])).sum();
            assert_eq!(number(&json[part]["scheduled"]), ended, "{part}");
        }
        for outcome in OUTCOMES {
            let total = number(&json["totals"][outcome]);
            let rows = self.outcomes("message");
            let rows = rows.iter().filter(|row| row["outcome"] == outcome);
            assert_eq!(rows.map(|row| cell(row, "count")).sum::<u64>(), total);
            assert_eq!(self.sum("intervals.csv", outcome), total, "{outcome}");
        }
        let scheduled = number(&json["totals"]["scheduled"]);
        assert_eq!(self.sum("intervals.csv", "scheduled"), scheduled);
        self.mock_agrees(&json, replies);
        if json["start"].is_string() {
            self.histograms_agree();
        }
        self
    }

    /// The embedded mock accepted what was counted here, plus at most the
    /// messages with the outcome `unknown`.
    #[track_caller]
    fn mock_agrees(&self, json: &Value, replies: FalseReplies) {
        let Some(mocks) = json["mock"]["accepted"].as_u64() else {
            return;
        };
        let accepted = number(&json["totals"]["accepted"]);
        let unknown = number(&json["totals"]["unknown"]);
        let min = accepted.saturating_sub(replies.acceptances);
        let max = accepted + unknown + replies.refusals;
        assert!((min..=max).contains(&mocks), "{mocks}: {min} to {max}");
    }

    /// histogram.csv and latency.hlog have as many values as summary.csv
    /// states.
    fn histograms_agree(&self) {
        let mut logged = self.logged();
        for row in self.rows("summary.csv") {
            let metric = &row["metric"];
            let count = cell(&row, "count");
            let buckets = self.rows("histogram.csv");
            let buckets = buckets.iter().filter(|bucket| bucket["metric"] == *metric);
            let in_buckets: u64 = buckets.map(|bucket| cell(bucket, "count")).sum();
            assert_eq!(in_buckets, count, "histogram.csv: {metric}");
            let logged = logged.remove(metric).unwrap_or_default();
            assert_eq!(logged, count, "latency.hlog: {metric}");
        }
        assert!(logged.is_empty(), "{logged:?}");
    }

    /// Values in latency.hlog, by metric.
    pub(crate) fn logged(&self) -> BTreeMap<String, u64> {
        let text = self.text("latency.hlog");
        let mut values = BTreeMap::new();
        for entry in IntervalLogIterator::new(text.as_bytes()) {
            let LogEntry::Interval(line) = entry.expect("a line of the log") else {
                continue;
            };
            let bytes = STANDARD.decode(line.encoded_histogram()).unwrap();
            let histogram: Histogram<u64> = Deserializer::new()
                .deserialize(&mut bytes.as_slice())
                .unwrap();
            let tag = line.tag().unwrap().as_str().to_owned();
            *values.entry(tag).or_default() += histogram.len();
        }
        values
    }

    fn sum(&self, file: &str, column: &str) -> u64 {
        self.rows(file).iter().map(|row| cell(row, column)).sum()
    }
}

fn cell(row: &Row, column: &str) -> u64 {
    row[column].parse().unwrap()
}

#[track_caller]
fn number(value: &Value) -> u64 {
    value.as_u64().expect("a count")
}
