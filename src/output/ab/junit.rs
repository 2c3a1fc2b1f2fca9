//! The result for CI, as JUnit reads it: a test suite for each value that is compared, a
//! test case for each question, guard and share.

use std::io::{self, Write};

use super::phrases::{decision, pairs, title};
use super::{AbReport, AbSeries};
use crate::output::Exporter;
use crate::output::answers::cases;
use crate::output::junit::{self, Case, Problem, Suite};

/// Writes JUnit XML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Junit;

impl Exporter<AbReport> for Junit {
    fn export(&self, report: &AbReport, to: &mut dyn Write) -> io::Result<()> {
        let suites: Vec<Suite> = report.series.iter().flat_map(suites).collect();
        junit::write("sesbench ab", &suites, to)
    }
}

/// A series without a whole pair compares nothing: CI must not read it as passed.
fn suites(series: &AbSeries) -> Vec<Suite> {
    if series.arms.is_empty() {
        return vec![Suite {
            name: title(series),
            cases: vec![Case {
                name: "comparison".to_owned(),
                problem: Some(Problem::inconclusive(pairs(series))),
            }],
        }];
    }
    let arms = series.arms.iter();
    arms.map(|arm| Suite {
        name: format!("{}: {} against {}", title(series), arm.value, series.base),
        cases: cases(&arm.answers, &decision(series, arm)),
    })
    .collect()
}
