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
