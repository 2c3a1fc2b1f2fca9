//! The page of several runs: its numbers, its links, hostile names, and damaged folders.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::*;
use crate::output::paint::Paint;
use crate::output::tests::stored;
use crate::output::{Format, Report};
use crate::run::{FILES, Finished, read};

/// A copy of the stored run, with a changed record.
fn copy(folder: &Path, change: impl FnOnce(&mut Value)) -> Finished {
    fs::create_dir_all(folder).unwrap();
    for name in FILES {
        fs::copy(stored().folder.join(name), folder.join(name)).unwrap();
    }
    let path = folder.join("run.json");
    let mut record: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut record);
    fs::write(&path, record.to_string()).unwrap();
    read(folder).unwrap()
}

/// The runs, each an arm of its own.
fn alone(runs: Vec<Finished>) -> Runs {
    let paths: Vec<&Path> = runs.iter().map(|run| run.folder.as_path()).collect();
    Runs {
        arms: names(&paths),
        arm_of: (0..runs.len()).collect(),
        is_alike: true,
        differences: vec![Difference {
            key: "load.sessions".to_owned(),
            values: runs.iter().map(|_| "4".to_owned()).collect(),
        }],
        runs,
        part: None,
    }
}

fn page(runs: &Runs, folder: &Path) -> String {
    let mut text = Vec::new();
    let html = Format::<Runs>::from_name("html").unwrap();
    html.write_in(runs, folder, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

/// A column of `summary.csv` in milliseconds, as pages show it.
fn in_file(folder: &Path, metric: &str, column: &str) -> String {
    let text = fs::read_to_string(folder.join("summary.csv")).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let at = lines
        .next()
        .unwrap()
        .iter()
        .position(|each| *each == column);
    let line = lines.find(|line| line[0] == metric).unwrap();
    let cell = line[at.unwrap()];
    let (above, number) = match cell.strip_prefix('>') {
        Some(number) => ("&#62;", number),
        None => ("", cell),
    };
    format!("{above}{:.3}", number.parse::<f64>().unwrap() / 1e3)
}

#[test]
fn every_number_of_the_tables_is_that_of_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let fast = copy(&at("fast"), |record| {
        record["rate"]["goodput_per_s"] = json!(123.25);
    });
    let slow = copy(&at("slow"), |_| {});
    let summary = fs::read_to_string(at("slow").join("summary.csv")).unwrap();
    let summary = summary.replace("tls,16,914.944", "tls,17,914.944");
    fs::write(
        at("slow").join("summary.csv"),
        summary.replace("1002.495", "2002.495"),
    )
    .unwrap();
    fs::write(at("slow").join("report.html"), "").unwrap();
    let page = page(&alone(vec![fast, slow]), folder.path());
    for (name, first, goodput) in [
        ("fast", "fast".to_owned(), "123.2"),
        (
            "slow",
            "<a href=\"slow/report.html\">slow</a>".to_owned(),
            "2.5",
        ),
    ] {
        let record = fs::read_to_string(at(name).join("run.json")).unwrap();
        let record: Value = serde_json::from_str(&record).unwrap();
        let [p50, p99] = ["p50_us", "p99_us"].map(|column| in_file(&at(name), "response", column));
        let row = format!(
            "<tr><td>{first}<td class=\"n\">{}<td>{}<td class=\"n\">{goodput}<td class=\"n\">{p50}\
             <td class=\"n\">{p99}<td>",
            record["start"].as_str().unwrap()[..19].replace('T', " "),
            record["verdict"]["decision"]
                .as_str()
                .unwrap()
                .to_uppercase(),
        );
        assert!(page.contains(&row), "{row}");
    }
    let both = |metric: &str, columns: &[&str]| -> String {
        let cells = ["fast", "slow"].iter().flat_map(|name| {
            let cells = columns.iter();
            cells
                .map(|column| in_file(&at(name), metric, column))
                .collect::<Vec<_>>()
        });
        cells
            .map(|cell| format!("<td class=\"n\">{cell}"))
            .collect()
    };
    for phase in ["connect", "tls", "auth", "session_setup"] {
        let row = format!("<tr><td>{phase}{}", both(phase, &["p50_us", "p99_us"]));
        assert!(page.contains(&row), "{row}");
    }
    for (percentile, column) in [("50", "p50_us"), ("99.9", "p99_9_us"), ("100", "max_us")] {
        let row = format!(
            "<td class=\"n\">{percentile}{}",
            both("response", &[column])
        );
        assert!(page.contains(&row), "{row}");
    }
    let second = "<td class=\"n\">1<td class=\"n\">0.762<td class=\"n\">0.762";
    assert!(page.contains(second), "as in intervals.csv");
}

#[test]
fn nothing_is_decided_and_the_advice_says_what_decides() {
    let folder = tempfile::tempdir().unwrap();
    let runs = ["a", "b"].map(|name| copy(&folder.path().join(name), |_| {}));
    let page = page(&alone(runs.into()), folder.path());
    let first = page.split("<h2>").next().unwrap();
    assert!(first.contains("<b>2 runs</b> side by side."), "{first}");
    assert!(
        first.contains("<p>a: INCONCLUSIVE: machine_busy</p>"),
        "{first}"
    );
    assert!(
        first.contains("sesbench compare, or sesbench ab"),
        "{first}"
    );
    for banned in ["<script", "<link", "<img", "src=", "url(", "<iframe"] {
        assert!(!page.replace("-src ", "").contains(banned), "{banned}");
    }
}

#[test]
fn a_run_that_was_killed_or_has_no_log_or_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let killed = copy(&at("killed"), |record| {
        record["status"] = json!("running");
        record["verdict"] = Value::Null;
        record["start"] = Value::Null;
    });
    let bare = copy(&at("bare"), |_| {});
    fs::remove_file(at("bare").join("latency.hlog")).unwrap();
    let shard = copy(&at("shard"), |record| {
        record["shard"] = json!({"index": 1, "of": 2});
    });
    let gone = copy(&at("gone"), |_| {});
    fs::remove_dir_all(at("gone")).unwrap();
    let page = page(&alone(vec![killed, bare, shard, gone]), folder.path());
    assert!(page.contains("<p>killed: UNFINISHED"));
    assert!(page.contains("<td>UNREADABLE"));
    assert!(page.contains("gone/run.json: No such file"));
    assert!(page.contains("(shard 1 of 2, not the whole plan)"));
    assert!(page.contains("<h2>Response by percentile</h2>"));
}

#[test]
fn hostile_names_are_shown_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let name = "<script>alert(1)<&\"'\u{202e}\u{1b}[31m";
    let run = copy(&folder.path().join(name), |record| {
        record["scenario"]["name"] = json!(name);
        record["health"] = json!([{"code": name, "severity": "warning", "text": name}]);
    });
    fs::write(run.folder.join("report.html"), "").unwrap();
    let other = copy(&folder.path().join("b"), |_| {});
    let mut runs = alone(vec![run, other]);
    runs.differences[0].values[0] = name.to_owned();
    let page = page(&runs, folder.path());
    assert!(!page.contains("<script"));
    assert!(!page.contains(['\u{202e}', '\u{1b}']));
    assert!(page.contains("&#60;script&#62;alert(1)"));
    assert!(
        page.contains(
            "href=\"%3Cscript%3Ealert%281%29%3C%26%22%27%E2%80%AE%1B%5B31m/report.html\""
        )
    );
}

#[test]
fn many_runs_are_taken_together_and_the_page_stays_small() {
    let folder = tempfile::tempdir().unwrap();
    let runs = (0..42).map(|at| {
        copy(&folder.path().join(format!("{at:03}")), |record| {
            record["start"] = json!(format!("2026-11-28T11:{:02}:00.000Z", 59 - at));
        })
    });
    let mut runs = alone(runs.collect());
    runs.arms.truncate(2);
    runs.arm_of = (0..42).map(|at| at % 2).collect();
    let page = page(&runs, folder.path());
    assert!(page.contains("21 runs together"));
    assert!(page.contains("<td>000<td class=\"n\">21<td class=\"n\">21<td>21 INCONCLUSIVE"));
    // The first one is the last that was made.
    let (_, order) = page.split_once("the values, as a table").unwrap();
    assert!(order.contains("<td class=\"n\">42<td>000"), "by start");
    assert!(page.len() < 500_000, "{} bytes", page.len());
}

#[test]
fn a_part_of_the_runs_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let runs = ["a", "b"].map(|name| copy(&folder.path().join(name), |_| {}));
    let mut runs = alone(runs.into());
    runs.part = Some(1..u32::MAX);
    let page = page(&runs, folder.path());
    assert!(page.contains("the curves are of the seconds from 1 on;"));
    // Of the whole run it is above 14.017 ms, as summary.csv has it.
    let row = "<td class=\"n\">50<td class=\"n\">0.7";
    assert!(page.contains(row), "of the second 1");
}

/// Columns of 2 and of 3 seconds have few rows in common.
#[test]
fn runs_of_different_lengths_have_no_endless_table() {
    let folder = tempfile::tempdir().unwrap();
    let runs = [1_100_usize, 1_700].map(|seconds| {
        let run = copy(&folder.path().join(seconds.to_string()), |_| {});
        let path = run.folder.join("intervals.csv");
        let text = fs::read_to_string(&path).unwrap();
        let (header, rows) = text.split_once('\n').unwrap();
        let (_, row) = rows.lines().next().unwrap().split_once(',').unwrap();
        let rows = (0..seconds).map(|t| format!("{t},{row}\n"));
        fs::write(path, format!("{header}\n{}", rows.collect::<String>())).unwrap();
        run
    });
    let page = page(&alone(runs.into()), folder.path());
    assert!(page.contains("The numbers are in intervals.csv of each run."));
    assert!(page.len() < 200_000, "{} bytes", page.len());
}

#[test]
fn text_and_json_have_every_run() {
    let folder = tempfile::tempdir().unwrap();
    let runs = ["a", "b"].map(|name| copy(&folder.path().join(name), |_| {}));
    let runs = alone(runs.into());
    let written = |format: Format<Runs>| {
        let mut text = Vec::new();
        format.write(&runs, Paint::default(), &mut text).unwrap();
        String::from_utf8(text).unwrap()
    };
    let lines: Vec<_> = written(Runs::TEXT).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1].starts_with("a    INCONCLUSIVE"), "{lines:?}");
    let json: Value = serde_json::from_str(&written(Runs::JSON)).unwrap();
    assert_eq!(json[1]["run_id"], runs.runs[1].record.run_id);
}
