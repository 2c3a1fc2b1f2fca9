//! Which headers a scenario may add, and with which values.

use crate::message::{Pattern, RecipientList};

/// Headers that sesbench writes in every message.
const OWN_HEADERS: [&str; 9] = [
    "From",
    "To",
    "Date",
    "Message-ID",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
    "Bcc",
    "X-Sesbench-Run",
];

/// RFC 5322 section 2.1.1: a line has at most 998 characters. Long values are
/// folded at blanks, so every word must fit.
const WORD_LENGTH: usize = 900;

/// Validates the name of a header.
pub(super) fn check_name(name: &str) -> Result<(), String> {
    // RFC 5322 section 2.2: printable ASCII without the colon.
    let fit = |c: char| c.is_ascii_graphic() && c != ':';
    if name.is_empty() || name.len() > 76 || !name.chars().all(fit) {
        return Err(
            "invalid header name: expected printable ASCII without blanks and colons".to_owned(),
        );
    }
    if OWN_HEADERS.iter().any(|own| own.eq_ignore_ascii_case(name)) {
        return Err("sesbench writes this header itself".to_owned());
    }
    Ok(())
}

/// Headers that contain addresses (RFC 5322 section 3.6, RFC 8098 section 2.1),
/// besides those that start with `Resent-`.
const OF_ADDRESSES: [&str; 4] = ["Reply-To", "Sender", "Cc", "Disposition-Notification-To"];

/// Validates the value of a header.
pub(super) fn check_value(name: &str, value: &str) -> Result<(), String> {
    if value.chars().any(char::is_control) {
        return Err("the value contains a line end or another control character".to_owned());
    }
    if value.split(' ').any(|word| word.len() > WORD_LENGTH) {
        return Err(format!(
            "a word of the value is longer than {WORD_LENGTH} bytes"
        ));
    }
    // Encoding covers the whole value, so the addresses in it would be encoded too.
    if holds_addresses(name) && !value.is_ascii() {
        return Err(
            "the value contains characters that are not ASCII beside an address, which must not \
             be in an encoded word (RFC 2047 section 5); encode the name alone, such as \
             =?UTF-8?Q?Jos=C3=A9?= <jose@example.com>"
                .to_owned(),
        );
    }
    Ok(())
}

fn holds_addresses(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("resent-")
        || OF_ADDRESSES
            .iter()
            .any(|each| each.eq_ignore_ascii_case(&name))
}

/// Parses the value of a header, which may name columns of the recipients' file,
/// and validates it for every recipient.
pub(super) fn pattern(
    name: &str,
    value: &str,
    recipient_list: Option<&RecipientList>,
) -> Result<Pattern, String> {
    let Some(recipient_list) = recipient_list else {
        return check_value(name, value).map(|()| Pattern::fixed(value));
    };
    let pattern = Pattern::read(value, recipient_list)?;
    let rows = if pattern.varies() {
        recipient_list.count()
    } else {
        1
    };
    for row in 0..rows {
        let rendered = pattern.render(|column| recipient_list.cell(row, column));
        check_value(name, &rendered).map_err(|why| match pattern.varies() {
            true => format!(
                "{}: line {}: {why}",
                recipient_list.file,
                recipient_list.line(row)
            ),
            false => why,
        })?;
    }
    Ok(pattern)
}
