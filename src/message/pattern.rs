//! Parses header values that contain columns of the recipients' file, as
//! `{column}`.

use serde::{Serialize, Serializer};

use super::RecipientList;
use super::recipient_list::listed;

/// A header's value: text, and columns that are replaced by the recipient's cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    written: String,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Column(usize),
}

impl Pattern {
    /// Text that is the same for all recipients.
    pub fn fixed(text: &str) -> Self {
        Self {
            written: text.to_owned(),
            pieces: vec![Piece::Text(text.to_owned())],
        }
    }

    /// Parses a text in which `{name}` stands for the recipient's cell in that
    /// column; `{{` and `}}` are literal braces.
    pub(crate) fn read(text: &str, recipient_list: &RecipientList) -> Result<Self, String> {
        let (mut pieces, mut plain, mut rest) = (Vec::new(), String::new(), text);
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            let name = rest.split_once('}').filter(|_| brace == "{");
            let Some((name, after)) = name else {
                return Err(format!(
                    "single `{brace}`: write `{brace}{brace}` for a literal brace"
                ));
            };
            pieces.push(Piece::Text(std::mem::take(&mut plain)));
            pieces.push(Piece::Column(column(name, recipient_list)?));
            rest = after;
        }
        plain.push_str(rest);
        pieces.push(Piece::Text(plain));
        pieces.retain(|piece| *piece != Piece::Text(String::new()));
        Ok(Self {
            written: text.to_owned(),
            pieces,
        })
    }

    /// Whether it differs between recipients.
    pub fn varies(&self) -> bool {
        self.pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Column(_)))
    }

    /// The value, with columns replaced by `cell`.
    pub fn render<'a>(&self, cell: impl Fn(usize) -> &'a str) -> String {
        let pieces = self.pieces.iter().map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Column(column) => cell(*column),
        });
        pieces.collect()
    }
}

impl Serialize for Pattern {
    /// As it was written.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written.serialize(serializer)
    }
}

fn column(name: &str, recipient_list: &RecipientList) -> Result<usize, String> {
    let columns = recipient_list.columns();
    let column = columns.iter().position(|each| each == name);
    column.ok_or_else(|| {
        let (file, columns) = (&recipient_list.file, listed(columns));
        format!("`{{{name}}}`: {file} has no such column; it has {columns}")
    })
}
