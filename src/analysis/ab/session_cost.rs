//! What a session costs in two TLS modes: its set-up phase by phase, the round trips
//! that the dialogue needs, CPU, bytes, and what is left of it per message.
//!
//! The set-up is paid once a session, so that its share of a message falls with the
//! number of messages that a session sends.

use serde::Serialize;

use crate::smtp::TlsMode;
use crate::vocabulary::Phase;

/// The sessions of one arm: medians over its runs of the runs' medians, in microseconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sessions {
    /// The TLS mode.
    pub(crate) mode: TlsMode,
    /// How TLS was negotiated.
    pub(crate) handshake: Handshake,
    /// Round trips of the log-in: none without credentials.
    pub(crate) auth_round_trips: u32,
    /// The phases of the set-up that it has.
    pub(crate) phases: Vec<(Phase, f64)>,
    /// `session_setup`.
    pub(crate) set_up: f64,
    /// `transaction`.
    pub(crate) transaction: f64,
    /// CPU of the generator per session, its messages included.
    pub(crate) cpu: Option<f64>,
    /// Bytes sent and received per connection, below TLS, its messages included.
    pub(crate) bytes: Option<[f64; 2]>,
}

/// The kind of TLS handshake, as far as its round trips depend on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handshake {
    /// TLS 1.3, or TLS 1.2 resumed: the client has the last word.
    ClientEnds,
    /// TLS 1.2 in full: the server has it.
    ServerEnds,
    /// Of both kinds, or not known.
    Mixed,
}

/// The costs of two modes side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct SessionCost {
    /// The TLS modes.
    pub(crate) modes: [&'static str; 2],
    /// The phases of the set-up.
    pub(crate) phases: Vec<PhaseCost>,
    /// `session_setup` of both.
    pub(crate) set_up_us: [f64; 2],
    /// Round trips of the set-up, the connection included; null where the handshakes
    /// are not of one kind.
    pub(crate) round_trips: Option<[u32; 2]>,
    /// The round trip as measured: the shortest reply under TLS.
    pub(crate) round_trip_us: f64,
    /// CPU of the generator per session.
    pub(crate) cpu_us: [Option<f64>; 2],
    /// Bytes sent per session, below TLS.
    pub(crate) bytes_sent: [Option<f64>; 2],
    /// Bytes received.
    pub(crate) bytes_received: [Option<f64>; 2],
    /// `transaction` of both.
    pub(crate) transaction_us: [f64; 2],
    /// The overhead per message.
    pub(crate) overhead: Vec<Overhead>,
    /// Messages per session from which the difference is below 1 % of a transaction.
    pub(crate) negligible_from: u64,
}

/// One phase of the set-up.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct PhaseCost {
    /// Its name.
    pub(crate) phase: &'static str,
    /// Its time; null where the mode has no such phase.
    pub(crate) us: [Option<f64>; 2],
    /// Its round trips by the dialogue; null where it has none, or they are not known.
    pub(crate) round_trips: [Option<u32>; 2],
}

/// What the set-up adds to each message.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Overhead {
    /// Messages per session.
    pub(crate) messages: u64,
    /// Set-up per message of both.
    pub(crate) set_up_us: [f64; 2],
    /// Their difference, as a share of a transaction.
    pub(crate) share: f64,
}

/// The numbers of messages per session that are shown.
const MESSAGES: [u64; 7] = [1, 2, 5, 10, 50, 100, 1_000];

/// A difference below this share of a transaction is negligible.
const NEGLIGIBLE: f64 = 0.01;

impl SessionCost {
    /// The costs of two arms. None unless their modes differ.
    pub(crate) fn new(first: &Sessions, second: &Sessions) -> Option<Self> {
        if first.mode == second.mode {
            return None;
        }
        let both = [first, second];
        let phases = Phase::ALL.iter().filter_map(|phase| {
            let us = both.map(|each| each.phase(*phase));
            us.iter().any(Option::is_some).then(|| PhaseCost {
                phase: phase.name(),
                us,
                round_trips: both.map(|each| each.round_trips_of(*phase)),
            })
        });
        let set_up_us = both.map(|each| each.set_up);
        let difference = (set_up_us[0] - set_up_us[1]).abs();
        let transaction = f64::midpoint(first.transaction, second.transaction);
        let overhead = MESSAGES.iter().map(|messages| Overhead {
            messages: *messages,
            set_up_us: set_up_us.map(|us| us / *messages as f64),
            share: difference / *messages as f64 / transaction,
        });
        Some(Self {
            modes: both.map(|each| each.mode.name()),
            phases: phases.collect(),
            set_up_us,
            round_trips: first
                .round_trips()
                .zip(second.round_trips())
                .map(|(a, b)| [a, b]),
            round_trip_us: shortest_reply(&both),
            cpu_us: both.map(|each| each.cpu),
            bytes_sent: both.map(|each| each.bytes.map(|[sent, _]| sent)),
            bytes_received: both.map(|each| each.bytes.map(|[_, received]| received)),
            transaction_us: both.map(|each| each.transaction),
            overhead: overhead.collect(),
            negligible_from: ((difference / (NEGLIGIBLE * transaction)).ceil() as u64).max(1),
        })
    }

    /// The difference of the set-ups in round trips: the first one's minus the second's.
    pub(crate) fn difference_in_round_trips(&self) -> f64 {
        (self.set_up_us[0] - self.set_up_us[1]) / self.round_trip_us
    }

    /// Whether connections took no round trip although the path has one, as on an emulated
    /// path.
    pub(crate) fn connects_at_once(&self) -> bool {
        let connect = self
            .phases
            .iter()
            .find(|each| each.phase == Phase::Connect.name());
        let times = connect.map(|each| each.us).unwrap_or_default();
        self.is_of_the_path()
            && times
                .iter()
                .flatten()
                .all(|us| *us < 0.5 * self.round_trip_us)
    }

    /// Whether the path, and not the processors, decides the difference: the round trip
    /// explains at least three quarters of the longer set-up.
    pub(crate) fn is_of_the_path(&self) -> bool {
        let [first, second] = self.set_up_us;
        let trips = self
            .round_trips
            .map_or(0, |[first, second]| first.max(second));
        f64::from(trips) * self.round_trip_us >= 0.75 * first.max(second)
    }
}

impl Sessions {
    fn phase(&self, phase: Phase) -> Option<f64> {
        let found = self.phases.iter().find(|(each, _)| *each == phase);
        found.map(|(_, us)| *us)
    }

    fn round_trips(&self) -> Option<u32> {
        let phases = self
            .phases
            .iter()
            .filter(|(phase, _)| *phase != Phase::Resolve);
        phases.map(|(phase, _)| self.round_trips_of(*phase)).sum()
    }

    /// The round trips of a phase: from what the client sends to the reply that it waits
    /// for. A server that sends its greeting with its last message of the handshake
    /// saves the wrapper one: after a full TLS 1.2 handshake it can.
    fn round_trips_of(&self, phase: Phase) -> Option<u32> {
        self.phase(phase)?;
        match (phase, self.mode, self.handshake) {
            (Phase::Connect | Phase::Ehlo | Phase::Starttls | Phase::EhloTls, ..) => Some(1),
            (Phase::Tls, _, Handshake::ClientEnds) => Some(1),
            (Phase::Tls, _, Handshake::ServerEnds) => Some(2),
            (Phase::Banner, TlsMode::Wrapper, Handshake::ServerEnds) => Some(0),
            (Phase::Banner, TlsMode::Wrapper, Handshake::Mixed) | (Phase::Tls, ..) => None,
            (Phase::Banner, ..) => Some(1),
            (Phase::Auth, ..) => Some(self.auth_round_trips),
            _ => None,
        }
    }
}

/// The shortest reply to one command under TLS, or before it without TLS.
fn shortest_reply(both: &[&Sessions]) -> f64 {
    let replies = both.iter().flat_map(|each| {
        let phases = [Phase::EhloTls, Phase::Ehlo, Phase::Starttls];
        phases.into_iter().filter_map(|phase| each.phase(phase))
    });
    replies.fold(f64::INFINITY, f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sessions over a path of `round_trip` microseconds; the handshake takes a
    /// millisecond of CPU.
    fn sessions(mode: TlsMode, handshake: Handshake, round_trip: f64) -> Sessions {
        let tls = match handshake {
            Handshake::ServerEnds => 2.0 * round_trip + 1e3,
            _ => round_trip + 1e3,
        };
        let banner = match (mode, handshake) {
            (TlsMode::Wrapper, Handshake::ServerEnds) => 0.0,
            _ => round_trip,
        };
        let mut phases = vec![(Phase::Connect, round_trip), (Phase::Banner, banner)];
        if mode == TlsMode::Starttls {
            phases.extend([(Phase::Ehlo, round_trip), (Phase::Starttls, round_trip)]);
        }
        phases.extend([
            (Phase::Tls, tls),
            (Phase::EhloTls, round_trip),
            (Phase::Auth, round_trip),
        ]);
        Sessions {
            mode,
            handshake,
            auth_round_trips: 1,
            set_up: phases.iter().map(|(_, us)| us).sum(),
            phases,
            transaction: 4.0 * round_trip + 1e3,
            cpu: Some(900.0),
            bytes: None,
        }
    }

    fn cost(handshake: Handshake, round_trip: f64) -> SessionCost {
        let of = |mode| sessions(mode, handshake, round_trip);
        SessionCost::new(&of(TlsMode::Starttls), &of(TlsMode::Wrapper)).unwrap()
    }

    #[test]
    fn starttls_takes_two_round_trips_more_and_three_with_a_full_handshake_of_tls_1_2() {
        let modern = cost(Handshake::ClientEnds, 40e3);
        assert_eq!(modern.round_trips, Some([7, 5]));
        assert!((modern.difference_in_round_trips() - 2.0).abs() < 1e-9);
        let full = cost(Handshake::ServerEnds, 40e3);
        assert_eq!(full.round_trips, Some([8, 5]));
        assert!((full.difference_in_round_trips() - 3.0).abs() < 1e-9);
        assert_eq!(cost(Handshake::Mixed, 40e3).round_trips, None);
    }

    #[test]
    fn the_difference_per_message_falls_with_the_messages_of_a_session() {
        let cost = cost(Handshake::ClientEnds, 40e3);
        let shares: Vec<_> = cost.overhead.iter().map(|each| each.share).collect();
        assert!(shares.windows(2).all(|two| two[1] < two[0]));
        // 80 ms against 161 ms: 1 % of it is 1.61 ms.
        assert_eq!(cost.negligible_from, 50);
        assert!((cost.overhead[0].share - 80.0 / 161.0).abs() < 1e-9);
        assert!(cost.overhead[4].messages == 50 && shares[4] < 0.01);
    }

    #[test]
    fn the_path_decides_when_it_is_long() {
        assert!(cost(Handshake::ClientEnds, 40e3).is_of_the_path());
        assert!(!cost(Handshake::ClientEnds, 100.0).is_of_the_path());
        assert!(!cost(Handshake::ClientEnds, 40e3).connects_at_once());
        let emulated = |mode| {
            let mut sessions = sessions(mode, Handshake::ClientEnds, 40e3);
            sessions.phases[0].1 = 200.0;
            sessions
        };
        let both = [TlsMode::Starttls, TlsMode::Wrapper].map(emulated);
        assert!(
            SessionCost::new(&both[0], &both[1])
                .unwrap()
                .connects_at_once()
        );
    }

    #[test]
    fn phases_stand_side_by_side_and_one_mode_is_not_compared_with_itself() {
        let cost = cost(Handshake::ClientEnds, 40e3);
        let names: Vec<_> = cost.phases.iter().map(|each| each.phase).collect();
        assert_eq!(
            names,
            [
                "connect", "banner", "ehlo", "starttls", "tls", "ehlo_tls", "auth"
            ]
        );
        assert_eq!(cost.phases[2].us, [Some(40e3), None]);
        let same = sessions(TlsMode::Wrapper, Handshake::ClientEnds, 1.0);
        assert_eq!(SessionCost::new(&same, &same), None);
    }
}
