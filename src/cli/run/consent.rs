//! Before real mail: what will happen is said, and the user asked.
//!
//! What is said is [`scenario::statement`]'s; nothing is asked for other
//! targets than SES. The answer comes from a terminal or from `--yes`, never
//! from silence.

use std::io::{self, BufRead, IsTerminal, Write};

use super::{Ended, RunOptions};
use crate::scenario::{self, Plan};
use crate::vocabulary::ExitCode;

/// Goes on only if the user wants it.
pub(super) fn ask(plan: &Plan, options: &RunOptions) -> Result<(), Ended> {
    let Some(statement) = scenario::statement(plan) else {
        return Ok(());
    };
    if options.yes {
        eprint!("sesbench: {statement}");
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        let why = "a run on SES sends real mail, and there is no terminal to ask on: \
                   read what `sesbench check` says of it, and answer with --yes";
        return Err(Ended::new(ExitCode::Usage, why));
    }
    let question = format!("sesbench: {statement}");
    match answer(&question, &mut io::stdin().lock(), &mut io::stderr()) {
        Ok(true) => Ok(()),
        Ok(false) => Err(Ended::new(
            ExitCode::Interrupted,
            "nothing was sent: the answer was not yes",
        )),
        Err(error) => Err(Ended::new(
            ExitCode::Usage,
            format!("nothing was sent: the question could not be asked: {error}"),
        )),
    }
}

/// Says something, asks, and takes `y` or `yes` for consent, and nothing else.
fn answer(statement: &str, input: &mut impl BufRead, output: &mut impl Write) -> io::Result<bool> {
    write!(output, "{statement}Send? [y/N] ")?;
    output.flush()?;
    let mut line = String::new();
    input.read_line(&mut line)?;
    let word = line.trim().to_ascii_lowercase();
    Ok(word == "y" || word == "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        for (typed, consent) in [
            ("y\n", true),
            (" YES \n", true),
            ("yes", true),
            ("\n", false),
            ("", false),
            ("n\n", false),
            ("yesterday\n", false),
            ("no\ny\n", false),
        ] {
            let mut shown = Vec::new();
            let heard = answer("it costs\n", &mut typed.as_bytes(), &mut shown).unwrap();
            assert_eq!(heard, consent, "{typed:?}");
            assert_eq!(shown, b"it costs\nSend? [y/N] ");
        }
    }
}
