//! `--calibrate`: derives the mock's delays from a run folder, or reads them from
//! a file made of one.
//!
//! The method is in [`calibration`](crate::analysis::calibration). This module
//! reads the run, measures the mock's own delay, and stores the result.

mod file;
mod floor;

use std::path::Path;

use sesbench_mock::settings::Latency;
use toml::{Table, Value};

pub(crate) use file::write;

use crate::analysis::calibration::Calibration;
use crate::output::screen::print_message;
use crate::run::{Record, Status, read, read_distributions};
use crate::scenario::{Error, Override};

/// The delays of a run, and its record.
pub(crate) struct Learned {
    pub(crate) latency: Latency,
    pub(crate) record: Record,
}

/// Derives the delays from a run folder. The error is one line.
pub(crate) fn learn(folder: &Path) -> Result<Learned, String> {
    let record = read(folder).map_err(|error| error.to_string())?.record;
    let run = read_distributions(folder).map_err(|error| error.to_string())?;
    if record.status == Status::Running {
        return Err(format!(
            "{}: the run has not ended, or was killed: its distributions (histogram.csv) are \
             written at the end; use a run that has ended",
            folder.display()
        ));
    }
    if run.of(crate::vocabulary::Phase::Accept).is_empty() {
        let nothing = crate::analysis::calibration::NothingAccepted;
        return Err(format!("{}: {nothing}", folder.display()));
    }
    let floor = floor::measure(&record.target)?;
    let learned =
        Calibration::new(&run, &floor).map_err(|error| format!("{}: {error}", folder.display()))?;
    print_report(&record, &learned);
    let latency = learned.latency;
    Ok(Learned { latency, record })
}

/// The overrides of `--calibrate`: the delays of a run folder, or all settings of
/// the file.
pub(crate) fn overrides(path: Option<&Path>) -> Result<Vec<Override>, Error> {
    let Some(path) = path else {
        return Ok(Vec::new());
    };
    let table = if path.is_file() {
        file::read(path)
    } else {
        learn(path).and_then(|learned| {
            let latency = Value::try_from(learned.latency).map_err(|error| error.to_string())?;
            Ok(Table::from_iter([("latency".to_owned(), latency)]))
        })
    };
    let table = table.map_err(|why| Error::Invalid {
        origin: "--calibrate".to_owned(),
        key: "mock.latency".to_owned(),
        why,
    })?;
    Ok(vec![Override::new("--calibrate", &["mock"], table)])
}

fn print_report(record: &Record, learned: &Calibration) {
    let target = &record.target;
    print_message(&format!(
        "calibrated with {} ({} {}, {}); the mock's own {:.0} us are subtracted from each delay",
        record.run_id,
        target.kind,
        target.host,
        target.mode,
        learned.floor.as_secs_f64() * 1e6
    ));
    if !learned.unknown.is_empty() {
        let names: Vec<_> = learned.unknown.iter().map(|phase| phase.name()).collect();
        print_message(&format!(
            "that run has no {}: the mock adds no delay there",
            names.join(", ")
        ));
    }
}
