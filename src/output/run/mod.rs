//! The formats of a finished run: its report for people, and its files for programs.

mod asked;
mod csv;
mod html;
mod json;
mod text;

use super::{Exporter, Format, Report};
use crate::run::Finished;
pub(crate) use html::Html;

impl Report for Finished {
    const TEXT: Format<Self> = Format {
        name: "text",
        meaning: "the report for people, without colour",
        exporter: |paint| Box::new(text::Text::new(paint)),
    };
    const JSON: Format<Self> = Format {
        name: "json",
        meaning: "the record of the run, as in run.json",
        exporter: |_| Box::new(json::Json),
    };
    const OTHERS: &'static [Format<Self>] = &[
        Format {
            name: "csv",
            meaning: "the latencies, as in summary.csv, and the thresholds",
            exporter: |_| Box::new(csv::Csv),
        },
        Format {
            name: "html",
            meaning: "the report as a page with charts, as in report.html",
            exporter: |_| Box::new(html::Html::default()),
        },
    ];
    const WRITTEN: &'static str = "Written when the run is over, also if it was interrupted.";
}
