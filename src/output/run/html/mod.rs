//! The report of a run as a page: one file that needs no script, no network and no
//! other file.
//!
//! The order is that of a reader's questions: may I believe it, what happened, how
//! fast was it, why. Charts are SVG in the page; a table is behind each. What a chart
//! shows is decided in a file for each kind; `output::page` is the frame around all.

mod facts;
mod latency;
mod over_time;
#[cfg(test)]
mod tests;
mod verdict;

use std::io::{self, Write};
use std::ops::Range;

use super::Exporter;
use crate::output::page::{Page, axes, canvas, part_in_words, percentiles, section, set_up};
use crate::run::{Details, Finished, MissingLog, read_details};
use section::{Section, shown};

/// Writes the page.
#[derive(Clone, Debug, Default)]
pub(crate) struct Html {
    /// What the charts show, where it is read already: reading a long run takes time.
    details: Option<Details>,
    /// The seconds that the charts show; all if none are given.
    part: Option<Range<u32>>,
}

impl Exporter<Finished> for Html {
    fn export(&self, run: &Finished, to: &mut dyn Write) -> io::Result<()> {
        self.page(run)?.write(to)
    }
}

impl Html {
    /// The page with charts of some seconds, whose details are these.
    pub(crate) const fn new(details: Details, part: Option<Range<u32>>) -> Self {
        Self {
            details: Some(details),
            part,
        }
    }

    fn page(&self, run: &Finished) -> io::Result<Page> {
        let part = self.part.as_ref();
        let details = match &self.details {
            Some(details) => details.clone(),
            None => read_details(&run.folder, part).map_err(io::Error::other)?,
        };
        let record = &run.record;
        let headline = verdict::headline(record);
        let mut notes = headline.notes;
        if let Some(part) = part {
            notes.push(format!(
                "The charts over time and the curves are of {}; the tables and the verdict are \
                 of the whole run.",
                part_in_words(part)
            ));
        }
        if let Some(missing @ MissingLog::Unreadable(_)) = &details.missing_log {
            notes.push(shown(&format!(
                "{missing}: the charts lack what only it has."
            )));
        }
        let mut sections: Vec<Section> = facts::thresholds(record).into_iter().collect();
        let mut asked = facts::asked(run);
        if !details.columns.is_empty() {
            asked = asked
                .chart(over_time::rates(&details))
                .table(over_time::rates_table(&details));
        }
        sections.push(asked);
        sections.push(facts::findings(record));
        let has_time = !details.columns.is_empty();
        if has_time {
            sections.push(over_time::outcomes(&details));
        }
        sections.push(facts::replies(run));
        sections.push(latency::table(run));
        sections.push(latency::curves(run, &details, part.is_some()));
        if has_time {
            sections.push(over_time::response(&details));
        }
        sections.push(latency::set_up(run));
        if has_time {
            sections.push(over_time::sessions(&details));
            sections.push(over_time::generator(&details));
        }
        sections.push(facts::origin(run));
        Ok(Page {
            title: shown(&format!("{}: report of sesbench", record.scenario.name)),
            class: headline.class,
            word: headline.word,
            sentence: headline.sentence,
            notes,
            sections,
        })
    }
}
