//! Distributions, written and read back.

use std::time::Duration;

use super::*;
use crate::measure::Distributions;
use crate::vocabulary::{Metric, Phase, Span};

fn us(us: u64) -> Duration {
    Duration::from_micros(us)
}

#[test]
fn reads_what_a_run_wrote() {
    let run = written();
    let read = read_distributions(&run.path).unwrap();
    let rows = run.rows("histogram.csv");
    assert!(!rows.is_empty());
    for row in &rows {
        let metric = Metric::from_name(&row[0]).unwrap();
        let buckets = rows.iter().filter(|other| other[0] == row[0]);
        let counts: u64 = buckets.map(|row| row[2].parse::<u64>().unwrap()).sum();
        let all = read.of(metric);
        assert_eq!(all.iter().map(|(_, count)| count).sum::<u64>(), counts);
        assert!(all.is_sorted() && read.median(metric).is_some());
    }
}

#[test]
fn the_median_is_the_value_that_half_do_not_exceed() {
    let of = |rows: &[(u64, u64)]| {
        let rows = rows
            .iter()
            .map(|&(at, n)| (Metric::from(Phase::Mail), us(at), n));
        rows.collect::<Distributions>().median(Phase::Mail)
    };
    assert_eq!(of(&[]), None);
    assert_eq!(of(&[(9, 1)]), Some(us(9)));
    assert_eq!(of(&[(9, 1), (1, 1)]), Some(us(1)));
    assert_eq!(of(&[(1, 1), (2, 1), (3, 1)]), Some(us(2)));
    assert_eq!(of(&[(1, 10), (2, 11)]), Some(us(2)));
    let none: Distributions = [].into_iter().collect();
    assert!(none.of(Metric::Span(Span::Service)).is_empty());
}

#[test]
fn a_folder_without_histograms_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = read_distributions(folder.path()).unwrap_err().to_string();
    assert!(error.contains("histogram.csv"), "{error}");
    std::fs::write(
        folder.path().join("histogram.csv"),
        "metric,value_us,count,cumulative,quantile\nmail,fast,1,1,1\n",
    )
    .unwrap();
    let error = read_distributions(folder.path()).unwrap_err().to_string();
    assert!(error.contains("histogram.csv"), "{error}");
}
