//! Recognises ids: of a message in a queue, of a session, of a request.
//!
//! In a refusal a word is an id only if it can be neither a word of a language nor a
//! limit: an extra row costs little, an unreadable reply costs an afternoon. The
//! reply that accepts a message contains nothing else of interest, so there a number
//! or a run of hex digits is enough.

/// The word of SES's banner that differs per session and may have no digit.
pub(super) const SES_BANNER: &str = "SimpleEmailService-d-";

/// Whether a part of a word is an id: digits and letters in turn, long hex, long
/// numbers, long words of mixed case.
pub(super) fn is_id(segment: &str) -> bool {
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

/// Whether the whole word is an id, whatever joins its parts: UUIDs, SES's message
/// ids (16 hex digits, a UUID and six digits), Exim's, and long random words in
/// an alphabet of base64.
pub(super) fn is_whole_id(word: &str) -> bool {
    is_hex_groups(word) || is_of_exim(word) || is_random(word)
}

fn is_hex_groups(word: &str) -> bool {
    let fit = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    let uuid = || {
        let lengths = word.split('-').map(str::len);
        lengths.eq([8, 4, 4, 4, 12])
    };
    word.len() >= 16 && word.bytes().all(fit) && (has_digit(word) || uuid())
}

/// `1rABCD-0001Ab-2C`, and since 4.97 `1rABCD-00000001AbC-2xYz` (Exim's
/// specification, "Message identification").
fn is_of_exim(word: &str) -> bool {
    let parts = || word.split('-');
    let lengths = || parts().map(str::len);
    (lengths().eq([6, 6, 2]) || lengths().eq([6, 11, 4]))
        && has_digit(word)
        && parts().all(|part| part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

fn is_random(word: &str) -> bool {
    // Padding of base64.
    let word = word.trim_end_matches('=');
    let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"-_+.".contains(&byte);
    let class = |byte: u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
    let turns = || {
        let bytes = word.as_bytes();
        let letters_or_digits = |byte: &&u8| byte.is_ascii_alphanumeric();
        let pairs = bytes.iter().zip(&bytes[1..]);
        pairs
            .filter(|(a, b)| letters_or_digits(a) && letters_or_digits(b))
            .filter(|(a, b)| class(**a) != class(**b))
            .count()
    };
    word.len() >= 16 && word.bytes().all(fit) && has_digit(word) && 3 * turns() >= word.len()
}

/// Whether a word of the reply that accepts a message is an id: it contains little
/// else. OpenSMTPD's 8 hex digits are all decimal 2 times in 100.
pub(super) fn is_id_of_accepted(word: &str) -> bool {
    let all = |fit: fn(&u8) -> bool| word.bytes().all(|byte| fit(&byte));
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let length = word.len();
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let joined = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_./+=:#".contains(byte);
    match digits {
        0 => length >= 8 && all(u8::is_ascii_hexdigit),
        _ if length < 6 => false,
        _ if all(u8::is_ascii_hexdigit) => true,
        _ if length >= 8 && all(plain) => true,
        _ => {
            let whole = word.starts_with(|c: char| c.is_ascii_alphanumeric());
            digits >= 4 && whole && all(joined) && !word.contains("//")
        }
    }
}

/// Whether a word announces an id in any reply.
pub(super) fn announces(word: &str) -> bool {
    const NAMES: [&str; 12] = [
        "as", "id", "ids", "qid", "mid", "qp", "msgid", "guid", "uuid", "ref", "ticket", "incident",
    ];
    let camel = word.len() > 2 && word.ends_with("Id") || ends_with_capital_id(word);
    camel || NAMES.iter().any(|name| word.eq_ignore_ascii_case(name))
}

/// `MessageID`, but not `PAID`.
fn ends_with_capital_id(word: &str) -> bool {
    let before = word.strip_suffix("ID");
    before.is_some_and(|before| before.ends_with(|c: char| c.is_ascii_lowercase()))
}

/// Whether a word announces an id in the reply that accepts a message.
pub(super) fn announces_in_accepted(word: &str) -> bool {
    const NAMES: [&str; 5] = ["message", "msg", "queued", "queue", "mail"];
    announces(word) || NAMES.iter().any(|name| word.eq_ignore_ascii_case(name))
}

/// Whether a word of the reply that accepts a message is a number that resembles a
/// date or a duration: `20240101`, `0000012d`.
pub(super) fn is_hex_of_accepted(word: &str) -> bool {
    word.len() >= 6 && word.bytes().all(|byte| byte.is_ascii_hexdigit()) && has_digit(word)
}

/// How often the bytes of `segment` change between matching `such` and not.
fn switches(segment: &str, such: impl Fn(&u8) -> bool) -> usize {
    let bytes = segment.as_bytes();
    let pairs = bytes.iter().zip(&bytes[1..]);
    pairs.filter(|(a, b)| such(a) != such(b)).count()
}

pub(super) fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

pub(super) fn has_digit_or_is_hex(segment: &str) -> bool {
    let hex = || segment.bytes().all(|byte| byte.is_ascii_hexdigit());
    !segment.is_empty() && (has_digit(segment) || hex())
}
