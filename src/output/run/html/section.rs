//! A section of the page, and what it may hold.
//!
//! Every text goes through [`shown`] here, so that none is forgotten: control
//! characters and marks of direction are written out, and the length is bounded. The
//! template escapes what has a meaning in HTML.

use super::canvas::{Colour, Drawing};
use crate::text::printable;

/// Characters of a text that are shown.
const MAX_TEXT: usize = 2_000;
/// Characters of a listing that are shown.
const MAX_LISTING: usize = 20_000;

/// The text as it is safe to show.
pub(super) fn shown(text: &str) -> String {
    cut(&printable(text), MAX_TEXT)
}

fn cut(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((at, _)) => format!("{}... (cut)", &text[..at]),
        None => text.to_owned(),
    }
}

/// A heading and what is below it, in this order: texts, charts, tables, listings.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: &'static str,
    pub(super) texts: Vec<String>,
    pub(super) charts: Vec<Chart>,
    pub(super) tables: Vec<Grid>,
    pub(super) listings: Vec<(&'static str, String)>,
    pub(super) links: Vec<&'static str>,
}

impl Section {
    pub(super) const fn new(title: &'static str) -> Self {
        Self {
            title,
            texts: Vec::new(),
            charts: Vec::new(),
            tables: Vec::new(),
            listings: Vec::new(),
            links: Vec::new(),
        }
    }

    pub(super) fn text(mut self, text: &str) -> Self {
        self.texts.push(shown(text));
        self
    }

    pub(super) fn chart(mut self, chart: Chart) -> Self {
        self.charts.push(chart);
        self
    }

    pub(super) fn table(mut self, table: Grid) -> Self {
        self.tables.push(table);
        self
    }

    /// A text of several lines, folded.
    pub(super) fn listing(mut self, title: &'static str, text: &str) -> Self {
        let lines: Vec<_> = text.lines().map(printable).collect();
        self.listings
            .push((title, cut(&lines.join("\n"), MAX_LISTING)));
        self
    }
}

/// A drawing with its legend.
#[derive(Debug)]
pub(super) struct Chart {
    pub(super) label: &'static str,
    pub(super) legend: Vec<(Colour, String)>,
    pub(super) body: String,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Chart {
    pub(super) fn new(
        label: &'static str,
        legend: impl IntoIterator<Item = (Colour, &'static str)>,
        drawing: Drawing,
    ) -> Self {
        let legend = legend.into_iter();
        Self {
            label,
            legend: legend.map(|(colour, name)| (colour, shown(name))).collect(),
            width: drawing.width,
            height: drawing.height,
            body: drawing.body,
        }
    }
}

/// A table; numbers are aligned to the right.
#[derive(Debug)]
pub(super) struct Grid {
    pub(super) title: &'static str,
    pub(super) head: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) is_folded: bool,
    texts: &'static [usize],
}

impl Grid {
    /// An open table; the columns in `texts` hold text, the others numbers.
    pub(super) fn new(head: &[&str], texts: &'static [usize]) -> Self {
        Self {
            title: "",
            head: head.iter().map(|cell| (*cell).to_owned()).collect(),
            rows: Vec::new(),
            is_folded: false,
            texts,
        }
    }

    /// A table behind a chart.
    pub(super) fn folded(title: &'static str, head: &[&str], texts: &'static [usize]) -> Self {
        Self {
            title,
            is_folded: true,
            ..Self::new(head, texts)
        }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let cells = cells.into_iter();
        self.rows.push(cells.map(|cell| shown(&cell)).collect());
    }

    pub(super) fn is_number(&self, column: &usize) -> bool {
        !self.texts.contains(column)
    }
}
