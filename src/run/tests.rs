//! A folder written from hand-made events, and read back.

use std::convert::Infallible;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use hdrhistogram::serialization::Deserializer;
use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::*;
use crate::measure::{self, Histogram, Measured, Timing};
use crate::verdict::Quantile;
use crate::vocabulary::{
    Cause, Event, Instant, Metric, Observe, Outcome, Phase, SlotId, Span, Ticket,
};

fn ms(millis: u64) -> Instant {
    Instant::ORIGIN + Duration::from_millis(millis)
}

fn origin() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

fn record() -> Record {
    let id = RunId::new("steady", origin(), 0xbeef);
    let scenario = Scenario {
        name: "steady".to_owned(),
        text: None,
    };
    Record::new(&id, scenario, json!({}), "0123456789abcdef".to_owned(), 42)
}

/// One message each 100 ms for 7 seconds after one second of set-up; each takes
/// 5 ms, and every tenth is never answered.
fn observe(recorder: &mut measure::Recorder) {
    let slot = SlotId(0);
    for index in 0..70 {
        let intended = ms(1_000 + index * 100);
        let message = Ticket {
            index,
            intended,
            attempt: 1,
            prompt: true,
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
            text: "Ok",
        };
        let done = intended + Duration::from_millis(5);
        let (began, transaction) = (intended, Some(intended));
        recorder.observe(intended, &Event::Scheduled { message });
        recorder.observe(intended, &Event::Started { slot, message });
        recorder.observe(intended, &Event::AttemptStarted { slot, message });
        recorder.observe(intended, &Event::TransactionStarted { slot, message });
        let ended = Event::AttemptEnded {
            slot,
            message,
            outcome,
            cause,
            began,
            transaction,
        };
        recorder.observe(done, &ended);
        recorder.observe(
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
    measured: Measured,
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
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    let mut folder = Folder::create(Some(path.clone()), record(), origin()).unwrap();
    let warm_up = Duration::from_secs(1);
    let timing = Timing {
        warm_up,
        open_model: true,
    };
    let (collector, mut recorders, timeline) = measure::channel(1, timing);
    timeline.begin(ms(1_000));
    timeline.schedule_ends(ms(8_000));
    observe(&mut recorders[0]);
    drop(recorders);
    let sample = Sample {
        target_rate: Some(10.0),
        cpu_percent: Some(12.34),
    };
    let (measured, result) = collector.run(|second, so_far| folder.second(second, so_far, sample));
    result.unwrap();
    folder.record.status = Status::Finished;
    folder.record.verdict = Some(Verdict {
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

#[test]
fn headers_are_those_of_the_format() {
    let run = written();
    let header = |file| run.text(file).lines().next().unwrap().to_owned();
    assert_eq!(
        header("summary.csv"),
        "metric,count,min_us,mean_us,stddev_us,p50_us,p90_us,p95_us,p99_us,p99_9_us,p99_99_us,max_us"
    );
    assert_eq!(
        header("histogram.csv"),
        "metric,value_us,count,cumulative,quantile"
    );
    assert_eq!(
        header("intervals.csv"),
        "t_s,window,target_rate,scheduled,started,accepted,throttled,quota,rejected,auth,deferred,\
         timeout,lost,unknown,unsent,retries,retrying,in_flight,backlog,sessions_open,\
         response_p50_us,response_p99_us,response_max_us,service_p99_us,slip_p99_us,cpu_percent"
    );
    assert_eq!(
        header("outcomes.csv"),
        "scope,phase,outcome,code,enhanced,text,count,first_s,last_s"
    );
}

#[test]
fn interval_rows_add_up_to_the_totals_of_the_record() {
    let run = written();
    let rows = run.rows("intervals.csv");
    let column = |index: usize| rows.iter().map(move |row| row[index].to_owned());
    let sum = |index| {
        column(index)
            .map(|cell| cell.parse::<u64>().unwrap())
            .sum::<u64>()
    };
    let record = read(&run.path).unwrap().record;
    assert_eq!(sum(3), record.totals.scheduled);
    for (at, outcome) in Outcome::ALL.iter().enumerate() {
        assert_eq!(
            sum(5 + at),
            record.totals.outcomes.of(*outcome),
            "{outcome:?}"
        );
    }
    let windows: Vec<_> = column(1).collect();
    assert_eq!(windows[..2], ["warmup", "measure"]);
    assert_eq!(rows.len(), 7);
    assert_eq!(
        (&rows[3][0], &rows[3][2], &rows[3][25]),
        ("3", "10", "12.3")
    );
}

#[test]
fn the_record_tells_the_run_from_its_window() {
    let run = written();
    let Finished {
        record,
        summary,
        outcomes,
    } = read(&run.path).unwrap();
    assert_eq!((record.totals.scheduled, record.window.scheduled), (70, 60));
    assert_eq!(record.window.outcomes.of(Outcome::Timeout), 6);
    assert_eq!(record.start.as_deref(), Some("2023-11-14T22:13:21.000Z"));
    assert_eq!(record.window_s, 6.0);
    assert_eq!(record.rate.goodput_per_s, 9.0);
    assert_eq!(record.rate.achieved_share, Some(1.0));
    let response = summary
        .iter()
        .find(|line| line.metric == Metric::Span(Span::Response));
    let response = response.unwrap();
    assert_eq!(response.count, 54);
    assert!(matches!(response.p90, Quantile::Value(_)));
    assert!(matches!(response.p99, Quantile::Over(_)));
    let messages = outcomes.iter().filter(|line| line.scope == "message");
    assert_eq!(messages.map(|line| line.count).sum::<u64>(), 70);
}

#[test]
fn the_histogram_holds_every_value() {
    let run = written();
    let rows = run.rows("histogram.csv");
    let mut of_response = rows.iter().filter(|row| &row[0] == "response");
    let last = of_response.next_back().unwrap();
    assert_eq!((&last[3], &last[4]), ("54", "1.000000"));
}

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
                sum.add(&histogram).unwrap();
            }
            LogEntry::Interval(_) => {}
        }
    }
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

#[test]
fn what_is_written_fits_the_schema() {
    let run = written();
    let record: Value = serde_json::from_str(&run.text("run.json")).unwrap();
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(&record)
        .map(|e| e.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert!(!validator.is_valid(&json!({ "schema_version": 1 })));
}

#[test]
fn all_files_are_there_before_the_run_begins() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Folder::create(Some(dir.path().join("a/b")), record(), origin()).unwrap();
    let run = read(folder.path()).unwrap();
    assert_eq!(run.record.status, Status::Running);
    assert!(run.summary.is_empty() && run.outcomes.is_empty());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 6);
}

#[test]
fn seconds_are_with_the_system_before_the_run_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out");
    let mut folder = Folder::create(Some(path.clone()), record(), origin()).unwrap();
    let timing = Timing {
        warm_up: Duration::ZERO,
        open_model: true,
    };
    let (collector, mut recorders, timeline) = measure::channel(1, timing);
    timeline.begin(ms(1_000));
    observe(&mut recorders[0]);
    drop(recorders);
    let read = |file: &str| std::fs::read_to_string(path.join(file)).unwrap();
    let (_, result) = collector.run(|second, measured| {
        folder.second(second, measured, Sample::default()).unwrap();
        assert_eq!(
            read("intervals.csv").lines().count(),
            2 + second.t_s as usize
        );
        assert!(read("latency.hlog").ends_with('\n'));
        let status: Record = serde_json::from_str(&read("run.json")).unwrap();
        assert_eq!(status.totals.scheduled, if second.t_s < 4 { 0 } else { 50 });
        Ok::<_, Infallible>(())
    });
    assert_eq!(result, Ok(()));
}

#[test]
fn a_folder_that_holds_something_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("precious"), "").unwrap();
    let error = Folder::create(Some(dir.path().to_owned()), record(), origin())
        .err()
        .unwrap();
    assert!(matches!(error, Error::Occupied(_)));
    assert!(
        error
            .to_string()
            .contains(&dir.path().display().to_string())
    );
}

#[test]
fn an_error_names_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Folder::create(Some(file.join("out")), record(), origin())
        .err()
        .unwrap();
    assert!(error.to_string().contains("file/out: "), "{error}");
}
