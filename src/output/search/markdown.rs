//! The answer and the steps in Markdown, for the summary of a job or a pull request.

use std::io::{self, Write};

use super::Exporter;
use super::words::{decision, facts, load, outcome};
use crate::run::SearchResult;
use crate::text::printable;
use crate::text::words::rate;

/// Writes the answer and a table of the steps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Markdown;

impl Exporter<SearchResult> for Markdown {
    fn export(&self, search: &SearchResult, to: &mut dyn Write) -> io::Result<()> {
        let record = &search.record;
        let (word, _, rest) = decision(record);
        writeln!(to, "**{word}**: {}\n", escaped(&rest))?;
        for (name, text) in facts(record) {
            writeln!(to, "- {name}: {}", escaped(&text))?;
        }
        if record.steps.is_empty() {
            return Ok(());
        }
        writeln!(to, "\n| step | load | time | accepted | result | reason |")?;
        writeln!(to, "|---:|---:|---:|---:|---|---|")?;
        for step in &record.steps {
            writeln!(
                to,
                "| {} | {} | {} s | {}/s | {} | {} |",
                step.number,
                load(&record.arguments, step.load),
                rate(step.length_s),
                rate(step.accepted_per_s),
                outcome(&step.outcome),
                escaped(&step.reason),
            )?;
        }
        Ok(())
    }
}

/// Text that Markdown shows as it is.
fn escaped(text: &str) -> String {
    let mut shown = String::new();
    for c in printable(text).chars() {
        match c {
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '#' | '~' | '!' | '@' => {
                shown.push('\\');
                shown.push(c);
            }
            c => shown.push(c),
        }
    }
    shown
}
