//! How messages, attempts and sessions ended, grouped by phase and reply.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher, Hash, Hasher};

use super::normal::normalise;
use crate::vocabulary::{Cause, Instant, Outcome, Phase};

/// Distinct rows kept for each scope; what comes beyond them is one row for
/// each outcome, so that a server that never says the same thing twice cannot
/// fill the memory, and the counts still add up.
const ROWS_PER_SCOPE: u32 = 1_000;

/// The text of the row that takes what comes beyond [`ROWS_PER_SCOPE`].
const OTHER: &str = "<other>";

/// What it is that ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutcomeScope {
    /// A message, for good: these rows add up to the totals.
    Message,
    /// One attempt at a message.
    Attempt,
    /// A session.
    Session,
}

impl OutcomeScope {
    /// Every scope, in the order of the table.
    pub const ALL: &[Self] = &[Self::Message, Self::Attempt, Self::Session];

    /// The word in `outcomes.csv`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Attempt => "attempt",
            Self::Session => "session",
        }
    }
}

/// One way to end, and how often it happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutcomeRow {
    /// What ended.
    pub scope: OutcomeScope,
    /// The phase it ended in; none for a message that never started.
    pub phase: Option<Phase>,
    /// How; none for a session that we closed by QUIT.
    pub outcome: Option<Outcome>,
    /// The reply code, where a reply was read.
    pub code: Option<u16>,
    /// The enhanced status code; empty if there was none.
    pub enhanced: String,
    /// The reply or error, with ids and addresses replaced.
    pub text: String,
    /// How often.
    pub count: u64,
    /// The first time.
    pub first: Instant,
    /// The last time.
    pub last: Instant,
}

/// Rows by what they have in common.
#[derive(Debug, Default)]
pub struct OutcomeTable {
    rows: Vec<OutcomeRow>,
    /// From the hash of a key to its row; a collision takes the next number.
    index: HashMap<u64, usize, BuildHasherDefault<AsIs>>,
    distinct: [u32; OutcomeScope::ALL.len()],
    /// The text seen last, as it was and made alike: a message ends with what
    /// its last attempt ended with, and many replies are all the same.
    raw: String,
    normal: String,
}

/// What the things counted in one row have in common.
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
    /// Counts one thing that ended at `at`.
    pub fn count(
        &mut self,
        at: Instant,
        scope: OutcomeScope,
        outcome: Option<Outcome>,
        cause: &Cause<'_>,
    ) {
        let mut text = std::mem::take(&mut self.normal);
        if cause.text != self.raw {
            self.raw.clear();
            self.raw.push_str(cause.text);
            normalise(cause.text, &mut text);
        }
        let key = Key {
            scope,
            phase: cause.phase,
            outcome,
            code: cause.code,
            enhanced: cause.enhanced.unwrap_or_default(),
            text: &text,
        };
        self.add_to(key, 1, at, at);
        self.normal = text;
    }

    /// Adds every row of the other.
    pub fn add(&mut self, other: &Self) {
        for row in other.rows() {
            self.add_to(row.key(), row.count, row.first, row.last);
        }
    }

    /// The rows, in the order they first appeared.
    pub fn rows(&self) -> impl Iterator<Item = &OutcomeRow> {
        self.rows.iter().filter(|row| row.count > 0)
    }

    /// Forgets the counts and keeps the rows: the next second's replies are
    /// most likely the same.
    pub(super) fn reset(&mut self) {
        self.rows.iter_mut().for_each(|row| row.count = 0);
    }

    fn add_to(&mut self, key: Key<'_>, count: u64, first: Instant, last: Instant) {
        let row = self.find_or_insert(key);
        let fresh = row.count == 0;
        row.first = if fresh { first } else { row.first.min(first) };
        row.last = if fresh { last } else { row.last.max(last) };
        row.count += count;
    }

    fn find_or_insert(&mut self, key: Key<'_>) -> &mut OutcomeRow {
        let mut hash = key.digest();
        while let Some(&at) = self.index.get(&hash) {
            if self.rows[at].key() == key {
                return &mut self.rows[at];
            }
            hash = hash.wrapping_add(1);
        }
        if self.distinct[key.scope as usize] >= ROWS_PER_SCOPE && key.text != OTHER {
            return self.find_or_insert(key.other());
        }
        self.distinct[key.scope as usize] += 1;
        self.index.insert(hash, self.rows.len());
        self.rows.push(OutcomeRow::new(key));
        // Just pushed.
        self.rows.last_mut().expect("a row was pushed")
    }
}

impl OutcomeRow {
    fn new(key: Key<'_>) -> Self {
        Self {
            scope: key.scope,
            phase: key.phase,
            outcome: key.outcome,
            code: key.code,
            enhanced: key.enhanced.to_owned(),
            text: key.text.to_owned(),
            count: 0,
            first: Instant::ORIGIN,
            last: Instant::ORIGIN,
        }
    }

    fn key(&self) -> Key<'_> {
        Key {
            scope: self.scope,
            phase: self.phase,
            outcome: self.outcome,
            code: self.code,
            enhanced: &self.enhanced,
            text: &self.text,
        }
    }
}

impl Key<'_> {
    fn digest(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.hash(&mut hasher);
        hasher.finish()
    }

    /// Whatever it was, by its outcome alone.
    fn other(self) -> Self {
        Self {
            phase: None,
            code: None,
            enhanced: "",
            text: OTHER,
            ..self
        }
    }
}

/// Takes a number that is a hash already as its own hash.
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
    use super::*;

    fn refusal(text: &str) -> Cause<'_> {
        Cause {
            phase: Some(Phase::Accept),
            code: Some(454),
            enhanced: None,
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
        assert_eq!(rows[0].text, "try later, queued as <id>");
        assert_eq!(rows[0].count, 2);
        assert_eq!(
            (rows[0].first.seconds(), rows[0].last.seconds()),
            (1.0, 3.0)
        );
    }

    #[test]
    fn a_server_that_never_repeats_itself_gets_a_bounded_table_that_adds_up() {
        let mut table = OutcomeTable::default();
        let letter = |n: u64| char::from(b'a' + u8::try_from(n).unwrap());
        for n in 0..5_000 {
            let word: String = [n % 26, n / 26 % 26, n / 676].map(letter).iter().collect();
            count(&mut table, n, &word);
        }
        assert_eq!(table.rows().count(), ROWS_PER_SCOPE as usize + 1);
        assert_eq!(table.rows().map(|row| row.count).sum::<u64>(), 5_000);
        let other = table.rows().find(|row| row.text == OTHER).unwrap();
        assert_eq!(other.outcome, Some(Outcome::Deferred));
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
