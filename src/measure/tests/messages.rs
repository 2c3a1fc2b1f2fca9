//! What is timed of a message, and what a quantile is.

use super::*;

#[test]
fn every_span_of_an_accepted_message_is_timed() {
    let mut bench = Bench::begun(1, 0);
    let late = Story {
        started: START + 120,
        ended: START + 150,
        ..story(0, START + 100, Outcome::Accepted)
    };
    late.tell(&mut bench);
    let (measured, _) = bench.finish();
    assert_eq!(value(&measured, Span::Wait), 20);
    assert_eq!(value(&measured, Span::Service), 30);
    assert_eq!(value(&measured, Span::Transaction), 30);
    assert_eq!(value(&measured, Span::Response), 50);
    assert_eq!(value(&measured, Phase::Mail), 1);
    assert!(
        measured.histograms().of(Span::Slip).is_none(),
        "no slot was free"
    );
}

#[test]
fn slip_is_for_messages_that_found_a_free_slot_with_an_open_session() {
    let mut bench = Bench::begun(1, 0);
    let message = story(0, START, Outcome::Accepted).ticket();
    let slot = SlotId(0);
    bench.tell(START, Event::AttemptStarted { slot, message });
    bench.tell(START + 3, Event::TransactionStarted { slot, message });
    bench.tell(START + 4, Event::AttemptStarted { slot, message });
    bench.tell(START + 4, Event::SessionOpening { slot });
    bench.tell(START + 40, Event::TransactionStarted { slot, message });
    let (measured, _) = bench.finish();
    assert_eq!(value(&measured, Span::Slip), 3);
}

#[test]
fn the_closed_model_has_no_wait_response_or_slip() {
    let mut bench = Bench::new(1, 0, false);
    bench.timeline.begin(ms(START));
    story(0, START, Outcome::Accepted).tell(&mut bench);
    let (measured, _) = bench.finish();
    for span in [Span::Wait, Span::Response, Span::Slip] {
        assert!(measured.histograms().of(span).is_none(), "{span:?}");
    }
    assert_eq!(value(&measured, Span::Service), 10);
}

#[test]
fn phases_of_a_message_count_only_if_it_is_accepted() {
    let mut bench = Bench::begun(1, 0);
    story(0, START, Outcome::Throttled).tell(&mut bench);
    let (measured, _) = bench.finish();
    assert!(measured.histograms().of(Phase::Mail).is_none());
    assert!(measured.histograms().of(Span::Service).is_none());
    assert_eq!(value(&measured, Metric::Service(Outcome::Throttled)), 10);
}

#[test]
fn messages_without_a_latency_are_longer_than_any() {
    let mut bench = Bench::begun(1, 0);
    for index in 0..8 {
        story(index, START + index, Outcome::Accepted).tell(&mut bench);
    }
    story(8, START + 8, Outcome::Timeout).tell(&mut bench);
    story(9, START + 9, Outcome::Unsent).tell(&mut bench);
    let (measured, _) = bench.finish();
    let quantile = |metric: Metric, q| measured.quantile(metric, q);
    let is_value =
        |quantile| matches!(quantile, Quantile::Value(us) if (us - 10_000.0).abs() < 10.0);
    let is_over = |quantile| matches!(quantile, Quantile::Over(us) if (us - 10_000.0).abs() < 10.0);
    for span in [Span::Response, Span::Service, Span::Transaction] {
        assert!(is_value(quantile(span.into(), 0.8)), "{span:?}");
        assert!(is_over(quantile(span.into(), 0.81)), "{span:?}");
        assert!(is_over(quantile(span.into(), 1.0)), "{span:?}");
    }
    assert!(matches!(
        quantile(Phase::Mail.into(), 0.9),
        Quantile::Over(_)
    ));
    assert!(matches!(
        quantile(Span::Slip.into(), 1.0),
        Quantile::Value(_)
    ));
    assert_eq!(quantile(Phase::Tls.into(), 0.5), Quantile::Empty);
}

#[test]
fn rejected_messages_have_a_latency_and_move_no_quantile_of_the_accepted() {
    let mut bench = Bench::begun(1, 0);
    story(0, START, Outcome::Accepted).tell(&mut bench);
    story(1, START, Outcome::Rejected).tell(&mut bench);
    let (measured, _) = bench.finish();
    let p100 = measured.quantile(Span::Response.into(), 1.0);
    assert!(matches!(p100, Quantile::Value(_)), "{p100:?}");
}

#[test]
fn a_retry_is_an_attempt_and_the_message_is_retrying_meanwhile() {
    let mut bench = Bench::begun(1, 0);
    let slot = SlotId(0);
    let first = story(0, START, Outcome::Throttled).ticket();
    let second = first.again();
    let cause = reply(Phase::Accept, 454, "Throttling failure");
    let ended = |message, outcome, began| Event::AttemptEnded {
        slot,
        message,
        outcome,
        cause,
        began,
        transaction: Some(began),
    };
    bench.tell(START, Event::Scheduled { message: first });
    bench.tell(
        START,
        Event::Started {
            slot,
            message: first,
        },
    );
    bench.tell(
        START,
        Event::AttemptStarted {
            slot,
            message: first,
        },
    );
    bench.tell(START + 10, ended(first, Outcome::Throttled, ms(START)));
    bench.tell(
        START + 2_000,
        Event::AttemptStarted {
            slot,
            message: second,
        },
    );
    bench.tell(
        START + 2_010,
        ended(second, Outcome::Accepted, ms(START + 2_000)),
    );
    let (message, outcome) = (second, Outcome::Accepted);
    bench.tell(
        START + 2_010,
        Event::Ended {
            message,
            outcome,
            cause,
        },
    );
    let (measured, rows) = bench.finish();
    assert_eq!((rows[0].gauges.retrying, rows[0].gauges.in_flight), (1, 0));
    assert_eq!(rows[2].counts.attempts.retries, 1);
    assert_eq!(rows[2].gauges, Gauges::default());
    // The back-off is part of the response.
    assert_eq!(value(&measured, Span::Response), 2_010);
    // The wait is that of the first attempt.
    assert_eq!(value(&measured, Span::Wait), 0);
    assert_eq!(measured.count(Span::Slip.into()), 0);
}
