//! `--calibrate`: the mock's delays learned from a run folder, or read from the
//! file that was made of one.
//!
//! What is learned is decided in [`calibration`](crate::analysis::calibration); here the
//! run is read, the mock's own floor measured, and the result kept.

mod file;
mod floor;

use std::path::Path;

use sesbench_mock::settings::Latency;
use toml::{Table, Value};

pub(crate) use file::write;

use crate::analysis::calibration::Calibration;
use crate::run::{Record, Status, read, read_distributions};
use crate::scenario::{Error, Override};

/// The delays of a run, and what is known of it.
pub(crate) struct Learned {
    pub(crate) latency: Latency,
    pub(crate) record: Record,
}

/// Learns from a run folder. The error is one line.
pub(crate) fn learn(folder: &Path) -> Result<Learned, String> {
    let record = read(folder).map_err(|error| error.to_string())?.record;
    let run = read_distributions(folder).map_err(|error| error.to_string())?;
    if record.status == Status::Running {
        return Err(format!(
            "{}: that run is not over, or was killed: its distributions (histogram.csv) are \
             written at the end. Give a run that ended.",
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

/// What `--calibrate` sets: the delays of a run folder, or all that the file
/// holds.
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
    eprintln!(
        "sesbench: calibrated with {} ({} {}, {}); {:.0} us of the mock's own are taken off each reply",
        record.run_id,
        target.kind,
        target.host,
        target.mode,
        learned.floor.as_secs_f64() * 1e6
    );
    if !learned.unknown.is_empty() {
        let names: Vec<_> = learned.unknown.iter().map(|phase| phase.name()).collect();
        eprintln!(
            "sesbench: that run has no {}: the mock takes no time for it",
            names.join(", ")
        );
    }
}
