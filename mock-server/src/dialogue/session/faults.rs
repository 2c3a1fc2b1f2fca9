//! Matches fault rules at each stage, before its command is carried out, and
//! carries out what a fault does in place of a reply.

use super::Dialogue;
use super::admit::CommandAction;
use crate::dialogue::faults::Applied;
use crate::dialogue::link::ClosedBy;
use crate::dialogue::transaction::Envelope;
use crate::dialogue::turn::Turn;
use crate::faults::{Effect, InjectedFault, Occasion};
use crate::protocol::{Event, Instant, Stage};
use crate::settings::ActionKind;

impl Dialogue {
    /// Applies the rules before an action; true if it must not be carried out.
    pub(super) fn spoils(&mut self, action: CommandAction<'_>, now: Instant) -> bool {
        if action == CommandAction::Ehlo {
            self.faults.show_starttls();
        }
        if !self.context.config.faults().any() {
            return false;
        }
        match action {
            // Challenges come first: it is an occasion when the credentials are
            // complete.
            CommandAction::Auth(_) => false,
            _ => self.spoils_at(action.stage(), action.address(), now, now),
        }
    }

    /// The same at a stage with that address, whose latency counts from `from`.
    pub(super) fn spoils_at(
        &mut self,
        at: Stage,
        given: Option<&str>,
        from: Instant,
        now: Instant,
    ) -> bool {
        let Some(fault) = self.match_fault(at, given, now) else {
            return false;
        };
        if !fault.lets_happen() {
            let turn = self.turn_from(from, at, now);
            self.apply_fault(&fault, turn);
            return true;
        }
        self.faults.await_reply(Some(fault));
        false
    }

    /// The fault of the rule that matches at this stage, if any, applied as far as
    /// it changes the stage. `given` is the address of MAIL or RCPT.
    pub(super) fn match_fault(
        &mut self,
        at: Stage,
        given: Option<&str>,
        now: Instant,
    ) -> Option<InjectedFault> {
        let faults = self.context.config.faults();
        if !faults.any() {
            return None;
        }
        let addresses = self.transaction.envelope().and_then(Envelope::addresses);
        let addresses = addresses.filter(|_| at.has_recipient());
        let sender = addresses.map(|addresses| addresses.sender.as_str());
        let earlier = addresses.filter(|_| at != Stage::Rcpt);
        let fault = faults.match_fault(Occasion {
            at,
            now,
            session: self.link.number(),
            port: self.link.port(),
            secure: self.link.is_secure(),
            sender: sender.or(given.filter(|_| at == Stage::Mail)),
            recipient: given.filter(|_| at == Stage::Rcpt),
            recipients: earlier.map_or(&[], |addresses| &addresses.recipients),
        })?;
        let rule = fault.rule;
        self.emit(now, &Event::Faulted { rule, at });
        if let Effect::Action(action) = fault.effect
            && action.kind() == ActionKind::ChangesStage
        {
            let applied = self.faults.apply(&fault, &mut self.random, |_| {});
            self.carry_out(applied, Turn::at_once(at, now));
        }
        Some(fault)
    }

    /// Replaces what the stage does, and its reply.
    pub(super) fn apply_fault(&mut self, fault: &InjectedFault, turn: Turn) {
        self.replace_reply(fault, turn, |_| {});
    }

    /// Replaces the reply that `write` writes.
    pub(super) fn replace_reply(
        &mut self,
        fault: &InjectedFault,
        turn: Turn,
        write: impl FnOnce(&mut Vec<u8>),
    ) {
        if let Effect::Reply(text) = &fault.effect {
            let stage = turn.stage;
            self.emit(turn.now, &Event::Said { text, stage });
        }
        let applied = self.faults.apply(fault, &mut self.random, write);
        self.carry_out(applied, turn.delayed_by(fault.delay));
    }

    fn carry_out(&mut self, applied: Applied, turn: Turn) {
        if !applied.bytes.is_empty() {
            self.outbox.add(turn, |out| out.extend(applied.bytes));
        }
        if let Some(abort) = applied.end {
            self.close(ClosedBy::Fault(abort, turn.due));
        }
    }
}
