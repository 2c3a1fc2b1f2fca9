//! Controls a run from start to end: sessions are opened, the clock runs,
//! messages in progress may finish, sessions end by QUIT, and what remains is
//! aborted.
//!
//! It waits until something changes in the [`super::run_state`], or until the
//! next moment that it knows. What follows the end of the schedule is in
//! [`ending`].

mod ending;

use std::io;
use std::sync::Arc;
use std::time::Duration;

use super::cpu_window::CpuWindow;
use super::feed::Feed;
use super::observer::EngineObserver;
use super::pacer::Pacer;
use super::threads::Threads;
use super::{EngineConfig, Model, Recorders, Shared};
use crate::dispatch::Connect;
use crate::measure::{Recorder, Timeline, Trace};
use crate::schedule::Length;
use crate::sys::cpu::CpuTimes;
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::{Instant, StopReason};

/// The longest wait: how often it passes the time on to its recorder, shows
/// progress, and looks for open sessions.
const TICK: Duration = Duration::from_millis(50);

/// Time between the decision to start and the start, so that the pacer is
/// ready.
const START_LEAD: Duration = Duration::from_millis(20);

/// How long a closed run with a fixed number of messages goes on without any
/// session.
const NO_SESSION_TIMEOUT: Duration = Duration::from_secs(30);

/// How far a run has progressed, for display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Sessions are being opened: `ready` of `of` are open.
    Opening {
        /// Ready now.
        ready: u32,
        /// Sessions to open.
        of: u32,
    },
    /// The clock runs.
    Started,
    /// The schedule is over; messages in progress may finish.
    Draining,
}

/// What the run controller knows when the run is over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Finished {
    /// When the clock started; none if it never did.
    pub start: Option<Instant>,
    /// CPU used in the measured window, from the end of the warm-up to the end
    /// of the schedule; none if the run did not get that far.
    pub cpu: Option<CpuTimes>,
    /// The length of that window.
    pub cpu_over: Duration,
    /// Why the run was stopped before its schedule was over.
    pub stopped: Option<StopReason>,
    /// Whether messages in progress were aborted.
    pub cut: bool,
    /// Retries that the ceiling left no room for.
    pub retries_refused: u64,
    /// Threads that ended too early, each with its error where it is known; a
    /// thread that panicked has reported the panic itself.
    pub lost: Vec<String>,
}

/// The threads and the timing of a run.
pub(crate) struct RunController {
    shared: Arc<Shared>,
    timeline: Timeline,
    threads: Threads,
    /// The pacer's, until it starts.
    recorder: Option<Recorder>,
    observer: EngineObserver,
    trace: Option<Trace>,
    cpu: CpuWindow,
    interrupts: Interrupts,
    /// When a session was last open.
    last_session: Instant,
}

impl RunController {
    /// Starts the workers, which begin to open sessions. `mock` is the process
    /// id of the embedded mock.
    pub(crate) fn new(
        config: EngineConfig,
        recorders: Recorders,
        mock: Option<u32>,
        interrupts: Interrupts,
    ) -> io::Result<Self> {
        let Recorders {
            workers,
            pacer,
            controller,
            timeline,
            trace,
        } = recorders;
        let shared = Arc::new(Shared::new(config, &timeline));
        interrupts.ring(shared.state.bell());
        Ok(Self {
            threads: Threads::start(&shared, workers, trace.as_ref())?,
            observer: EngineObserver::new(controller, trace.clone(), &shared),
            recorder: Some(pacer),
            shared,
            timeline,
            trace,
            cpu: CpuWindow::new(mock),
            interrupts,
            last_session: Instant::ORIGIN,
        })
    }

    /// Executes the run; returns when every message has ended and every
    /// recorder has delivered its results.
    pub(crate) fn run(mut self, progress: &mut dyn FnMut(Progress)) -> io::Result<Finished> {
        self.open_sessions(progress);
        let mut finished = Finished {
            start: self.start(),
            ..Finished::default()
        };
        if let Some(start) = finished.start {
            self.run_clock(start, progress)?;
            // Read at the end of the schedule: one message that is never
            // answered would make any machine look idle.
            self.cpu.close(self.now());
            progress(Progress::Draining);
            finished.cut = !self.drain();
            self.end_window();
            if self.ends_with_its_messages() {
                self.cpu.close(self.now());
            }
        }
        finished.lost = self.close(finished.cut);
        self.complete(&mut finished);
        Ok(finished)
    }

    fn complete(&self, finished: &mut Finished) {
        let ceiling = self.shared.is_at_ceiling();
        let stopped = self.shared.state.stop().reason();
        finished.stopped = stopped.or(ceiling.then_some(StopReason::CeilingReached));
        finished.retries_refused = self.shared.attempt_handler.refused();
        if let Some((cpu, over)) = self.cpu.used() {
            (finished.cpu, finished.cpu_over) = (Some(cpu), over);
        }
    }

    /// Waits until every slot has tried to open its first session.
    fn open_sessions(&mut self, progress: &mut dyn FnMut(Progress)) {
        if self.shared.run.load.connect == Connect::OnDemand {
            return;
        }
        let of = self.shared.run.load.sessions.get();
        let state = &self.shared.state;
        while !state.all_have_tried() && !self.is_stopped() && state.workers_ended() == 0 {
            let ready = state.ready();
            progress(Progress::Opening { ready, of });
            self.wait_until(Instant::NEVER);
        }
        if state.ready() == 0 {
            state.stop().request(StopReason::NoSession);
        }
    }

    /// When the clock starts: as soon as possible, or at the agreed time; none
    /// if the run was stopped first, or missed that time.
    fn start(&self) -> Option<Instant> {
        let Some(agreed) = self.shared.run.start_at else {
            let start = self.now() + self.lead();
            return (!self.is_stopped()).then_some(start);
        };
        let latest = agreed - self.lead();
        if self.now() > latest && !self.is_stopped() {
            self.shared.state.stop().request(StopReason::StartMissed);
        }
        while !self.is_stopped() && self.now() < latest {
            self.wait_until(latest);
        }
        (!self.is_stopped()).then_some(agreed)
    }

    /// From the start to the end of the schedule.
    fn run_clock(&mut self, start: Instant, progress: &mut dyn FnMut(Progress)) -> io::Result<()> {
        self.timeline.begin(start);
        if let Some(duration) = self.duration() {
            self.timeline.schedule_ends(start + duration);
        }
        self.shared.begin();
        self.start_pacer(start)?;
        progress(Progress::Started);
        while !self.schedule_is_over() && !self.is_stopped() {
            let (now, window_opens) = (self.now(), self.timeline.window_opens());
            if !self.cpu.is_open() && now >= window_opens {
                self.cpu.open(now);
            }
            self.check_for_sessions();
            let end = self.timeline.schedule_end();
            self.wait_until(match self.cpu.is_open() {
                true => end,
                false => end.min(window_opens),
            });
        }
        self.end_schedule();
        Ok(())
    }

    fn start_pacer(&mut self, start: Instant) -> io::Result<()> {
        let schedule = self.shared.run.schedule.clone();
        let (Some(schedule), Some(recorder)) = (schedule, self.recorder.take()) else {
            return Ok(());
        };
        self.threads.start_pacer(Pacer {
            schedule,
            start,
            shared: self.shared.clone(),
            recorder,
            trace: self.trace.clone(),
        })
    }

    /// Stops the run if there is no session for too long: a run that ends by
    /// its number of messages would otherwise never end.
    fn check_for_sessions(&mut self) {
        let load = &self.shared.run.load;
        let endless = matches!(load.length, Length::Messages(_)) && load.model == Model::Closed;
        let now = self.now();
        if !endless || load.connect == Connect::OnDemand || self.shared.state.sessions() > 0 {
            self.last_session = now;
        } else if now.since(self.last_session) > NO_SESSION_TIMEOUT {
            self.shared.state.stop().request(StopReason::NoSession);
        }
    }

    /// Waits until something changes, until `moment`, or for a tick.
    fn wait_until(&self, moment: Instant) {
        let left = moment.since(self.now());
        self.shared.state.wait(left.min(TICK));
        self.observer.tick(self.now());
    }

    fn now(&self) -> Instant {
        self.shared.run.clock.now()
    }

    fn is_stopped(&self) -> bool {
        if self.interrupts.count() > 0 {
            self.shared.state.stop().request(StopReason::Interrupted);
        }
        self.shared.state.stop().is_stopped()
    }

    fn schedule_is_over(&self) -> bool {
        match (&self.shared.feed, self.shared.run.load.length) {
            _ if self.shared.is_at_ceiling() => true,
            (Feed::Closed(feed), Length::Messages(_)) => feed.messages().is_exhausted(),
            (Feed::Open(_), Length::Messages(_)) => self.shared.state.pacer_has_ended(),
            (_, Length::Duration(_)) => self.now() >= self.timeline.schedule_end(),
        }
    }

    /// Only the pacer needs time before the start.
    fn lead(&self) -> Duration {
        match self.shared.feed {
            Feed::Open(_) => START_LEAD,
            Feed::Closed(_) => Duration::ZERO,
        }
    }

    /// How long the schedule lasts, where that is known in advance.
    fn duration(&self) -> Option<Duration> {
        match (&self.shared.run.schedule, &self.shared.feed) {
            (Some(schedule), _) => Some(schedule.end()),
            (None, Feed::Closed(feed)) => feed.messages().duration(),
            (None, Feed::Open(_)) => None,
        }
    }
}
