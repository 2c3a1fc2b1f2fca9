//! The run folder: the files with the results of a run.
//!
//! This is the only code that knows its files, their columns and units. It writes
//! them during the run, so that a killed run loses two seconds at most, and reads
//! them back for reports. The figures are computed in `measure`.
//! `results/README.md` describes every file; a test keeps it equal to this code.

mod ab;
mod columns;
mod cpu;
mod details;
mod distributions;
mod error;
mod figures;
mod folder;
mod hlog;
mod hlog_reader;
mod id;
mod in_doubt;
mod intervals;
mod latencies_and_thresholds;
mod log_sums;
mod log_values;
mod numbers;
mod outcomes;
mod read;
#[cfg(test)]
mod readme;
mod record;
mod replace;
mod schema;
mod search;
mod seconds;
mod series;
mod summary;
mod target_facts;
#[cfg(test)]
mod tests;
mod totals;
mod value_error;
mod verdict_record;
mod verify;
mod whole_lines;

pub(crate) use ab::{AB, AbRecord, AbRunRecord, ArmRecord};
pub(crate) use cpu::Cpu;
#[cfg(test)]
pub(crate) use cpu::CpuUse;
pub(crate) use details::{Details, MissingLog, TimeColumn, read_details};
pub use distributions::read_distributions;
pub(crate) use error::Error;
pub(crate) use folder::{FILES, Folder, REPORT, Sample};
pub(crate) use id::RunId;
pub(crate) use latencies_and_thresholds::write_latencies_and_thresholds;
pub(crate) use outcomes::OutcomeLine;
pub(crate) use read::is_run_folder;
pub use read::{Finished, read};
pub(crate) use record::{Record, ScenarioRecord, ShardRecord, Status};
pub(crate) use replace::{check_replaceable, replace};
pub(crate) use schema::schema;
pub use schema::schema_error;
pub(crate) use search::{
    AnswerRecord, ArgumentsRecord, SEARCH, SEARCH_VERSION, SearchRecord, SearchResult, StepRecord,
};
#[cfg(test)]
pub(crate) use search::{NotMonotoneRecord, testing as search_testing};
pub(crate) use series::{Series, SeriesKind, run_name};
pub(crate) use summary::SummaryLine;
pub(crate) use target_facts::{AddressCount, TargetFacts, TlsRecord};
pub(crate) use totals::ConnectionCounts;
#[cfg(test)]
pub(crate) use verdict_record::{CheckParts, PeriodRecord, VerdictRecord};
pub(crate) use verdict_record::{CheckRecord, DiagnosisRecord, FindingRecord};
pub(crate) use verify::{VERIFY, VERIFY_VERSION, VerifyArguments, VerifyRecord};
