//! How messages, attempts and sessions ended, grouped by phase and reply.
//!
//! The table is bounded whatever a server replies, and its counts still add up. Each
//! scope and outcome has its own limit of rows, so that accepted messages with
//! unrecognised ids do not displace refusals. Beyond the limit there is one row for
//! each phase and code, which keeps the first text.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use super::normal::Normaliser;
use crate::vocabulary::{Cause, CauseBuf, Failure, Instant, Outcome, Phase};

/// Maximum of distinct rows for each outcome of a scope; documented in
/// `results/README.md`.
const ROWS_PER_OUTCOME: u16 = 300;

/// Maximum of rows for each outcome of a scope beyond [`ROWS_PER_OUTCOME`]: one for
/// each phase and code. Everything else is one row.
const OVERFLOW_ROWS_PER_OUTCOME: u16 = 50;

/// Prefix of the text of a row that stands for different texts.
const OTHER: &str = "<other>";

/// What ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutcomeScope {
    /// A message: these rows add up to the totals.
    Message,
    /// One attempt at a message.
    Attempt,
    /// A session.
    Session,
}

impl OutcomeScope {
    /// Every scope, in the order of the table.
    pub const ALL: &[Self] = &[Self::Message, Self::Attempt, Self::Session];

    /// Name in `outcomes.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Attempt => "attempt",
            Self::Session => "session",
        }
    }
}

/// A row: how something ended, and how often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeRow {
    /// What ended.
    pub scope: OutcomeScope,
    /// Outcome; none for a session that sesbench closed by QUIT.
    pub outcome: Option<Outcome>,
    /// The cause. The parts of its texts that vary per message are replaced.
    pub cause: CauseBuf,
    /// Number of occurrences.
    pub count: u64,
    /// Time of the first one.
    pub first: Instant,
    /// Time of the last one.
    pub last: Instant,
}

/// The table: rows by key.
#[derive(Debug, Default)]
pub struct OutcomeTable {
    rows: Vec<OutcomeRow>,
    /// From the hash of a key to its row; a collision uses the next number.
    index: HashMap<u64, usize, BuildHasherDefault<AsIs>>,
    /// The last row used for each scope: most often it is also the next one.
    recent: [usize; OutcomeScope::ALL.len()],
    distinct: Distinct,
    /// Rows beyond the limit of `rows`.
    overflow: Vec<OutcomeRow>,
    overflow_index: HashMap<OverflowKey, usize>,
    overflow_distinct: Distinct,
    normaliser: Normaliser,
}

/// Number of rows of each outcome of each scope; without an outcome last.
#[derive(Debug, Default)]
struct Distinct([[u16; Outcome::COUNT + 1]; OutcomeScope::ALL.len()]);

/// Key of an overflow row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct OverflowKey {
    scope: OutcomeScope,
    outcome: Option<Outcome>,
    phase: Option<Phase>,
    code: Option<u16>,
    enhanced: String,
}

/// Key of a row.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key<'a> {
    scope: OutcomeScope,
    phase: Option<Phase>,
    outcome: Option<Outcome>,
    code: Option<u16>,
    enhanced: &'a str,
    text: &'a str,
}

impl OutcomeTable {
    /// Counts one end at `at`.
    pub fn count(
        &mut self,
        at: Instant,
        scope: OutcomeScope,
        outcome: Option<Outcome>,
        cause: &Cause<'_>,
    ) {
        let accepted = outcome == Some(Outcome::Accepted);
        let mut normaliser = std::mem::take(&mut self.normaliser);
        let key = Key {
            scope,
            phase: cause.phase,
            outcome,
            code: cause.code,
            enhanced: cause.enhanced.unwrap_or_default(),
            text: normaliser.normal(cause.text, accepted),
        };
        let row = self.row(key);
        if let Some(failure) = cause.failure {
            row.failed_by(failure, || {
                let detail = cause.detail?;
                Some(Normaliser::default().normal(detail, false).to_owned())
            });
        }
        row.add(1, at, at);
        self.normaliser = normaliser;
    }

    /// Adds all rows of another table.
    pub fn add(&mut self, other: &Self) {
        for row in other.rows.iter().filter(|row| row.count > 0) {
            self.row(row.key()).add_row(row);
        }
        for row in other.overflow.iter().filter(|row| row.count > 0) {
            let at = self.overflow_row(row.key());
            self.overflow[at].add_row(row);
        }
    }

    /// The rows in order of their first appearance; overflow rows last.
    pub fn rows(&self) -> impl Iterator<Item = &OutcomeRow> {
        let rows = self.rows.iter().chain(&self.overflow);
        rows.filter(|row| row.count > 0)
    }

    /// Clears the counts and keeps the rows, because the next second's replies are
    /// most likely the same. A table that overflowed starts empty.
    pub(super) fn reset(&mut self) {
        if self.overflow.is_empty() {
            self.rows.iter_mut().for_each(|row| row.count = 0);
        } else {
            *self = Self::default();
        }
    }

    fn row(&mut self, key: Key<'_>) -> &mut OutcomeRow {
        let recent = self.recent[key.scope as usize];
        if self.rows.get(recent).is_some_and(|row| row.key() == key) {
            return &mut self.rows[recent];
        }
        let mut hash = key.digest();
        while let Some(&at) = self.index.get(&hash) {
            if self.rows[at].key() == key {
                self.recent[key.scope as usize] = at;
                return &mut self.rows[at];
            }
            hash = hash.wrapping_add(1);
        }
        if !self.distinct.admits(&key, ROWS_PER_OUTCOME) {
            let text = format!("{OTHER} first: {}", key.text);
            let at = self.overflow_row(Key { text: &text, ..key });
            return &mut self.overflow[at];
        }
        let at = self.rows.len();
        self.index.insert(hash, at);
        self.rows.push(OutcomeRow::new(key));
        self.recent[key.scope as usize] = at;
        &mut self.rows[at]
    }

    /// The overflow row for a key: by its phase and codes; or, beyond the limit of
    /// these, by its outcome alone.
    fn overflow_row(&mut self, key: Key<'_>) -> usize {
        if let Some(&at) = self.overflow_index.get(&key.beyond()) {
            return at;
        }
        let last = key.is_last();
        if !last
            && !self
                .overflow_distinct
                .admits(&key, OVERFLOW_ROWS_PER_OUTCOME)
        {
            return self.overflow_row(key.last());
        }
        let at = self.overflow.len();
        self.overflow_index.insert(key.beyond(), at);
        self.overflow.push(OutcomeRow::new(key));
        at
    }
}

impl Distinct {
    /// Counts one more row, unless there are already `most`.
    fn admits(&mut self, key: &Key<'_>, most: u16) -> bool {
        let outcome = key
            .outcome
            .map_or(Outcome::COUNT, |outcome| outcome as usize);
        let rows = &mut self.0[key.scope as usize][outcome];
        let room = *rows < most;
        if room {
            *rows += 1;
        }
        room
    }
}

impl OutcomeRow {
    fn new(key: Key<'_>) -> Self {
        Self {
            scope: key.scope,
            outcome: key.outcome,
            cause: CauseBuf {
                phase: key.phase,
                code: key.code,
                enhanced: Some(key.enhanced.to_owned()).filter(|code| !code.is_empty()),
                failure: None,
                detail: None,
                text: key.text.to_owned(),
            },
            count: 0,
            first: Instant::ORIGIN,
            last: Instant::ORIGIN,
        }
    }

    /// Sets the failure that the row is about: the first one's, as with its
    /// text. A row that stands for any cause has none.
    fn failed_by(&mut self, failure: Failure, detail: impl FnOnce() -> Option<String>) {
        if self.cause.failure.is_none() && self.cause.text != OTHER {
            self.cause.failure = Some(failure);
            self.cause.detail = detail();
        }
    }

    fn add_row(&mut self, other: &Self) {
        if let Some(failure) = other.cause.failure {
            self.failed_by(failure, || other.cause.detail.clone());
        }
        self.add(other.count, other.first, other.last);
    }

    fn add(&mut self, count: u64, first: Instant, last: Instant) {
        let fresh = self.count == 0;
        self.first = if fresh { first } else { self.first.min(first) };
        self.last = if fresh { last } else { self.last.max(last) };
        self.count += count;
    }

    fn key(&self) -> Key<'_> {
        let cause = &self.cause;
        Key {
            scope: self.scope,
            phase: cause.phase,
            outcome: self.outcome,
            code: cause.code,
            enhanced: cause.enhanced.as_deref().unwrap_or_default(),
            text: &cause.text,
        }
    }
}

impl Key<'_> {
    fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    /// Its key in the overflow: without the text.
    fn beyond(&self) -> OverflowKey {
        OverflowKey {
            scope: self.scope,
            outcome: self.outcome,
            phase: self.phase,
            code: self.code,
            enhanced: self.enhanced.to_owned(),
        }
    }

    /// The key with only the outcome.
    fn last(self) -> Self {
        Self {
            phase: None,
            code: None,
            enhanced: "",
            text: OTHER,
            ..self
        }
    }

    fn is_last(&self) -> bool {
        self.phase.is_none() && self.code.is_none() && self.enhanced.is_empty()
    }
}

/// A hasher for numbers that are hashes already.
#[derive(Debug, Default)]
struct AsIs(u64);

impl Hasher for AsIs {
    fn write(&mut self, bytes: &[u8]) {
        bytes
            .iter()
            .for_each(|byte| self.0 = self.0.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::vocabulary::CertificateFailure;

    fn refusal(text: &str) -> Cause<'_> {
        Cause {
            phase: Some(Phase::Accept),
            code: Some(454),
            enhanced: None,
            failure: None,
            detail: None,
            text,
        }
    }

    fn count(table: &mut OutcomeTable, second: u64, text: &str) {
        let at = Instant::from_nanos(second * 1_000_000_000);
        let outcome = Some(Outcome::Deferred);
        table.count(at, OutcomeScope::Message, outcome, &refusal(text));
    }

    #[test]
    fn like_replies_are_one_row_with_its_first_and_last_time() {
        let mut table = OutcomeTable::default();
        count(&mut table, 3, "try later, queued as 4ABC1");
        count(&mut table, 1, "try later, queued as 4ABC2");
        count(&mut table, 2, "go away");
        let rows: Vec<_> = table.rows().collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].cause.text, "try later, queued as <id>");
        assert_eq!(rows[0].count, 2);
        assert_eq!(
            (rows[0].first.seconds(), rows[0].last.seconds()),
            (1.0, 3.0)
        );
    }

    /// A text without digits for each number, so that no part of it is replaced.
    fn word(n: u64) -> String {
        let letter = |n: u64| char::from(b'a' + u8::try_from(n % 26).unwrap());
        let letters = [n / 17_576, n / 676, n / 26, n].map(letter);
        letters.iter().collect()
    }

    fn ended(table: &mut OutcomeTable, outcome: Outcome, phase: Phase, code: u16, text: &str) {
        let cause = Cause {
            phase: Some(phase),
            code: Some(code),
            enhanced: None,
            failure: None,
            detail: None,
            text,
        };
        let outcome = Some(outcome);
        table.count(Instant::ORIGIN, OutcomeScope::Message, outcome, &cause);
    }

    #[test]
    fn a_server_that_never_repeats_itself_gets_a_bounded_table_that_adds_up() {
        let mut table = OutcomeTable::default();
        (0..5_000).for_each(|n| count(&mut table, n, &word(n)));
        let rows = usize::from(ROWS_PER_OUTCOME);
        assert_eq!(table.rows().count(), rows + 1);
        assert_eq!(table.rows().map(|row| row.count).sum::<u64>(), 5_000);
        let other = table.rows().last().unwrap();
        assert_eq!(other.outcome, Some(Outcome::Deferred));
        let cause = &other.cause;
        assert_eq!((cause.phase, cause.code), (Some(Phase::Accept), Some(454)));
        let first = u64::from(ROWS_PER_OUTCOME);
        assert_eq!(cause.text, format!("<other> first: {}", word(first)));
        assert_eq!(other.first.seconds(), f64::from(ROWS_PER_OUTCOME));
    }

    /// Defect: ids that were not recognised filled the table after 42,000
    /// accepted messages, and refusals read `<other>`, without phase or code.
    #[test]
    fn accepted_messages_never_crowd_out_a_refusal() {
        let mut table = OutcomeTable::default();
        for n in 0..42_000 {
            ended(&mut table, Outcome::Accepted, Phase::Accept, 250, &word(n));
        }
        ended(&mut table, Outcome::Rejected, Phase::Rcpt, 550, "go away");
        let last = table
            .rows()
            .find(|row| row.cause.code == Some(550))
            .unwrap();
        assert_eq!((last.cause.text.as_str(), last.count), ("go away", 1));
        assert_eq!(table.rows().map(|row| row.count).sum::<u64>(), 42_001);
        assert!(table.rows().count() < usize::from(ROWS_PER_OUTCOME) + 3);
    }

    #[test]
    fn beyond_the_bound_each_phase_and_code_has_a_row_with_its_first_text() {
        let mut table = OutcomeTable::default();
        for n in 0..ROWS_PER_OUTCOME {
            let text = word(u64::from(n));
            ended(&mut table, Outcome::Rejected, Phase::Rcpt, 550, &text);
        }
        for (phase, code, text) in [
            (Phase::Rcpt, 550, "no such user"),
            (Phase::Rcpt, 550, "no relay"),
            (Phase::Rcpt, 554, "no service"),
            (Phase::Mail, 550, "no sender"),
        ] {
            ended(&mut table, Outcome::Rejected, phase, code, text);
        }
        let other = table.rows().filter(|row| row.cause.text.starts_with(OTHER));
        let other: Vec<_> = other
            .map(|row| {
                (
                    row.cause.phase.unwrap(),
                    row.cause.code.unwrap(),
                    row.cause.text.as_str(),
                    row.count,
                )
            })
            .collect();
        assert_eq!(
            other,
            [
                (Phase::Rcpt, 550, "<other> first: no such user", 2),
                (Phase::Rcpt, 554, "<other> first: no service", 1),
                (Phase::Mail, 550, "<other> first: no sender", 1),
            ]
        );
        // Adding tables keeps the overflow rows.
        let mut all = OutcomeTable::default();
        all.add(&table);
        all.add(&table);
        let count = |table: &OutcomeTable| table.rows().map(|row| row.count).sum::<u64>();
        assert_eq!(count(&all), 2 * count(&table));
        assert_eq!(all.rows().count(), table.rows().count());
    }

    #[test]
    fn an_overflowed_second_leaves_room_for_the_next() {
        let mut table = OutcomeTable::default();
        (0..5_000).for_each(|n| count(&mut table, n, &word(n)));
        table.reset();
        assert_eq!(table.rows().count(), 0);
        count(&mut table, 1, "go away");
        assert_eq!(table.rows().next().unwrap().cause.text, "go away");
    }

    proptest! {
        /// For any replies, in any order, over any number of seconds.
        #[test]
        fn counts_add_up_and_rows_are_bounded(
            seconds in prop::collection::vec(prop::collection::vec(
                (0usize..3, 0usize..=Outcome::COUNT, 0usize..=Phase::ALL.len(), 0u16..1000, 0u64..5_000, 1u64..40),
                0..30,
            ), 1..6)
        ) {
            let (mut second, mut all) = (OutcomeTable::default(), OutcomeTable::default());
            let mut counted = HashMap::new();
            for events in seconds {
                for (scope, outcome, phase, code, first, times) in events {
                    let scope = OutcomeScope::ALL[scope];
                    let outcome = Outcome::ALL.get(outcome).copied();
                    let phase = Phase::ALL.get(phase).copied();
                    for n in 0..times {
                        let text = word(first * 7 + n);
                        // Some replies never repeat, some always do.
                        let text = if n % 3 == 0 { "again" } else { &text };
                        let code = Some(code + u16::try_from(n).unwrap());
                        let cause = Cause { phase, code, enhanced: None, failure: None, detail: None, text };
                        second.count(Instant::ORIGIN, scope, outcome, &cause);
                        *counted.entry((scope, outcome)).or_insert(0) += 1;
                    }
                }
                all.add(&second);
                second.reset();
            }
            for ((scope, outcome), count) in counted {
                let rows: Vec<_> = all.rows().filter(|row| (row.scope, row.outcome) == (scope, outcome)).collect();
                prop_assert_eq!(rows.iter().map(|row| row.count).sum::<u64>(), count);
                prop_assert!(rows.len() <= usize::from(ROWS_PER_OUTCOME + OVERFLOW_ROWS_PER_OUTCOME + 1));
            }
        }
    }

    /// Its text alone decides which row an end belongs to, so that rows stay as
    /// they are in `outcomes.csv`.
    #[test]
    fn a_row_has_the_failure_of_its_first_text_through_seconds_and_threads() {
        let wrong_name = Failure::Certificate(CertificateFailure::WrongName);
        let cause = Cause {
            text: "not valid for `a.example`; it names b.example, 192.0.2.1",
            detail: Some("b.example, 192.0.2.1"),
            ..Cause::local(Some(Phase::Tls), wrong_name)
        };
        let (mut second, mut all) = (OutcomeTable::default(), OutcomeTable::default());
        for failure in [wrong_name, Failure::Closed] {
            let cause = Cause {
                failure: Some(failure),
                ..cause
            };
            let (scope, outcome) = (OutcomeScope::Session, Some(Outcome::Lost));
            second.count(Instant::ORIGIN, scope, outcome, &cause);
            all.add(&second);
            second.reset();
        }
        count(&mut all, 1, "go away");
        let rows: Vec<_> = all.rows().collect();
        assert_eq!((rows.len(), rows[0].count), (2, 2));
        assert_eq!(rows[0].cause.failure, Some(wrong_name));
        assert_eq!(rows[0].cause.detail.as_deref(), Some("b.example, <ip>"));
        assert_eq!(
            (rows[1].cause.failure, &rows[1].cause.detail),
            (None, &None)
        );
    }

    #[test]
    fn a_row_for_any_cause_has_no_failure() {
        let mut table = OutcomeTable::default();
        let rows = ROWS_PER_OUTCOME + OVERFLOW_ROWS_PER_OUTCOME + 1;
        for n in 0..rows {
            let cause = Cause {
                code: Some(n),
                ..Cause::local(Some(Phase::Ehlo), Failure::Closed)
            };
            let outcome = Some(Outcome::Lost);
            table.count(Instant::ORIGIN, OutcomeScope::Session, outcome, &cause);
        }
        let last = table.rows().last().unwrap();
        assert_eq!(
            (last.cause.text.as_str(), last.cause.failure),
            (OTHER, None)
        );
        let first = table.rows().next().unwrap();
        assert_eq!(first.cause.failure, Some(Failure::Closed));
    }

    #[test]
    fn tables_add_up_and_are_used_again() {
        let (mut second, mut all) = (OutcomeTable::default(), OutcomeTable::default());
        for n in 0..3 {
            count(&mut second, n, "go away");
            all.add(&second);
            second.reset();
            assert_eq!(second.rows().count(), 0);
        }
        let rows: Vec<_> = all.rows().collect();
        assert_eq!((rows.len(), rows[0].count), (1, 3));
        assert_eq!(rows[0].last.seconds(), 2.0);
    }
}
