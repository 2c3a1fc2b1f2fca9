//! Columns of CSV files: one table gives header and documentation, and rows are
//! read back by column name.

use std::borrow::Cow;
use std::io::Write;

use csv::{ErrorKind, Position, StringRecord};

use crate::text::printable;

/// A column of a CSV file.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Its header; the unit is part of it.
    pub(super) name: Cow<'static, str>,
    /// What it holds, for `results/README.md`.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "only the documentation reads it")
    )]
    pub(super) meaning: Cow<'static, str>,
}

/// Columns from pairs of name and meaning.
pub(super) fn columns(table: &[(&'static str, &'static str)]) -> Vec<Column> {
    let column = |(name, meaning): &(&'static str, &'static str)| Column {
        name: Cow::Borrowed(name),
        meaning: Cow::Borrowed(meaning),
    };
    table.iter().map(column).collect()
}

/// The header line of a file.
pub(super) fn header(columns: &[Column]) -> impl Iterator<Item = &str> {
    columns.iter().map(|column| column.name.as_ref())
}

/// Writes the header line, and nothing else.
pub(super) fn write_header(columns: &[Column], to: impl Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(header(columns))?;
    Ok(writer.flush()?)
}

/// Reads all rows with `line`, which gets the header and a row. The error names the
/// line and what is wrong with it.
pub(super) fn read_rows<T>(
    text: &str,
    line: impl Fn(&StringRecord, &StringRecord) -> Option<T>,
) -> Result<Vec<T>, String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().map_err(describe)?.clone();
    let read = |row: csv::Result<StringRecord>| {
        let row = row.map_err(describe)?;
        line(&header, &row).ok_or_else(|| {
            let at = line_of(row.position());
            let cells: Vec<_> = row.iter().collect();
            let cells = printable(&cells.join(","));
            format!("{at}invalid row `{cells}`: expected values that fit the columns in the header")
        })
    };
    reader.records().map(read).collect()
}

fn line_of(position: Option<&Position>) -> String {
    position.map_or_else(String::new, |at| format!("line {}: ", at.line()))
}

fn describe(error: csv::Error) -> String {
    match error.kind() {
        ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => {
            let at = line_of(pos.as_ref());
            format!("{at}{len} fields: expected {expected_len}, as in the header")
        }
        _ => error.to_string(),
    }
}
