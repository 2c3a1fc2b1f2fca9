//! The record of the search, for programs.

use std::io::{self, Write};

use super::Exporter;
use crate::run::SearchResult;

/// Writes the content of `search.json`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Json;

impl Exporter<SearchResult> for Json {
    fn export(&self, search: &SearchResult, to: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *to, &search.record)?;
        writeln!(to)
    }
}
