//! The interval log, read with the Rust crate and with the official libraries.

use std::collections::BTreeMap;

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
                // In milliseconds with 3 decimals, for people, in every second.
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
#[ignore = "needs java, python3 and both HdrHistogram libraries; .ci/install-peers installs them"]
fn the_official_libraries_read_the_interval_log() {
    let run = written();
    let mut expected: Vec<_> = run.measured.histograms().iter().map(sum_line).collect();
    expected.sort_unstable();
    let java = ["java", "-cp", "/usr/share/java/hdrhistogram.jar"];
    for (command, reader) in [
        (&java[..], "ReadHlog.java"),
        (&["target/peers/hdrhistogram/bin/python"], "read_hlog.py"),
    ] {
        let output = std::process::Command::new(command[0])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(&command[1..])
            .arg(format!("tests/peers/hlog/{reader}"))
            .arg(run.path.join("latency.hlog"))
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        let text = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[..2], ["start,1700000001.000", "base,1700000001.000"]);
        let sums = lines.iter().filter(|line| line.starts_with("sum,"));
        assert_eq!(sums.copied().collect::<Vec<_>>(), expected, "{reader}");
    }
}

/// As ReadHlog.java describes it; every metric is in all 6 seconds of the window.
fn sum_line((metric, histogram): (Metric, &Histogram)) -> String {
    let (name, count, max) = (metric.name(), histogram.len(), histogram.max());
    let quantiles = [0.5, 0.9, 0.99, 0.999].map(|q| histogram.value_at_quantile(q).to_string());
    let quantiles = quantiles.join(",");
    let buckets = histogram.iter_recorded();
    let buckets =
        buckets.map(|step| format!("{}:{}", step.value_iterated_to(), step.count_at_value()));
    let buckets = buckets.collect::<Vec<_>>().join(" ");
    format!("sum,{name},6,{count},{max},{quantiles},{buckets}")
}

/// Shards and threads each see a part of the messages. The merged result must not
/// depend on how they are divided.
#[test]
fn merged_logs_are_the_log_of_one_recorder_that_was_given_everything() {
    const PARTS: usize = 3;
    let feed = |recorder: &mut measure::Recorder, part: usize, of: usize| {
        (part..MESSAGES)
            .step_by(of)
            .for_each(|index| message_ends(recorder, index));
    };
    let whole = recorded(1, |recorders| feed(&mut recorders[0], 0, 1));
    let threads = recorded(PARTS, |recorders| {
        for (part, recorder) in recorders.iter_mut().enumerate() {
            feed(recorder, part, PARTS);
        }
    });
    let shards = [0, 1, 2].map(|part| recorded(1, |all| feed(&mut all[0], part, PARTS)));
    let of_whole = merged(&[&whole]);
    let (_, responses) = of_whole
        .iter()
        .find(|(tag, _)| *tag == Span::Response.name())
        .unwrap();
    // Some messages are in the warm-up, and the others have widely spread times.
    assert!((500..MESSAGES as u64).contains(&responses.len()));
    assert!(responses.iter_recorded().count() > 300);
    assert_eq!(merged(&[&threads]), of_whole);
    assert_eq!(merged(&shards.each_ref()), of_whole);
    for (metric, histogram) in whole.measured.histograms().iter() {
        assert_eq!(Some(histogram), of_whole.get(&*metric.name()), "{metric:?}");
        assert_eq!(threads.measured.histograms().of(metric), Some(histogram));
    }
    assert_eq!(of_whole.len(), whole.measured.histograms().iter().count());
}

const MESSAGES: usize = 700;

/// One message every 10 ms; all times differ, from below 1 us to above 1 s.
fn message_ends(recorder: &mut measure::Recorder, index: usize) {
    let slot = SlotId(0);
    let done = ms(1_000 + 10 * index as u64);
    let draw = (index as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let took = Duration::from_nanos(1 + (draw >> (34 + draw % 20)));
    let intended = Instant::ORIGIN + done.since(Instant::ORIGIN).saturating_sub(took);
    let began = intended + took / 3;
    let message = Ticket {
        prompt: true,
        started: began,
        ..Ticket::new(index as u64, intended)
    };
    let (outcome, phase) = (Outcome::Accepted, Phase::Accept);
    let cause = Cause {
        phase: Some(phase),
        code: Some(250),
        enhanced: None,
        failure: None,
        detail: None,
        text: "Ok",
    };
    let events = [
        Event::Scheduled { message },
        Event::Started { slot, message },
        Event::AttemptStarted { slot, message },
        Event::TransactionStarted { slot, message },
        Event::PhaseEnded { slot, phase, began },
        Event::AttemptEnded {
            slot,
            message,
            outcome,
            cause,
            began,
            transaction: Some(began),
        },
        Event::Ended {
            message,
            outcome,
            cause,
        },
    ];
    for event in events {
        recorder.on_event(done, &event);
    }
}

/// The sum of all lines of all logs, by tag.
fn merged(runs: &[&Written]) -> BTreeMap<String, Histogram> {
    let mut sums = BTreeMap::new();
    for text in runs.iter().map(|run| run.text("latency.hlog")) {
        for entry in IntervalLogIterator::new(text.as_bytes()) {
            let LogEntry::Interval(line) = entry.unwrap() else {
                continue;
            };
            let bytes = decode(line.encoded_histogram());
            let histogram: Histogram = Deserializer::new()
                .deserialize(&mut bytes.as_slice())
                .unwrap();
            let tag = line.tag().unwrap().as_str().to_owned();
            let sum = sums.entry(tag);
            let sum = sum.or_insert_with(|| Histogram::new(3).unwrap());
            sum.add(&histogram).unwrap();
        }
    }
    sums
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
