//! In what the plans of the arms differ.

use super::run_set::RunSet;
use crate::output::page::section::{Grid, Section};

/// A key of the plan, and its value in each arm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
}

/// Differences that are shown; plans that have nothing in common differ in hundreds.
const MAX_ROWS: usize = 60;

/// The section with the table.
pub(crate) fn differences(set: &RunSet, differences: &[Difference]) -> Section {
    let section = Section::new("What differs");
    if !set.is_alike {
        return section.text(
            "The runs have too many plans to show side by side: report those that belong together.",
        );
    }
    if set.arms.len() == 1 {
        return section.text("Nothing: all runs have one plan.");
    }
    if differences.is_empty() {
        return section.text(
            "Nothing: the plans are the same, apart from names and seeds, and so are the \
             machine and the program.",
        );
    }
    let names = set.arms.iter().map(|arm| arm.name.as_str());
    let head: Vec<&str> = std::iter::once("key").chain(names).collect();
    let mut grid = Grid::of_texts(&head);
    for each in differences.iter().take(MAX_ROWS) {
        let key = std::iter::once(each.key.clone());
        grid.row(key.chain(each.values.iter().cloned()));
    }
    let section = match differences.len().saturating_sub(MAX_ROWS) {
        0 => section,
        more => section.text(&format!("The first {MAX_ROWS} keys; {more} more differ.")),
    };
    section.table(grid)
}
