//! Recording all events of an accepted message: twelve and more.

use std::convert::Infallible;
use std::hint::black_box;
use std::thread;
use std::time::Duration;

use criterion::{Criterion, criterion_group};
use sesbench::testing::{Cause, Event, Instant, Lines, Observer, Outcome, Phase, SlotId, Ticket};
use sesbench::testing::{Recorder, Timing, channel};

criterion_group!(benches, accepted_message);

/// The phases of a message, and the duration of each here.
const PHASES: [(Phase, u64); 5] = [
    (Phase::Mail, 120),
    (Phase::Rcpt, 80),
    (Phase::Data, 70),
    (Phase::Body, 15),
    (Phase::Accept, 300),
];
const SLOTS: u64 = 100;
/// 20,000 messages a second, so that the hand-over of each second is part of
/// the cost.
const PACE: Duration = Duration::from_micros(50);

fn accepted_message(criterion: &mut Criterion) {
    criterion.bench_function("recorder/accepted message", |bencher| {
        let timing = Timing {
            warm_up: Duration::ZERO,
            open_model: true,
            recipients: 1,
        };
        let (collector, mut recorders, timeline) = channel(1, timing);
        timeline.begin(Instant::ORIGIN);
        let collecting =
            thread::spawn(move || collector.run(|_, _| Ok::<_, Infallible>(())).1.is_ok());
        let mut now = Instant::ORIGIN;
        let mut index = 0;
        bencher.iter(|| {
            tell(&mut recorders[0], index, now);
            index += 1;
            now = now + PACE;
        });
        drop(recorders);
        assert!(collecting.join().is_ok_and(|well| well));
    });
}

fn tell(recorder: &mut Recorder, index: u64, now: Instant) {
    let slot = SlotId((index % SLOTS) as u32);
    // Different values, so that not every one hits the same bucket.
    let jitter = index.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 54;
    let message = Ticket {
        prompt: true,
        ..Ticket::new(index, now)
    };
    recorder.on_event(now, &Event::Scheduled { message });
    let began = now + Duration::from_nanos(10_000 + jitter);
    recorder.on_event(began, &Event::Started { slot, message });
    recorder.on_event(began, &Event::AttemptStarted { slot, message });
    recorder.on_event(began, &Event::TransactionStarted { slot, message });
    let mut at = began;
    for (phase, micros) in PHASES {
        let began = at;
        at = at + Duration::from_nanos(micros * 1_000 + jitter);
        recorder.on_event(at, &Event::PhaseEnded { slot, phase, began });
        if phase != Phase::Body {
            let reply = cause(phase);
            let lines = Lines::default();
            recorder.on_event(at, &Event::Replied { slot, reply, lines });
        }
    }
    end(recorder, slot, message, began, at);
}

fn end(recorder: &mut Recorder, slot: SlotId, message: Ticket, began: Instant, at: Instant) {
    let (outcome, cause) = (Outcome::Accepted, cause(Phase::Accept));
    let transaction = Some(began);
    let attempt = Event::AttemptEnded {
        slot,
        message,
        outcome,
        cause,
        began,
        transaction,
    };
    recorder.on_event(at, &attempt);
    let ended = Event::Ended {
        message,
        outcome,
        cause,
    };
    recorder.on_event(at, &black_box(ended));
}

fn cause(phase: Phase) -> Cause<'static> {
    let accepted = "Ok 0100019dec617b98-1b2c3d4e-5f60-4718-8293-a4b5c6d7e8f9-000000";
    Cause {
        phase: Some(phase),
        code: Some(250),
        enhanced: None,
        failure: None,
        detail: None,
        text: if phase == Phase::Accept {
            accepted
        } else {
            "Ok"
        },
    }
}
