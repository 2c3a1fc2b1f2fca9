//! The plan for people: the answer first, the request last.

use std::io::{self, Write};

use super::Exporter;
use super::request::{commands, text, wrapped};
use super::sections::{answer, reason, sections};
use super::verified;
use crate::analysis::capacity::CapacityPlan;
use crate::output::paint::{Colour, Paint};

/// Writes the plan for people.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text {
    paint: Paint,
}

impl Text {
    pub(super) const fn new(paint: Paint) -> Self {
        Self { paint }
    }
}

impl Exporter<CapacityPlan> for Text {
    fn export(&self, plan: &CapacityPlan, to: &mut dyn Write) -> io::Result<()> {
        if let Some((word, colour, rest)) = verified::answer(plan) {
            let mut lines = wrapped(&format!("{word}: {rest}"), 78).into_iter();
            let first = lines.next().unwrap_or_default();
            let rest = first.strip_prefix(word).unwrap_or_default();
            writeln!(to, "{}{rest}", self.paint.paint(colour, word))?;
            for line in lines {
                writeln!(to, "  {line}")?;
            }
        }
        writeln!(to, "{}", self.paint.paint(Colour::Bold, &answer(plan)))?;
        writeln!(to, "  {}", reason(plan))?;
        for section in verified::sections(plan).into_iter().chain(sections(plan)) {
            writeln!(to, "\n{}", section.title)?;
            for line in section.table.lines() {
                writeln!(to, "  {line}")?;
            }
            for note in section.notes.iter().flat_map(|note| wrapped(note, 76)) {
                writeln!(to, "  {note}")?;
            }
        }
        if plan.is_enough() {
            return Ok(());
        }
        writeln!(to, "\nthe request")?;
        for line in text(plan) {
            writeln!(to, "  {line}")?;
        }
        writeln!(
            to,
            "\nthe commands; the first lists the codes, to check them"
        )?;
        for line in commands(plan) {
            writeln!(to, "  {line}")?;
        }
        Ok(())
    }
}
