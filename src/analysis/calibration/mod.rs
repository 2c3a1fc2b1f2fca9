//! From a run that was measured to a mock that answers as its target did.
//!
//! Every reply's distribution is taken from the run, less what the mock and the
//! machine take by themselves: the same phase of a short run against the mock,
//! whose replies were all delayed by [`PACE`], so that waking up after a delay
//! is part of it. How that short run is made, and where the result goes, is the
//! command line's business.

use std::time::Duration;

use sesbench_mock::settings::{Delay, Latency, Recorded};

use crate::measure::Distributions;
use crate::vocabulary::Phase;

mod deconvolve;
#[cfg(test)]
mod tests;

/// How long the mock takes for every reply while its floor is measured.
pub const PACE: Duration = Duration::from_millis(3);

/// A connection that takes this much longer than one on loopback came from
/// another machine; less is noise.
const NEAR: Duration = Duration::from_micros(100);

/// The phases that end with the server's doing.
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

/// What a run taught.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    /// The mock's delays.
    pub latency: Latency,
    /// What was taken off the reply to MAIL: the mock's and this machine's own.
    pub floor: Duration,
    /// Phases that the run has no values of: the mock takes no time for them.
    pub unknown: Vec<Phase>,
}

/// The run can't be learned from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no message of that run was accepted: there are no replies to learn from")]
pub struct NothingAccepted;

impl Calibration {
    /// Learns from a run's distributions, less the `floor`'s.
    pub fn new(run: &Distributions, floor: &Distributions) -> Result<Self, NothingAccepted> {
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
        // Nothing delays a connection on loopback: what comes first does.
        let by_itself = floor.median(Phase::Connect).unwrap_or_default();
        let took = run.median(Phase::Connect).unwrap_or_default();
        if took > by_itself + NEAR {
            latency.connect = recorded(run, Phase::Connect, floor).unwrap_or_default();
        }
        // The wrapper has one EHLO only.
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

/// What a phase takes beyond [`PACE`] at its median; of one that the floor does
/// not know, as much as MAIL.
fn own(floor: &Distributions, phase: Phase) -> Duration {
    spread(floor, phase).map_or(Duration::ZERO, |own| own.quantile(0.5))
}

/// The same, in full.
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

/// The distribution of a phase, less what the floor has of it.
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
