//! Carries out the runs of a series, one after the other, until it is over.

use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::decide::is_decided;
use super::doubt::doubt;
use super::folder::{Kept, SeriesFolder};
use super::forecast::{ceiling, forecast, recipients, with_retries};
use super::progress::Progress;
use super::questions::{decided, essential};
use super::{Condition, Request};
use crate::analysis::ab::{Next, Observed, Stop, Turn};
use crate::app::error::AppError;
use crate::app::run;
use crate::run::{Finished, Status, read};
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::ExitCode;

/// Why a series is over.
#[derive(Debug)]
pub(super) enum End {
    /// As planned.
    Stop(Stop),
    /// Ctrl-C, SIGTERM or SIGHUP.
    Interrupted,
    /// The ceiling on recipients has no room for another run.
    Ceiling,
    /// A run gave up, such as because the quota of the day is spent.
    GaveUp(String),
    /// A run could not be carried out, or its results not be written.
    Failed(AppError),
}

/// How often a pause looks for a signal.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Carries out what is left of the series. The series before it took so many recipients.
pub(super) fn carry_out(
    request: &Request,
    condition: &Condition,
    folder: &mut SeriesFolder,
    recipients_before: u64,
    interrupts: &Interrupts,
) -> End {
    let runs = forecast(
        std::slice::from_ref(condition),
        request.question.pairs,
        request.options.cool_down,
    );
    let each = runs.time / u32::try_from(runs.runs).unwrap_or(u32::MAX);
    let mut progress = Progress::new(request.options.progress, condition.name, each);
    let mut is_first = true;
    loop {
        let next = folder
            .series
            .next(|pairs, look| is_decided(request, condition, pairs, look));
        let turn = match next {
            Next::Stop(stop) => return End::Stop(stop),
            Next::Run(turn) => turn,
        };
        if !is_first && !pause(pause_before(request, condition), interrupts) {
            return End::Interrupted;
        }
        is_first = false;
        let arm = &condition.arms[turn.arm];
        let heading = progress.run(turn, &arm.value, folder.series.runs_left());
        let used = recipients_before.saturating_add(folder.record.recipients);
        let left = ceiling(&request.conditions).map(|most| most.saturating_sub(used));
        let next = NextRun {
            turn,
            heading,
            left,
        };
        if let Err(end) = one(request, condition, folder, next, interrupts) {
            return end;
        }
        progress.done();
    }
}

/// The pause between two runs: the cool-down, and never less than the ceiling on the rate
/// leaves between two attempts.
fn pause_before(request: &Request, condition: &Condition) -> Duration {
    let gaps = condition
        .arms
        .iter()
        .filter_map(|arm| arm.plan.bounds().gap);
    gaps.fold(request.options.cool_down, Duration::max)
}

/// Whether the time has passed without a signal.
fn pause(time: Duration, interrupts: &Interrupts) -> bool {
    let mut left = time;
    while interrupts.count() == 0 && !left.is_zero() {
        let step = left.min(POLL_INTERVAL);
        thread::sleep(step);
        left -= step;
    }
    interrupts.count() == 0
}

/// The run that comes next.
struct NextRun {
    turn: Turn,
    /// The line above its live view.
    heading: String,
    /// What is left of the ceiling on recipients.
    left: Option<u64>,
}

/// One run, from the room for it to its entry in the series.
fn one(
    request: &Request,
    condition: &Condition,
    folder: &mut SeriesFolder,
    next: NextRun,
    interrupts: &Interrupts,
) -> Result<(), End> {
    let (turn, left) = (next.turn, next.left);
    let arm = &condition.arms[turn.arm];
    let wanted = recipients(&arm.plan);
    if let (Some(left), Some(wanted)) = (left, wanted)
        && wanted > left
    {
        return Err(End::Ceiling);
    }
    // Ctrl-C outranks what could not be written. That is reported too: the record cannot
    // be written at the end either.
    let unwritable = |error| match interrupts.count() {
        0 => End::Failed(AppError::unwritable(error)),
        _ => End::Interrupted,
    };
    // Until its results are known, the run counts as if it took all that it may: also
    // after a kill.
    let before = folder.record.recipients;
    let most = wanted.map(|wanted| with_retries(&arm.plan, wanted));
    let reserved = most.into_iter().chain(left).min().unwrap_or(0);
    folder
        .reserve(before.saturating_add(reserved))
        .map_err(unwritable)?;
    let path = folder.next_run().map_err(unwritable)?;
    let ended = run::run(
        of_run(request, condition, next, &path),
        interrupts,
        &mut io::sink(),
    );
    let finished = read(&path);
    if let Ok(finished) = &finished {
        let each = u64::from(arm.plan.message.recipients.get());
        let taken = finished.record.attempts.started.saturating_mul(each);
        folder
            .reserve(before.saturating_add(taken))
            .map_err(unwritable)?;
    }
    let code = ended.map_err(|error| match error.code {
        ExitCode::Interrupted => End::Interrupted,
        _ => End::Failed(error),
    })?;
    let finished = finished.map_err(unwritable)?;
    over(code, &finished, &path)?;
    let doubt = doubt(&finished, &essential(&request.question, condition));
    let run = Kept {
        number: folder.series.runs() + 1,
        finished,
    };
    folder
        .add(turn, Observed { run, doubt })
        .map_err(unwritable)
}

/// The request for one run.
fn of_run(request: &Request, condition: &Condition, next: NextRun, path: &Path) -> run::Request {
    let mut plan = condition.arms[next.turn.arm].plan.clone();
    plan.seed = next.turn.seed;
    run::Request {
        plan,
        source: request.source.clone(),
        options: run::Options {
            out: Some(path.to_owned()),
            quiet: true,
            compared: decided(&request.question, condition),
            progress: request.options.progress.of_runs(),
            heading: Some(next.heading),
            recipients_left: next.left,
            ..run::Options::default()
        },
        secret: request.secret.clone(),
    }
}

/// Whether the run ends the series. One that misses a threshold does not.
fn over(code: ExitCode, finished: &Finished, path: &Path) -> Result<(), End> {
    match (code, finished.record.status) {
        (ExitCode::Interrupted, _) | (_, Status::Interrupted) => Err(End::Interrupted),
        (ExitCode::Unwritable, _) => {
            let why = format!("{}: the results could not be written", path.display());
            Err(End::Failed(AppError::unwritable(why)))
        }
        (_, Status::Aborted) if !finished.is_ended_by_threshold() => {
            Err(End::GaveUp(reason(finished)))
        }
        _ => Ok(()),
    }
}

/// The reason why a run gave up, from its findings.
fn reason(finished: &Finished) -> String {
    let mut findings = finished.record.health.iter();
    let found = findings.find(|finding| finding.code == "stopped_early");
    found.map_or_else(
        || "a run gave up".to_owned(),
        |finding| finding.text.clone(),
    )
}
