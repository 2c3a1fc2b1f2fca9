//! The plan for programs.

use std::io::{self, Write};

use super::Exporter;
use crate::analysis::capacity::CapacityPlan;

/// Writes every figure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Json;

impl Exporter<CapacityPlan> for Json {
    fn export(&self, plan: &CapacityPlan, to: &mut dyn Write) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *to, plan)?;
        writeln!(to)
    }
}
