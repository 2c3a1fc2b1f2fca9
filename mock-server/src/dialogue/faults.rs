//! The faults in force in a session: the one for the next reply, and what an
//! earlier one has changed.
//!
//! Which rule matches is decided by [`Faults`](crate::faults::Faults), and when a
//! fault is applied by the session. [`apply`](FaultState::apply) is the one place
//! that knows what each action does. It neither sends nor emits anything: it
//! returns what is sent in place of a reply, and how the session then ends.

use std::mem;
use std::time::Duration;

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::Rng;

use super::link::Abort;
use crate::faults::{Effect, InjectedFault};
use crate::protocol::Certificate;
use crate::settings::{ActionKind, FaultAction};

/// Length of garbage, in bytes.
const GARBAGE: usize = 64;

/// A fatal alert, `handshake_failure`, in a plaintext record (RFC 8446 sections
/// 5.1 and 6).
const HANDSHAKE_FAILURE: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FaultState {
    /// The fault for the next reply.
    pending: Option<Box<InjectedFault>>,
    /// Since the last EHLO, STARTTLS is neither offered nor known.
    hides_starttls: bool,
    /// The certificate of the handshake.
    certificate: Certificate,
}

/// What is sent in place of a reply, and how the session ends after it, if it
/// does.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Applied {
    pub(super) bytes: Vec<u8>,
    pub(super) end: Option<Abort>,
}

impl FaultState {
    /// Sets or clears the fault for the next reply.
    pub(super) fn await_reply(&mut self, fault: Option<InjectedFault>) {
        self.pending = fault.map(Box::new);
    }

    /// The fault for the next reply, which is now sent.
    pub(super) fn take_pending(&mut self) -> Option<Box<InjectedFault>> {
        mem::take(&mut self.pending)
    }

    /// By how much the fault for the next reply delays it.
    pub(super) fn pending_delay(&self) -> Duration {
        let delay = self.pending.as_ref().map(|fault| fault.delay);
        delay.unwrap_or(Duration::ZERO)
    }

    /// An EHLO: STARTTLS is known again.
    pub(super) fn show_starttls(&mut self) {
        self.hides_starttls = false;
    }

    /// Whether STARTTLS is neither offered nor known.
    pub(super) fn hides_starttls(&self) -> bool {
        self.hides_starttls
    }

    /// The certificate of the next handshake.
    pub(super) fn certificate(&self) -> Certificate {
        self.certificate
    }

    /// Applies a fault in place of the reply that `write` writes, or before its
    /// stage if the action changes that.
    pub(super) fn apply(
        &mut self,
        fault: &InjectedFault,
        random: &mut Pcg64Mcg,
        write: impl FnOnce(&mut Vec<u8>),
    ) -> Applied {
        match &fault.effect {
            Effect::Delay => Applied::default(),
            Effect::Reply(text) => Applied::bytes(text.as_bytes(), fault.close),
            Effect::Action(action) => {
                let mut reply = Vec::new();
                // Only then: writing a reply can draw random numbers.
                if action.kind() == ActionKind::ChangesReply {
                    write(&mut reply);
                }
                self.apply_action(*action, &reply, fault.close, random)
            }
        }
    }

    /// What an action does. `reply` is the stage's own reply, if the action changes
    /// it; `close` is the key of the rule.
    fn apply_action(
        &mut self,
        action: FaultAction,
        reply: &[u8],
        close: bool,
        random: &mut Pcg64Mcg,
    ) -> Applied {
        match action {
            FaultAction::Stall => Applied::end(Abort::Stall),
            FaultAction::Close => Applied::end(Abort::Close),
            FaultAction::Reset => Applied::end(Abort::Reset),
            FaultAction::HalfReply => Applied {
                bytes: reply[..reply.len() / 2].to_vec(),
                // After half a line no other reply can follow.
                end: Some(if close { Abort::Close } else { Abort::Stall }),
            },
            FaultAction::Garbage => Applied::bytes(&garbage(random), close),
            FaultAction::TlsAlert => Applied::bytes(&HANDSHAKE_FAILURE, close),
            FaultAction::ExpiredCertificate => self.show(Certificate::Expired),
            FaultAction::WrongNameCertificate => self.show(Certificate::WrongName),
            FaultAction::NoStarttls => {
                self.hides_starttls = true;
                Applied::default()
            }
        }
    }

    fn show(&mut self, certificate: Certificate) -> Applied {
        self.certificate = certificate;
        Applied::default()
    }
}

impl Applied {
    fn bytes(bytes: &[u8], close: bool) -> Applied {
        Applied {
            bytes: bytes.to_vec(),
            end: close.then_some(Abort::Close),
        }
    }

    fn end(abort: Abort) -> Applied {
        Applied {
            bytes: Vec::new(),
            end: Some(abort),
        }
    }
}

/// A line that is neither a reply, because it has no digit, nor a TLS record,
/// because record types are below 128.
fn garbage(random: &mut Pcg64Mcg) -> Vec<u8> {
    let noise = (2..GARBAGE).map(|_| 0x80 | random.next_u32() as u8);
    noise.chain(*b"\r\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random;

    fn fault(effect: Effect) -> InjectedFault {
        InjectedFault {
            rule: 0,
            delay: Duration::from_secs(1),
            effect,
            close: false,
            accepted: false,
        }
    }

    /// The rest of the session is decided by the kind, before the action is
    /// applied.
    #[test]
    fn each_action_does_what_its_kind_says() {
        let reply = b"250 Ok\r\n";
        for action in FaultAction::ALL {
            for close in [true, false] {
                let mut faults = FaultState::default();
                let mut random = random::session(0, 0);
                let fault = InjectedFault {
                    close,
                    ..fault(Effect::Action(*action))
                };
                let Applied { bytes, end } = faults.apply(&fault, &mut random, |out| {
                    out.extend_from_slice(reply);
                });
                let is_unchanged = faults == FaultState::default();
                let holds = match action.kind() {
                    ActionKind::EndsSession => bytes.is_empty() && end.is_some() && is_unchanged,
                    ActionKind::SendsInstead => {
                        !bytes.is_empty() && end.is_some() == close && is_unchanged
                    }
                    ActionKind::ChangesReply => bytes != reply && is_unchanged,
                    ActionKind::ChangesStage => bytes.is_empty() && end.is_none() && !is_unchanged,
                };
                assert!(holds, "{action:?}, close = {close}: {bytes:?}, {end:?}");
            }
        }
    }

    /// A banner draws its id: a session without that reply draws other numbers.
    #[test]
    fn a_reply_is_written_only_if_the_action_changes_it() {
        for (effect, is_written) in [
            (Effect::Delay, false),
            (Effect::Reply("250 Ok\r\n".into()), false),
            (Effect::Action(FaultAction::Garbage), false),
            (Effect::Action(FaultAction::HalfReply), true),
        ] {
            let mut written = false;
            let mut random = random::session(0, 0);
            let fault = fault(effect);
            FaultState::default().apply(&fault, &mut random, |_| written = true);
            assert_eq!(written, is_written, "{fault:?}");
        }
    }

    #[test]
    fn a_fault_is_for_one_reply() {
        let mut faults = FaultState::default();
        faults.await_reply(Some(fault(Effect::Delay)));
        assert_eq!(faults.pending_delay(), Duration::from_secs(1));
        assert!(faults.take_pending().is_some());
        assert_eq!(faults.pending_delay(), Duration::ZERO);
        assert!(faults.take_pending().is_none());
    }
}
