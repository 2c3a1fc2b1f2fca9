//! Reads from the runs of a series what a session costs in each TLS mode.

use super::Condition;
use super::folder::Kept;
use crate::analysis::ab::{Handshake, Pair, SessionCost, Sessions};
use crate::analysis::statistics::median;
use crate::run::Finished;
use crate::scenario::Plan;
use crate::smtp::Mechanism;
use crate::vocabulary::{FigureValue, Metric, Phase, Scope, Span};

/// The key whose values are compared phase by phase.
const TLS: &str = "target.tls";

/// The costs of the first two values of `target.tls`; none of another factor, or where a
/// value was not measured.
pub(super) fn session_cost(condition: &Condition, pairs: &[&Pair<Kept>]) -> Option<SessionCost> {
    if condition.factor != TLS {
        return None;
    }
    let of_arm = |arm: usize| {
        let runs: Vec<&Finished> = pairs.iter().map(|pair| &pair.runs[arm].finished).collect();
        sessions(&condition.arms.get(arm)?.plan, &runs)
    };
    SessionCost::new(&of_arm(0)?, &of_arm(1)?)
}

fn sessions(plan: &Plan, runs: &[&Finished]) -> Option<Sessions> {
    let of = |metric: Metric| {
        let values = runs.iter().filter_map(|run| p50(metric, run));
        median(values.collect())
    };
    let set_up = Phase::ALL.iter().copied();
    let set_up = set_up.filter(|phase| {
        phase.scope() == Scope::Session
            && !matches!(phase, Phase::Resolve | Phase::Rset | Phase::Quit)
    });
    let cpu = runs
        .iter()
        .filter_map(|run| run.record.cpu.generator?.per_session_us);
    let bytes = |part: fn((f64, f64)) -> f64| {
        let each = runs.iter();
        let each = each.filter_map(|run| run.record.connections?.bytes_each().map(part));
        median(each.collect())
    };
    Some(Sessions {
        mode: plan.target.tls,
        handshake: handshake(runs),
        auth_round_trips: auth_round_trips(plan),
        phases: set_up
            .filter_map(|phase| Some((phase, of(Metric::Phase(phase))?)))
            .collect(),
        set_up: of(Metric::Span(Span::SessionSetup))?,
        transaction: of(Metric::Span(Span::Transaction))?,
        cpu: median(cpu.collect()),
        bytes: bytes(|(sent, _)| sent)
            .zip(bytes(|(_, received)| received))
            .map(|(sent, received)| [sent, received]),
    })
}

fn p50(metric: Metric, run: &Finished) -> Option<f64> {
    let line = run.summary.iter().find(|line| line.metric == metric)?;
    match line.p50 {
        FigureValue::Value(us) => Some(us),
        FigureValue::Empty | FigureValue::Above(_) => None,
    }
}

/// The kind of all handshakes of the runs.
fn handshake(runs: &[&Finished]) -> Handshake {
    let kinds = runs.iter().filter_map(|run| run.record.target.tls.as_ref());
    let kinds = kinds.map(|tls| match (tls.version.as_str(), tls.full_handshakes) {
        ("1.3", _) if tls.hello_retry_requests == 0 => Some(Handshake::ClientEnds),
        ("1.2", 0) => Some(Handshake::ClientEnds),
        ("1.2", _) if tls.resumed_handshakes == 0 => Some(Handshake::ServerEnds),
        _ => None,
    });
    let kinds: Vec<_> = kinds.collect();
    match kinds.first() {
        Some(Some(kind)) if kinds.iter().all(|each| *each == Some(*kind)) => *kind,
        _ => Handshake::Mixed,
    }
}

/// The commands of a log-in that wait for a reply (RFC 4954 section 4).
fn auth_round_trips(plan: &Plan) -> u32 {
    match &plan.auth {
        None => 0,
        Some(login) => match (login.mechanism, login.initial_response) {
            (Mechanism::Plain, true) => 1,
            (Mechanism::Plain, false) => 2,
            (Mechanism::Login, _) => 3,
        },
    }
}
