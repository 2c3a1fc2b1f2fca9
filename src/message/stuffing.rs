//! Dot-stuffing (RFC 5321 section 4.5.2).

/// Ends the data; follows a line end.
pub(super) const END: &[u8] = b".\r\n";

/// Doubles every dot at the start of a line. `text` starts at the start of a line.
pub(super) fn stuff(text: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(text.len() + text.len() / 1_024 + END.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if line.first() == Some(&b'.') {
            stuffed.push(b'.');
        }
        stuffed.extend_from_slice(line);
    }
    stuffed
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The data as a server decodes it.
    pub(in crate::message) fn unstuff(text: &[u8]) -> Vec<u8> {
        let lines = text.split_inclusive(|byte| *byte == b'\n');
        lines
            .flat_map(|line| line.strip_prefix(b".").unwrap_or(line))
            .copied()
            .collect()
    }

    proptest! {
        #[test]
        fn stuffing_is_undone_by_the_server_and_no_line_ends_the_data(
            lines in prop::collection::vec("[.a ]{0,4}", 0..20)
        ) {
            let text: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
            let stuffed = stuff(text.as_bytes());
            prop_assert_eq!(unstuff(&stuffed), text.as_bytes());
            prop_assert!(!stuffed.split_inclusive(|b| *b == b'\n').any(|line| line == END));
        }
    }
}
