//! The official HdrHistogram libraries for Java and Python, each in a small
//! program that prints the contents of interval logs; ReadHlog.java describes
//! the records.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::peer;

/// What a reader found in logs.
#[derive(Debug, PartialEq)]
pub(super) struct Read {
    /// StartTime and BaseTime of each log, in seconds since the epoch.
    pub(super) headings: Vec<String>,
    pub(super) lines: Vec<Line>,
    pub(super) sums: Vec<Sum>,
}

/// A line of a log.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    pub(super) tag: String,
    /// As they are written in the log.
    pub(super) start: String,
    pub(super) length: String,
    pub(super) values: Values,
}

/// All lines of a tag.
#[derive(Debug, PartialEq)]
pub(super) struct Sum {
    pub(super) tag: String,
    pub(super) lines: usize,
    pub(super) values: Values,
}

/// The values of a histogram, in nanoseconds.
#[derive(Debug, PartialEq)]
pub(super) struct Values {
    pub(super) count: u64,
    pub(super) max: u64,
    /// p50, p90, p99 and p99.9.
    pub(super) quantiles: [u64; 4],
    /// The highest value of each bucket, and its count.
    pub(super) buckets: Vec<(u64, u64)>,
}

/// Reads logs with both libraries.
///
/// # Panics
///
/// If they do not agree.
pub(super) fn read(logs: &[PathBuf]) -> Read {
    let [java, python] = [java(logs), python(logs)];
    assert_eq!(java.headings, python.headings);
    assert_eq!(java.lines.len(), python.lines.len());
    for (java, python) in java.lines.iter().zip(&python.lines) {
        assert_eq!(java, python);
    }
    assert_eq!(java.sums, python.sums);
    java
}

fn java(logs: &[PathBuf]) -> Read {
    let library = peer::file("/usr/share/java/hdrhistogram.jar", "libhdrhistogram-java");
    let mut java = Command::new(peer::program("java", "default-jdk-headless"));
    java.arg("-cp").arg(library);
    printed(java.arg(peer::beside("hlog/ReadHlog.java")).args(logs))
}

fn python(logs: &[PathBuf]) -> Read {
    let environment = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/peers/hdrhistogram");
    let python = environment.join("bin/python");
    assert!(
        python.exists(),
        "{} is missing: .ci/install-peers makes it",
        python.display()
    );
    let mut python = Command::new(python);
    printed(python.arg(peer::beside("hlog/read_hlog.py")).args(logs))
}

fn printed(reader: &mut Command) -> Read {
    let output = peer::run(reader, "");
    assert!(output.success, "{}", output.stderr);
    let mut read = Read {
        headings: Vec::new(),
        lines: Vec::new(),
        sums: Vec::new(),
    };
    for record in output.stdout.lines() {
        let fields: Vec<_> = record.split(',').collect();
        match fields[0] {
            "line" => read.lines.push(Line {
                tag: fields[1].to_owned(),
                start: fields[2].to_owned(),
                length: fields[3].to_owned(),
                values: Values::parse(&fields[4..]),
            }),
            "sum" => read.sums.push(Sum {
                tag: fields[1].to_owned(),
                lines: fields[2].parse().unwrap(),
                values: Values::parse(&fields[3..]),
            }),
            _ => read.headings.push(record.to_owned()),
        }
    }
    read
}

impl Values {
    fn parse(fields: &[&str]) -> Self {
        let [count, max, quantiles @ .., buckets] = fields else {
            panic!("{fields:?}");
        };
        let quantiles: Vec<_> = quantiles.iter().map(|field| number(field)).collect();
        let buckets = buckets.split(' ').map(|bucket| {
            let (value, count) = bucket.split_once(':').unwrap();
            (number(value), number(count))
        });
        Self {
            count: number(count),
            max: number(max),
            quantiles: quantiles.try_into().unwrap(),
            buckets: buckets.collect(),
        }
    }
}

fn number(text: &str) -> u64 {
    text.parse().unwrap()
}
