//! One rule at run time: its conditions, its count of occasions, its effect.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::Occasion;
use super::injected_fault::{Effect, InjectedFault};
use crate::protocol::Stage;
use crate::protocol::address::covers;
use crate::random;
use crate::settings::{Fault, FaultAction};

#[derive(Debug)]
pub(super) struct Rule {
    fault: Fault,
    effect: Effect,
    /// Occasions so far.
    occasions: AtomicU64,
}

impl Rule {
    pub(super) fn new(fault: &Fault) -> Rule {
        Rule {
            effect: effect(fault),
            occasions: AtomicU64::new(0),
            fault: fault.clone(),
        }
    }

    /// Counts the occasion if the conditions hold, and returns whether the rule,
    /// at position `number` of the list, matches.
    pub(super) fn strikes(&self, occasion: &Occasion<'_>, seed: u64, number: usize) -> bool {
        if !self.looks_at(occasion) {
            return false;
        }
        let count = 1 + self.occasions.fetch_add(1, Ordering::Relaxed);
        let fault = &self.fault;
        fault.after.is_none_or(|after| count > after)
            && fault.first.is_none_or(|first| count <= first)
            && fault.every.is_none_or(|every| count.is_multiple_of(every))
            && fault
                .probability
                .is_none_or(|share| random::occasion(seed, number, count) < share)
    }

    /// Resets the count of occasions.
    pub(super) fn restart(&self) {
        self.occasions.store(0, Ordering::Relaxed);
    }

    pub(super) fn fault(&self, number: usize) -> InjectedFault {
        InjectedFault {
            rule: number,
            delay: self.fault.delay.unwrap_or(Duration::ZERO),
            effect: self.effect.clone(),
            close: self.fault.close.unwrap_or(closes(&self.fault)),
            accepted: self.fault.accepted,
        }
    }

    fn looks_at(&self, occasion: &Occasion<'_>) -> bool {
        let fault = &self.fault;
        let passed = Duration::from_nanos(occasion.now.0);
        // Within TLS STARTTLS is not offered, so there is nothing to hide.
        let possible = |action: FaultAction| action.is_possible(occasion.secure);
        let all = occasion.recipients.iter().map(String::as_str);
        let mut recipients = occasion.recipient.into_iter().chain(all);
        fault.at == occasion.at
            && fault.action.is_none_or(possible)
            && fault.from.is_none_or(|from| passed >= from)
            && fault.until.is_none_or(|until| passed < until)
            && fault
                .session
                .is_none_or(|one| one.contain(occasion.session))
            && (fault.port.is_none() || fault.port == occasion.port)
            && (fault.sender.as_ref())
                .is_none_or(|who| occasion.sender.is_some_and(|sender| covers(who, sender)))
            && (fault.recipient.as_ref())
                .is_none_or(|who| recipients.any(|recipient| covers(who, recipient)))
    }
}

fn effect(fault: &Fault) -> Effect {
    match (&fault.reply, fault.action) {
        (Some(reply), _) => {
            let lines = reply.lines().map(|line| format!("{line}\r\n"));
            Effect::Reply(Arc::from(lines.collect::<String>()))
        }
        (None, Some(action)) => Effect::Action(action),
        (None, None) => Effect::Delay,
    }
}

/// The default of `close`.
fn closes(fault: &Fault) -> bool {
    let after_action = fault.action.and_then(FaultAction::closes).unwrap_or(false);
    after_action || matches!(fault.at, Stage::Tls | Stage::Body)
}
