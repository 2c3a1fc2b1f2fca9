//! A server that stalls for S every T, compared with calculated quantiles.
//!
//! In the open model a message intended during a stall waits for its end: of R T
//! messages per period, R S are intended in a stall, and their waits are spread
//! evenly from S down to 0. So for q above 1 - S/T the quantile of `response` is
//! base + S - T (1 - q), where base is the response without a stall. The time to
//! drain the backlog after a stall is measured here, and may be added to that. The
//! server is a script: it shares no code with the mock.

use std::rc::Rc;
use std::time::Duration;

use super::ms;
use crate::dispatch::Connect;
use crate::simulated::log::Ending;
use crate::simulated::scene::Played;
use crate::simulated::{Link, Scene, Script, Stall};
use crate::vocabulary::{Instant, Outcome};

/// One way; a message takes four round trips.
const ONE_WAY: Duration = Duration::from_micros(250);
const BASE: Duration = Duration::from_millis(2);

struct Case {
    rate: &'static str,
    per_second: u64,
    stall: Duration,
    period: Duration,
    sessions: u32,
}

/// All periods are alike.
const PERIODS: u32 = 6;

const CASES: [Case; 5] = [
    Case {
        rate: "50/s",
        per_second: 50,
        stall: ms(1_000),
        period: ms(10_000),
        sessions: 2,
    },
    Case {
        rate: "20/s",
        per_second: 20,
        stall: ms(2_000),
        period: ms(20_000),
        sessions: 1,
    },
    Case {
        rate: "100/s",
        per_second: 100,
        stall: ms(1_500),
        period: ms(5_000),
        sessions: 4,
    },
    Case {
        rate: "200/s",
        per_second: 200,
        stall: ms(3_000),
        period: ms(30_000),
        sessions: 8,
    },
    Case {
        rate: "40/s",
        per_second: 40,
        stall: ms(5_000),
        period: ms(10_000),
        sessions: 3,
    },
];

impl Case {
    /// When the n-th stall ends; each lies in the middle of its period.
    fn stalls(&self) -> Vec<Stall> {
        let stalls = (0..PERIODS).map(|number| {
            let from = Scene::START + self.period * number + (self.period - self.stall) / 2;
            Stall {
                connections: 0..usize::MAX,
                from,
                until: from + self.stall,
            }
        });
        stalls.collect()
    }

    fn play(&self) -> Played {
        let period_s = self.period.as_secs();
        Scene {
            connect: Connect::Ahead,
            sessions: self.sessions,
            rate: self.rate,
            messages: self.per_second * period_s * u64::from(PERIODS),
            links: Rc::new(|_| Link::of(ONE_WAY)),
            scripts: vec![Script::accepting(); self.sessions as usize],
            stalls: self.stalls(),
            ..Scene::scripted(&Script::accepting())
        }
        .play()
    }

    /// The longest time from the end of a stall until its backlog was drained.
    fn drain(&self, ended: &[Ending]) -> Duration {
        let each = self.stalls().into_iter().map(|stall| {
            let [from, until] = [stall.from, stall.until].map(|at| Instant::ORIGIN + at);
            let caught = ended
                .iter()
                .filter(|ended| (from..until).contains(&ended.intended));
            let last = caught.map(|ended| ended.at).max().unwrap();
            last.since(until)
        });
        each.max().unwrap()
    }
}

/// The smallest value that a share of `q` of all does not exceed.
fn quantile(mut values: Vec<Duration>, q: f64) -> Duration {
    values.sort_unstable();
    let rank = (values.len() as f64 * q).ceil() as usize;
    values[rank.max(1) - 1]
}

fn service(ended: &Ending) -> Duration {
    ended.at.since(ended.started.unwrap())
}

#[test]
fn response_is_as_on_paper_and_service_hides_it() {
    for case in &CASES {
        let played = case.play();
        let ended = &played.log.ended;
        assert_eq!(played.log.count(Outcome::Accepted), played.log.scheduled);
        let context = format!("{}, {} sessions", case.rate, case.sessions);
        let drain = case.drain(ended);
        let (stall_s, period_s) = (case.stall.as_secs_f64(), case.period.as_secs_f64());
        let between = Duration::from_secs(1) / case.per_second as u32;
        let first = 1.0 - stall_s / period_s + 0.05;
        let quantiles = [0.55, 0.75, 0.9, 0.96, 0.98, 0.99, 0.999];
        let asked: Vec<f64> = quantiles.into_iter().filter(|q| *q > first).collect();
        assert!(asked.len() > 2, "{context}");
        for q in asked {
            let on_paper = BASE.as_secs_f64() + stall_s - period_s * (1.0 - q);
            let on_paper = Duration::from_secs_f64(on_paper);
            let measured = quantile(ended.iter().map(Ending::response).collect(), q);
            let context = format!("{context}, {q}: {measured:?}, {on_paper:?} on paper");
            assert!(measured >= on_paper.mul_f64(0.98) - between, "{context}");
            assert!(
                measured <= on_paper.mul_f64(1.02) + between + drain,
                "{context}"
            );
        }
        // In each stall one message per session is in progress; the others wait.
        let long = ended.iter().filter(|ended| service(ended) > BASE).count();
        assert!(
            long <= (PERIODS * case.sessions) as usize,
            "{context}: {long}"
        );
        let services: Vec<_> = ended.iter().map(service).collect();
        assert_eq!(quantile(services, 0.99), BASE, "{context}");
    }
}
