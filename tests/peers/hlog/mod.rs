//! The official libraries of HdrHistogram for Java and Python read the interval
//! logs of runs: they agree with each other, with the text of the log, and with
//! sesbench's other files, to the last digit.

mod readers;

use std::collections::BTreeMap;
use std::thread;

use crate::sesbench::{Program, Run};
use readers::{Values, read};

const LOG: &str = "latency.hlog";

/// Four seconds, of which three count. Other runs may use the mock's default
/// ports.
const LOAD: [&str; 8] = [
    "--rate",
    "200/s",
    "--duration",
    "3s",
    "--warm-up",
    "1s",
    "--set",
    "mock.ephemeral=true",
];

fn run(arguments: &[&str]) -> Run {
    let run = Program::run(&[&LOAD[..], arguments].concat()).ends();
    // Latencies are of accepted messages; with other outcomes the summary has
    // `>x`.
    assert_eq!(run.total("accepted"), run.total("scheduled"));
    run
}

#[test]
#[ignore = "needs java, python3 and both HdrHistogram libraries; .ci/install-peers installs them"]
fn java_and_python_read_every_line_as_it_is_written() {
    let run = run(&[]);
    let read = read(&[run.file(LOG)]);
    let text = std::fs::read_to_string(run.file(LOG)).unwrap();
    let (headings, lines): (Vec<_>, Vec<_>) = text.lines().partition(|line| line.starts_with('#'));
    for (at, name) in [(0, "StartTime: "), (1, "BaseTime: ")] {
        let (_, seconds) = read.headings[at].split_once(',').unwrap();
        let heading = format!("#[{name}{seconds} ");
        assert!(headings.iter().any(|line| line.starts_with(&heading)));
    }
    assert_eq!(read.lines.len(), lines.len());
    for (line, read) in lines.iter().zip(&read.lines) {
        let fields: Vec<_> = line.split(',').collect();
        let [tag, start, length, max_ms, _] = fields[..] else {
            panic!("{line}");
        };
        assert_eq!(tag, format!("Tag={}", read.tag));
        assert_eq!([start, length], [&read.start, &read.length]);
        // The readers skip the third number, which is for people: the maximum
        // in milliseconds, rounded to three decimals.
        let (whole, decimals) = max_ms.split_once('.').unwrap();
        assert_eq!(decimals.len(), 3, "{line}");
        let max_us: u64 = format!("{whole}{decimals}").parse().unwrap();
        assert!((max_us * 1_000).abs_diff(read.values.max) <= 500, "{line}");
    }
}

#[test]
#[ignore = "needs java, python3 and both HdrHistogram libraries; .ci/install-peers installs them"]
fn java_and_python_sum_the_log_up_to_the_summary_and_every_bucket() {
    let run = run(&[]);
    let read = read(&[run.file(LOG)]);
    let mut summary = BTreeMap::new();
    for row in run.rows("summary.csv") {
        let names = ["p50_us", "p90_us", "p99_us", "p99_9_us", "max_us"];
        let times = names.map(|name| row[name].clone());
        let count: u64 = row["count"].parse().unwrap();
        summary.insert(row["metric"].clone(), (count, times.to_vec()));
    }
    summary.retain(|_, (count, _)| *count > 0);
    let by_tag = |values: fn(&Values) -> (u64, Vec<String>)| {
        let sums = read.sums.iter();
        let sums = sums.map(|sum| (sum.tag.clone(), values(&sum.values)));
        sums.collect::<BTreeMap<_, _>>()
    };
    let of_readers = by_tag(|values| {
        let times = values.quantiles.iter().chain([&values.max]);
        (values.count, times.map(|&nanos| micros(nanos)).collect())
    });
    assert_eq!(of_readers, summary);
    assert_eq!(buckets_of(&read), buckets_in(&[&run]));
    for sum in &read.sums {
        let lines = read.lines.iter().filter(|line| line.tag == sum.tag);
        assert_eq!(lines.count(), sum.lines, "{}", sum.tag);
    }
    let responses = read.sums.iter().find(|sum| sum.tag == "response");
    assert_eq!(responses.unwrap().values.count, 600);
}

#[test]
#[ignore = "needs java, python3 and both HdrHistogram libraries; .ci/install-peers installs them"]
fn java_and_python_merge_the_logs_of_shards_to_the_sum_of_both_summaries() {
    let shards = ["1/2", "2/2"].map(|shard| thread::spawn(move || run(&["--shard", shard])));
    let [first, second] = shards.map(|shard| shard.join().unwrap());
    let read = read(&[first.file(LOG), second.file(LOG)]);
    assert_eq!(buckets_of(&read), buckets_in(&[&first, &second]));
    for sum in &read.sums {
        let rows = [&first, &second].map(|run| {
            let rows = run.rows("summary.csv").into_iter();
            let mut rows = rows.filter(|row| row["metric"] == sum.tag);
            rows.next().unwrap()
        });
        let counts = rows.iter().map(|row| row["count"].parse::<u64>().unwrap());
        assert_eq!(counts.sum::<u64>(), sum.values.count, "{}", sum.tag);
        let longest = rows.iter().map(|row| row["max_us"].parse().unwrap());
        let longest = longest.fold(0.0_f64, f64::max);
        assert_eq!(longest.to_string(), micros(sum.values.max), "{}", sum.tag);
    }
    // Together the shards are the whole plan.
    let responses = read.sums.iter().find(|sum| sum.tag == "response");
    assert_eq!(responses.unwrap().values.count, 600);
}

/// By metric and the highest value of a bucket, in microseconds.
type Buckets = BTreeMap<(String, String), u64>;

fn buckets_of(read: &readers::Read) -> Buckets {
    let sums = read.sums.iter().flat_map(|sum| {
        let buckets = sum.values.buckets.iter();
        buckets.map(|&(nanos, count)| ((sum.tag.clone(), micros(nanos)), count))
    });
    sums.collect()
}

/// The buckets of `histogram.csv`, over all the runs.
fn buckets_in(runs: &[&Run]) -> Buckets {
    let mut buckets = Buckets::new();
    for row in runs.iter().flat_map(|run| run.rows("histogram.csv")) {
        let value: f64 = row["value_us"].parse().unwrap();
        let at = (row["metric"].clone(), value.to_string());
        *buckets.entry(at).or_default() += row["count"].parse::<u64>().unwrap();
    }
    buckets
}

/// Nanoseconds in the format of the CSV files, in microseconds.
fn micros(nanos: u64) -> String {
    (nanos as f64 / 1e3).to_string()
}
