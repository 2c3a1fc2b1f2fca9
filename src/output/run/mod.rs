//! The formats of a finished run: its report for people, and its files for programs.

mod asked;
mod benchmarks;
mod csv;
mod html;
mod json;
mod junit;
mod markdown;
mod openmetrics;
mod stable;
#[cfg(test)]
mod tests;
mod text;

use super::{Exporter, Format, Report};
use crate::run::{Finished, Record};
pub(crate) use html::Html;

/// The verdict in a word, and its reason as the end of a sentence: `PASS` and
/// `: 3 thresholds met`.
pub(super) fn verdict_words(record: &Record) -> (String, String) {
    let decision = record.verdict.as_ref().map(|verdict| &verdict.decision);
    let word = decision.map_or_else(|| "UNFINISHED".to_owned(), |word| word.to_uppercase());
    (word, text::reason(record))
}

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
        Format {
            name: "markdown",
            meaning: "verdict and tables, for a job's summary",
            exporter: |_| Box::new(markdown::Markdown),
        },
        Format {
            name: "junit",
            meaning: "a test case for each threshold",
            exporter: |_| Box::new(junit::Junit),
        },
        Format {
            name: "openmetrics",
            meaning: "counts, shares, p50 and p99, as OpenMetrics text",
            exporter: |_| Box::new(openmetrics::OpenMetrics),
        },
        Format {
            name: "bencher",
            meaning: "p50, p99 and shares, as Bencher Metric Format",
            exporter: |_| Box::new(benchmarks::Bencher),
        },
        Format {
            name: "github-benchmark",
            meaning: "the same for github-action-benchmark",
            exporter: |_| Box::new(benchmarks::GithubBenchmark),
        },
    ];
    const WRITTEN: &'static str = "Written when the run is over, also if it was interrupted.";
}
