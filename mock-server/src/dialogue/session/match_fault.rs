//! Applies fault rules at each stage, before its command is carried out.

use super::Dialogue;
use super::admit::CommandAction;
use crate::dialogue::transaction::Transaction;
use crate::dialogue::turn::Turn;
use crate::faults::{InjectedFault, Occasion};
use crate::protocol::{Event, Instant, Stage};

impl Dialogue {
    /// Applies the rules before an action; true if it must not be carried out.
    pub(super) fn spoils(&mut self, action: CommandAction<'_>, now: Instant) -> bool {
        if action == CommandAction::Ehlo {
            self.hides_starttls = false;
        }
        if !self.config.faults().any() {
            return false;
        }
        action
            .at()
            .is_some_and(|at| self.spoils_at(at, action.address(), now, now))
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
        self.fault = Some(Box::new(fault));
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
        let faults = self.config.faults();
        if !faults.any() {
            return None;
        }
        let addresses = self.transaction.as_ref().and_then(Transaction::addresses);
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
        self.change_stage(&fault, Turn::at_once(at, now));
        Some(fault)
    }
}
