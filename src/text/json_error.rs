//! Words the errors of a text that should be JSON.

/// An error for users: the library's text is for programmers.
pub(crate) fn json_error(text: &str, error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match text.trim().is_empty() {
        true => "the file is empty".to_owned(),
        false if error.is_eof() => {
            format!("line {line}: incomplete JSON: the file may be truncated")
        }
        false => format!("line {line}, column {column}: invalid JSON"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_is_not_json_has_a_line_and_a_column() {
        for (text, expected) in [
            ("", "the file is empty"),
            (" \n", "the file is empty"),
            (
                "{\n\"a\": 1",
                "line 2: incomplete JSON: the file may be truncated",
            ),
            ("{\n\"a\": NaN}", "line 2, column 6: invalid JSON"),
            ("{} {}", "line 1, column 4: invalid JSON"),
        ] {
            let error = serde_json::from_str::<serde_json::Value>(text).unwrap_err();
            assert_eq!(json_error(text, &error), expected, "{text:?}");
        }
    }
}
