//! The page of a stored run, of a cut one, and of one with hostile texts.

use std::fs;
use std::path::Path;

use super::*;
use crate::output::tests::stored;
use crate::run::{OutcomeLine, Status};
use crate::text::words::{count, millis};

fn page(run: &Finished) -> String {
    let mut text = Vec::new();
    Html::default().export(run, &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

fn copy(run: &Finished, to: &Path, without: &str) -> Finished {
    for name in crate::run::FILES.iter().filter(|name| **name != without) {
        fs::copy(run.folder.join(name), to.join(name)).unwrap();
    }
    crate::run::read(to).unwrap()
}

#[test]
fn the_verdict_is_first_and_every_number_is_that_of_the_files() {
    let run = stored();
    let page = page(&run);
    let word = run.record.verdict.as_ref().unwrap().decision.to_uppercase();
    let verdict = page.find(&format!("<b>{word}</b>")).unwrap();
    assert!(verdict < page.find("<h2>").unwrap());
    for line in run.summary.iter().filter(|line| line.count > 0) {
        let cells = [
            line.p50,
            line.p90,
            line.p95,
            line.p99,
            line.p99_9,
            line.p99_99,
            line.max,
        ];
        let cells: Vec<_> = cells
            .iter()
            .map(|cell| millis(*cell).replace('>', "&#62;"))
            .collect();
        let row = format!(
            "<td>{}<td class=\"n\">{}<td class=\"n\">{}",
            line.metric.name(),
            count(line.count),
            cells.join("<td class=\"n\">")
        );
        assert!(page.contains(&row), "{row}");
    }
    let intervals = fs::read_to_string(run.folder.join("intervals.csv")).unwrap();
    let header: Vec<_> = intervals.lines().next().unwrap().split(',').collect();
    let column = |name| header.iter().position(|each| *each == name).unwrap();
    for line in intervals.lines().skip(1) {
        let cells: Vec<_> = line.split(',').collect();
        let response = ["response_max_us", "response_p99_us", "response_p50_us"].map(|name| {
            let us = cells[column(name)].parse::<f64>();
            us.map_or_else(|_| String::new(), |us| format!("{:.3}", us / 1e3))
        });
        let row = format!(
            "<td class=\"n\">{}<td>{}<td class=\"n\">{}",
            cells[0],
            cells[1],
            response.join("<td class=\"n\">")
        );
        assert!(page.contains(&row), "{row}");
    }
}

#[test]
fn nothing_in_the_page_leads_out_of_it() {
    let page = page(&stored());
    assert!(
        page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"")
    );
    for banned in [
        "<script", "<link", "<img", "src=", "url(", "@import", "<iframe",
    ] {
        assert!(!page.replace("-src ", "").contains(banned), "{banned}");
    }
    for link in page.split("href=\"").skip(1) {
        let link = link.split('"').next().unwrap();
        assert!(crate::run::FILES.contains(&link), "{link}");
    }
    assert!(page.len() < 400_000, "{} bytes", page.len());
}

#[test]
fn hostile_texts_are_shown_as_text_and_cut() {
    let mut run = stored();
    let hostile = "</td><script>alert(1)</script>]]>\u{202e}&<\u{1b}[31m";
    run.record.scenario.name = hostile.to_owned();
    run.record.scenario.text = Some(hostile.repeat(3_000));
    run.record.target.ehlo = vec![hostile.repeat(3_000)];
    run.record.command_line = ["sesbench", hostile].map(str::to_owned).to_vec();
    run.outcomes.push(OutcomeLine {
        scope: "message".to_owned(),
        phase: "mail".to_owned(),
        outcome: "rejected".to_owned(),
        code: "550".to_owned(),
        enhanced: String::new(),
        text: format!("{hostile}{}", "x".repeat(64 << 10)),
        count: 1,
    });
    let page = page(&run);
    let line = "<td>command line<td>sesbench &#39;&#60;/td&#62;&#60;script&#62;";
    assert!(page.contains(line), "{page}");
    assert!(!page.contains("<script"));
    assert!(!page.contains(['\u{202e}', '\u{1b}']));
    assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;]]&#62;\\u{202e}&#38;"));
    assert!(page.len() < 400_000, "{} bytes", page.len());
}

#[test]
fn a_run_that_was_killed_has_its_report_and_states_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut run = copy(&stored(), folder.path(), "");
    let whole = read_details(folder.path(), None).unwrap().distributions;
    fs::write(
        folder.path().join("histogram.csv"),
        "metric,value_us,count,cumulative,quantile\n",
    )
    .unwrap();
    run.record.status = Status::Running;
    run.record.verdict = None;
    run.record.health.clear();
    run.outcomes.clear();
    let text = page(&run);
    assert!(text.contains("Not examined"), "no findings were looked for");
    assert!(!text.contains("Every message was accepted"));
    assert!(text.contains("<b>UNFINISHED</b>: the run is under way or was killed"));
    // The log has what the file would have had.
    let merged = read_details(folder.path(), None).unwrap().distributions;
    for span in [
        crate::vocabulary::Span::Response,
        crate::vocabulary::Span::Service,
    ] {
        assert!(!merged.of(span).is_empty());
        assert_eq!(merged.of(span), whole.of(span));
    }
}

#[test]
fn a_folder_without_a_log_has_its_report_too() {
    let folder = tempfile::tempdir().unwrap();
    let run = copy(&stored(), folder.path(), "latency.hlog");
    assert!(page(&run).contains("Response and service by percentile"));
}

#[test]
fn a_killed_run_without_a_readable_log_states_why_figures_are_missing() {
    let folder = tempfile::tempdir().unwrap();
    let run = copy(&stored(), folder.path(), "latency.hlog");
    let head = "metric,value_us,count,cumulative,quantile\n";
    fs::write(folder.path().join("histogram.csv"), head).unwrap();
    let text = page(&run);
    assert!(text.contains("There is no latency.hlog in this folder, and histogram.csv"));
    fs::create_dir(folder.path().join("latency.hlog")).unwrap();
    let text = page(&run);
    let note = "latency.hlog cannot be read (Is a directory (os error 21)): the charts lack";
    assert!(text.find(note) < text.find("<h2>"), "{text}");
    assert!(text.contains(note));
}

#[test]
fn the_page_of_a_day_is_below_a_megabyte() {
    let folder = tempfile::tempdir().unwrap();
    let run = copy(&stored(), folder.path(), "");
    let path = folder.path().join("intervals.csv");
    let stored = fs::read_to_string(&path).unwrap();
    let (header, rows) = stored.split_once('\n').unwrap();
    let rows: Vec<_> = rows
        .lines()
        .map(|row| row.split_once(',').unwrap().1)
        .collect();
    let day = (0..86_400).map(|t| format!("{t},{}\n", rows[t % rows.len()]));
    fs::write(&path, format!("{header}\n{}", day.collect::<String>())).unwrap();
    let page = page(&run);
    assert!(page.contains("<td class=\"n\">86256 to 86400<td>"));
    assert!(page.len() < 1_000_000, "{} bytes", page.len());
}
