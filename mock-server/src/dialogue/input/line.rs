//! Splits a stream of bytes into command lines.
//!
//! A line ends with CRLF and nothing else (RFC 5321 section 2.3.8). A bare CR or
//! LF is an error as soon as it is seen, and so is a line that is too long; SES
//! closes the connection after either.

use crate::facts::limits::MAX_COMMAND_LINE;

/// Result of reading a line.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::dialogue) enum Found<'a> {
    /// No complete line yet; all bytes are in `partial`.
    Part,
    /// A line, without its CRLF.
    Line(&'a [u8]),
    /// More than [`MAX_COMMAND_LINE`] characters.
    TooLong,
    /// A bare CR or LF, at this position.
    Bare(usize),
}

/// Takes a line from `bytes`, whose beginning may be in `partial`, and returns how
/// many bytes that used. A line that is completely in `bytes` is not copied.
///
/// `partial` is bounded. The caller clears it after any other result than a part.
pub(in crate::dialogue) fn take<'a>(
    partial: &'a mut Vec<u8>,
    bytes: &'a [u8],
) -> (usize, Found<'a>) {
    if partial.last() == Some(&b'\r') {
        let length = partial.len() - 1;
        return match bytes.first() {
            None => (0, Found::Part),
            Some(b'\n') => (1, Found::Line(&partial[..length])),
            Some(_) => (0, Found::Bare(length)),
        };
    }
    let end = bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
    let length = partial.len() + end.unwrap_or(bytes.len());
    if length > MAX_COMMAND_LINE {
        return (0, Found::TooLong);
    }
    let Some(end) = end else {
        partial.extend_from_slice(bytes);
        return (bytes.len(), Found::Part);
    };
    match (bytes[end], bytes.get(end + 1)) {
        (b'\r', Some(b'\n')) if partial.is_empty() => (end + 2, Found::Line(&bytes[..end])),
        (b'\r', Some(b'\n')) => {
            partial.extend_from_slice(&bytes[..end]);
            (end + 2, Found::Line(partial))
        }
        (b'\r', None) => {
            partial.extend_from_slice(bytes);
            (bytes.len(), Found::Part)
        }
        _ => (end, Found::Bare(length)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_one_line_and_leaves_the_rest() {
        let mut partial = Vec::new();
        let (used, found) = take(&mut partial, b"NOOP\r\nQUIT\r\n");
        assert_eq!((used, found), (6, Found::Line(b"NOOP")));
    }

    #[test]
    fn puts_parts_together_even_within_crlf() {
        let mut partial = Vec::new();
        assert_eq!(take(&mut partial, b"NO"), (2, Found::Part));
        assert_eq!(take(&mut partial, b"OP\r"), (3, Found::Part));
        assert_eq!(take(&mut partial, b"\nX"), (1, Found::Line(b"NOOP")));
    }

    #[test]
    fn finds_bare_cr_and_lf() {
        assert_eq!(take(&mut Vec::new(), b"NOOP\nX"), (4, Found::Bare(4)));
        assert_eq!(take(&mut Vec::new(), b"NOOP\rX"), (4, Found::Bare(4)));
        let mut partial = b"NOOP\r".to_vec();
        assert_eq!(take(&mut partial, b"\r\n"), (0, Found::Bare(4)));
    }

    #[test]
    fn bounds_the_line() {
        let longest = [b'x'; MAX_COMMAND_LINE];
        let mut partial = Vec::new();
        assert_eq!(
            take(&mut partial, &longest),
            (MAX_COMMAND_LINE, Found::Part)
        );
        assert_eq!(take(&mut partial, b"x"), (0, Found::TooLong));
        let mut partial = longest.to_vec();
        assert_eq!(take(&mut partial, b"\r\n").1, Found::Line(&longest));
    }
}
