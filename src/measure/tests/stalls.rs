//! Stalled threads, and messages released late.

use super::*;

/// An accepted message on slot 0, with MAIL at its start.
fn carried(bench: &mut Bench, ticket: Ticket, ended: u64) {
    let (slot, message) = (SlotId(0), ticket);
    let started = ticket.started.nanos() / 1_000_000;
    bench.on_event(
        ticket.intended.nanos() / 1_000_000,
        Event::Scheduled { message },
    );
    bench.on_event(started, Event::Started { slot, message });
    bench.on_event(started, Event::AttemptStarted { slot, message });
    bench.on_event(started, Event::TransactionStarted { slot, message });
    let cause = reply(Phase::Accept, 250, "Ok");
    let end = Event::AttemptEnded {
        slot,
        message,
        outcome: Outcome::Accepted,
        cause,
        began: message.started,
        transaction: Some(message.started),
    };
    bench.on_event(ended, end);
    let outcome = Outcome::Accepted;
    bench.on_event(
        ended,
        Event::Ended {
            message,
            outcome,
            cause,
        },
    );
}

fn ticket(index: u64, intended: u64, started: u64) -> Ticket {
    Ticket {
        started: ms(started),
        ..Ticket::new(index, ms(intended))
    }
}

fn longest(measured: &Measurements, span: Span) -> f64 {
    match measured.quantile(span.into(), 1.0) {
        FigureValue::Value(us) => (us / 1e3).round(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn lateness_is_all_of_the_wait_where_a_slot_was_free_and_what_is_inherited_where_not() {
    for (prompt, delayed, lateness) in [(true, 0, 30), (false, 20, 20), (false, 99, 30)] {
        let mut bench = Bench::begun(1, 0);
        let ticket = Ticket {
            prompt,
            delayed: delayed * 1_000_000,
            ..ticket(0, START + 10, START + 40)
        };
        carried(&mut bench, ticket, START + 45);
        let (measured, _) = bench.finish();
        let of = |span| longest(&measured, span);
        assert_eq!((of(Span::Response), of(Span::Wait)), (35.0, 30.0));
        assert_eq!(of(Span::Lateness), f64::from(lateness));
        assert_eq!(of(Span::ResponseNet), f64::from(35 - lateness));
        assert_eq!(of(Span::WaitNet), f64::from(30 - lateness));
        assert_eq!(measured.counts().stalls, Stalls::default());
    }
}

#[test]
fn a_stall_of_the_thread_is_taken_from_what_it_had_under_way() {
    let mut bench = Bench::begun(1, 0);
    bench.recorders[0].expect_ticks(Duration::from_millis(20));
    bench.recorders[0].tick(ms(START));
    // The stall is during the first message; the second starts afterwards.
    carried(&mut bench, ticket(0, START + 5, START + 5), START + 305);
    assert_eq!(
        bench.recorders[0].take_stall(),
        Some(Duration::from_millis(300))
    );
    carried(&mut bench, ticket(1, START + 306, START + 306), START + 310);
    let (measured, _) = bench.finish();
    let stalls = Stalls {
        times: 1,
        attempts: 1,
        held_up_nanos: 300_000_000,
        ..Stalls::default()
    };
    assert_eq!(measured.counts().stalls, stalls);
    assert_eq!(longest(&measured, Span::Response), 300.0);
    assert_eq!(longest(&measured, Span::ResponseNet), 4.0);
}

#[test]
fn a_message_without_an_answer_is_in_doubt_only_if_the_thread_stood_still_for_long() {
    let mut bench = Bench::begun(1, 0);
    bench.recorders[0].expect_ticks(Duration::from_millis(20));
    use Outcome::{Timeout, Unknown};
    // The third ticks until 40 ms before its end. The fifth ends because the
    // server closed the connection, the sixth because no reply came.
    for (index, began, ticks, ended, outcome, timed_out) in [
        (0, START, 0, START + 20, Timeout, true),
        (1, START + 21, 0, START + 500, Timeout, true),
        (2, START + 510, 96, START + 2_470, Timeout, true),
        (3, START + 2_471, 6, START + 3_000, Timeout, true),
        (4, START + 3_010, 0, START + 3_500, Unknown, false),
        (5, START + 3_510, 0, START + 4_000, Unknown, true),
    ] {
        let (slot, message) = (SlotId(0), ticket(index, began, began));
        let cause = Cause {
            code: None,
            failure: timed_out.then_some(Failure::TimedOut),
            ..reply(Phase::Accept, 0, "no reply")
        };
        bench.on_event(began, Event::Scheduled { message });
        bench.on_event(began, Event::Started { slot, message });
        bench.on_event(began, Event::AttemptStarted { slot, message });
        for tick in 1..=ticks {
            bench.recorders[0].tick(ms(began + tick * 20));
        }
        let end = Event::AttemptEnded {
            slot,
            message,
            outcome,
            cause,
            began: message.started,
            transaction: Some(message.started),
        };
        bench.on_event(ended, end);
        bench.on_event(
            ended,
            Event::Ended {
                message,
                outcome,
                cause,
            },
        );
    }
    let (measured, _) = bench.finish();
    // The second, the fourth and the last; the third stalled for 40 ms of 2 s.
    assert_eq!(measured.counts().stalls.times, 5);
    assert_eq!(measured.counts().stalls.unanswered, 3);
    assert_eq!(measured.outcome(Outcome::Timeout), 4);
}
