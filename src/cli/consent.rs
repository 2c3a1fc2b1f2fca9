//! Confirmation before real mail: prints the impact of the run and asks.
//!
//! The text is [`preview::impact`]'s; only runs on SES ask. Consent is `y`
//! or `yes` on a terminal, or `--yes`; anything else is a no.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::preview;
use crate::scenario::Plan;
use crate::vocabulary::ExitCode;

/// Why there is no consent.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoConsent {
    /// There is no terminal.
    #[error(
        "this would send real mail through SES, and there is no terminal to ask on: \
         confirm with --yes (`sesbench check` shows what a run will do)"
    )]
    NoTerminal,
    /// The answer was not yes.
    #[error("nothing was sent: the answer was not yes")]
    No,
    /// The terminal failed.
    #[error("nothing was sent: the confirmation prompt failed: {0}")]
    Unasked(#[from] io::Error),
}

impl NoConsent {
    /// A no has the exit code of Ctrl-C at the prompt.
    pub(super) const fn code(&self) -> ExitCode {
        match self {
            Self::No => ExitCode::Interrupted,
            Self::NoTerminal | Self::Unasked(_) => ExitCode::Usage,
        }
    }
}

/// Prints the impact, and asks unless `yes` is set.
pub(super) fn ask(plan: &Plan, yes: bool) -> Result<(), NoConsent> {
    match preview::impact(plan) {
        Some(impact) => ask_about(&impact, yes),
        None => Ok(()),
    }
}

/// Prints the impact of each of the plans, of which `runs` runs are made, and asks once
/// for all of them.
pub(super) fn ask_for_series(plans: &[&Plan], runs: u64, yes: bool) -> Result<(), NoConsent> {
    let mut impacts: Vec<String> = Vec::new();
    for impact in plans.iter().filter_map(|plan| preview::impact(plan)) {
        if !impacts.contains(&impact) {
            impacts.push(impact);
        }
    }
    if impacts.is_empty() {
        return Ok(());
    }
    let series = format!(
        "  {:<10} up to {runs} runs such as this; target.max_recipients holds for all of them \
         together\n",
        "series"
    );
    ask_about(&(impacts.join("  or\n") + &series), yes)
}

fn ask_about(impact: &str, yes: bool) -> Result<(), NoConsent> {
    let impact = format!("sesbench: {impact}");
    if yes {
        // A closed standard error changes nothing in what was asked for.
        let _ = io::stderr().write_all(impact.as_bytes());
        return Ok(());
    }
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return Err(NoConsent::NoTerminal);
    }
    match answer(&impact, &mut io::stdin().lock(), &mut io::stderr())? {
        true => Ok(()),
        false => Err(NoConsent::No),
    }
}

/// Prints the statement and asks. Only `y` and `yes` are consent.
fn answer(impact: &str, input: &mut impl BufRead, output: &mut impl Write) -> io::Result<bool> {
    write!(output, "{impact}Send? [y/N] ")?;
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
