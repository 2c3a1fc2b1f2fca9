//! The flags `--progress` and `--quiet` of the commands that carry out runs.

use clap::{Args, ValueEnum};

use super::args::OUTPUT;
use crate::output::progress::Mode;

/// What is shown on standard error while it runs.
#[derive(Args, Clone, Copy, Debug, Default)]
// These comments are the help: `[default: ...]` is for a terminal, not for rustdoc.
#[allow(rustdoc::broken_intra_doc_links)]
pub struct ProgressArgs {
    /// Progress on stderr: auto, plain or none
    ///
    /// auto is a live view on a terminal, and plain elsewhere: a line
    /// every few seconds. [default: auto]
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "HOW",
        help_heading = OUTPUT,
        verbatim_doc_comment
    )]
    pub progress: ProgressArg,
    /// No progress and no notes on stderr
    #[arg(long, help_heading = OUTPUT)]
    pub quiet: bool,
}

impl ProgressArgs {
    /// How progress is shown; `--quiet` decides, wherever it stands.
    pub(super) fn mode(self) -> Mode {
        match (self.quiet, self.progress) {
            (true, _) | (false, ProgressArg::None) => Mode::None,
            (false, ProgressArg::Auto) => Mode::Auto,
            (false, ProgressArg::Plain) => Mode::Plain,
        }
    }
}

/// The value of `--progress`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ProgressArg {
    /// Live on a terminal, otherwise plain
    #[default]
    Auto,
    /// A line every few seconds
    Plain,
    /// Nothing
    None,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_decides() {
        let mode = |progress, quiet| ProgressArgs { progress, quiet }.mode();
        assert_eq!(mode(ProgressArg::Auto, false), Mode::Auto);
        assert_eq!(mode(ProgressArg::Plain, false), Mode::Plain);
        assert_eq!(mode(ProgressArg::None, false), Mode::None);
        assert_eq!(mode(ProgressArg::Plain, true), Mode::None);
    }
}
