//! Quotes in a CSV file (RFC 4180 section 2), checked before it is read.
//!
//! The CSV reader is lenient: an unclosed quote takes the rest of the file into
//! one cell, and text after a closing quote becomes part of the cell. Both hide
//! rows without an error.

/// The error, and its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) line: usize,
    pub(super) why: &'static str,
}

/// Where the scan is.
#[derive(Clone, Copy)]
enum State {
    /// In a cell, before its first character other than blanks.
    Start { blanks: bool },
    /// In a cell without quotes.
    Plain,
    /// In a cell whose quote opened in that line.
    Quoted { from: usize },
    /// After a quote in a quoted cell: its end, or the first half of `""`.
    Closing { from: usize },
    /// After the closing quote of a cell.
    Closed { from: usize },
}

/// Finds the first misplaced quote.
pub(super) fn check(bytes: &[u8]) -> Result<(), Damage> {
    let damage = |line, why| Err(Damage { line, why });
    let mut state = State::Start { blanks: false };
    let mut line = 1;
    for byte in bytes {
        state = match (state, *byte) {
            (State::Quoted { from }, b'"') => State::Closing { from },
            (State::Quoted { from }, _) => State::Quoted { from },
            (State::Closing { from }, b'"') => State::Quoted { from },
            (_, b',' | b'\n' | b'\r') => State::Start { blanks: false },
            (State::Closing { from } | State::Closed { from }, b' ' | b'\t') => {
                State::Closed { from }
            }
            (State::Closing { from } | State::Closed { from }, _) => {
                let why = "the cell that starts here with a quote has text after its closing \
                           quote: remove the text, or double the quotes in the cell";
                return damage(from, why);
            }
            (State::Start { blanks: false }, b'"') => State::Quoted { from: line },
            (State::Start { blanks: true }, b'"') => {
                return damage(
                    line,
                    "blank before an opening quote: put the quote right after the comma",
                );
            }
            (State::Start { .. }, b' ' | b'\t') => State::Start { blanks: true },
            (State::Start { .. } | State::Plain, _) => State::Plain,
        };
        if *byte == b'\n' {
            line += 1;
        }
    }
    match state {
        State::Quoted { from } => damage(
            from,
            "the quote that opens here is never closed: the cell takes in the rest of the file",
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn valid_quotes_are_accepted() {
        for text in [
            "",
            "a,b\nc,d\n",
            "a,\"b, c\"\r\n\"d\ne\",f",
            "\"say \"\"hi\"\"\",x\n\"\",\"\"\"\"\n",
            "\"closed\" ,x\n",
            "5\" disk,x\n",
            "\"a\"",
        ] {
            assert_eq!(check(text.as_bytes()), Ok(()), "{text:?}");
        }
    }

    #[test]
    fn misplaced_quotes_are_refused_with_the_line_of_their_cell() {
        for (text, line, why) in [
            ("a,b\nc,\"d\ne,f\n", 2, "never closed"),
            ("\"", 1, "never closed"),
            ("a\n\n\"b\"\"\n", 3, "never closed"),
            ("a,b\nc,\"d\ne,\"f\"\n", 2, "text after its closing"),
            ("\"a\"b\n", 1, "text after its closing"),
            ("\"a\" b\n", 1, "text after its closing"),
            ("a, \"b, c\"\n", 1, "blank before an opening"),
        ] {
            let damage = check(text.as_bytes()).unwrap_err();
            assert_eq!(damage.line, line, "{text:?}");
            assert!(damage.why.contains(why), "{text:?}: {}", damage.why);
        }
    }
}
