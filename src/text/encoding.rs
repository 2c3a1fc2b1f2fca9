//! The marks that editors put before a text (Unicode 15, section 23.8), by name.

/// UTF-8's byte order mark.
pub(crate) const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Why a text in another encoding than UTF-8 is not read, where its first
/// bytes show that; they come before any that could be told otherwise.
pub(crate) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    let marks: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];
    match marks.iter().any(|mark| bytes.starts_with(mark)) {
        true => Err("is UTF-16, as its byte order mark says; save it as UTF-8"),
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
