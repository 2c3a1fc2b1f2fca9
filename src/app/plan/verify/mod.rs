//! Verifies a capacity plan: the day through the mock's account in virtual time, then
//! runs on sockets at the planned rates, unscaled, in a folder of their own.
//!
//! What is compared, and what follows, is decided in `analysis::capacity`. This folder
//! carries the runs out, stores the record after each, and goes on with an interrupted
//! verification.

mod load_plan;
mod open;
mod peak_run;

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use super::super::error::AppError;
use crate::analysis::capacity::{
    Answer, CapacityPlan, LoadTest, Question, Subject, Verification, WhichQuota,
};
use crate::output::screen::print_message;
use crate::run::{Series, Status, VerifyRecord};
use crate::scenario::Plan;
use crate::sys::interrupts::Interrupts;
use crate::sys::limits::allow_sessions;
use crate::text::words::{count, rate};
use crate::vocabulary::ExitCode;

/// Fewer messages in a run show nothing.
const FEWEST: f64 = 10.0;

/// How to verify.
#[derive(Clone, Debug)]
pub(crate) struct VerifyOptions {
    /// The quota of the run at the peak.
    pub(crate) quota: WhichQuota,
    /// Sessions in place of the planned ones.
    pub(crate) sessions: Option<u64>,
    /// Measured time of each run; none: as long as a 99th percentile needs.
    pub(crate) length: Option<Duration>,
    /// The folder of a new verification; none: one named after it.
    pub(crate) out: Option<PathBuf>,
    /// The folder of an earlier one to go on with.
    pub(crate) resume: Option<PathBuf>,
    /// No progress on standard error.
    pub(crate) quiet: bool,
}

/// A run to make, with its scenario; none if it has too few messages.
struct Test {
    test: LoadTest,
    plan: Option<Plan>,
}

/// Why no further run is made.
struct Stop {
    code: ExitCode,
    reason: String,
}

impl Stop {
    fn interrupted() -> Self {
        Self {
            code: ExitCode::Interrupted,
            reason: "interrupted".to_owned(),
        }
    }

    fn unwritable(error: &crate::run::Error) -> Self {
        Self {
            code: ExitCode::Unwritable,
            reason: error.to_string(),
        }
    }
}

/// A verification under way.
struct Verifying<'a> {
    question: &'a Question,
    plan: &'a CapacityPlan,
    options: &'a VerifyOptions,
    series: Series,
    record: VerifyRecord,
    interrupts: &'a Interrupts,
}

/// Verifies the plan; returns what was found, and the exit code. An error is one before
/// anything was tried.
pub(super) fn verify(
    question: &Question,
    plan: &CapacityPlan,
    options: &VerifyOptions,
    interrupts: &Interrupts,
) -> Result<(Verification, ExitCode), AppError> {
    let tests = Subject::ALL.map(|subject| {
        let test = plan.load_test(subject, options.quota, options.sessions, options.length);
        let has_few = test.messages_per_s * test.length.as_secs_f64() < FEWEST;
        let scenario = (!has_few).then(|| load_plan::plan(question, &test));
        let plan = scenario.transpose();
        plan.map(|plan| Test { test, plan })
    });
    let tests: Result<Vec<Test>, _> = tests.into_iter().collect();
    let tests = tests.map_err(|error| AppError::new(ExitCode::Usage, error))?;
    let sessions = u32::try_from(tests[0].test.sessions).unwrap_or(u32::MAX);
    allow_sessions(sessions).map_err(|error| AppError::new(ExitCode::Usage, error))?;
    let (series, record) = open::open(plan, &tests, options)?;
    let mut verifying = Verifying {
        question,
        plan,
        options,
        series,
        record,
        interrupts,
    };
    let ended = verifying.carry_out(&tests);
    let code = verifying.finish(ended);
    Ok((verifying.record.verification, code))
}

impl Verifying<'_> {
    fn carry_out(&mut self, tests: &[Test]) -> Result<(), Stop> {
        self.try_day()?;
        for (number, test) in (1..).zip(tests) {
            let done = self.record.verification.runs.iter();
            if done.clone().any(|run| run.subject == test.test.subject) {
                continue;
            }
            let Some(plan) = &test.plan else {
                let why = few_messages(&test.test);
                self.record.verification.not_tried.push(why);
                continue;
            };
            if self.interrupts.count() > 0 {
                return Err(Stop::interrupted());
            }
            self.show(&beginning(&test.test));
            let run = self.run(number, &test.test, plan)?;
            self.show(&format!("{}: {}", run.subject.name(), run.reason));
            self.record.verification.runs.push(run);
            self.write()?;
        }
        Ok(())
    }

    /// The day is tried again where the verification goes on: it takes seconds.
    fn try_day(&mut self) -> Result<(), Stop> {
        self.show("the day, in virtual time");
        let goes_on = &mut || self.interrupts.count() == 0;
        let found = self.question.verify_day(self.plan, goes_on);
        let found = found.map_err(|_| Stop::interrupted())?;
        let verification = &mut self.record.verification;
        (verification.day, verification.not_tried) = (found.checks, found.not_tried);
        self.write()
    }

    /// Completes the record; returns the exit code.
    fn finish(&mut self, ended: Result<(), Stop>) -> ExitCode {
        let verification = &mut self.record.verification;
        let code = match ended {
            Ok(()) => {
                verification.decide();
                self.record.status = Status::Finished;
                exit_code(verification.answer)
            }
            Err(stop) => {
                (self.record.status, verification.answer) = match stop.code {
                    ExitCode::Interrupted => (Status::Interrupted, Answer::Interrupted),
                    _ => {
                        print_message(&stop.reason);
                        (Status::Aborted, Answer::Stopped)
                    }
                };
                verification.reason = stop.reason;
                stop.code
            }
        };
        match self.series.write(&self.record) {
            Ok(()) => code,
            Err(error) => {
                if code != ExitCode::Unwritable {
                    print_message(&error.to_string());
                }
                code.and(ExitCode::Unwritable)
            }
        }
    }

    fn write(&self) -> Result<(), Stop> {
        let written = self.series.write(&self.record);
        written.map_err(|error| Stop::unwritable(&error))
    }

    /// Ignores errors: a closed standard error must not end the verification.
    fn show(&self, line: &str) {
        if !self.options.quiet {
            let _ = writeln!(io::stderr(), "verify: {line}");
        }
    }
}

fn beginning(test: &LoadTest) -> String {
    let length = test.length + load_plan::WARM_UP;
    format!(
        "{}: {}/s over {} sessions for {}",
        test.subject.name(),
        rate(test.messages_per_s),
        count(test.sessions),
        humantime::format_duration(length)
    )
}

fn few_messages(test: &LoadTest) -> String {
    let needed = (FEWEST / test.messages_per_s).ceil().min(1e9);
    format!(
        "{}: less than {FEWEST} messages in {}: expected at least --verify-for {}",
        test.subject.name(),
        humantime::format_duration(test.length),
        humantime::format_duration(Duration::from_secs_f64(needed))
    )
}

const fn exit_code(answer: Answer) -> ExitCode {
    match answer {
        Answer::Verified => ExitCode::Pass,
        Answer::DoesNotHold => ExitCode::Missed,
        Answer::Interrupted => ExitCode::Interrupted,
        Answer::Inconclusive | Answer::Stopped => ExitCode::Inconclusive,
    }
}
