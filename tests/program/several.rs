//! Several runs in one page: `report A B`, and the pages of `compare`, `ab` and `search`.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Done, Sesbench, repository};

/// A copy of the stored run that started at this minute and passed, slower by a factor.
fn copy(folder: &Path, minute: usize, factor: f64) -> PathBuf {
    let stored = repository().join("tests/golden/run");
    fs::create_dir_all(folder).unwrap();
    for file in fs::read_dir(&stored).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), folder.join(file.file_name())).unwrap();
    }
    let text = fs::read_to_string(stored.join("run.json")).unwrap();
    let mut record: Value = serde_json::from_str(&text).unwrap();
    record["start"] = json!(format!("2026-01-01T10:{minute:02}:00.000Z"));
    record["run_id"] = json!(format!("run-{minute}"));
    record["verdict"] = json!({"decision": "pass", "thresholds": []});
    record["health"] = json!([]);
    fs::write(folder.join("run.json"), record.to_string()).unwrap();
    let summary = fs::read_to_string(stored.join("summary.csv")).unwrap();
    let p50 = 5_000.0 * factor * (1.0 + (minute * 3 % 5) as f64 / 1e3);
    let summary = summary.replace(">14016.511", &p50.to_string());
    fs::write(folder.join("summary.csv"), summary).unwrap();
    folder.to_owned()
}

/// The decision: what is before the first heading.
fn head(page: &Path) -> String {
    let text = fs::read_to_string(page).unwrap();
    assert!(text.starts_with("<!DOCTYPE html>") && text.ends_with("</html>\n"));
    text.split("<h2>").next().unwrap().to_owned()
}

#[test]
fn report_writes_a_page_of_each_run_and_one_of_all_beside_them() {
    let program = Sesbench::new("report");
    let runs = program.out().join("runs");
    let (a, b) = (copy(&runs.join("a"), 1, 1.0), copy(&runs.join("b"), 2, 1.1));
    let mut program = program;
    for run in [&a, &b] {
        program = program.arg(run.display().to_string());
    }
    let done = program.done().with(0);
    let paths: Vec<&str> = done.stdout.lines().collect();
    assert_eq!(paths.len(), 3, "{}", done.stdout);
    let all = fs::read_to_string(runs.join("runs.html")).unwrap();
    assert!(all.contains("<b>2 runs</b> side by side"));
    assert!(all.contains("<a href=\"a/report.html\">a</a>"));
    assert!(a.join("report.html").exists() && b.join("report.html").exists());

    let again = |words: &str| {
        let program = Sesbench::new("report").arg(a.display().to_string());
        program.arg(b.display().to_string()).args(words).done()
    };
    let to_file = again("--export html=all.html --format text").with(0);
    assert!(head(&to_file.directory().join("all.html")).contains("2 runs"));
    assert_eq!(to_file.stdout.lines().count(), 3, "{}", to_file.stdout);
    assert!(
        again("--export csv=all.csv")
            .with(2)
            .stderr
            .contains("one of text, json, html")
    );
    again("--export html=absent/all.html").with(7);
    // A folder has the name of the page.
    fs::remove_file(runs.join("runs.html")).unwrap();
    fs::create_dir(runs.join("runs.html")).unwrap();
    again("").with(7);
}

#[test]
fn compare_writes_its_decision_and_the_runs_as_a_page() {
    let program = Sesbench::new("compare");
    let out = program.out();
    let run = |name: &str, at: usize, factor| {
        let minute = if name == "b" { 2 * at + 1 } else { 2 * at };
        copy(&out.join(format!("{name}{at}")), minute, factor)
            .display()
            .to_string()
    };
    let base = (0..5).map(|at| run("a", at, 1.0));
    let new = (0..5).map(|at| run("b", at, 1.05));
    let program = base
        .fold(program, |program, run| program.arg(run))
        .arg("--with");
    let program = new.fold(program, |program, run| program.arg(run));
    let done: Done = program.args("--export html=page.html").done().with(5);
    let page = done.directory().join("page.html");
    assert!(
        head(&page).contains("<b>REGRESSED</b>: response.p50"),
        "{}",
        head(&page)
    );
    let text = fs::read_to_string(page).unwrap();
    // The numbers of the text.
    let shift = done
        .stdout
        .lines()
        .find_map(|line| line.trim().strip_prefix("shift "));
    let shift = shift.unwrap().split(" (").next().unwrap();
    assert!(
        text.contains(&format!("<td class=\"n\">{shift}<td")),
        "{shift}"
    );
}

#[test]
fn a_series_ends_with_its_page_unless_it_is_not_wanted() {
    let words = "--rate 50/s --duration 1s --warm-up 0s --factor load.sessions=2,3 --pairs 1 \
                 --cool-down 50ms";
    let program = Sesbench::new(&format!("ab {words}"));
    let out = program.out();
    let done = program
        .arg("--out")
        .arg(out.display().to_string())
        .done()
        .with(4);
    let page = done.directory().join("out/report.html");
    assert!(
        done.stderr.contains("sesbench: report: "),
        "{}",
        done.stderr
    );
    assert!(head(&page).contains("3 and 2 are described, not decided"));
    let text = fs::read_to_string(page).unwrap();
    for run in ["001", "002", "003", "004"] {
        assert!(
            text.contains(&format!("<a href=\"{run}/report.html\">{run}</a>")),
            "{run}"
        );
    }
    assert!(text.contains("not compared: the first pair is discarded"));

    // The series is over: it only reports again.
    let out = done.directory().join("out");
    fs::remove_file(out.join("report.html")).unwrap();
    let again = Sesbench::new(&format!("ab {words}")).arg("--resume");
    let again = again.arg(out.display().to_string()).arg("--no-report");
    again.done().with(4);
    assert!(!out.join("report.html").exists());
}

#[test]
fn a_search_ends_with_its_page() {
    let words = "search --rate 20/s --max-rate 40/s --warm-up 0s --step-duration 1s --quiet \
                 --cool-down 50ms --set mock.profile=unlimited";
    let program = Sesbench::new(words);
    let out = program.out();
    let done = program.arg("--out").arg(out.display().to_string()).done();
    assert!(!done.stderr.contains("report: "), "{}", done.stderr);
    let page = done.directory().join("out/report.html");
    let first = done.stdout.lines().next().unwrap();
    let word = first.split(':').next().unwrap();
    assert!(head(&page).contains(&format!("<b>{word}</b>: ")), "{first}");
    let text = fs::read_to_string(page).unwrap();
    assert!(text.contains("<a href=\"001/report.html\">1</a>"));
}
