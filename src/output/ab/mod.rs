//! The result of `sesbench ab`, and its formats: for people, for a job's summary, and for
//! programs.

mod csv;
mod html;
mod json;
mod junit;
mod markdown;
mod phrases;
mod sessions;
#[cfg(test)]
mod tests;
mod text;

use std::path::PathBuf;

use super::{Format, Report};
use crate::analysis::ab::SessionCost;
use crate::analysis::comparison::Answers;
use crate::vocabulary::ExitCode;
pub(crate) use json::value;

/// The result of one or several series.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct AbReport {
    /// In the order in which they ran.
    pub(crate) series: Vec<AbSeries>,
}

/// The result of a series.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AbSeries {
    /// Its name, if it is one of several.
    pub(crate) condition: Option<String>,
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// The name of its scenario.
    pub(crate) scenario: String,
    /// The key that differs.
    pub(crate) factor: String,
    /// The value that the others are compared with.
    pub(crate) base: String,
    /// The others.
    pub(crate) arms: Vec<AbArm>,
    /// Its pairs.
    pub(crate) pairs: AbPairs,
    /// How it ended.
    pub(crate) end: AbEnd,
    /// The level of the look that it ended at.
    pub(crate) alpha: f64,
    /// The runs that drop their pair.
    pub(crate) dropped: Vec<Dropped>,
    /// What a session costs in two TLS modes.
    pub(crate) sessions: Option<SessionCost>,
}

/// A value that is compared with the base.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AbArm {
    /// As it was written.
    pub(crate) value: String,
    /// What was decided.
    pub(crate) answers: Answers,
}

/// Numbers of pairs, without the discarded first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AbPairs {
    /// That ran.
    pub(crate) run: usize,
    /// That were compared.
    pub(crate) used: usize,
    /// At most.
    pub(crate) most: usize,
}

/// How a series ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum AbEnd {
    /// The question was decided.
    Decided,
    /// After its last pair.
    Complete,
    /// Over a quarter of its pairs was dropped.
    Dropped,
    /// By a signal.
    Interrupted,
    /// For this reason.
    Stopped {
        /// For people.
        why: String,
    },
}

/// A run that dropped its pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dropped {
    /// The number of the pair.
    pub(crate) pair: usize,
    /// The name of its folder.
    pub(crate) run: String,
    /// The value of the factor.
    pub(crate) value: String,
    /// Why it cannot be compared.
    pub(crate) why: String,
}

impl AbSeries {
    /// The exit codes of its comparisons.
    pub(crate) fn exit_codes(&self) -> impl Iterator<Item = ExitCode> {
        let arms = self.arms.iter();
        arms.map(|arm| arm.answers.conclusion().exit_code())
    }
}

impl Report for AbReport {
    const TEXT: Format<Self> = Format {
        name: "text",
        meaning: "the report for people, without colour",
        exporter: |paint| Box::new(text::Text::new(paint)),
    };
    const JSON: Format<Self> = Format {
        name: "json",
        meaning: "the decisions with their figures",
        exporter: |_| Box::new(json::Json),
    };
    const OTHERS: &'static [Format<Self>] = &[
        Format {
            name: "markdown",
            meaning: "for a pull request or the summary of a job",
            exporter: |_| Box::new(markdown::Markdown),
        },
        Format {
            name: "csv",
            meaning: "a line for each figure",
            exporter: |_| Box::new(csv::Csv),
        },
        Format {
            name: "junit",
            meaning: "a test case for each question, for CI",
            exporter: |_| Box::new(junit::Junit),
        },
        Format {
            name: "html",
            meaning: "a page with charts of all runs, as in report.html",
            exporter: |_| Box::new(html::Html),
        },
    ];
    const WRITTEN: &'static str = "Written when the series is over, also if it was interrupted.";
}
