//! The result for CI, as JUnit reads it: a test case for each question, guard and share.

use std::io::{self, Write};

use super::phrases::headline;
use super::{CompareReport, Exporter};
use crate::output::answers::cases;
use crate::output::junit::{self, Suite};

/// Writes JUnit XML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Junit;

impl Exporter<CompareReport> for Junit {
    fn export(&self, report: &CompareReport, to: &mut dyn Write) -> io::Result<()> {
        let suite = Suite {
            name: report.scenario.clone(),
            cases: cases(&report.answers, &headline(report)),
        };
        junit::write("sesbench compare", &[suite], to)
    }
}
