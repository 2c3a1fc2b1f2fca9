//! Which rule strikes, and what it brings: the mock's faults.
//!
//! A session asks at each of its stages; the rules answer by what they count,
//! by the time they are given and by a draw. How a stroke looks on the wire is
//! the dialogue's business.
//!
//! Every rule counts its own occasions, those on which another rule struck
//! included, so that a rule means the same whatever stands around it. Chance is
//! a function of the seed, the rule and the number of the occasion: the same
//! seed and the same order of occasions give the same faults, on however many
//! threads.

mod chance;
mod injected_fault;
mod rule;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

pub(crate) use self::injected_fault::{Effect, FaultAction, InjectedFault};
use self::rule::Rule;
use crate::protocol::{FaultStage, Instant};
use crate::settings::Fault;

/// The rules in force. They can be replaced while sessions ask.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    /// Whether there are any: what a session looks at where there are none.
    any: AtomicBool,
    /// Whether one asks for a sender or a recipient.
    by_envelope: AtomicBool,
    rules: RwLock<Vec<Rule>>,
}

/// A session at a stage, as far as rules look at it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occasion<'a> {
    pub(crate) at: FaultStage,
    pub(crate) now: Instant,
    /// In the order of connecting, from 0.
    pub(crate) session: u64,
    /// SES's number of it, where it is known.
    pub(crate) port: Option<u16>,
    /// Within TLS.
    pub(crate) secure: bool,
    pub(crate) sender: Option<&'a str>,
    /// The one that RCPT gives.
    pub(crate) recipient: Option<&'a str>,
    /// After RCPT: all of the message.
    pub(crate) recipients: &'a [String],
}

impl Faults {
    /// Rules that [`Settings::check`](crate::Settings::check) has passed.
    pub(crate) fn new(faults: &[Fault], seed: u64) -> Faults {
        let none = Faults {
            seed,
            any: AtomicBool::new(false),
            by_envelope: AtomicBool::new(false),
            rules: RwLock::default(),
        };
        none.replace(faults);
        none
    }

    /// Puts these in place of all that were there; they count from the start.
    pub(crate) fn replace(&self, faults: &[Fault]) {
        let compiled = faults.iter().map(Rule::new).collect();
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = compiled;
        let by_envelope = |fault: &Fault| fault.sender.is_some() || fault.recipient.is_some();
        self.by_envelope
            .store(faults.iter().any(by_envelope), Ordering::Relaxed);
        self.any.store(!faults.is_empty(), Ordering::Relaxed);
    }

    /// All rules count from the start again.
    pub(crate) fn restart(&self) {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        rules.iter().for_each(Rule::restart);
    }

    /// Whether there is anything to ask.
    pub(crate) fn any(&self) -> bool {
        self.any.load(Ordering::Relaxed)
    }

    /// Whether sessions have to remember who sends to whom.
    pub(crate) fn by_envelope(&self) -> bool {
        self.by_envelope.load(Ordering::Relaxed)
    }

    /// The first rule that strikes on this occasion, if one does.
    pub(crate) fn match_fault(&self, occasion: Occasion<'_>) -> Option<InjectedFault> {
        if !self.any() {
            return None;
        }
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        let mut first = None;
        for (number, rule) in rules.iter().enumerate() {
            // All are asked, because all count.
            if rule.strikes(&occasion, self.seed, number) && first.is_none() {
                first = Some(rule.fault(number));
            }
        }
        first
    }
}
