//! Where rules of `faults` are asked: each stage, before it does what it is for.

use super::Dialogue;
use super::admit::Deed;
use crate::dialogue::transaction::Transaction;
use crate::faults::{Effect, Occasion, Stroke};
use crate::protocol::{At, Event, Nanos, Stage};

impl Dialogue {
    /// Asks the rules before the deed is done; true when it is not to be.
    pub(super) fn spoils(&mut self, deed: Deed<'_>, now: Nanos) -> bool {
        if deed == Deed::Ehlo {
            self.hides_starttls = false;
        }
        if !self.config.faults().any() {
            return false;
        }
        deed.at()
            .is_some_and(|at| self.spoils_at(at, deed.address(), now, now))
    }

    /// The same at a stage at which the client gave that address, and whose
    /// latency counts from that moment.
    pub(super) fn spoils_at(
        &mut self,
        at: At,
        given: Option<&str>,
        from: Nanos,
        now: Nanos,
    ) -> bool {
        let Some(stroke) = self.strike(at, given, now) else {
            return false;
        };
        if !stroke.lets_happen() {
            let stage = latency_of(at);
            self.suffer(&stroke, stage, from + self.latency(stage), now);
            return true;
        }
        self.hides_starttls |= stroke.effect == Effect::NoStartTls;
        self.stroke = Some(Box::new(stroke));
        false
    }

    /// The rule that strikes at this stage, if one does. MAIL and RCPT come
    /// with the address that is `given` there.
    pub(super) fn strike(&self, at: At, given: Option<&str>, now: Nanos) -> Option<Stroke> {
        let faults = self.config.faults();
        if !faults.any() {
            return None;
        }
        let addresses = self.transaction.as_ref().and_then(Transaction::addresses);
        let addresses = addresses.filter(|_| at.has_recipient());
        let sender = addresses.map(|addresses| addresses.sender.as_str());
        let earlier = addresses.filter(|_| at != At::Rcpt);
        let stroke = faults.strike(Occasion {
            at,
            now,
            session: self.number,
            port: self.port,
            secure: self.secure,
            sender: sender.or(given.filter(|_| at == At::Mail)),
            recipient: given.filter(|_| at == At::Rcpt),
            recipients: earlier.map_or(&[], |addresses| &addresses.recipients),
        })?;
        let rule = stroke.rule;
        self.tell(now, &Event::Faulted { rule, at });
        Some(stroke)
    }
}

/// The stage whose latency it has.
fn latency_of(at: At) -> Stage {
    match at {
        At::Connect => Stage::Connect,
        At::Tls => Stage::Tls,
        At::Banner => Stage::Banner,
        At::Ehlo => Stage::Ehlo,
        At::StartTls => Stage::StartTls,
        At::Auth => Stage::Auth,
        At::Mail => Stage::Mail,
        At::Rcpt => Stage::Rcpt,
        At::Data => Stage::Data,
        At::Dot => Stage::Dot,
        At::Rset => Stage::Rset,
        At::Quit => Stage::Quit,
        At::Body | At::Noop => Stage::Other,
    }
}
