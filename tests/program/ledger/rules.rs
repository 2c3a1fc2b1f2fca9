//! On which occasions the rules of a run strike: on so many that their number
//! is known beforehand, so that the mock's count shows that each has struck.

use sesbench_mock::FaultStage;
use sesbench_mock::settings::{Fault, Sessions};

use crate::support::FalseReplies;

/// Each rule strikes on so many occasions.
pub(super) const STRIKES: u64 = 8;

/// The first of them is an occasion after so many others.
const AFTER: u64 = 12;

/// From one to the next.
const EVERY: u64 = 4;

/// Whose messages are refused at RCPT, so that there is an RSET.
pub(super) const REFUSED: &str = "refused.example";
pub(super) const TAKEN: &str = "taken.example";

/// So many of them are refused.
const REFUSALS: u64 = 70;

/// Rules that take turns at their stage, and strike so often in all.
pub(super) struct Rules {
    pub(super) list: Vec<Fault>,
    pub(super) strikes: u64,
}

impl Rules {
    /// The rules with conditions: no rule meets an occasion on which another
    /// strikes, because those of the same stage come one after another.
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
            // Session 0 is the one that sees whether the run can begin.
            rule.session = Some(Sessions::range(1, u64::from(u32::MAX)));
            if rule.at == FaultStage::Rcpt {
                rule.recipient = Some(TAKEN.to_owned());
            }
            if rule.at != FaultStage::Noop {
                strikes += STRIKES;
            }
            list.push(rule);
        }
        Self { list, strikes }
    }

    /// How often the mock says of a message what is not so: a refusal of what it
    /// has accepted, or a 2xx of its own for what it has not.
    pub(super) fn false_replies(&self) -> FalseReplies {
        let says = |rule: &&Fault, digits: [char; 2]| {
            let reply = rule.reply.as_deref().unwrap_or_default();
            reply.starts_with(digits)
        };
        let refusals = self.list.iter().filter(|rule| rule.accepted);
        let refusals = refusals.filter(|rule| says(rule, ['4', '5'])).count() as u64;
        let at_content = |rule: &&Fault| matches!(rule.at, FaultStage::Body | FaultStage::Dot);
        let acceptances = self.list.iter().filter(|rule| !rule.accepted);
        let acceptances = acceptances.filter(at_content);
        let acceptances = acceptances.filter(|rule| says(rule, ['2', '2'])).count() as u64;
        FalseReplies {
            refusals: refusals * STRIKES,
            acceptances: acceptances * STRIKES,
        }
    }

    /// As a scenario has them.
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
        ..Fault::new(FaultStage::Rcpt)
    }
}
