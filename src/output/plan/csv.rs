//! The table of rates, for spreadsheets.

use std::io::{self, Write};

use super::Exporter;
use crate::analysis::capacity::CapacityPlan;

/// Writes a row for each rate.
#[derive(Clone, Copy, Debug)]
pub(super) struct TableCsv;

impl Exporter<CapacityPlan> for TableCsv {
    fn export(&self, plan: &CapacityPlan, to: &mut dyn Write) -> io::Result<()> {
        writeln!(
            to,
            "rate_per_s,recipients_per_day,sessions,setups_per_s,machines,dollars_per_month"
        )?;
        for row in &plan.table {
            writeln!(
                to,
                "{},{},{},{},{},{:.2}",
                row.rate_per_s,
                row.per_day,
                row.sessions,
                row.setups_per_s,
                row.machines,
                row.dollars
            )?;
        }
        Ok(())
    }
}
