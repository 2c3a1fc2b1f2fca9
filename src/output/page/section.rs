//! A section of the page, and what it may hold.
//!
//! Every text goes through [`shown`] here, so that none is forgotten: control
//! characters and marks of direction are written out, and the length is bounded. The
//! template escapes what has a meaning in HTML.

use super::canvas::{Colour, Drawing};
use super::mark::{Mark, icon};
use crate::output::table::Table;
use crate::text::printable;

/// Characters of a text that are shown.
const MAX_TEXT: usize = 2_000;
/// Characters of a listing that are shown.
const MAX_LISTING: usize = 20_000;

/// The text as it is safe to show.
pub(crate) fn shown(text: &str) -> String {
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
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) texts: Vec<String>,
    pub(crate) charts: Vec<Chart>,
    pub(crate) tables: Vec<Grid>,
    pub(crate) listings: Vec<(&'static str, String)>,
    pub(crate) links: Vec<&'static str>,
}

impl Section {
    pub(crate) fn new(title: &str) -> Self {
        Self {
            title: shown(title),
            texts: Vec::new(),
            charts: Vec::new(),
            tables: Vec::new(),
            listings: Vec::new(),
            links: Vec::new(),
        }
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        self.texts.push(shown(text));
        self
    }

    pub(crate) fn chart(mut self, chart: Chart) -> Self {
        self.charts.push(chart);
        self
    }

    pub(crate) fn table(mut self, table: Grid) -> Self {
        self.tables.push(table);
        self
    }

    /// A text of several lines, folded.
    pub(crate) fn listing(mut self, title: &'static str, text: &str) -> Self {
        let lines: Vec<_> = text.lines().map(printable).collect();
        self.listings
            .push((title, cut(&lines.join("\n"), MAX_LISTING)));
        self
    }
}

/// A drawing with its legend.
#[derive(Debug)]
pub(crate) struct Chart {
    pub(crate) label: &'static str,
    pub(crate) legend: Vec<Key>,
    pub(crate) body: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

impl Chart {
    pub(crate) fn new(
        label: &'static str,
        legend: impl IntoIterator<Item = impl Into<Key>>,
        drawing: Drawing,
    ) -> Self {
        let legend = legend.into_iter();
        Self {
            label,
            legend: legend.map(Into::into).collect(),
            width: drawing.width,
            height: drawing.height,
            body: drawing.body,
        }
    }
}

/// An item of a legend: what it looks like in the drawing, and its name.
#[derive(Debug)]
pub(crate) struct Key {
    colour: Colour,
    /// None: a line or an area.
    mark: Option<(Mark, bool)>,
    pub(crate) name: String,
}

impl Key {
    /// A point; hollow or full.
    pub(crate) fn point(colour: Colour, mark: Mark, is_hollow: bool, name: &str) -> Self {
        Self {
            colour,
            mark: Some((mark, is_hollow)),
            name: shown(name),
        }
    }

    /// The inside of an `svg` of 12 x 12.
    pub(crate) fn icon(&self) -> String {
        icon(self.colour, self.mark)
    }
}

impl<S: AsRef<str>> From<(Colour, S)> for Key {
    fn from((colour, name): (Colour, S)) -> Self {
        Self {
            colour,
            mark: None,
            name: shown(name.as_ref()),
        }
    }
}

/// A cell of a table, which may lead to a file.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// A relative name.
    pub(crate) link: Option<String>,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, link: None }
    }
}

/// A table; numbers are aligned to the right.
#[derive(Debug)]
pub(crate) struct Grid {
    pub(crate) title: &'static str,
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
    pub(crate) is_folded: bool,
    texts: Texts,
}

/// The columns of a table that hold text.
#[derive(Clone, Copy, Debug)]
enum Texts {
    All,
    Some(&'static [usize]),
}

impl Grid {
    /// An open table; the columns in `texts` hold text, the others numbers.
    pub(crate) fn new(head: &[&str], texts: &'static [usize]) -> Self {
        Self {
            title: "",
            head: head.iter().map(|cell| shown(cell)).collect(),
            rows: Vec::new(),
            is_folded: false,
            texts: Texts::Some(texts),
        }
    }

    /// An open table without numbers.
    pub(crate) fn of_texts(head: &[&str]) -> Self {
        Self {
            texts: Texts::All,
            ..Self::new(head, &[])
        }
    }

    /// The table of a report for people, whose first row is the head.
    pub(crate) fn of_table(table: &Table, texts: &'static [usize]) -> Self {
        let mut rows = table.rows();
        let head: Vec<&str> = rows
            .next()
            .unwrap_or_default()
            .iter()
            .map(String::as_str)
            .collect();
        let mut grid = Self::new(&head, texts);
        rows.for_each(|row| grid.row(row.to_vec()));
        grid
    }

    /// A table behind a chart.
    pub(crate) fn folded(title: &'static str, head: &[&str], texts: &'static [usize]) -> Self {
        Self {
            title,
            is_folded: true,
            ..Self::new(head, texts)
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = impl Into<Cell>>) {
        let cells = cells.into_iter().map(Into::into);
        let cells = cells.map(|cell: Cell| Cell {
            text: shown(&cell.text),
            link: cell.link,
        });
        self.rows.push(cells.collect());
    }

    pub(crate) fn is_number(&self, column: &usize) -> bool {
        match self.texts {
            Texts::All => false,
            Texts::Some(texts) => !texts.contains(column),
        }
    }
}
