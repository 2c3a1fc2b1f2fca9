//! What is timed and counted of a session.

use super::*;

#[test]
fn session_phases_count_once_the_session_is_ready() {
    let mut bench = Bench::new(1, 0, true);
    let phase = Phase::Connect;
    for slot in [SlotId(0), SlotId(7)] {
        bench.tell(100, Event::SessionOpening { slot });
        bench.tell(
            105,
            Event::PhaseEnded {
                slot,
                phase,
                began: ms(100),
            },
        );
    }
    let lost = Some((Outcome::Lost, reply(Phase::Banner, 554, "go away")));
    let slot = SlotId(7);
    bench.tell(
        106,
        Event::SessionEnded {
            slot,
            ready: false,
            failure: lost,
        },
    );
    let slot = SlotId(0);
    bench.tell(
        120,
        Event::SessionReady {
            slot,
            began: ms(100),
        },
    );
    bench.timeline.begin(ms(START));
    let (phase, began) = (Phase::Quit, ms(START + 10));
    bench.tell(START + 12, Event::PhaseEnded { slot, phase, began });
    bench.tell(
        START + 12,
        Event::SessionEnded {
            slot,
            ready: true,
            failure: None,
        },
    );
    let (measured, rows) = bench.finish();
    assert_eq!(value(&measured, Phase::Connect), 5);
    assert_eq!(value(&measured, Span::SessionSetup), 20);
    assert_eq!(value(&measured, Phase::Quit), 2);
    let sessions = measured.counts().sessions;
    assert_eq!((sessions.opened, sessions.ready), (2, 1));
    assert_eq!((sessions.failed, sessions.ended), (1, 1));
    assert_eq!(rows.len(), 1, "what came before the start is in second 0");
    let texts: Vec<_> = measured
        .outcomes()
        .rows()
        .map(|row| row.text.as_str())
        .collect();
    assert_eq!(texts, ["go away", "closed by QUIT"]);
}

#[test]
fn a_reconnect_is_a_session_in_place_of_one_that_was_taken_from_us() {
    let mut bench = Bench::begun(1, 0);
    let slot = SlotId(0);
    let idle = Some((
        Outcome::Lost,
        reply(Phase::Mail, 451, "Timeout waiting for data"),
    ));
    for (at, failure) in [(0, None), (10, idle), (20, None)] {
        let began = ms(START + at);
        bench.tell(START + at, Event::SessionOpening { slot });
        bench.tell(START + at, Event::SessionReady { slot, began });
        bench.tell(
            START + at + 5,
            Event::SessionEnded {
                slot,
                ready: true,
                failure,
            },
        );
    }
    let (measured, _) = bench.finish();
    assert_eq!(measured.counts().sessions.reconnects, 1);
}

#[test]
fn a_run_that_never_began_still_tells_how_its_sessions_ended() {
    let mut bench = Bench::new(1, 0, true);
    let slot = SlotId(0);
    bench.tell(10, Event::SessionOpening { slot });
    let failure = Some((
        Outcome::Auth,
        reply(Phase::Auth, 535, "Authentication Credentials Invalid"),
    ));
    bench.tell(
        20,
        Event::SessionEnded {
            slot,
            ready: false,
            failure,
        },
    );
    let (measured, rows) = bench.finish();
    assert_eq!(rows.len(), 1);
    let row = measured.outcomes().rows().next().unwrap();
    assert_eq!((row.outcome, row.code), (Some(Outcome::Auth), Some(535)));
    assert_eq!(measured.seconds_at(row.first), 0.0);
}

/// Runs with a session for each message always have some being set up when they
/// end; a finding took them for failures of the target.
#[test]
fn a_session_that_the_end_of_the_run_cut_off_has_not_failed() {
    let mut bench = Bench::begun(1, 0);
    let slot = SlotId(0);
    let cut = Cause {
        phase: Some(Phase::Tls),
        text: "cut off: the run ended",
        ..NEVER_STARTED
    };
    bench.tell(START, Event::SessionOpening { slot });
    bench.tell(
        START + 5,
        Event::SessionEnded {
            slot,
            ready: false,
            failure: Some((Outcome::Unsent, cut)),
        },
    );
    let (measured, _) = bench.finish();
    let sessions = measured.counts().sessions;
    assert_eq!((sessions.opened, sessions.failed), (1, 0));
}
