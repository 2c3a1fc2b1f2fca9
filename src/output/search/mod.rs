//! The formats of a search: its report for people, and its steps for programs.

mod csv;
mod html;
mod json;
mod markdown;
mod text;
mod words;

use super::{Exporter, Format, Report};
use crate::run::SearchResult;
pub(crate) use words::{bracket, load, outcome};

impl Report for SearchResult {
    const TEXT: Format<Self> = Format {
        name: "text",
        meaning: "the report for people, without colour",
        exporter: |paint| Box::new(text::Text::new(paint)),
    };
    const JSON: Format<Self> = Format {
        name: "json",
        meaning: "the record of the search, as in search.json",
        exporter: |_| Box::new(json::Json),
    };
    const OTHERS: &'static [Format<Self>] = &[
        Format {
            name: "csv",
            meaning: "the steps, a row for each",
            exporter: |_| Box::new(csv::StepsCsv),
        },
        Format {
            name: "markdown",
            meaning: "the answer and the steps, for a job summary",
            exporter: |_| Box::new(markdown::Markdown),
        },
        Format {
            name: "html",
            meaning: "a page with charts of all steps, as in report.html",
            exporter: |_| Box::new(html::Html),
        },
    ];
    const WRITTEN: &'static str = "Written when the search is over, also if it was interrupted.";
}

#[cfg(test)]
mod tests;
