//! What belongs to the measured window.

use super::*;

#[test]
fn the_warm_up_is_in_totals_and_rows_but_not_in_the_window() {
    let mut bench = Bench::begun(1, 1_000);
    bench.timeline.schedule_ends(ms(START + 2_000));
    story(0, START + 999, Outcome::Accepted).play(&mut bench);
    story(1, START + 1_000, Outcome::Accepted).play(&mut bench);
    let (measured, rows) = bench.finish();
    assert_eq!(measured.counts().messages.ended.of(Outcome::Accepted), 2);
    assert_eq!(
        (measured.scheduled(), measured.outcome(Outcome::Accepted)),
        (1, 1)
    );
    assert_eq!(measured.count(Span::Response.into()), 1);
    let windows: Vec<_> = rows.iter().map(|row| row.window).collect();
    assert_eq!(windows, [Window::Warmup, Window::Measure]);
    // Both ended in second 1, and its row shows both.
    assert_eq!(rows[1].responses, 2);
}

#[test]
fn what_ends_in_the_drain_counts_by_when_it_was_intended() {
    let mut bench = Bench::begun(1, 0);
    bench.timeline.schedule_ends(ms(START + 1_000));
    let slow = Story {
        ended: START + 3_500,
        ..story(0, START + 900, Outcome::Accepted)
    };
    slow.play(&mut bench);
    let (measured, rows) = bench.finish();
    assert_eq!(measured.outcome(Outcome::Accepted), 1);
    assert_eq!(measured.seconds(), 1.0);
    assert_eq!(measured.goodput(), 0.0, "accepted after the window");
    let windows: Vec<_> = rows.iter().map(|row| row.window.name()).collect();
    assert_eq!(windows, ["measure", "drain", "drain", "drain"]);
    assert_eq!(rows[1].gauges.in_flight, 1);
    assert_eq!(rows[3].gauges, Gauges::default());
}

#[test]
fn started_after_the_schedule_ended_is_not_in_time() {
    let mut bench = Bench::begun(1, 0);
    bench.timeline.schedule_ends(ms(START + 100));
    for (index, started) in [(0, START + 100), (1, START + 101)] {
        let intended = story(index, START, Outcome::Accepted);
        let late = Story {
            started,
            ended: started + 5,
            ..intended
        };
        late.play(&mut bench);
    }
    let (measured, _) = bench.finish();
    assert_eq!(measured.started_in_time(), 1);
    assert_eq!(measured.counts().window.started, 2);
}

/// Defect: the goodput of a server that accepts exactly five messages per second
/// included what it accepted long after the end of the schedule.
#[test]
fn goodput_is_what_was_accepted_while_the_window_was_open() {
    let mut bench = Bench::begun(1, 1_000);
    bench.timeline.schedule_ends(ms(START + 5_000));
    // 20 a second for five seconds; one leaves every 200 ms.
    for index in 0..100 {
        let message = Story {
            started: START + index * 200,
            ended: START + index * 200 + 100,
            ..story(index, START + index * 50, Outcome::Accepted)
        };
        message.play(&mut bench);
    }
    let (measured, _) = bench.finish();
    assert_eq!(measured.outcome(Outcome::Accepted), 80, "in the end");
    assert_eq!(
        measured.accepted_in_window(),
        20,
        "some of them of the warm-up"
    );
    assert_eq!((measured.seconds(), measured.goodput()), (4.0, 5.0));
}
