//! The plan as Markdown, for a ticket or a pull request.

use std::io::{self, Write};

use super::Exporter;
use super::request::{commands, text};
use super::sections::{answer, reason, sections};
use super::verified;
use crate::analysis::capacity::CapacityPlan;

/// Writes the plan as Markdown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Markdown;

impl Exporter<CapacityPlan> for Markdown {
    fn export(&self, plan: &CapacityPlan, to: &mut dyn Write) -> io::Result<()> {
        writeln!(
            to,
            "# Capacity plan: {}\n\n{}",
            escaped(&answer(plan)),
            escaped(&reason(plan))
        )?;
        if let Some((word, _, rest)) = verified::answer(plan) {
            writeln!(to, "\n**{word}**: {}", escaped(&rest))?;
        }
        for section in verified::sections(plan).into_iter().chain(sections(plan)) {
            writeln!(to, "\n## {}\n\n```text", section.title)?;
            for line in section.table.lines() {
                writeln!(to, "{line}")?;
            }
            writeln!(to, "```")?;
            for note in &section.notes {
                writeln!(to, "\n{}", escaped(note))?;
            }
        }
        if plan.is_enough() {
            return Ok(());
        }
        writeln!(
            to,
            "\n## the request\n\n{}",
            escaped(&text(plan).join("\n"))
        )?;
        writeln!(to, "\n```console")?;
        for line in commands(plan) {
            writeln!(to, "{line}")?;
        }
        writeln!(to, "```")
    }
}

/// Characters that Markdown or HTML would interpret, such as those in the name of a
/// file, are escaped.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if "\\`*_[]<>#|&".contains(c) {
            shown.push('\\');
        }
        shown.push(c);
    }
    shown
}
