//! What the program does, without the command line: runs, probes and
//! calibrations. Knows no flag; is given plans and options, and gives exit codes.

pub(crate) mod calibrate;
mod embedded;
mod ended;
mod place;
pub(crate) mod probe;
pub mod run;
mod site;
mod start_at;
mod waiting;

pub(crate) use ended::Ended;
pub use start_at::StartAt;
