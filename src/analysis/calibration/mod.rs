//! Derives delays for the mock from a measured run, so that the mock replies like
//! the run's target.
//!
//! The delay of every reply is the run's distribution of its phase, less the time
//! that the mock and the machine need themselves. That floor is measured in a short
//! run against the mock with all replies delayed by [`PACE`], so that it includes
//! the wake-up after a delay. The short run and the output of the result are left
//! to `app` and the command line.

use std::time::Duration;

use sesbench_mock::settings::{Delay, Latency, Recorded};

use crate::measure::Distributions;
use crate::vocabulary::Phase;

mod deconvolve;
#[cfg(test)]
mod tests;

/// Delay of every reply of the mock while the floor is measured.
pub(crate) const PACE: Duration = Duration::from_millis(3);

/// A connect that takes this much longer than on loopback was to another machine;
/// less is noise.
const NEAR: Duration = Duration::from_micros(100);

/// The phases that end with a reply of the server, or its TLS handshake.
const REPLIES: [Phase; 12] = [
    Phase::Banner,
    Phase::Ehlo,
    Phase::Starttls,
    Phase::Tls,
    Phase::EhloTls,
    Phase::Auth,
    Phase::Mail,
    Phase::Rcpt,
    Phase::Data,
    Phase::Accept,
    Phase::Rset,
    Phase::Quit,
];

/// The result: delays for the mock.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Calibration {
    /// The mock's delays.
    pub latency: Latency,
    /// What was subtracted from the reply to MAIL: the time of mock and machine.
    pub floor: Duration,
    /// Phases without values in the run: the mock does not delay them.
    pub unknown: Vec<Phase>,
}

/// The run has no accepted message, so it has no delays to derive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no message of this run was accepted: expected a run with at least one, to take delays from"
)]
pub(crate) struct NothingAccepted;

impl Calibration {
    /// Derives the delays from a run's distributions, less those of the `floor`.
    pub(crate) fn new(run: &Distributions, floor: &Distributions) -> Result<Self, NothingAccepted> {
        if run.of(Phase::Accept).is_empty() {
            return Err(NothingAccepted);
        }
        let mut latency = Latency::default();
        let mut unknown = Vec::new();
        for phase in REPLIES {
            match recorded(run, phase, floor) {
                Some(delay) => set(&mut latency, phase, delay),
                None => unknown.push(phase),
            }
        }
        // On loopback, the delay of a connect is the time of the floor itself.
        let by_itself = floor.median(Phase::Connect).unwrap_or_default();
        let took = run.median(Phase::Connect).unwrap_or_default();
        if took > by_itself + NEAR {
            latency.connect = recorded(run, Phase::Connect, floor).unwrap_or_default();
        }
        // In wrapper mode there is only one EHLO.
        if unknown.contains(&Phase::Ehlo)
            && let Some(ehlo) = latency.ehlo_tls.take()
        {
            latency.ehlo = ehlo;
            unknown.retain(|phase| *phase != Phase::Ehlo);
        }
        Ok(Self {
            latency,
            floor: own(floor, Phase::Mail),
            unknown,
        })
    }
}

/// Median time of a phase of the floor beyond [`PACE`]; that of MAIL for a phase
/// that the floor does not have.
fn own(floor: &Distributions, phase: Phase) -> Duration {
    spread(floor, phase).map_or(Duration::ZERO, |own| own.quantile(0.5))
}

/// The same as a distribution.
fn spread(floor: &Distributions, phase: Phase) -> Option<Recorded> {
    let pace = match phase {
        Phase::Connect => Duration::ZERO,
        _ => PACE,
    };
    let beyond = |phase| {
        let all = floor.of(phase).iter();
        Recorded::of_counts(all.map(|(took, count)| (took.saturating_sub(pace), *count)))
    };
    beyond(phase).or_else(|| beyond(Phase::Mail))
}

/// The distribution of a phase, less that of the floor.
fn recorded(run: &Distributions, phase: Phase, floor: &Distributions) -> Option<Delay> {
    let recorded = match spread(floor, phase) {
        Some(own) => deconvolve::unmixed(run.of(phase), &own),
        None => Recorded::of_counts(run.of(phase).iter().copied()),
    }?;
    if recorded.quantile(1.0).is_zero() {
        return Some(Delay::default());
    }
    Some(Delay::Recorded(recorded))
}

fn set(latency: &mut Latency, phase: Phase, delay: Delay) {
    let place = match phase {
        Phase::Banner => &mut latency.banner,
        Phase::Ehlo => &mut latency.ehlo,
        Phase::Starttls => &mut latency.starttls,
        Phase::Tls => &mut latency.tls,
        Phase::EhloTls => latency.ehlo_tls.insert(Delay::default()),
        Phase::Auth => &mut latency.auth,
        Phase::Mail => &mut latency.mail,
        Phase::Rcpt => &mut latency.rcpt,
        Phase::Data => &mut latency.data,
        Phase::Accept => &mut latency.dot,
        Phase::Rset => &mut latency.rset,
        Phase::Quit => &mut latency.quit,
        Phase::Resolve | Phase::Connect | Phase::Body => return,
    };
    *place = delay;
}
