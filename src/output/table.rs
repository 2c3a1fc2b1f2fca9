//! A table with aligned columns.

/// Alignment of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    /// For text.
    Left,
    /// For numbers.
    Right,
}

/// Rows of cells, printed with two spaces between columns.
#[derive(Debug)]
pub(crate) struct Table {
    sides: Vec<Side>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(sides: &[Side]) -> Self {
        Self {
            sides: sides.to_vec(),
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The cells of each row.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[String]> {
        self.rows.iter().map(Vec::as_slice)
    }

    /// One line per row.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        let widths = self.widths();
        self.rows.iter().map(move |row| {
            let cells = row.iter().zip(&self.sides).zip(&widths);
            let cells: Vec<_> = cells
                .map(|((cell, side), width)| pad(cell, *side, *width))
                .collect();
            cells.join("  ").trim_end().to_owned()
        })
    }

    fn widths(&self) -> Vec<usize> {
        let width = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        (0..self.sides.len()).map(width).collect()
    }
}

fn pad(cell: &str, side: Side, width: usize) -> String {
    match side {
        Side::Left => format!("{cell:<width$}"),
        Side::Right => format!("{cell:>width$}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_left_and_numbers_right() {
        let mut table = Table::new(&[Side::Left, Side::Right, Side::Left]);
        table.row(["mail", "1.5", "x"].map(str::to_owned));
        table.row(["ehlo_tls", "123.25", ""].map(str::to_owned));
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines, ["mail         1.5  x", "ehlo_tls  123.25"]);
    }
}
