//! What is drawn, for every width and for figures of every size.

use super::super::view_state::Latency;
use super::*;
use crate::measure::{Gauges, Tally};
use crate::output::paint::Paint;
use crate::vocabulary::Span;

const UNICODE: Look = Look {
    paint: Paint { colour: false },
    unicode: true,
};

fn tally(counts: &[(Outcome, u64)]) -> Tally {
    let mut tally = Tally::default();
    counts
        .iter()
        .for_each(|(outcome, count)| tally.set(*outcome, *count));
    tally
}

/// The 14th second of 30 at 50/s.
fn usual() -> ViewState {
    let steady = |second: u32| Some(1_000.0 + f64::from(second % 3) * 200.0);
    ViewState {
        name: "steady".to_owned(),
        stage: Stage::In(Window::Measure),
        elapsed_s: 14,
        total_s: Some(30),
        asked: Some(50.0),
        done: 49.8,
        accepted: 49.6,
        recent_s: 5,
        latency: Some(Latency {
            span: Span::Response,
            p50: 461.0,
            p99: 1_060.0,
        }),
        p99s: (0..14).map(steady).chain([None, Some(12_300.0)]).collect(),
        outcomes: tally(&[(Outcome::Accepted, 697), (Outcome::Throttled, 3)]),
        gauges: Gauges {
            in_flight: 3,
            backlog: 0,
            retrying: 0,
            sessions_open: 20,
        },
        ..ViewState::default()
    }
}

/// The largest figures that a run can have, and every kind of part.
fn huge() -> ViewState {
    ViewState {
        heading: Some("sesbench: pair 20, starttls: 1m to the first look, 3m at most".to_owned()),
        name: "a-scenario-with-a-name-that-does-not-end".to_owned(),
        elapsed_s: 86_399 * 7,
        total_s: Some(86_400 * 7),
        asked: Some(1_234_567.0),
        done: 1_234_567.8,
        accepted: 1_234_567.8,
        latency: Some(Latency {
            span: Span::Response,
            p50: 3.6e9,
            p99: 3.6e9,
        }),
        p99s: (0..60)
            .map(|second| Some(f64::from(second) * 6e7))
            .collect(),
        outcomes: tally(
            &Outcome::ALL
                .iter()
                .map(|each| (*each, u64::MAX))
                .collect::<Vec<_>>(),
        ),
        gauges: Gauges {
            in_flight: u64::MAX,
            backlog: u64::MAX,
            retrying: u64::MAX,
            sessions_open: u64::MAX,
        },
        backlog_grows: true,
        findings: vec!["late: ".repeat(40), "漢字 \x1b[2J".to_owned()],
        ..usual()
    }
}

#[test]
fn eighty_columns_show_everything() {
    let expected = [
        "steady  measuring  ━━━━━━━━━━━━━━━━━━╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  14s of 30s, 16s left",
        "rate     asked 50/s  done 49.8/s  accepted 49.6/s",
        "latency  response  p50 461 us  p99 1.06 ms  last 5 s",
        "p99 16s  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁ █ ≤12.3 ms",
        "messages 697 accepted  3 throttled",
        "sessions 20 open  3 in flight  backlog 0",
    ];
    assert_eq!(rows(&usual(), 79, UNICODE), expected);
}

#[test]
fn ascii_where_nothing_else_is_shown() {
    let shown = rows(&usual(), 79, Look::default());
    assert!(shown.iter().all(|row| row.is_ascii()), "{shown:#?}");
    assert_eq!(shown[3], "p99 16s  .............. # <12.3 ms");
    assert!(
        shown[0].contains("  =====") && shown[0].contains("=....."),
        "{}",
        shown[0]
    );
}

#[test]
fn forty_columns_show_the_same_in_fewer_words() {
    let expected = [
        "steady  measuring  ━━━━━╌╌╌╌╌  16s left",
        "rate     asked 50/s  done 49.8/s",
        "         accepted 49.6/s",
        "latency  response  p50 461 us",
        "         p99 1.06 ms  last 5 s",
        "p99 16s  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁ █ ≤12.3 ms",
        "messages 697 accepted  3 throttled",
        "sessions 20 open  3 in flight",
        "         backlog 0",
    ];
    assert_eq!(rows(&usual(), 39, UNICODE), expected);
}

#[test]
fn no_row_is_wider_than_the_terminal() {
    let opening = ViewState {
        stage: Stage::Opening {
            ready: 120,
            of: u32::MAX,
        },
        ..huge()
    };
    let by_messages = ViewState {
        messages: Some((u64::MAX / 2, u64::MAX)),
        ..huge()
    };
    let draining = ViewState {
        stage: Stage::In(Window::Drain),
        ..huge()
    };
    for figures in [
        usual(),
        huge(),
        opening,
        by_messages,
        draining,
        ViewState::default(),
    ] {
        for width in [0, 1, 10, 23, 24, 25, 39, 59, 79, 119, 250] {
            for look in [UNICODE, Look::default()] {
                for row in rows(&figures, width, look) {
                    let columns = row.chars().count();
                    assert!(columns <= width, "{columns} of {width}: {row:?}");
                    assert!(!row.contains(|c: char| c.is_control()), "{row:?}");
                }
            }
        }
    }
}

#[test]
fn wide_terminals_have_a_minute_and_no_wider_bar() {
    let shown = rows(&huge(), 119, UNICODE);
    let minute = shown.iter().find(|row| row.starts_with("p99 60s")).unwrap();
    assert_eq!(
        minute.chars().filter(|c| ('▁'..='█').contains(c)).count(),
        60
    );
    let bar = shown[1].chars().filter(|c| "━╌".contains(*c)).count();
    assert_eq!(bar, 40, "{}", shown[1]);
    // At 80 columns as well.
    let shown = rows(&huge(), 79, UNICODE);
    assert!(
        shown.iter().any(|row| row.starts_with("p99 60s")),
        "{shown:#?}"
    );
}

#[test]
fn before_the_first_second_there_is_a_line() {
    let mut figures = ViewState {
        stage: Stage::Opening {
            ready: 120,
            of: 800,
        },
        ..ViewState {
            name: "steady".to_owned(),
            ..ViewState::default()
        }
    };
    let expected = format!(
        "steady  opening sessions  {}{}  120 of 800",
        "━".repeat(6),
        "╌".repeat(34)
    );
    assert_eq!(rows(&figures, 79, UNICODE), [expected]);
    figures.stage = Stage::Started;
    assert_eq!(rows(&figures, 79, UNICODE), ["steady  started"]);
}

#[test]
fn without_traffic_there_are_no_invented_figures() {
    let figures = ViewState {
        asked: None,
        done: 0.0,
        accepted: 0.0,
        latency: None,
        p99s: vec![None; 14],
        outcomes: Tally::default(),
        ..usual()
    };
    let shown = rows(&figures, 79, UNICODE);
    assert_eq!(shown[1], "rate     done 0/s  accepted 0/s");
    assert_eq!(shown[2], "latency  no reply in the last seconds");
    assert_eq!(shown[3], "messages 0 accepted");
}

#[test]
fn a_run_of_messages_estimates_the_time_left_from_its_rate() {
    let mut figures = ViewState {
        messages: Some((100, 600)),
        total_s: None,
        done: 50.0,
        ..usual()
    };
    let first = |figures: &ViewState| rows(figures, 79, UNICODE).swap_remove(0);
    assert!(first(&figures).ends_with("  100 of 600, about 10s left"));
    figures.done = 0.0;
    assert!(first(&figures).ends_with("  100 of 600"));
}

#[test]
fn a_backlog_that_grows_and_failures_stand_out() {
    let mut figures = usual();
    figures.gauges.backlog = 1_234;
    figures.gauges.retrying = 2;
    figures.backlog_grows = true;
    figures.outcomes.set(Outcome::Lost, 7);
    let look = Look {
        paint: Paint { colour: true },
        unicode: true,
    };
    let shown = rows(&figures, 79, look).join("\n");
    for part in [
        "\x1b[33mbacklog 1,234, growing\x1b[0m  2 to retry",
        "\x1b[33m3 throttled\x1b[0m",
        "\x1b[31m7 lost\x1b[0m",
    ] {
        assert!(shown.contains(part), "{part:?} in {shown}");
    }
}

#[test]
fn findings_are_a_row_each_below_the_figures() {
    let mut figures = usual();
    figures.heading = Some("step 4: 200/s for 10s; about 3 more, 40s left".to_owned());
    figures.findings = (0..9)
        .map(|number| format!("finding {number}: {}", "word ".repeat(30)))
        .collect();
    let shown = rows(&figures, 79, UNICODE);
    assert_eq!(shown[0], "step 4: 200/s for 10s; about 3 more, 40s left");
    assert_eq!(shown.len(), 2 + 5 + FINDINGS);
    assert!(shown[7].starts_with("! finding 0: word") && shown[7].ends_with("word…"));
}
