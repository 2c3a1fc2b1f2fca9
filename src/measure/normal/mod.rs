//! Normalises replies: replaces the parts that vary per message by placeholders.
//!
//! A thousand refusals that differ in an id, an address, a queue number or the time
//! of day are one row in `outcomes.csv`. [`moment`] recognises times, dates and
//! durations, [`word`] addresses and ids. Other numbers are kept: they are the
//! limits that a refusal names. Every reply is normalised, so this reuses its
//! buffers and allocates nothing.

mod id;
mod moment;
mod shape;
mod word;

use moment::DURATION;
use shape::Shape;
use word::{ADDRESS, Context};

/// In the reply that accepts a message: its size, and the speed of the transfer.
const SIZE: &str = "<size>";
const RATE: &str = "<rate>";

/// Longest text kept, in bytes: enough for any known reply of SES, and a limit on
/// what a hostile server can make sesbench keep.
const LONGEST: usize = 300;

/// Longest text read, in bytes: a list of addresses is much longer than its normal
/// form.
const LONGEST_READ: usize = 4_096;

/// Normalises replies, and caches the last one.
#[derive(Debug, Default)]
pub(super) struct Normaliser {
    shape: Shape,
    accepted: bool,
    normal: String,
}

impl Normaliser {
    /// The normal form of `text`; `accepted`: it is the reply that accepted a
    /// message.
    pub(super) fn normal(&mut self, text: &str, accepted: bool) -> &str {
        let known = self.accepted == accepted
            && match accepted {
                true => self.shape.fits(text),
                false => self.shape.is(text),
            };
        if !known {
            self.accepted = accepted;
            self.shape.set(text);
            self.normalise(text);
        }
        &self.normal
    }

    fn normalise(&mut self, text: &str) {
        let out = &mut self.normal;
        out.clear();
        let mut before = Before::default();
        let text = &text[..boundary(text, LONGEST_READ)];
        let mut rest = text.trim();
        let end_of_text = text.trim_end().len();
        while !rest.is_empty() && out.len() < LONGEST {
            let separators = rest.find(|c| !is_separator(c)).unwrap_or(rest.len());
            push_separators(&rest[..separators], out);
            rest = &rest[separators..];
            let (from, written) = (end_of_text - rest.len(), out.len());
            let length = push_next(rest, self.accepted, &mut before, out);
            if out.get(written..) != Some(&rest[..length]) {
                let word = &rest[..length];
                let name = word
                    .find('=')
                    .filter(|at| at + 1 < word.len())
                    .map_or(0, |at| at + 1);
                self.shape.loosen(from + name, from + length);
            }
            rest = &rest[length..];
        }
        truncate(out);
    }
}

/// What the preceding words announce.
#[derive(Clone, Copy, Default)]
struct Before {
    /// An id.
    named: bool,
    /// A time to wait.
    waiting: bool,
    /// A duration that is part of a limit.
    limit: bool,
}

/// Writes the next item, a time or a word, and returns its length.
fn push_next(rest: &str, accepted: bool, before: &mut Before, out: &mut String) -> usize {
    let length = rest.find(is_separator).unwrap_or(rest.len());
    let word = &rest[..length];
    let core = word.trim_end_matches(['.', ':', '!', '?']);
    let found = match accepted {
        true if id::is_hex_of_accepted(core) => None,
        true => moment::at_head(rest).or_else(|| transfer(rest)),
        false => moment::at_head(rest).filter(|(name, _)| *name != DURATION || !before.limit),
    };
    if let Some((name, length)) = found {
        out.push_str(name);
        *before = Before::default();
        return length;
    }
    if moment::amount(core) == Some(core.len()) && before.waiting {
        out.push_str(DURATION);
    } else {
        let named = before.named;
        word::push_word(core, Context { accepted, named }, out);
    }
    let tail = &word[core.len()..];
    out.push_str(tail);
    before.follow(core, tail, accepted);
    length
}

impl Before {
    fn follow(&mut self, word: &str, tail: &str, accepted: bool) {
        let is = |names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
        self.named = match accepted {
            true => id::announces_in_accepted(word),
            false => id::announces(word),
        };
        let goes_on = is(&[
            "in", "after", "for", "at", "least", "about", "another", "a", "the", "next", "delay",
            "period", "of", "",
        ]);
        let waits = is(&["again", "back", "retry", "retrying", "wait", "remaining"])
            || (accepted && is(&["in", "took"]));
        let ends = tail.starts_with(['.', '!', '?']);
        self.limit =
            !self.waiting && is(&["per", "every", "each", "last", "past", "of", "/", "a", "an"]);
        self.waiting = (waits || (self.waiting && goes_on)) && !ends;
    }
}

/// Exchange: `9876 bytes in 0.123, 78.901 KB/sec Queued mail for delivery`.
fn transfer(text: &str) -> Option<(&'static str, usize)> {
    let amount = moment::amount(text)?;
    let unit = text[amount..].strip_prefix(' ').unwrap_or(&text[amount..]);
    let at = text.len() - unit.len();
    let word = &unit[..unit.find(is_separator).unwrap_or(unit.len())];
    let word = word.trim_end_matches(['.', ':', '!', '?']);
    let is = |names: &[&str]| names.iter().any(|name| word.eq_ignore_ascii_case(name));
    if is(&["bytes", "byte", "octets", "KB", "KiB", "MB", "MiB"]) {
        return Some((SIZE, at + word.len()));
    }
    is(&["KB/sec", "KB/s", "MB/s", "B/s", "bytes/sec", "bytes/s"])
        .then_some((RATE, at + word.len()))
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '"' | '\'' | '`' | ',' | ';'
    ) || c.is_whitespace()
        || c.is_control()
}

/// Writes each run of white space as one space, and drops the `>` after an address.
fn push_separators(separators: &str, out: &mut String) {
    let mut separators = separators.chars().peekable();
    if separators.peek() == Some(&'>') && out.ends_with(ADDRESS) {
        separators.next();
    }
    for c in separators {
        let blank = c.is_whitespace() || c.is_control();
        match blank {
            true if out.ends_with(' ') => {}
            true => out.push(' '),
            false => out.push(c),
        }
    }
}

fn truncate(out: &mut String) {
    out.truncate(boundary(out, LONGEST));
    out.truncate(out.trim_end().len());
}

/// Where to cut `text` so that at most `longest` bytes are left.
fn boundary(text: &str, longest: usize) -> usize {
    let mut end = text.len().min(longest);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    end
}

#[cfg(test)]
mod tests;
