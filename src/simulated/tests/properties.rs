//! Whatever the network, the server and the clock do, the ledger balances.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use sesbench_mock::settings::{Latency, Settings};

use super::ms;
use crate::dispatch::{Connect, Retry};
use crate::simulated::scene::Played;
use crate::simulated::{Cut, Link, Scene, Stall};
use crate::smtp::{Timeouts, TlsMode};
use crate::vocabulary::{Outcome, Phase, StopReason};

fn millis(range: std::ops::Range<u64>) -> impl Strategy<Value = Duration> {
    range.prop_map(ms)
}

fn any_link() -> impl Strategy<Value = Link> {
    let cut = prop_oneof![
        3 => Just(None),
        1 => (0_usize..1_200).prop_map(|at| Some(Cut::AtClient(at))),
        1 => (0_usize..1_200).prop_map(|at| Some(Cut::AtServer(at))),
    ];
    let takes = prop_oneof![4 => Just(usize::MAX), 1 => 0_usize..2_000];
    (
        prop::collection::vec(millis(0..80), 1..5),
        prop::collection::vec(1_usize..200, 1..5),
        cut,
        takes,
        any::<bool>(),
    )
        .prop_map(|(delays, portions, cut, takes, tls_12)| Link {
            delays,
            portions,
            cut,
            takes,
            tls_12,
        })
}

fn any_mock() -> impl Strategy<Value = Settings> {
    (
        prop::collection::vec(millis(0..50), 8),
        prop::option::of(1_u32..20),
        prop::option::of(1_u32..4),
        prop::option::of(1_u32..4),
        millis(200..5_000),
        any::<bool>(),
        prop::option::weighted(0.2, 50_u64..500),
    )
        .prop_map(
            |(latency, rate, messages, connections, idle, open, size)| Settings {
                latency: Latency {
                    banner: latency[0].into(),
                    ehlo: latency[1].into(),
                    tls: latency[2].into(),
                    auth: latency[3].into(),
                    mail: latency[4].into(),
                    rcpt: latency[5].into(),
                    data: latency[6].into(),
                    dot: latency[7].into(),
                    ..Latency::default()
                },
                rate: rate.map(f64::from),
                messages_per_session: messages,
                max_connections: connections,
                idle_timeout: idle,
                open_after_refusal: open,
                max_message_size: size.unwrap_or(1_000_000),
                ..Settings::default()
            },
        )
}

fn timeouts(all: Duration) -> Timeouts {
    let mut timeouts = Timeouts::default();
    for phase in Phase::ALL {
        timeouts.set(*phase, all);
    }
    timeouts
}

/// What a run is asked for beyond its messages, and how it ends.
#[derive(Clone, Debug)]
struct Course {
    closed: bool,
    duration: Option<Duration>,
    session_rate: Option<&'static str>,
    hand_over: Duration,
    gap: Option<Duration>,
    retry: Option<Retry>,
    stop_on_quota: bool,
    daily: Option<u64>,
    paused: bool,
    wrong_password: bool,
    drain: Duration,
    interrupt_at: Option<Duration>,
    /// Connections from the first on that are closed at once, and how many.
    outage: (usize, usize),
}

prop_compose! {
    fn any_course()(
        (closed, stop_on_quota) in any::<(bool, bool)>(),
        duration in prop::option::weighted(0.3, millis(100..5_000)),
        session_rate in prop::option::weighted(0.3, prop::sample::select(vec!["2/s", "20/s", "300/s"])),
        hand_over in prop_oneof![Just(Duration::ZERO), millis(1..300)],
        gap in prop::option::weighted(0.3, millis(1..300)),
        retry in prop::option::weighted(0.5, (1_u64..2_000, 2_u32..6)),
        daily in prop::option::weighted(0.3, 1_u64..20),
        paused in prop::bool::weighted(0.1),
        wrong_password in prop::bool::weighted(0.1),
        drain in millis(0..20_000),
        interrupt_at in prop::option::weighted(0.3, millis(0..8_000)),
        outage in (0_usize..6, 0_usize..12),
    ) -> Course {
        let retry = retry.map(|(base, attempts)| Retry {
            base: ms(base),
            factor: 2.0,
            cap: ms(5_000),
            attempts: attempts.try_into().unwrap(),
        });
        Course {
            closed, duration, session_rate, hand_over, gap, retry, stop_on_quota, daily,
            paused, wrong_password, drain, interrupt_at, outage,
        }
    }
}

prop_compose! {
    fn any_scene()(
        course in any_course(),
        links in prop::collection::vec(any_link(), 1..6),
        mock in any_mock(),
        stalls in prop::collection::vec((0_usize..4, 0_u64..5_000, 0_u64..3_000), 0..3),
        (sessions, messages, recipients) in (1_u32..5, 1_u64..30, 1_usize..4),
        limit in prop::option::of(1_u32..4),
        (wrapper, ahead, login) in any::<(bool, bool, bool)>(),
        patience in millis(50..4_000),
        size in 0_usize..600,
        cut_at in millis(2_000..12_000),
    ) -> Scene {
        let (first, down) = course.outage;
        let links = move |connection: usize| {
            let mut link: Link = links[connection % links.len()].clone();
            if (first..first + down).contains(&connection) {
                link.cut = Some(Cut::AtClient(0));
            }
            link
        };
        Scene {
            tls: if wrapper { TlsMode::Wrapper } else { TlsMode::Starttls },
            connect: if ahead { Connect::Ahead } else { Connect::OnDemand },
            initial_response: login,
            links: Rc::new(links),
            stalls: stalls.into_iter().map(|(connection, from, lasts)| Stall {
                connections: connection..connection + 2,
                from: ms(from),
                until: ms(from + lasts),
            }).collect(),
            messages_per_session: limit,
            timeouts: timeouts(patience),
            closed: course.closed,
            duration: course.duration,
            session_rate: course.session_rate,
            hand_over: course.hand_over,
            gap: course.gap,
            retry: course.retry,
            stop_on_quota: course.stop_on_quota,
            wrong_password: course.wrong_password,
            drain: course.drain,
            interrupt_at: course.interrupt_at,
            mock: Settings { daily: course.daily, paused: course.paused, ..mock },
            sessions, messages, recipients, size, cut_at,
            ..Scene::default()
        }
    }
}

fn shown(played: &Played) -> String {
    let told = played.log.moments.iter().zip(&played.log.story);
    told.map(|(at, line)| format!("{:.3} {line}\n", at.seconds()))
        .collect()
}

// A scene has no readable Debug, so a failure prints the log instead.
proptest! {
    #[test]
    fn the_books_balance(scene in any_scene().no_shrink()) {
        let played = scene.play();
        let log = &played.log;
        let indices: BTreeSet<u64> = log.ended.iter().map(|ended| ended.index).collect();
        prop_assert_eq!(indices.len(), log.ended.len(), "ended twice\n{}", shown(&played));
        prop_assert_eq!(log.scheduled, log.ended.len() as u64, "{}", shown(&played));
        let accepted = log.count(Outcome::Accepted);
        let delivered = played.mock.accepted;
        prop_assert!(accepted <= delivered, "{}", shown(&played));
        let unknown = log.count(Outcome::Unknown);
        prop_assert!(delivered - accepted <= unknown, "{}", shown(&played));
        let opened = log.story.iter().filter(|line| *line == "opening").count();
        prop_assert_eq!(opened, log.sessions.len(), "{}", shown(&played));
    }
}

/// The property must not hold vacuously: the scenes have all outcomes, and are
/// stopped for all reasons that a simulated run can have.
#[test]
fn the_scenes_meet_every_outcome_and_every_stop_that_a_mock_can_bring_about() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    let mut stops = Vec::new();
    for _ in 0..400 {
        let scene = any_scene().new_tree(&mut runner).unwrap().current();
        let played = scene.play();
        seen.extend(played.log.outcomes());
        stops.extend(played.stopped);
    }
    let all = Outcome::ALL.iter().copied();
    let missing: Vec<Outcome> = all.filter(|outcome| !seen.contains(outcome)).collect();
    assert!(missing.is_empty(), "never seen: {missing:?}");
    for reason in [
        StopReason::Interrupted,
        StopReason::CredentialsRefused,
        StopReason::QuotaSpent,
        StopReason::AccountSuspended,
    ] {
        assert!(stops.contains(&reason), "never seen: {reason:?}");
    }
}
