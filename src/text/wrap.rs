//! Breaks text into lines.

/// The lines of a text, each of at most `width` characters where its words allow it.
pub(crate) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrapped("ä öü ß", 4), ["ä öü", "ß"]);
        assert_eq!(
            wrapped("incomprehensible a b", 5),
            ["incomprehensible", "a b"]
        );
        assert_eq!(wrapped(" ", 5), Vec::<String>::new());
    }
}
