//! The official Java library of HdrHistogram reads a run's interval log.

use std::process::Command;

use crate::peer;
use crate::sesbench::Run;

#[test]
#[ignore = "needs java and the HdrHistogram library; .ci/install-peers installs them"]
fn java_finds_in_the_log_what_stands_in_the_summary() {
    // Other runs may have the mock's usual ports.
    let run = Run::pass(&[
        "--rate",
        "200/s",
        "--duration",
        "3s",
        "--warm-up",
        "1s",
        "--set",
        "mock.ephemeral=true",
    ]);
    let of_java = read_with_java(&run);
    let of_summary: Vec<_> = run
        .rows("summary.csv")
        .into_iter()
        .filter(|row| row["count"] != "0")
        .map(|row| {
            ["metric", "count", "p50_us", "p99_us"]
                .map(|column| row[column].clone())
                .join(",")
        })
        .collect();
    let sorted = |mut lines: Vec<String>| {
        lines.sort();
        lines
    };
    assert_eq!(sorted(of_java), sorted(of_summary));
    assert!(run.total("accepted") >= 800);
}

/// Tag, count, p50 and p99 in microseconds, as they are spelled in the summary.
fn read_with_java(run: &Run) -> Vec<String> {
    let library = peer::file("/usr/share/java/hdrhistogram.jar", "libhdrhistogram-java");
    let mut java = Command::new(peer::program("java", "default-jdk-headless"));
    java.arg("-cp")
        .arg(library)
        .arg(peer::beside("hlog/ReadHlog.java"))
        .arg(run.file("latency.hlog"));
    let output = peer::run(&mut java, "");
    assert!(output.success, "{}", output.stderr);
    // After the line with the times: tag, intervals, count, p50, maximum, p99.
    let lines = output.stdout.lines().skip(1);
    lines
        .map(|line| {
            let fields: Vec<_> = line.split(',').collect();
            let micros = |field: usize| fields[field].parse::<f64>().unwrap() / 1e3;
            format!("{},{},{},{}", fields[0], fields[2], micros(3), micros(5))
        })
        .collect()
}
