//! A page of results: one file that needs no script, no network and no other file.
//!
//! The frame, its sections and tables, and the drawing of charts as SVG. What a page
//! shows is decided by the exporters of each kind of result.

pub(crate) mod axes;
pub(crate) mod canvas;
pub(crate) mod mark;
pub(crate) mod percentiles;
pub(crate) mod section;
pub(crate) mod set_up;

use std::io::{self, Write};
use std::ops::Range;

use askama::Template;

use section::Section;

/// The page, for the template. Every text in it has gone through [`section::shown`].
#[derive(Debug, Template)]
#[template(path = "page/page.html")]
pub(crate) struct Page {
    pub(crate) title: String,
    /// How the decision is marked: `pass`, `fail`, `doubt`, or `plain` where nothing was
    /// to be decided.
    pub(crate) class: &'static str,
    pub(crate) word: String,
    pub(crate) sentence: String,
    pub(crate) notes: Vec<String>,
    pub(crate) sections: Vec<Section>,
}

impl Page {
    /// Writes it, up to and including the last newline.
    pub(crate) fn write(&self, to: &mut dyn Write) -> io::Result<()> {
        self.write_into(to)?;
        writeln!(to)
    }
}

/// A part of a run: `the seconds 30 to 60`.
pub(crate) fn part_in_words(part: &Range<u32>) -> String {
    match (part.start, part.end) {
        (start, u32::MAX) => format!("the seconds from {start} on"),
        (start, end) => format!("the seconds {start} to {end}"),
    }
}
