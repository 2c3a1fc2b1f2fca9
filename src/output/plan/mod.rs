//! The formats of a capacity plan.

mod csv;
mod days;
mod json;
mod markdown;
mod request;
mod sections;
mod text;
mod verified;

use super::{Exporter, Format, Report};
use crate::analysis::capacity::CapacityPlan;

impl Report for CapacityPlan {
    const TEXT: Format<Self> = Format {
        name: "text",
        meaning: "the plan for people, without colour",
        exporter: |paint| Box::new(text::Text::new(paint)),
    };
    const JSON: Format<Self> = Format {
        name: "json",
        meaning: "every figure of the plan",
        exporter: |_| Box::new(json::Json),
    };
    const OTHERS: &'static [Format<Self>] = &[
        Format {
            name: "markdown",
            meaning: "the plan as Markdown, for a ticket",
            exporter: |_| Box::new(markdown::Markdown),
        },
        Format {
            name: "csv",
            meaning: "the table from 14/s to 10,000/s",
            exporter: |_| Box::new(csv::TableCsv),
        },
    ];
    const WRITTEN: &'static str = "Written when the plan is made, and verified if that is asked.";
}
