//! Replies by phase and code, with a limited number of series.

use std::collections::BTreeMap;

use crate::measure::{OutcomeRow, OutcomeScope};
use crate::vocabulary::Phase;

/// Label of a phase or a code that has no series of its own.
const OTHER: &str = "other";

/// Codes of RFC 5321, RFC 4954, RFC 3207, RFC 1846 and RFC 7504.
const KNOWN: [u16; 37] = [
    211, 214, 220, 221, 235, 250, 251, 252, 334, 354, 421, 422, 430, 431, 432, 450, 451, 452, 454,
    455, 500, 501, 502, 503, 504, 521, 523, 524, 530, 534, 535, 550, 551, 552, 553, 554, 555,
];

/// Maximum of pairs of a phase and a known code; further ones have the code `other`.
const MAX_PAIRS: usize = 60;

/// Maximum of series: the pairs, and `other` for each phase and for none.
#[cfg(test)]
pub(super) const MAX_SERIES: usize = MAX_PAIRS + Phase::COUNT + 1;

/// Number of replies that ended an attempt or a session.
#[derive(Clone, Debug, Default)]
pub(super) struct Replies(BTreeMap<(Option<Phase>, Option<u16>), u64>);

impl Replies {
    /// Counts a row if a reply is its cause, or may be.
    pub(super) fn add(&mut self, row: &OutcomeRow) {
        if row.scope == OutcomeScope::Message {
            return;
        }
        let key = match (row.cause.code, row.stands_for_any_cause()) {
            (Some(code), _) => self.key(row.cause.phase, code),
            (None, true) => (None, None),
            (None, false) => return,
        };
        *self.0.entry(key).or_default() += row.count;
    }

    /// Phase, code and number of each series.
    pub(super) fn each(&self) -> impl Iterator<Item = (&'static str, String, u64)> {
        self.0.iter().map(|((phase, code), count)| {
            let phase = phase.map_or(OTHER, Phase::name);
            let code = code.map_or_else(|| OTHER.to_owned(), |code| code.to_string());
            (phase, code, *count)
        })
    }

    fn key(&self, phase: Option<Phase>, code: u16) -> (Option<Phase>, Option<u16>) {
        let pair = (phase, Some(code));
        let pairs = || self.0.keys().filter(|(_, code)| code.is_some()).count();
        let has_series = self.0.contains_key(&pair) || pairs() < MAX_PAIRS;
        match KNOWN.contains(&code) && has_series {
            true => pair,
            false => (phase, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::{CauseBuf, Instant, Outcome};

    fn row(scope: OutcomeScope, phase: Option<Phase>, code: Option<u16>, text: &str) -> OutcomeRow {
        OutcomeRow {
            scope,
            outcome: Some(Outcome::Rejected),
            cause: CauseBuf {
                phase,
                code,
                enhanced: None,
                failure: None,
                detail: None,
                text: text.to_owned(),
            },
            count: 2,
            first: Instant::ORIGIN,
            last: Instant::ORIGIN,
        }
    }

    fn attempt(phase: Phase, code: u16) -> OutcomeRow {
        row(OutcomeScope::Attempt, Some(phase), Some(code), "no")
    }

    #[test]
    fn replies_to_attempts_and_sessions_count_once() {
        let mut replies = Replies::default();
        replies.add(&attempt(Phase::Accept, 250));
        replies.add(&attempt(Phase::Accept, 250));
        replies.add(&attempt(Phase::Accept, 599));
        for (scope, phase, code, text) in [
            // The same reply again, as the cause of the message.
            (OutcomeScope::Message, Some(Phase::Accept), Some(250), "Ok"),
            // No reply.
            (OutcomeScope::Session, None, None, ""),
            // Too many different causes to know them.
            (OutcomeScope::Attempt, None, None, "<other>"),
        ] {
            replies.add(&row(scope, phase, code, text));
        }
        let found: Vec<_> = replies.each().collect();
        let expected = [
            ("other", "other", 2),
            ("accept", "other", 2),
            ("accept", "250", 4),
        ];
        assert_eq!(
            found,
            expected.map(|(phase, code, n)| (phase, code.to_owned(), n))
        );
    }

    #[test]
    fn invented_codes_add_no_series_and_lose_no_reply() {
        let mut replies = Replies::default();
        for phase in Phase::ALL {
            (0..1_000).for_each(|code| replies.add(&attempt(*phase, code)));
        }
        replies.add(&row(OutcomeScope::Attempt, None, None, "<other>"));
        assert_eq!(replies.each().count(), MAX_SERIES);
        let all: u64 = replies.each().map(|(_, _, count)| count).sum();
        assert_eq!(all, 2 * (1_000 * Phase::COUNT as u64 + 1));
    }
}
