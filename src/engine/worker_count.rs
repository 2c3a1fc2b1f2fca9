//! Decides how many worker threads carry a load, where the scenario does not
//! set it.
//!
//! A second worker that is not needed costs: its slots no longer share wake-ups
//! and caches. In the open model the load determines the number; the closed
//! model takes all cores that are available. These are estimates, and the run
//! checks them: a generator that is too busy is a finding.

use std::thread;

use super::load::Load;
use crate::smtp::TlsMode;

/// Estimated seconds of CPU per message: twice what was measured with TLS, for
/// slower cores. The constants below are estimates with the same margin.
const MESSAGE: f64 = 100e-6;
/// Estimated seconds of CPU per byte of a message.
const BYTE: f64 = 4e-9;
/// Estimated seconds of CPU per session: TCP and a full handshake, or TCP
/// alone.
const TLS_SESSION: f64 = 1e-3;
const PLAIN_SESSION: f64 = 200e-6;

/// The share of its core that a worker should use: above it, messages begin to
/// wait for each other.
const FULL: f64 = 0.5;

/// The load that the workers have to carry.
#[derive(Debug)]
pub(crate) struct Demand<'a> {
    /// How much, how fast, over how many sessions.
    pub load: &'a Load,
    /// The highest rate of the schedule in messages per second; none in the
    /// closed model.
    pub peak_per_s: Option<f64>,
    /// The TLS mode.
    pub tls: TlsMode,
    /// Size of the largest message, in bytes.
    pub largest_message: u64,
    /// Whether the server runs on this machine.
    pub server_is_here: bool,
}

/// The number of workers for the demand; each has at least one slot.
pub(crate) fn worker_count(demand: &Demand<'_>) -> usize {
    let cores = || thread::available_parallelism().map_or(1, Into::into);
    let load = demand.load;
    let workers = load
        .workers
        .map_or_else(|| planned(demand, cores()), Into::into);
    workers.min(load.sessions.get() as usize)
}

/// As many as the peak of the schedule needs, up to the number of cores; a
/// server on the same machine needs a core, too.
fn planned(demand: &Demand<'_>, cores: usize) -> usize {
    let most = match demand.server_is_here {
        true => cores.saturating_sub(1).max(1),
        false => cores,
    };
    let Some(peak) = demand.peak_per_s else {
        return most;
    };
    let busy = peak * seconds_per_message(demand);
    // The cast saturates.
    ((busy / FULL).ceil() as usize).clamp(1, most)
}

fn seconds_per_message(demand: &Demand<'_>) -> f64 {
    let session = match demand.tls {
        TlsMode::None => PLAIN_SESSION,
        TlsMode::Starttls | TlsMode::Wrapper => TLS_SESSION,
    };
    let a_session = demand.load.messages_per_session;
    let sessions = a_session.map_or(0.0, |each| 1.0 / f64::from(each.get()));
    MESSAGE + demand.largest_message as f64 * BYTE + sessions * session
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::plan;

    fn planned_for(cores: usize, assignments: &[&str]) -> usize {
        planned(&plan(assignments).demand(), cores)
    }

    const ELSEWHERE: [&str; 3] = [
        "target.kind=smtp",
        "target.host=smtp.example.org",
        "message.to=[\"success@simulator.amazonses.com\"]",
    ];

    #[test]
    fn a_load_has_as_many_as_its_peak_needs() {
        let rate = |rate| planned_for(16, &[&format!("load.rate={rate}/s")]);
        assert_eq!([10, 4_000, 40_000, 1_000_000].map(rate), [1, 1, 10, 15]);
    }

    #[test]
    fn handshakes_and_large_messages_need_more() {
        let with = |more: &[&str]| {
            let words = [&["load.rate=2000/s"], more].concat();
            planned_for(16, &words)
        };
        assert_eq!(with(&[]), 1);
        assert_eq!(with(&["load.messages_per_session=1"]), 5);
        assert_eq!(with(&["message.size=1MiB"]), 15);
        let plaintext = ["load.messages_per_session=1", "target.tls=none"];
        assert_eq!(with(&plaintext), 2);
    }

    #[test]
    fn a_server_on_this_machine_keeps_a_core() {
        let closed = |cores, more: &[&str]| {
            let words = [&["load.model=closed"], more].concat();
            planned_for(cores, &words)
        };
        assert_eq!([1, 2, 8].map(|cores| closed(cores, &[])), [1, 1, 7]);
        assert_eq!([1, 2, 8].map(|cores| closed(cores, &ELSEWHERE)), [1, 2, 8]);
    }
}
