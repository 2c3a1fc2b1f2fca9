//! The use cases, without the command line: runs, probes, calibrations and capacity
//! plans. This folder knows no flag; it takes plans and options, and returns exit
//! codes.

pub(crate) mod ab;
pub(crate) mod account;
pub(crate) mod calibrate;
pub(crate) mod compare;
mod embedded;
mod error;
mod files;
pub(crate) mod plan;
pub(crate) mod probe;
pub(crate) mod report;
mod resolved_target;
mod results;
pub(crate) mod run;
pub(crate) mod search;
pub(crate) mod several;
mod start_at;
pub(crate) mod stdout;
mod target_context;
mod waiting;

pub(crate) use error::AppError;
pub(crate) use results::{ResultOptions, deliver};
pub(crate) use start_at::StartAt;
