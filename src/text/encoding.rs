//! Decodes UTF-8, and knows the byte order marks that some editors put before a
//! text (Unicode 15, section 23.8).

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

/// The bytes as text.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = error.valid_up_to();
        format!("invalid UTF-8 at byte {valid}: expected text")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_that_is_not_utf_8_is_counted() {
        assert_eq!(utf8(b"a\xc3\xa4"), Ok("a\u{e4}"));
        let error = utf8(b"a\xc3\xa4\xff").unwrap_err();
        assert_eq!(error, "invalid UTF-8 at byte 3: expected text");
    }

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
