use super::*;
use crate::analysis::ab::{Handshake, Sessions};
use crate::analysis::comparison::{
    Answer, Better, Decision, Estimate, Range, Role, ShareAnswer, Side, Undecided, Visibility,
};
use crate::output::paint::Paint;
use crate::smtp::TlsMode;
use crate::vocabulary::Phase;

fn answer(figure: &str, role: Role, decision: Decision) -> Answer {
    let range = |low, high, confidence| Range {
        low,
        high,
        confidence,
        is_attained: true,
    };
    let side = |median| Side {
        runs: 10,
        median: Some(median),
    };
    Answer {
        figure: figure.to_owned(),
        better: Better::Lower,
        role,
        floor: 0.02,
        base: side(5_600.0),
        new: side(5_880.0),
        estimate: Some(Estimate {
            shift: 0.05,
            interval: range(0.041, 0.063, 0.98),
            narrow: range(0.043, 0.061, 0.96),
            p: 0.002,
            adjusted_p: Some(0.004),
        }),
        visibility: Some(Visibility {
            smallest: Some(0.018),
            runs_needed: Some(9),
        }),
        place: None,
        decision,
        undecided: None,
    }
}

/// A value that is worse, one that is not decided, and text that could be markup.
fn report() -> AbReport {
    let lost = ShareAnswer {
        figure: "outcome.lost".to_owned(),
        better: Better::Lower,
        base: 0.0,
        new: 0.01,
        decision: Decision::Regressed,
        undecided: None,
    };
    let worse = AbArm {
        value: "wrapper".to_owned(),
        answers: Answers {
            figures: vec![
                answer("response.p50", Role::Primary, Decision::Regressed),
                answer("response.p99", Role::Guard, Decision::Unclear),
            ],
            shares: vec![lost],
            undecided: None,
        },
    };
    let few = Undecided::Incomplete { pairs: 3, look: 10 };
    let open = AbArm {
        value: "<none>|\"x\"\u{1b}[2J".to_owned(),
        answers: Answers {
            figures: vec![Answer {
                undecided: Some(few.clone()),
                ..answer("response.p50", Role::Primary, Decision::Described)
            }],
            shares: Vec::new(),
            undecided: Some(few),
        },
    };
    AbReport {
        series: vec![AbSeries {
            condition: None,
            folder: "results/ab/one".into(),
            scenario: "steady".to_owned(),
            factor: "target.tls".to_owned(),
            base: "starttls".to_owned(),
            arms: vec![worse, open],
            pairs: AbPairs {
                run: 4,
                used: 3,
                most: 20,
            },
            end: AbEnd::Interrupted,
            alpha: 0.02,
            dropped: vec![Dropped {
                pair: 2,
                run: "006".to_owned(),
                value: "wrapper".to_owned(),
                why: "The machine was busy.".to_owned(),
            }],
            sessions: None,
        }],
    }
}

fn written(format: &str) -> String {
    let mut text = Vec::new();
    let format = Format::<AbReport>::from_name(format).unwrap();
    format
        .write(&report(), Paint::default(), &mut text)
        .unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn the_report_for_people_begins_with_the_decisions_and_fits_a_terminal() {
    let text = written("text");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("steady: target.tls"));
    assert_eq!(lines.next(), Some("wrapper is worse than starttls"));
    assert!(
        lines
            .next()
            .unwrap()
            .ends_with("are described, not decided")
    );
    assert_eq!(
        lines.next(),
        Some("  3 pairs of 4, 1 dropped: INTERRUPTED (at most 20)")
    );
    for part in [
        "response.p50  5.6 ms  5.88 ms  +5.0 %  +4.1 to +6.3 %  regressed",
        "response.p50: floor 2 %; could tell 1.8 %, 9 pairs tell 2 %",
        "wrapper against starttls, intervals at 98 %",
        "outcome.lost: 0 % and 1 %, regressed",
        "pair 2, run 006 (wrapper): The machine was busy.",
        "the series ended early, with 3 pairs",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "{text}");
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
}

#[test]
fn bytes_stand_beside_the_phases_where_they_were_counted() {
    let sessions = |mode, bytes| Sessions {
        mode,
        handshake: Handshake::ClientEnds,
        auth_round_trips: 1,
        phases: vec![(Phase::Connect, 90.0), (Phase::EhloTls, 100.0)],
        set_up: 900.0,
        transaction: 400.0,
        cpu: None,
        bytes,
    };
    let words = |starttls, wrapper| {
        let both = [
            sessions(TlsMode::Starttls, starttls),
            sessions(TlsMode::Wrapper, wrapper),
        ];
        let mut report = report();
        report.series[0].sessions = SessionCost::new(&both[0], &both[1]);
        let mut text = Vec::new();
        let format = Format::<AbReport>::from_name("text").unwrap();
        format.write(&report, Paint::default(), &mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let text = words(Some([6_123.4, 2_000.0]), Some([6_040.0, 2_100.6]));
    for part in [
        "bytes sent, with messages 6,123 6,040 bytes received 2,000 2,101",
        "A session with starttls sends 83 bytes more than one with wrapper, and receives 101 \
         bytes fewer.",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    // Runs of an older version.
    let text = words(None, Some([6_040.0, 2_100.0]));
    assert!(text.contains("bytes sent, with messages - 6,040"), "{text}");
    assert!(!text.contains("A session with"), "{text}");
    assert!(!words(None, None).contains("bytes"));
}

#[test]
fn without_a_pair_the_report_has_no_figures() {
    let mut report = report();
    report.series[0].pairs = AbPairs {
        run: 0,
        used: 0,
        most: 20,
    };
    report.series[0].dropped.clear();
    let mut text = Vec::new();
    let format = Format::<AbReport>::from_name("text").unwrap();
    format.write(&report, Paint::default(), &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(
        text.contains("0 pairs: INTERRUPTED (at most 20)\n  no pair can be compared\n"),
        "{text}"
    );
    assert!(!text.contains("response.p50"), "{text}");
}

#[test]
fn worse_is_a_failure_undecided_an_error_and_an_unclear_guard_neither() {
    let text = written("junit");
    for part in [
        "tests=\"3\" failures=\"2\" errors=\"0\"",
        "tests=\"1\" failures=\"0\" errors=\"1\"",
        "name=\"response.p50\" time=\"0\">\n      <failure message=\"5.6 ms to 5.88 ms (+5.0 %)\"",
        "name=\"response.p99\" time=\"0\"/>",
        "name=\"outcome.lost\" time=\"0\">\n      <failure message=\"0 % to 1 % (+1.00 points)\"",
        "&lt;none&gt;|&quot;x&quot;",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
}

#[test]
fn a_series_that_compares_nothing_is_an_error_and_not_passed() {
    let mut report = report();
    report.series.truncate(1);
    report.series[0].arms.clear();
    let mut text = Vec::new();
    let format = Format::<AbReport>::from_name("junit").unwrap();
    format.write(&report, Paint::default(), &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let counts = "tests=\"1\" failures=\"0\" errors=\"1\"";
    assert_eq!(text.matches(counts).count(), 2, "{text}");
}

#[test]
fn markup_in_a_value_is_shown_as_it_is() {
    let text = written("markdown");
    assert!(
        text.contains("**wrapper is worse than starttls**"),
        "{text}"
    );
    assert!(
        text.contains("| response.p50 | 5.6 ms | 5.88 ms | +5.0 % |"),
        "{text}"
    );
    assert!(text.contains("&lt;none>\\|"), "{text}");
    assert!(
        !text.contains("<none>") && !text.contains('\u{1b}'),
        "{text}"
    );
}

#[test]
fn programs_read_the_decisions_with_their_figures() {
    let json: serde_json::Value = serde_json::from_str(&written("json")).unwrap();
    let series = &json["series"][0];
    assert_eq!(series["end"], "interrupted");
    let arm = &series["arms"][0];
    assert_eq!(arm["conclusion"], "regressed");
    assert_eq!(arm["figures"][0]["estimate"]["shift"], 0.05);
    assert_eq!(arm["figures"][0]["pairs_for_floor"], 9);
    assert_eq!(arm["shares"][0]["decision"], "regressed");
    let text = written("csv");
    let mut rows = csv_rows(&text);
    let header = rows.remove(0);
    assert!(rows.iter().all(|row| row.len() == header.len()));
    assert_eq!(rows.len(), 4);
    let decisions = rows.iter().map(|row| row.last().unwrap().as_str());
    let expected = ["regressed", "unclear", "regressed", "described"];
    assert_eq!(decisions.collect::<Vec<_>>(), expected);
}

fn csv_rows(text: &str) -> Vec<Vec<String>> {
    let mut reader = ::csv::ReaderBuilder::new();
    let mut reader = reader.has_headers(false).from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.unwrap());
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}
