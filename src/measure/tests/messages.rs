//! Times of messages, and quantiles.

use super::*;

#[test]
fn every_span_of_an_accepted_message_is_timed() {
    let mut bench = Bench::begun(1, 0);
    let late = Story {
        started: START + 120,
        ended: START + 150,
        ..story(0, START + 100, Outcome::Accepted)
    };
    late.play(&mut bench);
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
    bench.on_event(START, Event::AttemptStarted { slot, message });
    bench.on_event(START + 3, Event::TransactionStarted { slot, message });
    bench.on_event(START + 4, Event::AttemptStarted { slot, message });
    bench.on_event(START + 4, Event::SessionOpening { slot });
    bench.on_event(START + 40, Event::TransactionStarted { slot, message });
    let (measured, _) = bench.finish();
    assert_eq!(value(&measured, Span::Slip), 3);
}

#[test]
fn the_closed_model_has_no_wait_response_or_slip() {
    let mut bench = Bench::new(1, 0, false);
    bench.timeline.begin(ms(START));
    story(0, START, Outcome::Accepted).play(&mut bench);
    let (measured, _) = bench.finish();
    for span in [Span::Wait, Span::Response, Span::Slip] {
        assert!(measured.histograms().of(span).is_none(), "{span:?}");
    }
    assert_eq!(value(&measured, Span::Service), 10);
}

#[test]
fn a_phase_counts_when_it_has_ended_whatever_becomes_of_the_message() {
    let mut bench = Bench::begun(1, 0);
    story(0, START, Outcome::Throttled).play(&mut bench);
    let (measured, _) = bench.finish();
    assert_eq!(value(&measured, Phase::Mail), 1);
    // A refusal is a reply: no value is censored.
    for phase in [Phase::Mail, Phase::Data, Phase::Accept] {
        assert_eq!(measured.censored(phase.into()), 0, "{phase:?}");
    }
    assert!(measured.histograms().of(Span::Service).is_none());
    assert_eq!(value(&measured, Metric::Service(Outcome::Throttled)), 10);
}

#[test]
fn messages_without_a_latency_are_longer_than_any() {
    let mut bench = Bench::begun(1, 0);
    for index in 0..8 {
        story(index, START + index, Outcome::Accepted).play(&mut bench);
    }
    story(8, START + 8, Outcome::Timeout).play(&mut bench);
    story(9, START + 9, Outcome::Unsent).play(&mut bench);
    let (measured, _) = bench.finish();
    let quantile = |metric: Metric, q| measured.quantile(metric, q);
    let is_value =
        |quantile| matches!(quantile, FigureValue::Value(us) if (us - 10_000.0).abs() < 10.0);
    let is_over =
        |quantile| matches!(quantile, FigureValue::Above(us) if (us - 10_000.0).abs() < 10.0);
    for span in [Span::Response, Span::Service, Span::Transaction] {
        assert!(is_value(quantile(span.into(), 0.8)), "{span:?}");
        assert!(is_over(quantile(span.into(), 0.81)), "{span:?}");
        assert!(is_over(quantile(span.into(), 1.0)), "{span:?}");
    }
    // MAIL was answered before the time-out; the unsent message never reached it.
    assert!(matches!(
        quantile(Phase::Mail.into(), 0.9),
        FigureValue::Value(_)
    ));
    assert!(matches!(
        quantile(Phase::Mail.into(), 0.91),
        FigureValue::Above(_)
    ));
    assert!(matches!(
        quantile(Span::Slip.into(), 1.0),
        FigureValue::Value(_)
    ));
    assert_eq!(quantile(Phase::Tls.into(), 0.5), FigureValue::Empty);
}

#[test]
fn rejected_messages_have_a_latency_and_move_no_quantile_of_the_accepted() {
    let mut bench = Bench::begun(1, 0);
    story(0, START, Outcome::Accepted).play(&mut bench);
    story(1, START, Outcome::Rejected).play(&mut bench);
    let (measured, _) = bench.finish();
    let p100 = measured.quantile(Span::Response.into(), 1.0);
    assert!(matches!(p100, FigureValue::Value(_)), "{p100:?}");
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
    bench.on_event(START, Event::Scheduled { message: first });
    bench.on_event(
        START,
        Event::Started {
            slot,
            message: first,
        },
    );
    bench.on_event(
        START,
        Event::AttemptStarted {
            slot,
            message: first,
        },
    );
    bench.on_event(START + 10, ended(first, Outcome::Throttled, ms(START)));
    bench.on_event(
        START + 2_000,
        Event::AttemptStarted {
            slot,
            message: second,
        },
    );
    bench.on_event(
        START + 2_010,
        ended(second, Outcome::Accepted, ms(START + 2_000)),
    );
    let (message, outcome) = (second, Outcome::Accepted);
    bench.on_event(
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

/// One attempt: the phases that end, 1 ms each, and the outcome with its phase.
fn attempt(bench: &mut Bench, index: u64, phases: &[Phase], ending: (Outcome, Phase)) {
    let (slot, message) = (SlotId(0), story(index, START, ending.0).ticket());
    let (outcome, cause) = (ending.0, reply(ending.1, 250, "whatever"));
    let began = ms(START);
    bench.on_event(START, Event::AttemptStarted { slot, message });
    for &phase in phases {
        bench.on_event(START + 1, Event::PhaseEnded { slot, phase, began });
    }
    let transaction = Some(began);
    bench.on_event(
        START + 2,
        Event::AttemptEnded {
            slot,
            message,
            outcome,
            cause,
            began,
            transaction,
        },
    );
    bench.on_event(
        START + 2,
        Event::Ended {
            message,
            outcome,
            cause,
        },
    );
}

const TO_THE_DOT: [Phase; 4] = [Phase::Mail, Phase::Rcpt, Phase::Data, Phase::Body];

#[test]
fn a_message_lost_at_the_dot_is_longer_than_any_only_there() {
    let mut bench = Bench::begun(1, 0);
    let whole = [TO_THE_DOT.as_slice(), &[Phase::Accept]].concat();
    attempt(&mut bench, 0, &whole, (Outcome::Accepted, Phase::Accept));
    attempt(
        &mut bench,
        1,
        &TO_THE_DOT,
        (Outcome::Unknown, Phase::Accept),
    );
    let (measured, _) = bench.finish();
    let of = |metric: Metric| (measured.count(metric), measured.censored(metric));
    for phase in TO_THE_DOT {
        assert_eq!(of(phase.into()), (2, 0), "{phase:?}");
    }
    assert_eq!(of(Phase::Accept.into()), (1, 1));
    for span in [Span::Transaction, Span::Service, Span::Response] {
        assert_eq!(measured.censored(span.into()), 1, "{span:?}");
    }
}

#[test]
fn a_reply_that_does_not_answer_the_dot_is_not_a_value_of_accept() {
    let mut bench = Bench::begun(1, 0);
    let whole = [TO_THE_DOT.as_slice(), &[Phase::Accept]].concat();
    attempt(&mut bench, 0, &whole, (Outcome::Unknown, Phase::Accept));
    let (measured, _) = bench.finish();
    let accept = Phase::Accept.into();
    assert_eq!((measured.count(accept), measured.censored(accept)), (0, 1));
}

#[test]
fn each_recipient_that_was_not_answered_is_longer_than_any() {
    let mut bench = Bench::with_recipients(1, 0, true, 3);
    bench.timeline.begin(ms(START));
    let phases = [Phase::Mail, Phase::Rcpt];
    attempt(&mut bench, 0, &phases, (Outcome::Timeout, Phase::Rcpt));
    story(1, START, Outcome::Unsent).play(&mut bench);
    let (measured, _) = bench.finish();
    let of = |phase: Phase| {
        (
            measured.count(phase.into()),
            measured.censored(phase.into()),
        )
    };
    assert_eq!(of(Phase::Mail), (1, 1));
    assert_eq!(of(Phase::Rcpt), (1, 2 + 3));
    assert_eq!(of(Phase::Data), (0, 2));
}

#[test]
fn what_a_group_is_still_answered_after_a_refusal_is_not_counted() {
    let mut bench = Bench::begun(1, 0);
    let phases = [Phase::Mail, Phase::Rcpt];
    attempt(&mut bench, 0, &phases, (Outcome::Rejected, Phase::Rcpt));
    let (slot, phase, began) = (SlotId(0), Phase::Data, ms(START));
    bench.on_event(START + 3, Event::PhaseEnded { slot, phase, began });
    let (measured, _) = bench.finish();
    assert_eq!(value(&measured, Phase::Rcpt), 1);
    assert_eq!(measured.count(Phase::Data.into()), 0);
}

#[test]
fn a_wait_is_over_when_the_message_is_taken_up_and_longest_if_it_never_is() {
    let mut bench = Bench::begun(1, 0);
    let lost = Story {
        started: START + 20,
        ended: START + 30,
        ..story(0, START, Outcome::Lost)
    };
    lost.play(&mut bench);
    story(1, START, Outcome::Unsent).play(&mut bench);
    let (measured, _) = bench.finish();
    assert_eq!(value(&measured, Span::Wait), 20);
    assert_eq!(measured.censored(Span::Wait.into()), 1);
    assert_eq!(measured.censored(Span::Response.into()), 2);
}
