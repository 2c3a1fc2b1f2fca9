//! The result of `sesbench compare`, and its formats: for people, for a pull request, for
//! CI, and for programs.

mod csv;
mod html;
mod json;
mod junit;
mod markdown;
mod phrases;
#[cfg(test)]
mod tests;
mod text;

use serde::Serialize;

use super::{Exporter, Format, Report};
use crate::analysis::comparison::Answers;

/// The result of a comparison of run folders.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct CompareReport {
    /// The name of the scenario.
    pub(crate) scenario: String,
    /// The run folders of the base, in the order of the command line; of a history in
    /// that of their time.
    pub(crate) base: Vec<String>,
    /// Those that are compared with it.
    pub(crate) new: Vec<String>,
    /// The history that the new runs, which are a job, are compared with; none if they
    /// are compared with other runs.
    pub(crate) history: Option<HistoryFacts>,
    /// What differs between the groups: `load.sessions: 4 -> 8`.
    pub(crate) differences: Vec<String>,
    /// Runs that were left out.
    pub(crate) excluded: Vec<Excluded>,
    /// What was decided.
    pub(crate) answers: Answers,
}

/// The history that a job was compared with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct HistoryFacts {
    /// Its folder.
    pub(crate) folder: String,
    /// The earlier jobs, the oldest first.
    pub(crate) jobs: Vec<HistoryJob>,
    /// Still older jobs, which do not count.
    pub(crate) older: usize,
}

/// An earlier job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct HistoryJob {
    /// Its folder.
    pub(crate) folder: String,
    /// When it started.
    pub(crate) start: Option<String>,
    /// Its runs that count.
    pub(crate) runs: usize,
}

/// A run that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Excluded {
    /// Its folder.
    pub(crate) folder: String,
    /// Why.
    pub(crate) reason: String,
}

impl Report for CompareReport {
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
            meaning: "a page with charts of all runs",
            exporter: |_| Box::new(html::Html),
        },
    ];
    const WRITTEN: &'static str = "Written also if the answer is no.";
}
