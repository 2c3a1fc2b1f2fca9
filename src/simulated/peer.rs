//! The server's side of a connection.

use std::collections::VecDeque;

use sesbench_mock::TlsVersion;
use sesbench_mock::testing::{Dialogue, Handshake, Instant as MockInstant, Step};

use super::link::Unit;
use super::script::Script;
use crate::vocabulary::Instant;

/// The server: the mock or a script.
pub(super) enum Peer {
    /// The mock of SES; none after the end of its session.
    Mock {
        dialogue: Option<Box<Dialogue>>,
        tls_12: bool,
    },
    Script {
        script: Script,
        over: bool,
    },
}

/// What a server does in one step.
#[derive(Debug, Default)]
pub(super) struct Acts {
    pub(super) says: Vec<Unit>,
    /// When it acts again, even without input.
    pub(super) wakes: Option<Instant>,
}

impl Peer {
    /// The client has connected; returns what a script sends then.
    pub(super) fn connected(&mut self, now: Instant) -> Option<Unit> {
        match self {
            Self::Mock { dialogue, .. } => {
                if let Some(dialogue) = dialogue {
                    dialogue.connected(nanos(now));
                }
                None
            }
            Self::Script { script, .. } => Some(Unit::Bytes(script.connected())),
        }
    }

    /// Reads from `arrived`, and replies.
    pub(super) fn act(&mut self, arrived: &mut VecDeque<Unit>, now: Instant) -> Acts {
        let mut acts = Acts::default();
        match self {
            Self::Mock { dialogue, tls_12 } => {
                while let Some(open) = dialogue {
                    match step(open, *tls_12, arrived, now, &mut acts) {
                        Then::Again => {}
                        Then::Wait => break,
                        Then::Over => *dialogue = None,
                    }
                }
            }
            Self::Script { script, over } => follow(script, over, arrived, &mut acts),
        }
        acts
    }
}

enum Then {
    Again,
    Wait,
    Over,
}

fn step(
    dialogue: &mut Dialogue,
    tls_12: bool,
    arrived: &mut VecDeque<Unit>,
    now: Instant,
    acts: &mut Acts,
) -> Then {
    match dialogue.next(nanos(now)) {
        Step::Send(bytes) => {
            acts.says.push(Unit::Bytes(bytes.to_vec()));
            dialogue.sent(nanos(now));
            Then::Again
        }
        Step::Wait(until) => {
            acts.wakes = Some(Instant::from_nanos(until.0));
            Then::Wait
        }
        Step::Receive => {
            let next = arrived.pop_front();
            acts.wakes = dialogue.deadline().map(|at| Instant::from_nanos(at.0));
            receive(dialogue, next, now)
        }
        Step::StartTls(_) => shake_hands(dialogue, tls_12, arrived.pop_front(), now, acts),
        Step::Stall => {
            acts.wakes = None;
            let gone = arrived.iter().any(|unit| matches!(unit, Unit::End));
            if gone { Then::Over } else { Then::Wait }
        }
        // In this world data in flight is never lost, so a reset equals a close.
        Step::Close { .. } | Step::Reset => {
            acts.says.push(Unit::End);
            acts.wakes = None;
            Then::Over
        }
    }
}

fn receive(dialogue: &mut Dialogue, arrived: Option<Unit>, now: Instant) -> Then {
    match arrived {
        Some(Unit::Bytes(bytes)) => dialogue.input(&bytes, nanos(now)),
        Some(Unit::Flight(number)) => panic!("flight {number} of a handshake nobody asked for"),
        Some(Unit::End) => return Then::Over,
        None => return Then::Wait,
    }
    Then::Again
}

/// TLS 1.3: the handshake ends for the client with the server's flight, for the server
/// with the client's. TLS 1.2: one more round trip, and it ends for the client with
/// the server's last flight.
fn shake_hands(
    dialogue: &mut Dialogue,
    tls_12: bool,
    arrived: Option<Unit>,
    now: Instant,
    acts: &mut Acts,
) -> Then {
    match arrived {
        Some(Unit::Flight(1)) => acts.says.push(Unit::Flight(2)),
        Some(Unit::Flight(_)) => {
            if tls_12 {
                acts.says.push(Unit::Flight(4));
            }
            dialogue.secured(handshake(tls_12), nanos(now));
        }
        // Plaintext instead of a handshake: close, as any TLS library does.
        Some(Unit::Bytes(_)) => {
            acts.says.push(Unit::End);
            return Then::Over;
        }
        Some(Unit::End) => return Then::Over,
        None => return Then::Wait,
    }
    Then::Again
}

fn follow(script: &mut Script, over: &mut bool, arrived: &mut VecDeque<Unit>, acts: &mut Acts) {
    while let Some(unit) = arrived.pop_front() {
        match unit {
            Unit::Bytes(bytes) if !*over => acts.says.push(Unit::Bytes(script.hear(&bytes))),
            Unit::End => *over = true,
            _ => {}
        }
    }
    if script.is_over() && !*over {
        *over = true;
        acts.says.push(Unit::End);
    }
}

fn handshake(tls_12: bool) -> Handshake {
    Handshake {
        version: if tls_12 {
            TlsVersion::Tls12
        } else {
            TlsVersion::Tls13
        },
        resumed: false,
    }
}

fn nanos(now: Instant) -> MockInstant {
    MockInstant(now.nanos())
}
