//! Replies made alike: what differs from message to message is replaced.
//!
//! A thousand refusals that differ in an id, an address or a queue number are
//! one row in `outcomes.csv`. This decides what such a part looks like; it errs
//! towards keeping a word as it is, because a row too many costs little and a
//! reply that cannot be recognised costs an afternoon. It writes to a buffer
//! that is used again and allocates nothing: every reply passes through here.

use std::net::{IpAddr, SocketAddr};

const ID: &str = "<id>";
const ADDRESS: &str = "<address>";
const IP: &str = "<ip>";

/// Longest text kept, in bytes: enough for any reply SES is known to give, and
/// a bound on what a hostile server can make us keep.
const LONGEST: usize = 300;

/// The one word of SES's banner that differs from session to session and need
/// not hold a digit.
const SES_BANNER_ID: &str = "SimpleEmailService-d-";

/// Writes `text` to `out` with ids, addresses and IP addresses replaced.
pub(super) fn normalise(text: &str, out: &mut String) {
    out.clear();
    let mut rest = text.trim();
    let mut named = false;
    while !rest.is_empty() && out.len() < LONGEST {
        let separators = rest.find(|c| !is_separator(c)).unwrap_or(rest.len());
        push_separators(&rest[..separators], out);
        rest = &rest[separators..];
        let end = rest.find(is_separator).unwrap_or(rest.len());
        named = push_word(&rest[..end], named, out);
        rest = &rest[end..];
    }
    truncate(out);
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '"' | '\'' | '`' | ',' | ';'
    ) || c.is_whitespace()
        || c.is_control()
}

/// White space becomes one space; brackets around an address are the address's.
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

/// Writes one word; `named` says that the word before announced an id. Returns
/// whether this word announces one.
fn push_word(word: &str, named: bool, out: &mut String) -> bool {
    let core = word.trim_end_matches(['.', ':', '!', '?']);
    if is_address(core) {
        push_address(out);
    } else if is_ip(core) {
        out.push_str(IP);
    } else if core.starts_with(SES_BANNER_ID) {
        out.push_str(SES_BANNER_ID);
        out.push_str(ID);
    } else if (named && core.len() >= 4 && has_digit(core)) || is_hex_groups(core) {
        out.push_str(ID);
    } else {
        push_segments(core, out);
    }
    out.push_str(&word[core.len()..]);
    ["as", "id"]
        .iter()
        .any(|name| core.eq_ignore_ascii_case(name))
}

/// A list of addresses, of whatever length, is like any other.
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

/// UUIDs, and SES's message ids: 16 hex digits, a UUID and six digits.
fn is_hex_groups(word: &str) -> bool {
    word.len() >= 16
        && has_digit(word)
        && word
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Words hang together by punctuation, as in `id=1rABCD-0001Ab-2C`.
fn push_segments(word: &str, out: &mut String) {
    let mut rest = word;
    let mut joiner = None;
    let mut within_id = false;
    let mut named = false;
    while !rest.is_empty() {
        let end = rest.find(is_joiner).unwrap_or(rest.len());
        let segment = &rest[..end];
        let continues = within_id && joiner != Some('/') && has_digit_or_is_hex(segment);
        within_id = continues || is_id(segment) || (named && has_digit(segment));
        if !continues {
            out.extend(joiner);
            out.push_str(if within_id { ID } else { segment });
        }
        named = segment.eq_ignore_ascii_case("id");
        joiner = rest[end..].chars().next();
        rest = &rest[(end + joiner.map_or(0, char::len_utf8)).min(rest.len())..];
    }
    // A word that ends in a joiner keeps it.
    if word.ends_with(is_joiner) {
        out.extend(joiner);
    }
}

fn is_joiner(c: char) -> bool {
    c.is_ascii() && !c.is_ascii_alphanumeric()
}

/// What no dictionary holds: digits and letters in turn, long hex, long numbers,
/// long words of mixed case.
fn is_id(segment: &str) -> bool {
    let length = segment.len();
    if length < 6 || !segment.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return false;
    }
    let digits = segment.bytes().filter(u8::is_ascii_digit).count();
    if digits == length {
        return length >= 9;
    }
    if digits == 0 {
        return length >= 16 && 3 * switches(segment, u8::is_ascii_uppercase) >= length;
    }
    let hex = segment.bytes().all(|byte| byte.is_ascii_hexdigit());
    switches(segment, u8::is_ascii_digit) >= 2 || (hex && length >= 8) || length >= 16
}

/// How often the bytes of `segment` change from being such to not being such.
fn switches(segment: &str, such: impl Fn(&u8) -> bool) -> usize {
    let bytes = segment.as_bytes();
    let pairs = bytes.iter().zip(&bytes[1..]);
    pairs.filter(|(a, b)| such(a) != such(b)).count()
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

fn has_digit_or_is_hex(segment: &str) -> bool {
    let hex = || segment.bytes().all(|byte| byte.is_ascii_hexdigit());
    !segment.is_empty() && (has_digit(segment) || hex())
}

fn truncate(out: &mut String) {
    let mut end = out.len().min(LONGEST);
    while !out.is_char_boundary(end) {
        end -= 1;
    }
    out.truncate(end);
    out.truncate(out.trim_end().len());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normal(text: &str) -> String {
        let mut out = String::new();
        normalise(text, &mut out);
        out
    }

    #[test]
    fn what_differs_from_message_to_message_is_replaced() {
        let table = [
            (
                "Ok 0100019dec617b98-1b2c3d4e-4a2b-abcd-8888-0123456789ab-000000",
                "Ok <id>",
            ),
            ("Ok: queued as 4ABC", "Ok: queued as <id>"),
            ("Ok: queued as 4XyZbT1nLhz3Q.", "Ok: queued as <id>."),
            ("OK id=1rABCD-0001Ab-2C", "OK id=<id>"),
            (
                "w12ABC3d012345 Message accepted for delivery",
                "<id> Message accepted for delivery",
            ),
            (
                "OK  1696420183 d9443c01a7336-1bdb8b9c0b9si1234567plb.17 - gsmtp",
                "OK <id> <id> - gsmtp",
            ),
            (
                "email-smtp.amazonaws.com ESMTP SimpleEmailService-d-ABCDEFGHI yyyyYY1yyyYyYyyYyyYy",
                "email-smtp.amazonaws.com ESMTP SimpleEmailService-d-<id> <id>",
            ),
            (
                "<a@example.com>: Recipient address rejected",
                "<address>: Recipient address rejected",
            ),
            (
                "The following identities failed the check in region US-WEST-2: a@b.c, d@e.f, g@h.i",
                "The following identities failed the check in region US-WEST-2: <address>",
            ),
            (
                "Client host [192.0.2.17] blocked",
                "Client host [<ip>] blocked",
            ),
            (
                "connect to 127.0.0.1:10025: Connection refused",
                "connect to <ip>: Connection refused",
            ),
            ("from 2001:db8::1.", "from <ip>."),
            (
                "User `arn:aws:iam::111122223333:user/NAME' is not authorized",
                "User `arn:aws:iam::<id>:user/NAME' is not authorized",
            ),
            ("see 123e4567-e89b-12d3-a456-426614174000", "see <id>"),
        ];
        for (text, expected) in table {
            assert_eq!(normal(text), expected);
        }
    }

    #[test]
    fn what_is_the_same_for_all_is_kept() {
        let table = [
            "Throttling failure: Maximum sending rate exceeded.",
            "Message rejected: Sending suspended for this account.",
            "Transaction failed: Recipient count exceeds 50.",
            "Transaction failed: Duplicate header 'DKIM-Signature'.",
            "Timeout waiting for data from client.",
            "message size exceeds 41943040",
            "Authentication Credentials Invalid",
            "protocol error: TLSv1.2 with SHA384 and X25519, not 8BITMIME",
            "rejected as spam",
            "Äpfel und Birnen",
            "End data with .",
            "",
        ];
        for text in table {
            assert_eq!(normal(text), text);
        }
    }

    #[test]
    fn a_long_reply_is_cut_at_a_character() {
        let cut = normal(&"ä ".repeat(1_000));
        assert!(cut.len() <= LONGEST && cut.len() > LONGEST - 4);
    }

    proptest! {
        #[test]
        fn any_reply_has_a_normal_form_of_one_bounded_line(text in "\\PC{0,400}|[ -~\r\n]{0,400}") {
            let once = normal(&text);
            prop_assert!(once.len() <= LONGEST);
            prop_assert!(!once.contains(['\r', '\n']));
        }

        #[test]
        fn ids_of_ses_all_become_one(id in "[0-9a-f]{15}[0-9]-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-000000") {
            prop_assert_eq!(normal(&format!("Ok {id}")), "Ok <id>");
        }
    }
}
