//! Normalises one word of a reply: addresses, IP addresses and ids.

use std::net::{IpAddr, SocketAddr};

use super::id;

pub(super) const ID: &str = "<id>";
pub(super) const ADDRESS: &str = "<address>";
pub(super) const IP: &str = "<ip>";

/// The context of a word.
#[derive(Clone, Copy, Default)]
pub(super) struct Context {
    /// It is in the reply that accepted a message.
    pub(super) accepted: bool,
    /// The preceding word announces an id.
    pub(super) named: bool,
}

/// Writes a word without trailing punctuation.
pub(super) fn push_word(core: &str, mut context: Context, out: &mut String) {
    let mut core = core;
    while let Some((name, value)) = pair(core) {
        out.push_str(name);
        out.push('=');
        context.named = id::announces(name);
        core = value;
    }
    if is_address(core) {
        push_address(out);
    } else if is_ip(core) {
        out.push_str(IP);
    } else if core.starts_with(id::SES_BANNER) {
        out.push_str(id::SES_BANNER);
        out.push_str(ID);
    } else if is_id(core, context) {
        out.push_str(ID);
    } else {
        push_segments(core, out);
    }
}

fn is_id(word: &str, context: Context) -> bool {
    let Context { accepted, named } = context;
    let digit = id::has_digit(word);
    let in_accepted = || {
        let capitals =
            named && word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_uppercase());
        (named && digit) || capitals || id::is_id_of_accepted(word)
    };
    (named && digit && word.len() >= 4 && !is_version(word))
        || id::is_whole_id(word)
        || (accepted && in_accepted())
}

/// Dotted numbers, such as an enhanced status code.
fn is_version(word: &str) -> bool {
    let fit = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    word.contains('.') && word.bytes().all(fit)
}

/// `id=1rABCD-0001Ab-2C`; the padding of base64 has no value behind it.
fn pair(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let named = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    (named && !name.is_empty() && !value.trim_start_matches('=').is_empty())
        .then_some((name, value))
}

/// Writes the placeholder of an address; a list of addresses gets only one.
fn push_address(out: &mut String) {
    if out.ends_with('<') {
        out.pop();
    }
    let list = out
        .strip_suffix(", ")
        .is_some_and(|before| before.ends_with(ADDRESS));
    if list {
        out.truncate(out.len() - ", ".len());
    } else {
        out.push_str(ADDRESS);
    }
}

fn is_address(word: &str) -> bool {
    let at = word.find('@');
    at.is_some_and(|at| at > 0 && at + 1 < word.len())
}

fn is_ip(word: &str) -> bool {
    let numeric = |byte: u8| byte.is_ascii_hexdigit() || byte == b'.' || byte == b':';
    let dots = word
        .bytes()
        .filter(|byte| matches!(byte, b'.' | b':'))
        .count();
    dots >= 2
        && word.bytes().all(numeric)
        && (word.parse::<IpAddr>().is_ok() || word.parse::<SocketAddr>().is_ok())
}

/// Writes a word of several parts joined by punctuation, as in `smtp;4ABC1-2` or a URL.
fn push_segments(word: &str, out: &mut String) {
    let mut rest = word;
    let mut joiner = None;
    let mut within_id = false;
    let mut named = false;
    while !rest.is_empty() && out.len() < super::LONGEST {
        let end = match (joiner, part(rest)) {
            (Some('/' | '=' | ':'), part) if is_ip(part) => part.len(),
            (Some('='), part) if named && id::has_digit(part) => part.len(),
            _ => rest.find(is_joiner).unwrap_or(rest.len()),
        };
        let segment = &rest[..end];
        let continues = within_id && joiner != Some('/') && id::has_digit_or_is_hex(segment);
        within_id = continues || id::is_id(segment) || (named && id::has_digit(segment));
        if !continues {
            out.extend(joiner);
            out.push_str(match is_ip(segment) {
                true => IP,
                false if within_id => ID,
                false => segment,
            });
        }
        named = id::announces(segment) && !segment.eq_ignore_ascii_case("as");
        joiner = rest[end..].chars().next();
        rest = &rest[(end + joiner.map_or(0, char::len_utf8)).min(rest.len())..];
    }
    // A trailing joiner is kept.
    if word.ends_with(is_joiner) {
        out.extend(joiner);
    }
}

/// A part of a path or of a query, or more than any has that is of interest.
fn part(text: &str) -> &str {
    &text[..text.find(['/', '?', '&', '#']).unwrap_or(text.len())]
}

fn is_joiner(c: char) -> bool {
    c.is_ascii() && !c.is_ascii_alphanumeric()
}
