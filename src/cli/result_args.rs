//! The flags that every command with a result has: `--format` and `--export`.

use clap::{Args, ValueEnum};

use super::args::OUTPUT;
use crate::app::ResultOptions;
use crate::output::{Export, Report};

/// How the result is shown.
#[derive(Args, Clone, Debug)]
pub(crate) struct ResultArgs<R: Report + Send + Sync> {
    /// Result on stdout: human or json [default: human]
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "FORMAT",
        help_heading = OUTPUT
    )]
    pub format: FormatArg,
    /// Also write the result to a file; repeatable
    #[arg(
        long,
        value_name = "FORMAT=FILE",
        value_parser = Export::<R>::parse,
        help_heading = OUTPUT,
        long_help = export_help::<R>()
    )]
    pub export: Vec<Export<R>>,
}

impl<R: Report + Send + Sync> Default for ResultArgs<R> {
    fn default() -> Self {
        Self {
            format: FormatArg::default(),
            export: Vec::new(),
        }
    }
}

impl<R: Report + Send + Sync> ResultArgs<R> {
    /// The options of the use case.
    pub(super) fn options(&self) -> ResultOptions<R> {
        ResultOptions {
            format: match self.format {
                FormatArg::Human => R::TEXT,
                FormatArg::Json => R::JSON,
            },
            exports: self.export.clone(),
        }
    }
}

/// The format of the result on standard output.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatArg {
    /// Text for people
    #[default]
    Human,
    /// JSON for programs
    Json,
}

/// The help of `--export`, with every format.
fn export_help<R: Report>() -> String {
    let width = R::formats().map(|format| format.name.len()).max();
    let width = width.unwrap_or_default();
    let lines = R::formats().map(|format| {
        let (name, meaning) = (format.name, format.meaning);
        format!("{name:width$}  {meaning}\n")
    });
    let (lines, written) = (lines.collect::<String>(), R::WRITTEN);
    format!(
        "Also write the result to a file; repeatable\n\n\
         {lines}\
         {written}\n\
         [e.g. json=result.json]"
    )
}
