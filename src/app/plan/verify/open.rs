//! The folder of a verification: a new one, or that of an earlier one that goes on with
//! the runs that it lacks.

use std::time::SystemTime;

use serde_json::Value;

use super::super::super::error::AppError;
use super::super::super::run::salt;
use super::{Test, VerifyOptions};
use crate::analysis::capacity::{Answer, CapacityPlan, Verification};
use crate::run::{RunId, Series, Status, VERIFY, VERIFY_VERSION, VerifyArguments, VerifyRecord};
use crate::sys::machine::Machine;
use crate::vocabulary::ExitCode;

/// Opens the folder, and writes the record.
pub(super) fn open(
    plan: &CapacityPlan,
    tests: &[Test],
    options: &VerifyOptions,
) -> Result<(Series, VerifyRecord), AppError> {
    let now = SystemTime::now();
    let id = RunId::new("plan", now, salt(now));
    let record = record(plan, tests, options, &id)?;
    let (series, mut record) = match &options.resume {
        None => {
            let series = Series::create(VERIFY, options.out.clone(), &id);
            (series.map_err(AppError::unwritable)?, record)
        }
        Some(_) => resume(options, &record)?,
    };
    record.verification.folder = series.path().display().to_string();
    let written = series.write(&record);
    written.map_err(AppError::unwritable)?;
    Ok((series, record))
}

fn resume(options: &VerifyOptions, now: &VerifyRecord) -> Result<(Series, VerifyRecord), AppError> {
    let folder = options.resume.clone().unwrap_or_default();
    let refused = |why: String| AppError::new(ExitCode::Usage, format!("--resume: {why}"));
    let read = Series::resume::<VerifyRecord>(VERIFY, &folder);
    let (series, record) = read.map_err(|error| refused(error.to_string()))?;
    if let Some(difference) = record.difference(now) {
        return Err(refused(format!(
            "{}: not the same verification: {difference}; expected the program, machine and \
             flags of the first part, or a new verification without --resume",
            folder.display()
        )));
    }
    let record = VerifyRecord {
        status: Status::Running,
        resumed: record.resumed.saturating_add(1),
        ..record
    };
    Ok((series, record))
}

fn record(
    plan: &CapacityPlan,
    tests: &[Test],
    options: &VerifyOptions,
    id: &RunId,
) -> Result<VerifyRecord, AppError> {
    let sessions = options.sessions.unwrap_or(plan.sessions.sessions);
    Ok(VerifyRecord {
        schema_version: VERIFY_VERSION,
        status: Status::Running,
        id: id.to_string(),
        arguments: VerifyArguments {
            quota: options.quota,
            sessions,
            lengths_s: tests
                .iter()
                .map(|test| test.test.length.as_secs_f64())
                .collect(),
        },
        plan: stored(plan)?,
        machine: Machine::gather(),
        resumed: 0,
        verification: Verification {
            answer: Answer::Stopped,
            reason: String::new(),
            folder: String::new(),
            quota: options.quota,
            sessions,
            day: Vec::new(),
            not_tried: Vec::new(),
            runs: Vec::new(),
        },
    })
}

/// The plan as a reader of the record finds it, so that both can be compared. Where its
/// figures come from may change, such as the age of a file.
fn stored(plan: &CapacityPlan) -> Result<Value, AppError> {
    let unwritable =
        |error: serde_json::Error| AppError::unwritable(format!("{}: {error}", VERIFY.record));
    let text = serde_json::to_string(plan).map_err(unwritable)?;
    let mut value: Value = serde_json::from_str(&text).map_err(unwritable)?;
    if let Value::Object(keys) = &mut value {
        keys.remove("sources");
    }
    Ok(value)
}
