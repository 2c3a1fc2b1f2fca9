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

/// The same, and a word that is longer than a line is cut into lines.
pub(crate) fn cut_words(text: &str, width: usize) -> Vec<String> {
    let width = width.max(1);
    let cut = |line: String| {
        let chars: Vec<char> = line.chars().collect();
        let parts = chars.chunks(width);
        parts
            .map(|part| part.iter().collect())
            .collect::<Vec<String>>()
    };
    wrapped(text, width).into_iter().flat_map(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_word_is_cut_where_a_line_must_end() {
        assert_eq!(
            cut_words("abcdefgh ij k", 3),
            ["abc", "def", "gh", "ij", "k"]
        );
        assert_eq!(cut_words("one two", 7), ["one two"]);
        assert_eq!(cut_words("ab", 0), ["a", "b"]);
    }

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
