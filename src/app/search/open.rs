//! The folder of a search: a new one, or that of an earlier search that goes on with
//! the same steps.

use std::time::SystemTime;

use super::super::error::AppError;
use super::super::run::salt;
use super::{Request, step_plan};
use crate::analysis::search::{Ending, Next, Question, Search, StepLength, Vary};
use crate::engine::Model;
use crate::run::{
    self, AnswerRecord, ArgumentsRecord, RunId, SEARCH, SEARCH_VERSION, ScenarioRecord,
    SearchRecord, Series, Status,
};
use crate::scenario::{Plan, plan_hash};
use crate::schedule::{Arrivals, RateUnit, Shape};
use crate::sys::machine::Machine;
use crate::vocabulary::ExitCode;

/// An open search.
pub(super) struct Opened {
    pub(super) series: Series,
    pub(super) record: SearchRecord,
    pub(super) search: Search,
}

/// Opens the folder; an earlier search is read, and its steps are observed again.
pub(super) fn open(request: &Request, question: Question) -> Result<Opened, AppError> {
    let now = SystemTime::now();
    let id = RunId::new(&request.plan.name, now, salt(now));
    let search = Search::new(question);
    let record = record(request, &question, &search, &id)?;
    let options = &request.options;
    let opened = match &options.resume {
        None => {
            let series = Series::create(SEARCH, options.out.clone(), &id);
            Opened {
                series: series.map_err(AppError::unwritable)?,
                record,
                search,
            }
        }
        Some(_) => resume(request, &record, search)?,
    };
    let written = opened.series.write(&opened.record);
    written.map_err(AppError::unwritable)?;
    Ok(opened)
}

fn resume(request: &Request, now: &SearchRecord, search: Search) -> Result<Opened, AppError> {
    let folder = request.options.resume.clone().unwrap_or_default();
    let refused = |why: String| {
        let why = format!("--resume: {}: {why}", folder.display());
        AppError::new(ExitCode::Usage, why)
    };
    let read = Series::resume::<SearchRecord>(SEARCH, &folder);
    let (series, record) = read.map_err(|error| {
        let why = format!("--resume: {error}");
        AppError::new(ExitCode::Usage, why)
    })?;
    if let Some(difference) = record.difference(now) {
        return Err(refused(format!(
            "not the same search: {difference}; expected the program, machine, scenario and \
             flags of the first part, or a new search without --resume"
        )));
    }
    let search = observed(&record, search);
    let search = search.map_err(|number| {
        refused(format!(
            "step {number} is not one of this search: its record was changed"
        ))
    })?;
    let uncounted = match record.status {
        Status::Running => killed(&series, &search, &request.plan, record.steps.len() + 1),
        _ => 0,
    };
    let record = SearchRecord {
        recipients: record.recipients.saturating_add(uncounted),
        status: Status::Running,
        resumed: record.resumed.saturating_add(1),
        ..record
    };
    Ok(Opened {
        series,
        record,
        search,
    })
}

/// The recipients of the step that was under way when the search was killed. Its folder
/// may lack the last seconds, so that it counts as if all of its schedule was sent.
fn killed(series: &Series, search: &Search, plan: &Plan, number: usize) -> u64 {
    let folder = series.run(number);
    let Next::Step(step) = search.next() else {
        return 0;
    };
    if !folder.exists() {
        return 0;
    }
    let planned = step_plan::plan(plan, search.vary(), &step, number, 0);
    let sent = run::read(&folder).map_or(0, |run| step_plan::sent(&run, plan));
    sent.max(step_plan::recipients(&planned))
}

/// The search after the steps of the record; fails with the number of a step that it
/// would not have made.
fn observed(record: &SearchRecord, mut search: Search) -> Result<Search, usize> {
    for stored in &record.steps {
        let (Next::Step(step), Some(result)) = (search.next(), stored.result()) else {
            return Err(stored.number);
        };
        if !stored.is_of(&step) {
            return Err(stored.number);
        }
        search.observe(&step, &result);
    }
    Ok(search)
}

fn record(
    request: &Request,
    question: &Question,
    search: &Search,
    id: &RunId,
) -> Result<SearchRecord, AppError> {
    let plan = &request.plan;
    let value = serde_json::to_value(plan)
        .map_err(|error| AppError::unwritable(format!("{}: {error}", SEARCH.record)))?;
    Ok(SearchRecord {
        schema_version: SEARCH_VERSION,
        status: Status::Running,
        id: id.to_string(),
        scenario: ScenarioRecord {
            name: plan.name.clone(),
            text: request.source.text().ok(),
        },
        arguments: arguments(plan, question),
        plan: value,
        plan_hash: plan_hash(plan),
        seed: plan.seed,
        machine: Machine::gather(),
        resumed: 0,
        recipients: 0,
        steps: Vec::new(),
        answer: AnswerRecord::new(&search.answer(Ending::Stopped), None),
    })
}

fn arguments(plan: &Plan, question: &Question) -> ArgumentsRecord {
    let (mut unit, mut arrivals, mut rate) = ("messages", "constant", None);
    if let Model::Open {
        shape,
        arrivals: how,
        rate_unit,
    } = &plan.load.model
    {
        if let RateUnit::Recipients { .. } = rate_unit {
            unit = "recipients";
        }
        if let Arrivals::Poisson = how {
            arrivals = "poisson";
        }
        if let (Shape::Rate(constant), Vary::Sessions) = (shape, question.axis.vary) {
            rate = Some(constant.to_string());
        }
    }
    let (step_s, step_messages) = match question.length {
        StepLength::Fixed(seconds) => (Some(seconds), None),
        StepLength::Messages(messages) => (None, Some(messages)),
    };
    ArgumentsRecord {
        over: question.axis.vary.name().to_owned(),
        rate_unit: unit.to_owned(),
        arrivals: arrivals.to_owned(),
        rate,
        start: question.start,
        easiest: question.axis.easiest,
        hardest: question.axis.hardest,
        precision: question.axis.precision,
        step_s,
        step_messages,
        cool_down_s: question.cool_down_s,
        thresholds: plan.thresholds.iter().map(ToString::to_string).collect(),
    }
}
