//! Quotes in a CSV file (RFC 4180 section 2), checked before it is read.
//!
//! A reader forgives: a quote that is never closed takes the rest of the file
//! into one cell, and what follows a closing quote becomes part of it. Both
//! hide rows that are believed to be there.

/// What is wrong, and in which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) line: usize,
    pub(super) why: &'static str,
}

/// Where the scan is.
#[derive(Clone, Copy)]
enum State {
    /// In a cell of which nothing but blanks was read; were there any?
    Start { blanks: bool },
    /// In a cell without quotes.
    Plain,
    /// In a cell whose quote began in that line.
    Quoted { from: usize },
    /// Behind a quote in a quoted cell: its end, or the first half of `""`.
    Closing { from: usize },
    /// Behind a closed cell.
    Closed { from: usize },
}

/// Finds the first quote that does not mean what it seems to.
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
                let why = "the cell that begins here with a quote goes on behind its closing \
                           quote: close it before, or double the quotes in it";
                return damage(from, why);
            }
            (State::Start { blanks: false }, b'"') => State::Quoted { from: line },
            (State::Start { blanks: true }, b'"') => {
                return damage(
                    line,
                    "a quote follows a blank: put it right behind the comma",
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
            "the quote that begins here is never closed, and takes in the rest of the file",
        ),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_that_mean_what_they_seem_to_are_taken() {
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
    fn quotes_that_do_not_are_refused_with_the_line_they_begin_in() {
        for (text, line, why) in [
            ("a,b\nc,\"d\ne,f\n", 2, "never closed"),
            ("\"", 1, "never closed"),
            ("a\n\n\"b\"\"\n", 3, "never closed"),
            ("a,b\nc,\"d\ne,\"f\"\n", 2, "goes on behind"),
            ("\"a\"b\n", 1, "goes on behind"),
            ("\"a\" b\n", 1, "goes on behind"),
            ("a, \"b, c\"\n", 1, "follows a blank"),
        ] {
            let damage = check(text.as_bytes()).unwrap_err();
            assert_eq!(damage.line, line, "{text:?}");
            assert!(damage.why.contains(why), "{text:?}: {}", damage.why);
        }
    }
}
