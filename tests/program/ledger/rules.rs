//! When the fault rules of a run apply: a known number of times, so that the
//! mock's count proves that each rule was applied.

use sesbench_mock::Stage;
use sesbench_mock::settings::{Fault, Sessions};

use crate::support::FalseReplies;

/// How often each rule applies.
pub(super) const STRIKES: u64 = 8;

/// How many occasions come before its first one.
const AFTER: u64 = 12;

/// Distance from one occasion to the next.
const EVERY: u64 = 4;

/// The recipient whose messages are refused at RCPT, so that RSET is sent.
pub(super) const REFUSED: &str = "refused.example";
pub(super) const TAKEN: &str = "taken.example";

/// How many of them are refused.
const REFUSALS: u64 = 70;

/// Rules that alternate at their stage, and how often they apply in total.
pub(super) struct Rules {
    pub(super) list: Vec<Fault>,
    pub(super) strikes: u64,
}

impl Rules {
    /// The rules with conditions. Rules of the same stage apply one after
    /// another, so that no rule meets an occasion of another.
    pub(super) fn new(wanted: Vec<Fault>) -> Self {
        let mut list = vec![refusals()];
        let mut strikes = REFUSALS;
        for mut rule in wanted {
            let before = list.iter().filter(|other| other.at == rule.at);
            let before = before.filter(|other| other.every.is_some()).count() as u64;
            let after = AFTER + before * STRIKES * EVERY;
            rule.after = Some(after);
            rule.first = Some(after + STRIKES * EVERY);
            rule.every = Some(EVERY);
            // Session 0 is the preflight session.
            rule.session = Some(Sessions::range(1, u64::from(u32::MAX)));
            if rule.at == Stage::Rcpt {
                rule.recipient = Some(TAKEN.to_owned());
            }
            if rule.at != Stage::Noop {
                strikes += STRIKES;
            }
            list.push(rule);
        }
        Self { list, strikes }
    }

    /// How often the mock's reply is false: a refusal of a message that it
    /// accepted, or a 2xx for a message that it did not accept.
    pub(super) fn false_replies(&self) -> FalseReplies {
        let says = |rule: &&Fault, digits: [char; 2]| {
            let reply = rule.reply.as_deref().unwrap_or_default();
            reply.starts_with(digits)
        };
        let refusals = self.list.iter().filter(|rule| rule.accepted);
        let refusals = refusals.filter(|rule| says(rule, ['4', '5'])).count() as u64;
        let at_content = |rule: &&Fault| matches!(rule.at, Stage::Body | Stage::Dot);
        let acceptances = self.list.iter().filter(|rule| !rule.accepted);
        let acceptances = acceptances.filter(at_content);
        let acceptances = acceptances.filter(|rule| says(rule, ['2', '2'])).count() as u64;
        FalseReplies {
            refusals: refusals * STRIKES,
            acceptances: acceptances * STRIKES,
        }
    }

    /// As a scenario contains them.
    pub(super) fn toml(&self) -> String {
        let tables = self.list.iter().map(|rule| {
            let keys = toml::to_string(rule).unwrap();
            format!("[[mock.faults]]\n{keys}")
        });
        tables.collect()
    }
}

fn refusals() -> Fault {
    Fault {
        recipient: Some(REFUSED.to_owned()),
        first: Some(REFUSALS),
        reply: Some("550 5.1.1 no such user".to_owned()),
        ..Fault::new(Stage::Rcpt)
    }
}
