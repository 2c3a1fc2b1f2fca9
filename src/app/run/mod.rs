//! A run, from its plan to its exit code. One process can do many runs. A run
//! prints its report only to the writer that the caller passes.
//!
//! The steps, in order: open the folder, so that nothing is measured that cannot
//! be stored; start the mock if it is the target; open one session to check that
//! the target answers (preflight); let the engine run the plan; judge, write and
//! print the results; write the exports.

mod abort;
mod diagnoses;
mod journal;
mod limits;
mod metrics;
mod prepare;
mod request;
mod so_far;
#[cfg(test)]
mod tests;
mod wait_for_start;
mod watch;
mod wrap_up;

use std::io::Write;
use std::sync::Arc;
use std::time::SystemTime;

use secrecy::SecretString;

use super::embedded::Embedded;
use super::error::AppError;
use super::files::{self, OtherFiles};
use super::report;
use super::resolved_target::ResolvedTarget;
use super::results;
use super::waiting::Waiting;
use crate::dispatch::Bounds;
use crate::engine::{
    EngineConfig, Messages, Model, Recorders, RunController, SessionFailure, Stop,
};
use crate::measure::{Collector, Recorder, Timing, Trace};
use crate::message::{Identity, MessageTemplates};
use crate::net::Connector;
use crate::output::metrics::Metrics;
use crate::output::screen::print_message;
use crate::run::{self, Folder, RunId, Status};
use crate::scenario::Plan;
use crate::schedule::Shard;
use crate::sys::clock::Clock;
use crate::sys::interrupts::Interrupts;
use crate::sys::limits::allow_sessions;
use crate::vocabulary::{Event, ExitCode, Instant, Observer, Phase, SlotId};
use abort::AbortWatch;
use journal::Journal;
use metrics::Endpoint;
pub(crate) use metrics::MetricsOptions;
use prepare::{log_in_note, record, trace};
pub(crate) use request::{Options, Request};
pub(crate) use watch::Watch;
use wrap_up::Reached;

/// Runs the plan and returns the exit code; the report goes to `report`, and then the
/// exports are written, however the run ended. `interrupts` ends the run early.
pub(crate) fn run(
    request: Request,
    interrupts: &Interrupts,
    report: &mut dyn Write,
) -> Result<ExitCode, AppError> {
    run_watched(request, interrupts, Vec::new(), report)
}

/// The same with watches, each of which may end the run early.
pub(crate) fn run_watched(
    request: Request,
    interrupts: &Interrupts,
    watches: Vec<&mut dyn Watch>,
    report: &mut dyn Write,
) -> Result<ExitCode, AppError> {
    let options = &request.options;
    let inputs = files::inputs(&request.source, &request.plan);
    let others = OtherFiles {
        inputs: &inputs,
        folder: options.out.as_deref().map(|out| (out, &run::FILES[..])),
        trace: options.trace.as_deref(),
    };
    files::check(&options.result.exports, others)?;
    let quiet = options.quiet;
    let endpoint = options.metrics.map(Endpoint::open).transpose()?;
    let metrics = endpoint.as_ref().map(Endpoint::metrics);
    let run = Run::new(request, metrics, interrupts)?;
    let ended = finish(run, watches, report);
    if let (Some(endpoint), Ok(code)) = (endpoint, &ended) {
        endpoint.linger(*code, interrupts, quiet);
    }
    ended
}

/// Carries out the run and writes its exports, however it ended.
fn finish(
    run: Run,
    watches: Vec<&mut dyn Watch>,
    report: &mut dyn Write,
) -> Result<ExitCode, AppError> {
    let (exports, folder) = (
        run.options.result.exports.clone(),
        run.folder.path().to_owned(),
    );
    let (no_report, quiet) = (run.options.no_report, run.options.quiet);
    let ended = run.carry_out(watches, report);
    if !no_report {
        let page = report::at_the_end(&folder);
        if let Some(page) = page.filter(|_| !quiet && ended.is_ok()) {
            report::print_path(&page);
        }
    }
    if exports.is_empty() {
        return ended;
    }
    let is_written = match run::read(&folder) {
        Ok(finished) => results::export(&exports, &finished),
        Err(error) => {
            print_message(&format!("--export: {error}"));
            false
        }
    };
    if is_written {
        return ended;
    }
    match ended {
        Ok(code) => Ok(code.and(ExitCode::Unwritable)),
        Err(error) => Err(error.and(ExitCode::Unwritable)),
    }
}

/// Whether the target can be used; `None` if the user interrupts.
type Answer = Option<Result<Reached, SessionFailure>>;

/// A run before its start.
struct Run {
    plan: Plan,
    options: Options,
    secret: Option<SecretString>,
    folder: Folder,
    trace: Option<Trace>,
    template: MessageTemplates,
    interrupts: Interrupts,
    clock: Clock,
    /// The origin of the clock as wall-clock time.
    origin: SystemTime,
    /// `--start-at`.
    start_at: Option<Instant>,
    /// `--metrics`.
    metrics: Option<Metrics>,
}

impl Run {
    /// Prepares everything that does not need the target.
    fn new(
        request: Request,
        metrics: Option<Metrics>,
        interrupts: &Interrupts,
    ) -> Result<Self, AppError> {
        let Request {
            mut plan,
            source,
            options,
            secret,
        } = request;
        // run.json contains the whole plan, the same in every shard.
        let whole = plan.clone();
        plan.take_share();
        let sessions = plan.load.sessions.get();
        allow_sessions(sessions).map_err(|error| AppError::new(ExitCode::Usage, error))?;
        let (clock, origin) = (Clock::start(), SystemTime::now());
        let start_at = options.start_at;
        let start_at = start_at.map(|at| wait_for_start::on_clock(at, clock));
        let start_at = start_at.transpose()?;
        let id = RunId::new(&plan.name, origin, salt(origin));
        let template = template(&plan, &id)?;
        let record = record(&whole, &id, &source, secret.as_ref())?;
        let folder = Folder::create(options.out.clone(), record, origin);
        let mut folder = folder.map_err(AppError::unwritable)?;
        Ok(Self {
            trace: trace(&options).inspect_err(|_| folder.abandon())?,
            folder,
            plan,
            options,
            template,
            secret,
            interrupts: interrupts.clone(),
            clock,
            origin,
            start_at,
            metrics,
        })
    }

    fn carry_out(
        mut self,
        watches: Vec<&mut dyn Watch>,
        report: &mut dyn Write,
    ) -> Result<ExitCode, AppError> {
        let kept = self.wait_for_start_at();
        kept.inspect_err(|_| self.folder.abandon_as(Status::Interrupted))?;
        let mock = Embedded::serving(&self.plan.target);
        let mock = mock.inspect_err(|_| self.folder.abandon())?;
        let resolved = ResolvedTarget::new(&self.plan, mock.as_ref(), self.secret.clone());
        let (collector, mut recorders) = self.channel();
        let answer = self.reach(&resolved, &mut recorders.controller);
        let answer = answer.inspect_err(|_| self.folder.abandon())?;
        let reached = match answer {
            Some(Ok(reached)) => reached,
            refused => {
                drop(recorders);
                let (measured, _) = collector.run(|_, _| Ok::<(), ()>(()));
                let refused = refused.and_then(Result::err);
                return Err(wrap_up::not_begun(self, &resolved, &measured, refused));
            }
        };
        self.folder.record.target = wrap_up::target(&self.plan, &resolved, &reached);
        let stop = Arc::new(Stop::default());
        recorders.trace = self.trace.clone();
        let controller = RunController::new(
            self.config(&resolved, &reached.connector, &stop),
            recorders,
            mock.as_ref().map(Embedded::process),
            self.interrupts.clone(),
        );
        let controller = controller.inspect_err(|_| self.folder.abandon());
        let controller =
            controller.map_err(|error| AppError::new(ExitCode::Inconclusive, error))?;
        let metrics = self.metrics.clone();
        let mut aborts = AbortWatch::new(&self.plan);
        let mut all: Vec<&mut dyn Watch> = vec![&mut aborts];
        for watch in watches {
            all.push(watch);
        }
        let journal = Journal::new(
            (&self.plan, &resolved),
            &self.options,
            self.clock,
            &mut self.folder,
            metrics,
        );
        let kept = journal.keep(collector, controller, all, &stop);
        let kept = kept.inspect_err(|_| self.folder.abandon());
        let kept = kept.map_err(|error| AppError::new(ExitCode::Inconclusive, error))?;
        let (measured, seconds) = (kept.measured, kept.seconds);
        let missed = aborts.missed();
        let finished = match kept.finished {
            Ok(finished) => finished,
            Err(error) => return Err(wrap_up::broken_off(self, &measured, &error)),
        };
        kept.written
            .inspect_err(|_| self.folder.abandon())
            .map_err(|error| AppError::new(wrap_up::unwritable(&finished), error))?;
        let counted = mock.map(Embedded::stop).unwrap_or_default();
        wrap_up::wrap_up(
            self,
            &resolved,
            &reached,
            measured,
            (&finished, seconds, missed),
            counted,
            report,
        )
    }

    /// Waits until it is time to prepare for the common start.
    fn wait_for_start_at(&self) -> Result<(), AppError> {
        let (Some(start), Some(said)) = (self.start_at, self.options.start_at) else {
            return Ok(());
        };
        if !self.options.quiet {
            print_message(&format!("waiting for the start at {said}"));
        }
        match wait_for_start::wait(start, &self.plan.load, self.clock, &self.interrupts) {
            true => Ok(()),
            false => {
                let why = "interrupted before the run started";
                Err(AppError::new(ExitCode::Interrupted, why))
            }
        }
    }

    /// Resolves the target and opens a first session. A failure is recorded.
    fn reach(
        &self,
        resolved: &ResolvedTarget,
        recorder: &mut Recorder,
    ) -> Result<Answer, AppError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| AppError::new(ExitCode::Inconclusive, error))?;
        let answer = runtime.block_on(self.find(resolved, recorder))?;
        if let Some(Err(refused)) = &answer {
            let (now, slot) = (self.clock.now(), SlotId(0));
            recorder.on_event(now, &Event::SessionOpening { slot });
            let failure = Some((refused.outcome, refused.cause.as_cause()));
            let event = Event::SessionEnded {
                slot,
                ready: false,
                failure,
            };
            recorder.on_event(now, &event);
        }
        Ok(answer)
    }

    async fn find(
        &self,
        resolved: &ResolvedTarget,
        recorder: &mut Recorder,
    ) -> Result<Answer, AppError> {
        let waiting = Waiting::new(resolved, self.clock, self.options.quiet);
        waiting.announce(resolved);
        let began = self.clock.now();
        let addresses = match resolved.resolve(self.clock).await {
            Ok(addresses) => addresses,
            Err(refused) => return Ok(Some(Err(refused))),
        };
        let (slot, phase) = (SlotId(0), Phase::Resolve);
        let event = Event::PhaseEnded { slot, phase, began };
        recorder.on_event(self.clock.now(), &event);
        let connector = resolved.connector(resolved.answering(addresses).await)?;
        let answer = resolved
            .preflight(&connector, self.clock, &self.interrupts, &waiting)
            .await;
        if let Some(Ok(offers)) = &answer {
            resolved.refuse_hidden_ses(&connector, offers)?;
            if let Some(note) = log_in_note(&self.plan, offers).filter(|_| !self.options.quiet) {
                print_message(&format!("{}:{}: {note}", resolved.host, resolved.port));
            }
        }
        connector.forget_counts();
        if let Some(Ok(offers)) = &answer {
            limits::check(&self.template, &offers.limits)?;
        }
        let reached = |offers| Reached { connector, offers };
        Ok(answer.map(|answer| answer.map(reached)))
    }

    fn config(
        &self,
        resolved: &ResolvedTarget,
        connector: &Arc<Connector>,
        stop: &Arc<Stop>,
    ) -> EngineConfig {
        EngineConfig {
            load: self.plan.load.clone(),
            schedule: self.plan.schedule(),
            retry: self.plan.retry,
            bounds: self.bounds(),
            seed: self.plan.seed,
            shard: self.plan.shard.unwrap_or(Shard::WHOLE),
            config: resolved.config.clone(),
            connector: connector.clone(),
            messages: Messages::new(
                self.plan.message.from.clone(),
                self.template.clone(),
                self.origin,
            ),
            clock: self.clock,
            start_at: self.start_at,
            stop: stop.clone(),
        }
    }

    /// The bounds of the plan, and that of the runs that share its ceiling.
    fn bounds(&self) -> Bounds {
        let bounds = self.plan.bounds();
        let recipients = u64::from(self.plan.message.recipients.get());
        let left = self.options.recipients_left.map(|left| left / recipients);
        Bounds {
            attempts: bounds.attempts.into_iter().chain(left).min(),
            ..bounds
        }
    }

    /// Recorders for all threads, and for each window that a threshold names.
    fn channel(&self) -> (Collector, Recorders) {
        let timing = Timing {
            warm_up: self.plan.load.warm_up,
            open_model: matches!(self.plan.load.model, Model::Open { .. }),
            recipients: self.plan.message.recipients.get(),
        };
        Recorders::new(self.plan.workers(), timing, &self.plan.periods())
    }
}

/// Distinguishes runs that start in the same second.
pub(in crate::app) fn salt(now: SystemTime) -> u16 {
    let since = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    (since.subsec_nanos() >> 8) as u16 ^ std::process::id() as u16
}

pub(super) fn template(plan: &Plan, id: &RunId) -> Result<MessageTemplates, AppError> {
    let identity = Identity {
        run_id: id.to_string(),
    };
    MessageTemplates::new(&plan.message, plan.seed, &identity)
        .map_err(|error| AppError::new(ExitCode::Usage, format!("message.size: {error}")))
}
