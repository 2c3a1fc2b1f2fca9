//! Parts of the window that are measured on their own.

use super::*;
use crate::vocabulary::Period;

fn period(from_s: Option<u64>, to_s: Option<u64>) -> Period {
    Period {
        from: from_s.map(Duration::from_secs),
        to: to_s.map(Duration::from_secs),
    }
}

fn bench(sources: usize, periods: &[Period]) -> Bench {
    let timing = Timing {
        warm_up: Duration::from_secs(1),
        open_model: true,
        recipients: 1,
    };
    let (collector, recorders, timeline) = channel_with_periods(sources, timing, periods);
    timeline.begin(ms(START));
    timeline.schedule_ends(ms(START + 4_000));
    Bench {
        collector,
        recorders,
        timeline,
    }
}

/// One message every 100 ms for four seconds, each of which takes `took` ms.
fn play(bench: &mut Bench, took: impl Fn(u64) -> u64) {
    for index in 0..40 {
        let intended = START + index * 100;
        let message = Story {
            ended: intended + took(index),
            ..story(index, intended, Outcome::Accepted)
        };
        message.play(bench);
    }
}

#[test]
fn a_message_counts_in_the_part_that_it_was_intended_in() {
    let (first, second, last) = (
        period(None, Some(2)),
        period(Some(2), Some(3)),
        period(Some(3), None),
    );
    let mut bench = bench(1, &[first, second, last]);
    // The one intended at 2.9 s ends at 3.4 s.
    play(&mut bench, |index| if index == 29 { 500 } else { 10 });
    let (measured, _) = bench.finish();
    let of = |period| measured.within(period).unwrap();
    let response = Metric::Span(Span::Response);
    for part in [first, second, last] {
        assert_eq!(of(part).scheduled(), 10, "{part:?}");
        assert_eq!(of(part).count(response), 10);
        assert_eq!(of(part).outcome(Outcome::Accepted), 10);
        assert_eq!(of(part).started_in_time(), 10);
        assert_eq!(of(part).seconds(), 1.0);
    }
    let longest = |period| match of(period).quantile(response, 1.0) {
        FigureValue::Value(us) => (us / 1e3).round(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        (longest(first), longest(second), longest(last)),
        (10.0, 500.0, 10.0)
    );
    // Goodput is of what was accepted while the part lasted.
    assert_eq!(of(second).accepted_in_window(), 9);
    assert_eq!(of(last).accepted_in_window(), 11);
    assert!(measured.within(period(Some(1), Some(2))).is_none());
}

/// The sum over the parts is the whole, metric by metric.
#[test]
fn parts_that_cover_the_window_add_up_to_it() {
    let parts = [period(None, Some(3)), period(Some(3), None)];
    let mut bench = bench(2, &parts);
    play(&mut bench, |index| 5 + index);
    let (measured, _) = bench.finish();
    let of = |period| measured.within(period).unwrap();
    let sum = |figure: &dyn Fn(&dyn FigureSource) -> u64| -> u64 {
        parts.iter().map(|part| figure(of(*part))).sum()
    };
    assert_eq!(sum(&|run| run.scheduled()), measured.scheduled());
    assert_eq!(measured.scheduled(), 30);
    for metric in Metric::all() {
        assert_eq!(
            sum(&|run| run.count(metric)),
            measured.count(metric),
            "{metric:?}"
        );
    }
}

#[test]
fn messages_without_a_latency_are_censored_in_their_part() {
    let (early, late) = (period(None, Some(2)), period(Some(2), None));
    let mut bench = bench(1, &[early, late]);
    story(0, START + 1_500, Outcome::Lost).play(&mut bench);
    story(1, START + 2_500, Outcome::Accepted).play(&mut bench);
    let (measured, _) = bench.finish();
    let of = |period| measured.within(period).unwrap();
    let response = Metric::Span(Span::Response);
    assert_eq!(
        (of(early).censored(response), of(late).censored(response)),
        (1, 0)
    );
    assert_eq!(of(early).outcome(Outcome::Lost), 1);
    // Replies are counted for the whole run, with their texts.
    assert!(
        measured
            .outcomes()
            .rows()
            .all(|row| !row.cause.text.is_empty())
    );
}

#[test]
fn a_part_is_complete_when_its_second_is() {
    let part = period(Some(1), Some(3));
    let mut bench = bench(2, &[part]);
    play(&mut bench, |_| 10);
    let Bench {
        collector,
        recorders,
        ..
    } = bench;
    drop(recorders);
    let mut seen = Vec::new();
    let (_, result) = collector.run(|second, measured| {
        let part = measured.within(part).unwrap();
        // All of the window so far is of the part until it ends.
        if second.t_s < 3 {
            assert!(part.scheduled() >= measured.scheduled());
        }
        seen.push(part.scheduled());
        Ok::<_, Infallible>(())
    });
    assert_eq!(result, Ok(()));
    assert_eq!(seen.last(), Some(&20));
}
