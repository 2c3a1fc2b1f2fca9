//! Parses a CSV file of recipients: one row each, with their weight, header values
//! and other columns.

use csv::{ErrorKind, Position, ReaderBuilder, StringRecord, Trim};
use serde::Serialize;

use super::weighted::is_weight;
use super::{address, quotes};
use crate::text::encoding;

/// Names of the column with the addresses, in any case.
const ADDRESS: [&str; 2] = ["address", "email"];
/// Name of the column with the weights, in any case.
const WEIGHT: &str = "weight";
/// Prefix of the names of columns with header values.
const HEADER: &str = "header.";

/// Recipients from a CSV file (RFC 4180) whose first row names its columns.
#[derive(Clone, Debug, Serialize)]
pub struct RecipientList {
    /// The path of the file.
    pub file: String,
    /// The number of recipients.
    #[serde(rename = "rows")]
    count: usize,
    /// The hash of the file: equal if two runs had the same recipients.
    pub hash: String,
    #[serde(skip)]
    columns: Vec<String>,
    #[serde(skip)]
    address: usize,
    #[serde(skip)]
    rows: Vec<StringRecord>,
    /// The line of the file in which each row starts.
    #[serde(skip)]
    lines: Vec<usize>,
    #[serde(skip)]
    weights: Option<Vec<f64>>,
}

impl RecipientList {
    /// Parses the bytes of a file; `hash` is their hash.
    pub(crate) fn parse(file: &str, bytes: &[u8], hash: String) -> Result<Self, String> {
        encoding::check(bytes)?;
        let in_line = |line: usize, why: &str| format!("line {line}: {why}");
        if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
            let line = 1 + line_ends(&bytes[..at]);
            return Err(in_line(line, "contains a NUL, which is not valid in text"));
        }
        quotes::check(bytes).map_err(|damage| in_line(damage.line, damage.why))?;
        let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(bytes);
        let names = reader.headers().map_err(|error| broken(&error, bytes))?;
        let columns: Vec<String> = names.iter().map(str::to_owned).collect();
        let address = address_column(&columns)?;
        let rows = reader.into_records().collect::<Result<Vec<_>, _>>();
        let rows = rows.map_err(|error| broken(&error, bytes))?;
        if rows.is_empty() {
            return Err(
                "no recipients: expected a row with the column names, then a row for \
                        each recipient"
                    .to_owned(),
            );
        }
        let recipient_list = Self {
            file: file.to_owned(),
            count: rows.len(),
            hash,
            weights: None,
            lines: lines(bytes, &rows),
            columns,
            address,
            rows,
        };
        for (row, each) in recipient_list.addresses().enumerate() {
            let checked = match each {
                "" => Err("empty: expected a mail address in each row".to_owned()),
                each => address::check(each),
            };
            checked.map_err(|why| recipient_list.at(row, address, &why))?;
        }
        let weights = recipient_list.read_weights()?;
        Ok(Self {
            weights,
            ..recipient_list
        })
    }

    fn read_weights(&self) -> Result<Option<Vec<f64>>, String> {
        let Some(column) = find(&self.columns, WEIGHT) else {
            return Ok(None);
        };
        let weights = (0..self.count).map(|row| {
            let cell = self.cell(row, column);
            let number = cell.parse().ok().filter(|number| is_weight(*number));
            let why = format!(
                "invalid weight \"{}\": expected a number above 0",
                cell.escape_debug()
            );
            number.ok_or_else(|| self.at(row, column, &why))
        });
        weights.collect::<Result<_, _>>().map(Some)
    }

    /// The addresses, in order.
    pub(super) fn addresses(&self) -> impl Iterator<Item = &str> {
        (0..self.count).map(|row| self.cell(row, self.address))
    }

    /// The weights; `None` without a weight column.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// The number of recipients.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The value of a cell; rows and columns count from 0 and must exist.
    pub fn cell(&self, row: usize, column: usize) -> &str {
        &self.rows[row][column]
    }

    /// The names of the columns.
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The columns with header values: the header's name, and the column.
    pub fn header_columns(&self) -> impl Iterator<Item = (&str, usize)> {
        let columns = self.columns.iter().enumerate();
        columns.filter_map(|(column, name)| Some((name.strip_prefix(HEADER)?, column)))
    }

    /// The column with the values of that header.
    pub fn header_column(&self, name: &str) -> Option<usize> {
        let mut columns = self.header_columns();
        let column = columns.find(|(each, _)| each.eq_ignore_ascii_case(name))?;
        Some(column.1)
    }

    /// Formats an error in a cell.
    pub(crate) fn at(&self, row: usize, column: usize, why: &str) -> String {
        let (line, name) = (self.line(row), &self.columns[column]);
        format!("line {line}, column `{name}`: {why}")
    }

    /// The line of the file in which a row starts.
    pub(crate) fn line(&self, row: usize) -> usize {
        self.lines[row]
    }
}

fn address_column(columns: &[String]) -> Result<usize, String> {
    for (number, name) in columns.iter().enumerate() {
        let again = columns[..number]
            .iter()
            .any(|each| each.eq_ignore_ascii_case(name));
        if again {
            return Err(format!("line 1: duplicate column `{name}`"));
        }
    }
    match ADDRESS.map(|name| find(columns, name)) {
        [Some(column), None] | [None, Some(column)] => Ok(column),
        [Some(_), Some(_)] => {
            Err("line 1: expected a column `address` or `email`, found both".to_owned())
        }
        [None, None] => Err(format!(
            "line 1: expected a column `address` or `email`, found {}",
            listed(columns)
        )),
    }
}

fn find(columns: &[String], name: &str) -> Option<usize> {
    columns
        .iter()
        .position(|each| each.eq_ignore_ascii_case(name))
}

/// A list of names in backticks, for errors.
pub(super) fn listed(columns: &[String]) -> String {
    let quoted = columns
        .iter()
        .map(|each| format!("`{}`", each.escape_debug()));
    quoted.collect::<Vec<_>>().join(", ")
}

/// The line of each row. The reader's positions cannot be used as they are: they
/// lie before empty lines, and before the second half of a CRLF.
fn lines(bytes: &[u8], rows: &[StringRecord]) -> Vec<usize> {
    let (mut line, mut counted) = (1, 0);
    let lines = rows.iter().map(|row| {
        let start = row_start(bytes, row.position()).max(counted);
        line += line_ends(&bytes[counted..start]);
        counted = start;
        line
    });
    lines.collect()
}

fn row_start(bytes: &[u8], position: Option<&Position>) -> usize {
    let from = position.map_or(0, |position| position.byte() as usize);
    let from = from.min(bytes.len());
    let before = bytes[from..].iter();
    from + before
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count()
}

fn line_ends(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

fn broken(error: &csv::Error, bytes: &[u8]) -> String {
    let line = 1 + line_ends(&bytes[..row_start(bytes, error.position())]);
    match error.kind() {
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!("line {line}: expected {expected_len} cells as in the first row, found {len}"),
        ErrorKind::Utf8 { .. } => format!("line {line}: not UTF-8"),
        _ => format!("line {line}: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<RecipientList, String> {
        RecipientList::parse("people.csv", text.as_bytes(), String::new())
    }

    #[test]
    fn rows_are_read_with_weights_and_header_values() {
        let text = "\u{feff}name, Email ,weight,header.X-Team\r\n\
                    \"Ann, the first\", a@example.com ,2,red\r\n\r\nBob,b@example.com,0.5,\r\n";
        let recipient_list = parse(text).unwrap();
        let addresses: Vec<_> = recipient_list.addresses().collect();
        assert_eq!(addresses, ["a@example.com", "b@example.com"]);
        assert_eq!(recipient_list.weights(), Some(&[2.0, 0.5][..]));
        assert_eq!(recipient_list.cell(0, 0), "Ann, the first");
        assert_eq!(
            recipient_list.header_columns().collect::<Vec<_>>(),
            [("X-Team", 3)]
        );
        assert_eq!(recipient_list.header_column("x-team"), Some(3));
        assert_eq!((recipient_list.line(0), recipient_list.line(1)), (2, 4));
        let json = serde_json::to_value(&recipient_list).unwrap();
        assert_eq!(
            (&json["file"], &json["rows"]),
            (&"people.csv".into(), &2.into())
        );
        assert_eq!(json.as_object().unwrap().len(), 3);
    }

    #[test]
    fn an_invalid_file_is_reported_with_line_and_column() {
        for (text, why) in [
            ("", "line 1: expected a column `address` or `email`, found "),
            (
                "name;email\n",
                "line 1: expected a column `address` or `email`, found `name;email`",
            ),
            (
                "email,address\n",
                "line 1: expected a column `address` or `email`, found both",
            ),
            ("email,a,A\n", "line 1: duplicate column `A`"),
            ("email\n", "no recipients: expected a row"),
            (
                "email,a\nx@y,1\nz@y\n",
                "line 3: expected 2 cells as in the first row, found 1",
            ),
            (
                "email,a\r\nx@y,\"1\r\n2\"\r\nzy,2\r\n",
                "line 4, column `email`: invalid mail address \"zy\"",
            ),
            (
                "email,a\nx@y,1\nzy,2\n",
                "line 3, column `email`: invalid mail address \"zy\": expected NAME@DOMAIN",
            ),
            ("email,a\n,1\n", "line 2, column `email`: empty"),
            (
                "email,a\nx@y,\"1\nz@y,2\n",
                "line 2: the quote that opens here is never closed",
            ),
            ("email,a\nx@y,1\nz@y,\0\n", "line 3: contains a NUL"),
            (
                "email,a\nx@y,1\nz@",
                "line 3: expected 2 cells as in the first row, found 1",
            ),
            (
                "email\nx@y\nz@",
                "line 3, column `email`: invalid mail address \"z@\": expected text before and after",
            ),
            (
                "email,weight\nx@y,0\n",
                "line 2, column `weight`: invalid weight \"0\": expected a number above 0",
            ),
            (
                "email,weight\nx@y,\n",
                "line 2, column `weight`: invalid weight \"\": expected a number above 0",
            ),
            (
                "email,weight\nx@y,NaN\n",
                "line 2, column `weight`: invalid weight \"NaN\": expected a number above 0",
            ),
            (
                "email,weight\nx@y,1\ny@y,inf\n",
                "line 3, column `weight`: invalid weight \"inf\"",
            ),
        ] {
            let told = parse(text).unwrap_err();
            assert!(told.starts_with(why), "{text:?}: {told}");
        }
        let latin = RecipientList::parse(
            "people.csv",
            b"email,name\r\n\r\na@b,\xe4\r\n",
            String::new(),
        );
        assert_eq!(latin.unwrap_err(), "line 3: not UTF-8");
        let wide =
            RecipientList::parse("people.csv", b"\xff\xfee\0m\0a\0i\0l\0\n\0", String::new());
        let why = "UTF-16 by its byte order mark; save it as UTF-8";
        assert_eq!(wide.unwrap_err(), why);
    }
}
