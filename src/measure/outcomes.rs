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
    /// Whether it counts all causes beyond the limit of rows.
    pub fn stands_for_any_cause(&self) -> bool {
        self.key() == self.key().last()
    }

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
        if self.cause.failure.is_none() && !self.stands_for_any_cause() {
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
mod tests;
