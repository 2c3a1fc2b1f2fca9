//! Every format of a comparison, on hostile names.

use super::*;
use crate::analysis::comparison::{Better, Procedure, Question, Questions, Role, Share, Undecided};
use crate::output::paint::Paint;
use crate::vocabulary::FigureValue;

fn question(figure: &str, role: Role, factor: f64) -> Question {
    let runs = |around: f64| {
        let run = |at: usize| FigureValue::Value(around * (1.0 + (at * 3 % 5) as f64 / 1e3));
        (0..5).map(run).collect()
    };
    Question {
        figure: figure.to_owned(),
        better: Better::Lower,
        role,
        floor: 0.02,
        base: runs(5_000.0),
        new: runs(5_000.0 * factor),
        undecided: None,
    }
}

fn report(factor: f64, lost: f64) -> CompareReport {
    let questions = Questions {
        figures: vec![
            question("response.p50", Role::Primary, factor),
            question("response.p99", Role::Guard, 1.0),
            question("session_setup.p50", Role::Context, 1.5),
        ],
        shares: vec![Share {
            figure: "outcome.lost".to_owned(),
            better: Better::Lower,
            base: vec![0.0; 5],
            new: vec![lost; 5],
            undecided: None,
        }],
        undecided: None,
    };
    CompareReport {
        scenario: "hostile <b>|\"&\u{1b}[31m\u{ffff}".to_owned(),
        base: vec!["base".to_owned(); 5],
        new: vec!["new".to_owned(); 5],
        history: None,
        differences: vec!["load.sessions: 4 -> 8".to_owned()],
        excluded: vec![Excluded {
            folder: "runs/\u{7}9".to_owned(),
            reason: "inconclusive: machine_busy".to_owned(),
        }],
        answers: questions.answer(&Procedure::UNPAIRED),
    }
}

fn written(name: &str, report: &CompareReport) -> String {
    let format = Format::<CompareReport>::from_name(name).unwrap();
    let mut text = Vec::new();
    format.write(report, Paint::default(), &mut text).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn every_format_is_whole_and_without_control_characters() {
    for format in CompareReport::formats() {
        let text = written(format.name, &report(1.05, 0.02));
        assert!(text.ends_with('\n'), "{}", format.name);
        let control = |c: char| c.is_control() && c != '\n';
        assert!(!text.contains(control), "{}: {text}", format.name);
    }
}

#[test]
fn the_text_begins_with_the_decision_and_fits_80_columns() {
    for (factor, lost, first) in [
        (1.05, 0.02, "regressed: response.p50, outcome.lost"),
        (0.95, 0.0, "improved: response.p50"),
        (1.0, 0.0, "unchanged: no difference as large as the floor"),
    ] {
        let text = written("text", &report(factor, lost));
        assert_eq!(text.lines().next(), Some(first), "{text}");
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
    let text = written("text", &report(1.05, 0.0));
    for part in [
        "response.p50: regressed (the question)",
        "  median 5.01 ms -> 5.26 ms",
        "  shift +5.0 % (95 %: ",
        "  floor 2 %; smallest visible ",
        "session_setup.p50: described (not decided)",
        "  outcome.lost: unchanged, 0 % -> 0 % (+0.00 points)",
        "inconclusive: machine_busy",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// A job against a history of so many.
fn of_history(jobs: usize, factor: f64) -> CompareReport {
    let report = report(factor, 0.0);
    let earlier = |figure: &str, role| {
        let job = |at: usize| FigureValue::Value(5_000.0 * (1.0 + (at * 7 % 19) as f64 / 1e3));
        Question {
            base: (0..jobs).map(job).collect(),
            new: vec![FigureValue::Value(5_000.0 * factor)],
            ..question(figure, role, 1.0)
        }
    };
    let questions = Questions {
        figures: vec![
            earlier("response.p50", Role::Primary),
            earlier("response.p99", Role::Guard),
        ],
        ..Questions::default()
    };
    let job = |at: usize| HistoryJob {
        folder: format!("jobs/{at}|\u{7}"),
        start: None,
        runs: 5,
    };
    CompareReport {
        history: Some(HistoryFacts {
            folder: "jobs".to_owned(),
            jobs: (0..jobs).map(job).collect(),
            older: 2,
        }),
        answers: questions.answer_history(),
        ..report
    }
}

#[test]
fn a_job_of_a_history_has_its_place_in_every_format() {
    let report = of_history(19, 1.08);
    let text = written("text", &report).replace("\n    ", " ");
    for part in [
        "regressed: response.p50\n",
        "  median 5.04 ms -> 5.4 ms: rank 1 of 20, from the worst\n",
        "  earlier jobs 5 ms to 5.09 ms, their later half ",
        "(90 %: +6.1 to +8.0 %); p 0.050, one-sided\n",
        "descriptive only: a decision takes at least 39 earlier jobs, 20 more",
        "19 earlier jobs, 2 older not counted, 1 left out",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let text = written("text", &report);
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    let json: serde_json::Value = serde_json::from_str(&written("json", &report)).unwrap();
    assert_eq!(json["history"]["jobs"].as_array().unwrap().len(), 19);
    assert_eq!(json["figures"][0]["place"]["rank"], 1);
    assert_eq!(json["exit_code"], 5);
    let csv = written("csv", &report);
    assert!(
        csv.lines()
            .next()
            .unwrap()
            .ends_with(",rank,of_jobs,earlier_low,earlier_high")
    );
    assert!(
        csv.lines()
            .nth(1)
            .unwrap()
            .ends_with("regressed,1,20,5000,5090"),
        "{csv}"
    );
    let markdown = written("markdown", &report);
    assert!(
        markdown.contains("| 5.04 ms | 5.4 ms | 1 of 20 | "),
        "{markdown}"
    );
    let columns: Vec<usize> = (markdown.lines().filter(|line| line.starts_with('|')))
        .map(|line| line.replace("\\|", "").matches('|').count())
        .collect();
    assert!(columns.windows(2).all(|two| two[0] == two[1]), "{markdown}");
    assert!(written("junit", &report).contains("failures=\"1\" errors=\"0\""));
    for format in CompareReport::formats() {
        let text = written(format.name, &report);
        assert!(
            !text.contains(|c: char| c.is_control() && c != '\n'),
            "{text}"
        );
    }
    let few = written("text", &of_history(12, 1.08));
    let first = "not decided: descriptive only: a decision takes at least 19 earlier jobs, 7 more";
    let joined = few.lines().take(2).collect::<Vec<_>>().join(" ");
    assert!(joined.starts_with(first), "{few}");
    assert!(few.contains("so few jobs see no change"), "{few}");
}

#[test]
fn junit_counts_failures_and_errors() {
    let text = written("junit", &report(1.05, 0.02));
    assert!(
        text.contains("tests=\"3\" failures=\"2\" errors=\"0\""),
        "{text}"
    );
    assert!(
        text.contains("hostile &lt;b&gt;|&quot;&amp;\\u{1b}[31m"),
        "{text}"
    );
    let mut blocks = report(1.05, 0.02);
    for figure in &mut blocks.answers.figures {
        figure.decision = crate::analysis::comparison::Decision::Described;
        figure.undecided = Some(Undecided::UnknownOrder { runs: 1 });
    }
    let text = written("junit", &blocks);
    // The guard is not an error; the share still is a failure.
    assert!(
        text.contains("tests=\"3\" failures=\"1\" errors=\"1\""),
        "{text}"
    );
}

#[test]
fn json_has_a_version_and_the_exit_code() {
    for (factor, lost, conclusion, code) in [
        (1.05, 0.0, "regressed", 5),
        (1.0, 0.02, "regressed", 5),
        (1.0, 0.0, "unchanged", 0),
    ] {
        let text = written("json", &report(factor, lost));
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["schema_version"], 1);
        assert_eq!(value["conclusion"], conclusion);
        assert_eq!(value["exit_code"], code);
        assert_eq!(value["figures"][0]["role"], "primary");
    }
}

#[test]
fn csv_has_a_line_for_each_figure_and_share() {
    let text = written("csv", &report(1.05, 0.02));
    let names: Vec<_> = text
        .lines()
        .filter_map(|line| line.split(',').next())
        .collect();
    let expected = [
        "figure",
        "response.p50",
        "response.p99",
        "session_setup.p50",
        "outcome.lost",
    ];
    assert_eq!(names, expected);
}

#[test]
fn markdown_escapes_what_could_be_markup() {
    let text = written("markdown", &report(1.05, 0.02));
    assert!(text.starts_with("### hostile &lt;b>\\|\"&amp;"), "{text}");
    assert!(
        text.contains("| response.p50 | 5.01 ms | 5.26 ms | +5.0 % |"),
        "{text}"
    );
}
