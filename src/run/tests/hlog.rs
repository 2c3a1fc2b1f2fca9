//! The interval log, read by this crate's library and by the official one.

use hdrhistogram::serialization::Deserializer;
use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

use super::*;
use crate::measure::Histogram;
use crate::vocabulary::{Metric, Span};

#[test]
fn the_interval_log_adds_up_to_the_window() {
    let run = written();
    let text = run.text("latency.hlog");
    let mut sum = Histogram::new(3).unwrap();
    let (mut starts, mut bases, mut seconds) = (Vec::new(), Vec::new(), Vec::new());
    for entry in IntervalLogIterator::new(text.as_bytes()) {
        match entry.unwrap() {
            LogEntry::StartTime(at) => starts.push(at.as_secs()),
            LogEntry::BaseTime(at) => bases.push(at.as_secs()),
            LogEntry::Interval(line) if line.tag().unwrap().as_str() == "response" => {
                let bytes = decode(line.encoded_histogram());
                let histogram: Histogram = Deserializer::new()
                    .deserialize(&mut bytes.as_slice())
                    .unwrap();
                seconds.push(line.start_timestamp().as_secs());
                // For people, in milliseconds with 3 decimals, in every second.
                let longest_ms = histogram.max() as f64 / 1e6;
                assert!((line.max() - longest_ms).abs() <= 0.000_5, "{}", line.max());
                sum.add(&histogram).unwrap();
            }
            LogEntry::Interval(_) => {}
        }
    }
    let headings = text.lines().filter(|line| line.starts_with('#'));
    assert_eq!(headings.count(), 5);
    assert_eq!((starts, bases), (vec![1_700_000_001], vec![1_700_000_001]));
    assert_eq!(seconds, [1, 2, 3, 4, 5, 6]);
    assert_eq!(Some(&sum), run.measured.histograms().of(Span::Response));
}

#[test]
#[ignore = "needs java and Debian's libhdrhistogram-java"]
fn the_official_java_library_reads_the_interval_log() {
    let run = written();
    let output = std::process::Command::new("java")
        .args(["-cp", "/usr/share/java/hdrhistogram.jar"])
        .arg(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/peers/hlog/ReadHlog.java"
        ))
        .arg(run.path.join("latency.hlog"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        text.lines().next(),
        Some("start,1700000001.000,1700000008.000")
    );
    let expected: Vec<_> = run.measured.histograms().iter().map(java_line).collect();
    let mut lines: Vec<_> = text.lines().skip(1).collect();
    lines.sort_by_key(|line| expected.iter().position(|each| each == line));
    assert_eq!(lines, expected);
}

/// Tag, intervals, count, p50, maximum, p99; every metric is in all 6 seconds of the window.
fn java_line((metric, histogram): (Metric, &Histogram)) -> String {
    let (name, count, max) = (metric.name(), histogram.len(), histogram.max());
    let [p50, p99] = [0.5, 0.99].map(|q| histogram.value_at_quantile(q));
    format!("{name},6,{count},{p50},{max},{p99}")
}

/// Base64 (RFC 4648 section 4).
fn decode(text: &str) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        _ => 63,
    };
    let digits: Vec<u8> = text.trim_end_matches('=').bytes().map(value).collect();
    let bits = |chunk: &[u8]| {
        chunk
            .iter()
            .fold(0_u32, |bits, digit| bits << 6 | u32::from(*digit))
    };
    let group = |chunk: &[u8]| {
        let missing = 4 - chunk.len();
        let bytes = (bits(chunk) << (6 * missing)).to_be_bytes();
        bytes[1..4 - missing].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}
