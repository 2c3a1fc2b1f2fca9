//! Byte order marks, which some editors put before a text (Unicode 15, section
//! 23.8).

/// UTF-8's byte order mark.
pub(crate) const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Refuses a text whose byte order mark shows another encoding than UTF-8. Call it
/// first: later errors would only name a symptom.
pub(crate) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    let marks: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];
    match marks.iter().any(|mark| bytes.starts_with(mark)) {
        true => Err("UTF-16 by its byte order mark; save it as UTF-8"),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_16_is_called_by_its_name() {
        for bytes in [&b"\xff\xfea\0"[..], b"\xfe\xff\0a"] {
            assert!(check(bytes).unwrap_err().contains("UTF-16"));
        }
        for bytes in [&b""[..], UTF8_MARK, b"text", b"\xff"] {
            assert_eq!(check(bytes), Ok(()));
        }
    }
}
