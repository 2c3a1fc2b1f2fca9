//! Run folders of earlier builds are still read, with the same content.

use std::path::PathBuf;

use sesbench::testing::{Finished, Metric, Outcome, read_distributions, read_run};

use super::folder;
use crate::support::{RunFolder, repository};

/// Written by the build of 28 November 2026 from `scenarios/golden-run.toml` at
/// 20/s; the facts about its machine are invented. It is never written again:
/// its purpose is to be old.
fn stored() -> PathBuf {
    folder().join("run")
}

/// The folder that `results/README.md` explains, from an even older build.
fn example() -> PathBuf {
    repository().join("results/example")
}

#[test]
fn an_old_folder_is_read_as_it_was_written() {
    for path in [stored(), example()] {
        let Finished {
            folder: _,
            record,
            summary,
            outcomes,
        } = read_run(&path).unwrap();
        let folder = RunFolder::at(path.clone());
        let json = folder.json();
        assert_eq!(json["run_id"], record.run_id);
        assert_eq!(json["plan_hash"], record.plan_hash);
        assert_eq!(json["totals"]["scheduled"], record.totals.scheduled);
        for outcome in Outcome::ALL {
            let name = outcome.name();
            for (part, totals) in [("totals", record.totals), ("window", record.window)] {
                assert_eq!(json[part][name], totals.outcomes.of(*outcome), "{name}");
            }
        }
        let rows = folder.rows("summary.csv");
        assert_eq!(rows.len(), summary.len());
        for (row, line) in rows.iter().zip(&summary) {
            assert_eq!(row["metric"], line.metric.name());
            assert_eq!(row["count"], line.count.to_string());
        }
        let rows = folder.rows("outcomes.csv");
        assert_eq!(rows.len(), outcomes.len());
        for (row, line) in rows.iter().zip(&outcomes) {
            assert_eq!(row["scope"], line.scope);
            assert_eq!(row["outcome"], line.outcome);
            assert_eq!(row["text"], line.text);
            assert_eq!(row["count"], line.count.to_string());
        }
        let distributions = read_distributions(&path).unwrap();
        for line in &summary {
            let counts = distributions.of(line.metric).iter().map(|(_, count)| count);
            assert_eq!(counts.sum::<u64>(), line.count, "{}", line.metric.name());
        }
    }
}

/// Order of the keys, form of the numbers, and null values: byte for byte.
#[test]
fn a_record_that_was_read_is_written_as_it_was() {
    let text = RunFolder::at(stored()).text("run.json");
    let record = read_run(&stored()).unwrap().record;
    let again = serde_json::to_string_pretty(&record).unwrap();
    assert_eq!(super::difference(text.trim_end(), &again), None);
}

/// Some of the figures as literals, so that reading is not only compared with
/// itself.
#[test]
fn the_figures_of_the_stored_run_stay_the_same() {
    RunFolder::at(stored()).adds_up();
    let run = read_run(&stored()).unwrap();
    assert_eq!(run.record.totals.scheduled, 42);
    assert_eq!(run.record.window.outcomes.of(Outcome::Accepted), 5);
    assert_eq!(run.record.attempts.retries, 24);
    let of = |name: &str| {
        let metric = Metric::from_name(name).unwrap();
        let line = run.summary.iter().find(|line| line.metric == metric);
        *line.unwrap()
    };
    assert_eq!(of("tls").count, 16);
    assert_eq!(of("service.throttled").count, 15);
}
