//! What each action of a rule does, and how the session carries it out.
//!
//! `apply` is the one place that knows single actions. It neither sends nor emits
//! anything: it returns what is to be done, at the time at which the stage's own
//! reply would have been sent, or before the stage if the action changes that.

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;

use super::Dialogue;
use crate::dialogue::link::{Abort, ClosedBy};
use crate::dialogue::turn::Turn;
use crate::faults::{Effect, InjectedFault};
use crate::protocol::{Certificate, Event};
use crate::settings::{Action, ActionKind};

/// Length of garbage, in bytes.
const GARBAGE: usize = 64;

/// A fatal alert, `handshake_failure`, in a plaintext record (RFC 8446 sections
/// 5.1 and 6).
const HANDSHAKE_FAILURE: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

/// What an action does, once it is its turn.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Applied {
    /// These bytes are sent, and then the session may end.
    Bytes(Vec<u8>, Option<Abort>),
    /// The handshake has this certificate.
    Certificate(Certificate),
    /// STARTTLS is neither offered nor known until the next EHLO.
    HideStartTls,
}

/// Applies an action. `reply` is the stage's own reply, if the action changes it;
/// `close` is the key of the rule.
fn apply(action: Action, reply: &[u8], close: bool, random: &mut Pcg64Mcg) -> Applied {
    let ends = |abort| Applied::Bytes(Vec::new(), Some(abort));
    let sends = |bytes| Applied::Bytes(bytes, close.then_some(Abort::Close));
    match action {
        Action::Stall => ends(Abort::Stall),
        Action::Close => ends(Abort::Close),
        Action::Reset => ends(Abort::Reset),
        Action::HalfReply => {
            // After half a line no other reply can follow.
            let end = if close { Abort::Close } else { Abort::Stall };
            Applied::Bytes(reply[..reply.len() / 2].to_vec(), Some(end))
        }
        Action::Garbage => sends(garbage(random)),
        Action::TlsAlert => sends(HANDSHAKE_FAILURE.to_vec()),
        Action::ExpiredCertificate => Applied::Certificate(Certificate::Expired),
        Action::WrongNameCertificate => Applied::Certificate(Certificate::WrongName),
        Action::NoStarttls => Applied::HideStartTls,
    }
}

/// A line that is neither a reply, because it has no digit, nor a TLS record,
/// because record types are below 128.
fn garbage(random: &mut Pcg64Mcg) -> Vec<u8> {
    let noise = (2..GARBAGE).map(|_| 0x80 | random.next_u32() as u8);
    noise.chain(*b"\r\n").collect()
}

impl Dialogue {
    /// Replaces the reply that `write` writes.
    pub(super) fn replace_reply(
        &mut self,
        fault: &InjectedFault,
        turn: Turn,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        let stage = turn.stage;
        let turn = turn.delayed_by(fault.delay);
        match &fault.effect {
            Effect::Delay => {}
            Effect::Reply(text) => {
                self.emit(turn.now, &Event::Said { text, stage });
                let end = fault.close.then_some(Abort::Close);
                self.carry_out(Applied::Bytes(text.as_bytes().to_vec(), end), turn);
            }
            Effect::Action(action) => {
                let mut reply = Vec::new();
                // Only then: writing a reply can draw random numbers.
                if action.kind() == ActionKind::ChangesReply {
                    write(&mut reply);
                }
                let applied = apply(*action, &reply, fault.close, &mut self.random);
                self.carry_out(applied, turn);
            }
        }
    }

    /// Replaces what the stage does, and its reply.
    pub(super) fn apply_fault(&mut self, fault: &InjectedFault, turn: Turn) {
        self.replace_reply(fault, turn, |_| {});
    }

    /// Applies an action that changes its stage, before the stage takes place.
    pub(super) fn change_stage(&mut self, fault: &InjectedFault, turn: Turn) {
        if let Effect::Action(action) = fault.effect
            && action.kind() == ActionKind::ChangesStage
        {
            let applied = apply(action, &[], fault.close, &mut self.random);
            self.carry_out(applied, turn);
        }
    }

    fn carry_out(&mut self, applied: Applied, turn: Turn) {
        match applied {
            Applied::Bytes(bytes, end) => {
                if !bytes.is_empty() {
                    self.outbox.add(turn, |out| out.extend(bytes));
                }
                if let Some(abort) = end {
                    self.close(ClosedBy::Fault(abort, turn.due));
                }
            }
            Applied::Certificate(certificate) => self.certificate = certificate,
            Applied::HideStartTls => self.hides_starttls = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    /// The rest of the session is decided by the kind, before the action is
    /// applied.
    #[test]
    fn each_action_does_what_its_kind_says() {
        let reply = b"250 Ok\r\n";
        for action in Action::ALL {
            for close in [true, false] {
                let mut random = random::session(0, 0);
                let applied = apply(*action, reply, close, &mut random);
                let holds = match action.kind() {
                    ActionKind::EndsSession => {
                        matches!(&applied, Applied::Bytes(bytes, Some(_)) if bytes.is_empty())
                    }
                    ActionKind::SendsInstead => {
                        matches!(&applied, Applied::Bytes(bytes, end)
                            if !bytes.is_empty() && end.is_some() == close)
                    }
                    ActionKind::ChangesReply => {
                        matches!(&applied, Applied::Bytes(bytes, _) if bytes != reply)
                    }
                    ActionKind::ChangesStage => !matches!(&applied, Applied::Bytes(..)),
                };
                assert!(holds, "{action:?}, close = {close}: {applied:?}");
            }
        }
    }
}
