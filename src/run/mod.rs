//! The run folder: the files with the results of a run.
//!
//! This is the only code that knows its files, their columns and units. It writes
//! them during the run, so that a killed run loses two seconds at most, and reads
//! them back for reports. The figures are computed in `measure`.
//! `results/README.md` describes every file; a test keeps it equal to this code.

mod columns;
mod cpu;
mod distributions;
mod error;
mod folder;
mod hlog;
mod id;
mod intervals;
mod numbers;
mod outcomes;
mod read;
#[cfg(test)]
mod readme;
mod record;
mod replace;
mod schema;
mod summary;
mod target_facts;
#[cfg(test)]
mod tests;
mod totals;
mod value_error;
mod verdict_record;

pub use cpu::{Cpu, CpuUse};
pub use distributions::read_distributions;
pub use error::Error;
pub use folder::{Folder, Sample};
pub use id::RunId;
pub use outcomes::OutcomeLine;
pub use read::{Finished, read};
pub use record::{AttemptCounts, Rates, Record, ScenarioRecord, ShardRecord, Status};
pub use schema::schema;
pub use summary::SummaryLine;
pub use target_facts::{AddressCount, TargetFacts, TlsRecord};
pub use totals::{SessionCounts, Totals};
pub use verdict_record::{CheckRecord, DiagnosisRecord, FindingRecord, VerdictRecord};
