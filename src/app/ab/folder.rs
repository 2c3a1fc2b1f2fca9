//! The folder of a series under way: its record, and the runs that count.

use std::path::{Path, PathBuf};

use super::{Arm, Condition, Place, Request};
use crate::analysis::ab::{Next, Observed, Series, Turn};
use crate::app::error::AppError;
use crate::output::{AbSeries, ab_value};
use crate::run::{
    self, AB, AbRecord, AbRunRecord, ArmRecord, Error, Finished, RunId, ScenarioRecord, Status,
};
use crate::scenario::plan_hash;
use crate::vocabulary::ExitCode;

/// A series and its folder.
pub(super) struct SeriesFolder {
    folder: run::Series,
    pub(super) record: AbRecord,
    pub(super) series: Series<Kept>,
    /// The runs of the pair under way: they are recorded when it is whole.
    under_way: Vec<AbRunRecord>,
}

/// What is kept of a run.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    /// The number of its folder.
    pub(super) number: usize,
    /// Its results.
    pub(super) finished: Finished,
}

impl SeriesFolder {
    /// Creates the folder of a new series, or continues an earlier one. `is_first`: it is
    /// the first of its command.
    pub(super) fn open(
        request: &Request,
        condition: &Condition,
        id: &RunId,
        is_first: bool,
    ) -> Result<Self, AppError> {
        let record = record(request, condition, id)?;
        let within = |path: &Path| match condition.name {
            Some(name) => path.join(name),
            None => path.to_owned(),
        };
        match &request.options.place {
            Place::New(out) => {
                let out = out
                    .clone()
                    .unwrap_or_else(|| Path::new(AB.parent).join(id.as_str()));
                Self::create(record, within(&out), id, condition)
            }
            // The series before it was interrupted, and this one never began.
            Place::Resume(path) if !is_first && !within(path).join(AB.record).exists() => {
                Self::create(record, within(path), id, condition)
            }
            Place::Resume(path) => Self::resume(&record, &within(path), condition),
        }
    }

    fn create(
        record: AbRecord,
        out: PathBuf,
        id: &RunId,
        condition: &Condition,
    ) -> Result<Self, AppError> {
        let folder = run::Series::create(AB, Some(out), id);
        let folder = folder.map_err(AppError::unwritable)?;
        folder.write(&record).map_err(AppError::unwritable)?;
        Ok(Self {
            folder,
            series: Series::new(condition.arms.len(), record.most_pairs, record.seed),
            record,
            under_way: Vec::new(),
        })
    }

    fn resume(asked: &AbRecord, path: &Path, condition: &Condition) -> Result<Self, AppError> {
        let usage = |why: String| AppError::new(ExitCode::Usage, format!("--resume: {why}"));
        let opened = run::Series::resume::<AbRecord>(AB, path);
        let (folder, mut record) = opened.map_err(|error| match path.join(AB.record).exists() {
            true => usage(error.to_string()),
            false => usage(format!(
                "{error}: expected the folder of an earlier series, and its arguments"
            )),
        })?;
        if let Some(difference) = record.difference(asked) {
            let path = path.display();
            return Err(usage(format!(
                "{path}: not the same series: {difference}; start a new one"
            )));
        }
        let mut series = Series::new(condition.arms.len(), record.most_pairs, record.seed);
        for each in &record.runs {
            let turn = turn_of(&series, each).ok_or_else(|| {
                let record = path.join(AB.record);
                usage(format!(
                    "{}: run {} is not in the order of the series: the file was changed; start a \
                     new one",
                    record.display(),
                    each.number
                ))
            })?;
            let run = folder.run(each.number);
            let finished = run::read(&run).map_err(|error| usage(error.to_string()))?;
            let of_series = &asked.arms[turn.arm].plan_hash;
            if (&finished.record.plan_hash, finished.record.seed) != (of_series, turn.seed) {
                return Err(usage(format!(
                    "{}: not a run of this series: its plan or its seed is another one; start a \
                     new one",
                    run.display()
                )));
            }
            let run = Kept {
                number: each.number,
                finished,
            };
            let doubt = each.doubt.clone();
            series.on_run(each.arm, Observed { run, doubt });
        }
        series.forget_incomplete();
        record.status = Status::Running;
        Ok(Self {
            folder,
            record,
            series,
            under_way: Vec::new(),
        })
    }

    /// Path of the folder.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The folder of the next run. What an interrupted run left there is set aside.
    pub(super) fn next_run(&self) -> Result<PathBuf, Error> {
        let number = self.series.runs() + 1;
        self.folder.set_aside(number)?;
        Ok(self.folder.run(number))
    }

    /// Records that all runs take so many recipients.
    pub(super) fn reserve(&mut self, recipients: u64) -> Result<(), Error> {
        self.record.recipients = recipients;
        self.folder.write(&self.record)
    }

    /// Adds the run that was due, and records its pair if it is whole.
    pub(super) fn add(&mut self, turn: Turn, observed: Observed<Kept>) -> Result<(), Error> {
        self.under_way.push(AbRunRecord {
            number: observed.run.number,
            pair: turn.pair,
            arm: turn.arm,
            doubt: observed.doubt.clone(),
        });
        self.series.on_run(turn.arm, observed);
        if self.under_way.len() == self.record.arms.len() {
            self.record.runs.append(&mut self.under_way);
        }
        self.folder.write(&self.record)
    }

    /// Writes the record with its result.
    pub(super) fn finish(&mut self, series: &AbSeries) -> Result<(), AppError> {
        self.record.result = ab_value(series);
        let written = self.folder.write(&self.record);
        written.map_err(AppError::unwritable)
    }
}

/// The turn that a recorded run had; none if it was not that run's.
fn turn_of(series: &Series<Kept>, run: &AbRunRecord) -> Option<Turn> {
    match series.next(|_, _| false) {
        Next::Run(turn) if (turn.pair, turn.arm) == (run.pair, run.arm) => {
            (run.number == series.runs() + 1).then_some(turn)
        }
        Next::Run(_) | Next::Stop(_) => None,
    }
}

/// The record of the series that is asked for.
fn record(request: &Request, condition: &Condition, id: &RunId) -> Result<AbRecord, AppError> {
    let (first, source) = (&condition.arms[0].plan, &request.source);
    let arm = |arm: &Arm| {
        let plan = serde_json::to_value(&arm.plan);
        let unwritable = |error| AppError::unwritable(format!("{}: {error}", AB.record));
        Ok(ArmRecord {
            value: arm.value.clone(),
            plan_hash: plan_hash(&arm.plan),
            plan: plan.map_err(unwritable)?,
        })
    };
    let arms: Result<Vec<_>, AppError> = condition.arms.iter().map(arm).collect();
    let scenario = ScenarioRecord {
        name: first.name.clone(),
        text: source.text().ok(),
    };
    let (seed, pairs) = (first.seed, request.question.pairs);
    Ok(AbRecord::new(
        id.to_string(),
        scenario,
        condition.factor.clone(),
        arms?,
        request.question.to_string(),
        (seed, pairs),
    ))
}
