//! Decides which fault rule matches, and what it injects.
//!
//! A session calls it at each of its stages; a rule matches by its conditions,
//! its count of occasions, the time and a random draw. The dialogue decides how
//! an injected fault looks on the wire.
//!
//! Every rule counts its own occasions, including those on which another rule
//! matched, so that its effect does not depend on the other rules. A draw is a
//! function of the seed, the rule and the number of the occasion: the same seed
//! and the same order of occasions give the same faults, with any number of
//! threads.

mod injected_fault;
mod rule;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

pub(crate) use self::injected_fault::{Effect, InjectedFault};
use self::rule::Rule;
use crate::protocol::{Instant, Stage};
use crate::settings::Fault;

/// The current rules. They can be replaced while sessions run.
#[derive(Debug)]
pub(crate) struct Faults {
    seed: u64,
    /// Whether there are rules: the only cost for a session without any.
    any: AtomicBool,
    /// Whether a rule has a condition on the sender or a recipient.
    by_envelope: AtomicBool,
    rules: RwLock<Vec<Rule>>,
}

/// A session at a stage: what the conditions of rules are compared with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Occasion<'a> {
    pub(crate) at: Stage,
    pub(crate) now: Instant,
    /// In the order of connecting, from 0.
    pub(crate) session: u64,
    /// Port of SES, without the offset, if known.
    pub(crate) port: Option<u16>,
    /// Within TLS.
    pub(crate) secure: bool,
    pub(crate) sender: Option<&'a str>,
    /// The address of the current RCPT.
    pub(crate) recipient: Option<&'a str>,
    /// After RCPT: all recipients of the message.
    pub(crate) recipients: &'a [String],
}

impl Faults {
    /// `faults` must have passed [`Settings::check`](crate::Settings::check).
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

    /// Replaces all rules; the new ones count from the start.
    pub(crate) fn replace(&self, faults: &[Fault]) {
        let compiled = faults.iter().map(Rule::new).collect();
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = compiled;
        let by_envelope = |fault: &Fault| fault.sender.is_some() || fault.recipient.is_some();
        self.by_envelope
            .store(faults.iter().any(by_envelope), Ordering::Relaxed);
        self.any.store(!faults.is_empty(), Ordering::Relaxed);
    }

    /// Resets the counts of all rules.
    pub(crate) fn restart(&self) {
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        rules.iter().for_each(Rule::restart);
    }

    /// Whether there are any rules.
    pub(crate) fn any(&self) -> bool {
        self.any.load(Ordering::Relaxed)
    }

    /// Whether sessions must store the sender and the recipients.
    pub(crate) fn by_envelope(&self) -> bool {
        self.by_envelope.load(Ordering::Relaxed)
    }

    /// The fault of the first rule that matches this occasion, if any.
    pub(crate) fn match_fault(&self, occasion: Occasion<'_>) -> Option<InjectedFault> {
        if !self.any() {
            return None;
        }
        let rules = self.rules.read().unwrap_or_else(PoisonError::into_inner);
        let mut first = None;
        for (number, rule) in rules.iter().enumerate() {
            // Every rule is called, because every rule counts the occasion.
            if rule.strikes(&occasion, self.seed, number) && first.is_none() {
                first = Some(rule.fault(number));
            }
        }
        first
    }
}
