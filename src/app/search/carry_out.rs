//! Carries out the steps of a search, one after the other: pause, run, judge, store.

use std::io;
use std::thread;
use std::time::{Duration, Instant};

use super::super::run::{self as one_run, Watch, run_watched};
use super::judge::{Asked, Judged, judge};
use super::open::Opened;
use super::progress::Progress;
use super::stop::Stop;
use super::watch::StepWatch;
use super::{Ended, Request, exit_code, step_plan};
use crate::analysis::search::{Ending, Next, Search, Step, StepResult, Vary};
use crate::output::screen::print_message;
use crate::run::{
    self, AnswerRecord, Finished, SearchRecord, SearchResult, Series, Status, StepRecord, run_name,
};
use crate::scenario::Plan;
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::ExitCode;

/// How often a pause looks for an interrupt.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// A search under way.
pub(super) struct Searching<'a> {
    pub(super) request: Request,
    pub(super) series: Series,
    pub(super) record: SearchRecord,
    search: Search,
    progress: Progress,
    interrupts: &'a Interrupts,
}

impl<'a> Searching<'a> {
    pub(super) fn new(request: Request, opened: Opened, interrupts: &'a Interrupts) -> Self {
        let Opened {
            series,
            record,
            search,
        } = opened;
        Self {
            progress: Progress::new(&record.arguments, request.options.progress),
            request,
            series,
            record,
            search,
            interrupts,
        }
    }

    /// Makes steps until the search is decided or stopped.
    pub(super) fn carry_out(&mut self) -> Ended {
        let stop = loop {
            match self.search.next() {
                Next::Done(answer) => {
                    return Ended {
                        ending: answer.ending,
                        code: exit_code(answer.ending),
                        reason: None,
                    };
                }
                Next::Step(step) => {
                    if let Err(stop) = self.step(&step) {
                        break stop;
                    }
                }
            }
        };
        Ended {
            ending: Ending::Stopped,
            code: stop.code,
            reason: Some(stop.reason),
        }
    }

    /// Completes the record; returns the exit code.
    pub(super) fn finish(&mut self, ended: &Ended) -> ExitCode {
        self.record.status = match (&ended.reason, ended.code) {
            (None, _) => Status::Finished,
            (Some(_), ExitCode::Interrupted) => Status::Interrupted,
            (Some(_), _) => Status::Aborted,
        };
        let answer = self.search.answer(ended.ending);
        self.record.answer = AnswerRecord::new(&answer, ended.reason.clone());
        match self.series.write(&self.record) {
            Ok(()) => ended.code,
            Err(error) => {
                if ended.code != ExitCode::Unwritable {
                    print_message(&error.to_string());
                }
                ended.code.and(ExitCode::Unwritable)
            }
        }
    }

    /// The result as it is stored.
    pub(super) fn result(&self) -> SearchResult {
        SearchResult {
            folder: self.series.path().to_owned(),
            record: self.record.clone(),
        }
    }

    fn step(&mut self, step: &Step) -> Result<(), Stop> {
        let number = self.record.steps.len() + 1;
        let vary = self.search.vary();
        let plan = step_plan::plan(
            &self.request.plan,
            vary,
            step,
            number,
            self.record.recipients,
        );
        self.has_room(&plan)?;
        let left = self.search.steps_left();
        let warm_up = plan.load.warm_up.as_secs_f64();
        let heading = self.progress.begins(number, step, warm_up, left);
        self.pause(step.cool_down_s)?;
        // A part of the step from before an interruption is kept beside it.
        let free = self.series.set_aside(number);
        free.map_err(|error| Stop::unwritable(&error))?;
        let mut watch = StepWatch::new(step_plan::messages_per_s(&plan));
        let ended = self.run(&plan, (number, heading), &mut watch);
        let run = match ended {
            Ok(run) => run,
            Err(stop) => {
                let sent = self.sent(number, &plan);
                self.record.recipients = self.record.recipients.saturating_add(sent);
                return Err(stop);
            }
        };
        let recipients = self.count_recipients(&run, &plan)?;
        let asked = Asked {
            watch: &watch,
            offered: self.offered(step, &plan),
            per_message: self.units_per_message(&plan),
            warm_up_s: warm_up,
        };
        let (result, reason) = match judge(&run, asked) {
            Judged::Step { result, reason } => (result, reason),
            Judged::Stop(why) => return Err(Stop::inconclusive(why)),
        };
        self.search.observe(step, &result);
        self.store(step, number, &run, recipients, (&result, reason))?;
        self.progress.ended(&self.record);
        Ok(())
    }

    /// Runs a step in its folder; its report is not printed.
    fn run(
        &self,
        plan: &Plan,
        (number, heading): (usize, String),
        watch: &mut dyn Watch,
    ) -> Result<Finished, Stop> {
        let folder = self.series.run(number);
        let request = one_run::Request {
            plan: plan.clone(),
            source: self.request.source.clone(),
            options: one_run::Options {
                out: Some(folder.clone()),
                quiet: true,
                progress: self.request.options.progress.of_runs(),
                heading: Some(heading),
                ..one_run::Options::default()
            },
            secret: self.request.secret.clone(),
        };
        let ended = run_watched(request, self.interrupts, vec![watch], &mut io::sink());
        let code = ended.map_err(|error| Stop {
            code: error.code,
            reason: error.why,
        })?;
        let run = run::read(&folder).map_err(|error| Stop::unwritable(&error))?;
        match code {
            // Judged by what its record holds.
            ExitCode::Pass | ExitCode::Missed | ExitCode::Inconclusive => Ok(run),
            ExitCode::Interrupted => Ok(run),
            code => {
                let finding = run.record.health.first().map(|found| found.text.clone());
                let reason = finding.unwrap_or_else(|| code.meaning().to_owned());
                Err(Stop { code, reason })
            }
        }
    }

    fn store(
        &mut self,
        step: &Step,
        number: usize,
        run: &Finished,
        recipients: u64,
        (result, reason): (&StepResult, String),
    ) -> Result<(), Stop> {
        let mut record = StepRecord {
            number,
            folder: run_name(number),
            load: step.load,
            length_s: step.length_s,
            cool_down_s: step.cool_down_s,
            purpose: step.purpose.name().to_owned(),
            seed: run.record.seed,
            outcome: String::new(),
            reason,
            accepted_per_s: run.record.rate.goodput_per_s
                * self.units_per_message(&self.request.plan),
            recipients,
            throttled: false,
            waited: false,
            sessions_refused: false,
            service_p50_us: None,
            quota: None,
        };
        record.take(result);
        self.record.steps.push(record);
        let answer = self.search.answer(Ending::Stopped);
        self.record.answer = AnswerRecord::new(&answer, None);
        let written = self.series.write(&self.record);
        written.map_err(|error| Stop::unwritable(&error))
    }

    /// Waits, unless the user interrupts.
    fn pause(&self, seconds: f64) -> Result<(), Stop> {
        let end = Instant::now() + Duration::from_secs_f64(seconds);
        loop {
            if self.interrupts.count() > 0 {
                return Err(Stop::interrupted());
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            thread::sleep(left.min(POLL_INTERVAL));
        }
    }

    /// The rate of the schedule, in its unit.
    fn offered(&self, step: &Step, plan: &Plan) -> f64 {
        match self.search.vary() {
            Vary::Rate => step.load,
            Vary::Sessions => step_plan::messages_per_s(plan) * self.units_per_message(plan),
        }
    }

    /// Units of the rate in one message.
    fn units_per_message(&self, plan: &Plan) -> f64 {
        match self.record.arguments.rate_unit.as_str() {
            "recipients" => f64::from(plan.message.recipients.get()),
            _ => 1.0,
        }
    }
}
