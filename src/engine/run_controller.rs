//! Controls a run from start to end: sessions are opened, the clock runs,
//! messages in progress may finish, sessions end by QUIT, and what remains is
//! aborted.
//!
//! It polls the state of the run every 5 to 20 milliseconds instead of being
//! notified: none of its decisions has to be exact, and the threads that have
//! to be exact need not send it anything.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::feed::Feed;
use super::lifecycle::LifecycleSender;
use super::observer::EngineObserver;
use super::threads::{LimiterThread, Pacer, Retrier, Worker, serves_messages};
use super::{EngineConfig, Model, Shared};
use crate::dispatch::{Connect, Drain, Lifecycle, QUIT_GRACE, Remainder};
use crate::measure::{Recorder, Timeline, Trace};
use crate::schedule::Length;
use crate::sys::cpu::CpuTimes;
use crate::sys::interrupts::Interrupts;
use crate::vocabulary::{Instant, SlotId, StopReason};

/// Polling interval where the run waits for the run controller.
const POLL_INTERVAL: Duration = Duration::from_millis(5);

/// Polling interval while the clock runs: every poll is a wake-up on a machine
/// that measures.
const SLOW_POLL_INTERVAL: Duration = Duration::from_millis(20);

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
#[derive(Clone, Debug)]
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
    lifecycle_sender: LifecycleSender,
    workers: Vec<JoinHandle<io::Result<()>>>,
    pacer: Option<Recorder>,
    /// The threads of the retry queue and of the limiter.
    helpers: Vec<JoinHandle<()>>,
    observer: EngineObserver,
    trace: Option<Trace>,
    /// Process id of the embedded mock, for its CPU.
    mock: Option<u32>,
    interrupts: Interrupts,
    /// When a session was last open.
    last_session: Instant,
    /// Threads that ended too early.
    lost: Vec<String>,
}

/// The CPU used until a moment; none if that moment was not reached.
type Before = Option<(Instant, CpuTimes)>;

/// The consumers of a run's events.
pub(crate) struct Recorders {
    /// As many as [`RunController::recorders`] returns.
    pub recorders: Vec<Recorder>,
    /// The moments that the recorders use: start, window, end.
    pub timeline: Timeline,
    /// `--trace`.
    pub trace: Option<Trace>,
}

impl RunController {
    /// How many recorders a run with that many workers needs: one for each
    /// worker, one for the pacer, one for the run controller.
    pub(crate) const fn recorders(workers: usize) -> usize {
        workers + 2
    }

    /// Starts the workers, which begin to open sessions. `mock` is the process
    /// id of the embedded mock.
    pub(crate) fn new(
        config: EngineConfig,
        recorders: Recorders,
        mock: Option<u32>,
        interrupts: Interrupts,
    ) -> io::Result<Self> {
        let Recorders {
            mut recorders,
            timeline,
            trace,
        } = recorders;
        let own = recorders.pop().ok_or_else(too_few_recorders)?;
        let pacer = recorders.pop();
        let shared = Arc::new(Shared::new(config, &timeline));
        let (lifecycle_sender, lifecycle) = LifecycleSender::new();
        let count = recorders.len();
        let workers = recorders
            .into_iter()
            .enumerate()
            .map(|(number, recorder)| Worker {
                number,
                of: count,
                shared: shared.clone(),
                recorder,
                trace: trace.clone(),
                lifecycle: lifecycle.clone(),
            })
            .map(Worker::start)
            .collect::<io::Result<_>>()?;
        let helpers = [
            Retrier(shared.clone()).start()?,
            LimiterThread(shared.clone()).start()?,
        ];
        Ok(Self {
            helpers: helpers.into_iter().flatten().collect(),
            observer: EngineObserver::new(own, trace.clone(), &shared),
            shared,
            timeline,
            lifecycle_sender,
            workers,
            pacer,
            trace,
            mock,
            interrupts,
            last_session: Instant::ORIGIN,
            lost: Vec::new(),
        })
    }

    /// Executes the run; returns when every message has ended and every
    /// recorder has delivered its results.
    pub(crate) fn run(mut self, progress: &mut dyn FnMut(Progress)) -> io::Result<Finished> {
        self.open_sessions(progress);
        let mut finished = Finished {
            start: None,
            cpu: None,
            cpu_over: Duration::ZERO,
            stopped: None,
            cut: false,
            retries_refused: 0,
            lost: Vec::new(),
        };
        if let Some(start) = self.start() {
            let before = self.run_clock(start, progress)?;
            finished.start = Some(start);
            // Read at the end of the schedule: one message that is never
            // answered would make any machine look idle.
            self.read_cpu(before, &mut finished);
            progress(Progress::Draining);
            finished.cut = !self.drain();
            self.end_window();
            if self.ends_with_its_messages() {
                self.read_cpu(before, &mut finished);
            }
        }
        self.close(finished.cut);
        finished.lost = std::mem::take(&mut self.lost);
        finished.stopped = self.shared.run.stop.reason();
        if finished.stopped.is_none() && self.shared.is_at_ceiling() {
            finished.stopped = Some(StopReason::CeilingReached);
        }
        finished.retries_refused = self.shared.attempt_handler.refused();
        Ok(finished)
    }

    /// Waits until every slot has tried to open its first session.
    fn open_sessions(&self, progress: &mut dyn FnMut(Progress)) {
        let opening = &self.shared.opening;
        if self.shared.run.load.connect == Connect::OnDemand {
            return;
        }
        while !opening.is_done() && !self.is_stopped() && !self.workers_are_gone() {
            let (ready, of) = (opening.ready(), self.shared.run.load.sessions.get());
            progress(Progress::Opening { ready, of });
            thread::sleep(POLL_INTERVAL);
        }
        if opening.ready() == 0 {
            self.shared.run.stop.request(StopReason::NoSession);
        }
    }

    /// When the clock starts: as soon as possible, or at the agreed time; none
    /// if the run was stopped first, or missed that time.
    fn start(&self) -> Option<Instant> {
        let soonest = || self.shared.run.clock.now() + self.lead();
        let Some(agreed) = self.shared.run.start_at else {
            let start = soonest();
            return (!self.is_stopped()).then_some(start);
        };
        if soonest() > agreed && !self.is_stopped() {
            self.shared.run.stop.request(StopReason::StartMissed);
        }
        while !self.is_stopped() && soonest() + POLL_INTERVAL < agreed {
            self.poll(POLL_INTERVAL);
        }
        (!self.is_stopped()).then_some(agreed)
    }

    /// From the start to the end of the schedule; returns the CPU used until
    /// the measured window opened.
    fn run_clock(
        &mut self,
        start: Instant,
        progress: &mut dyn FnMut(Progress),
    ) -> io::Result<Before> {
        self.timeline.begin(start);
        if let Some(duration) = self.duration() {
            self.timeline.schedule_ends(start + duration);
        }
        self.lifecycle_sender.advance_to(Lifecycle::Running);
        if let Feed::Closed(feed) = &self.shared.feed {
            feed.wake();
        }
        let pacer = self.start_pacer(start)?;
        progress(Progress::Started);
        let window_opens = self.timeline.window_opens();
        let mut before = None;
        while !self.schedule_is_over(pacer.as_ref()) && !self.is_stopped() {
            if before.is_none() && self.shared.run.clock.now() >= window_opens {
                before = Some(self.cpu());
            }
            self.check_for_sessions();
            self.poll(SLOW_POLL_INTERVAL.min(self.left_of_schedule()));
        }
        self.end_schedule(pacer);
        Ok(before)
    }

    /// Records the CPU used since `before`.
    fn read_cpu(&self, before: Before, finished: &mut Finished) {
        if let Some((since, before)) = before {
            let (now, cpu) = self.cpu();
            finished.cpu = Some(cpu.since(&before));
            finished.cpu_over = now.since(since);
        }
    }

    fn cpu(&self) -> (Instant, CpuTimes) {
        let now = self.shared.run.clock.now();
        (now, CpuTimes::read(self.mock, serves_messages))
    }

    fn start_pacer(&mut self, start: Instant) -> io::Result<Option<JoinHandle<()>>> {
        let (Some(recorder), Some(schedule)) =
            (self.pacer.take(), self.shared.run.schedule.clone())
        else {
            return Ok(None);
        };
        let pacer = Pacer {
            schedule,
            start,
            shared: self.shared.clone(),
            recorder,
            trace: self.trace.clone(),
        };
        pacer.start().map(Some)
    }

    fn end_schedule(&mut self, pacer: Option<JoinHandle<()>>) {
        let stopped = self.shared.run.stop.is_stopped();
        let early = stopped || self.shared.is_at_ceiling() || self.duration().is_none();
        if early && (stopped || !self.ends_with_its_messages()) {
            self.timeline.schedule_ends(self.shared.run.clock.now());
        }
        if let Feed::Closed(feed) = &self.shared.feed {
            feed.stop();
        }
        if let Some(pacer) = pacer {
            self.join("pacer", pacer);
        }
    }

    /// Whether the window ends when the last message has ended. In the closed
    /// model, the moment at which the last message is handed out says nothing
    /// about the target's speed.
    fn ends_with_its_messages(&self) -> bool {
        let exhausted = self.duration().is_none() || self.shared.is_at_ceiling();
        exhausted && matches!(self.shared.feed, Feed::Closed(_))
    }

    /// Closes a window that ends with its messages. If messages were aborted or
    /// the run was stopped, it lasts until now.
    fn end_window(&self) {
        if !self.ends_with_its_messages() {
            return;
        }
        let whole = !self.shared.run.stop.is_stopped() && !self.is_under_way();
        let last = self.shared.counts.last_end().filter(|_| whole);
        let end = last.unwrap_or_else(|| self.shared.run.clock.now());
        self.timeline.schedule_ends(end);
    }

    /// Whether a message has not ended yet, or a slot holds one that is not
    /// counted as released yet.
    fn is_under_way(&self) -> bool {
        self.is_in_hand() || self.shared.counts.outstanding() > 0
    }

    /// Whether a slot may hold a message that is not counted as released yet.
    fn is_in_hand(&self) -> bool {
        match &self.shared.feed {
            // After a stop, a slot may discard a message that it was given.
            Feed::Closed(feed) if !self.shared.run.stop.is_stopped() => {
                feed.messages().given() > self.shared.counts.released()
            }
            _ => false,
        }
    }

    /// Lets messages in progress finish; false if that took too long.
    fn drain(&mut self) -> bool {
        let deadline = self.shared.run.clock.now() + self.shared.run.load.drain;
        loop {
            match self.remainder(deadline).drain(self.shared.run.clock.now()) {
                Drain::Over => return true,
                Drain::Wait => {}
                Drain::EndWaiting => self.end_waiting(),
                Drain::Cut => {
                    self.end_waiting();
                    return !self.is_under_way();
                }
            }
            self.poll(POLL_INTERVAL);
        }
    }

    fn remainder(&self, deadline: Instant) -> Remainder {
        let stopped = self.is_stopped();
        Remainder {
            // Before the count: a message that is taken up in between is counted.
            in_hand: self.is_in_hand(),
            outstanding: self.shared.counts.outstanding(),
            backing_off: self.shared.attempt_handler.backing_off(),
            stopped: stopped.then(|| self.shared.run.stop.reason()).flatten(),
            hurried: self.interrupts.count() > 1,
            deadline,
        }
    }

    /// Makes the slots end their sessions by QUIT, or aborts them.
    fn close(&mut self, cut: bool) {
        match &self.shared.feed {
            Feed::Open(feed) => feed.close(),
            Feed::Closed(feed) => feed.stop(),
        }
        self.lifecycle_sender.advance_to(Lifecycle::Closing);
        let deadline = self.shared.run.clock.now() + QUIT_GRACE;
        while !cut && !self.workers_are_done() && self.shared.run.clock.now() < deadline {
            if self.interrupts.count() > 1 {
                break;
            }
            self.poll(POLL_INTERVAL);
        }
        self.lifecycle_sender.advance_to(Lifecycle::Aborting);
        self.shared.attempt_handler.close();
        for (number, worker) in std::mem::take(&mut self.workers).into_iter().enumerate() {
            if let Some(Err(error)) = self.join(&format!("worker {number}"), worker) {
                self.lost
                    .push(format!("worker {number} could not start: {error}"));
            }
        }
        for helper in std::mem::take(&mut self.helpers) {
            self.join("helper", helper);
        }
        self.end_waiting();
        self.end_left_behind();
    }

    /// Waits for a thread to end, and records it if it ended too early.
    fn join<T>(&mut self, name: &str, thread: JoinHandle<T>) -> Option<T> {
        let name = thread.thread().name().unwrap_or(name).to_owned();
        let ended = thread.join().ok();
        if ended.is_none() {
            self.lost.push(format!("{name} ended by a defect"));
            self.shared.run.stop.request(StopReason::WorkerLost);
        }
        ended
    }

    /// Ends messages that were posted to slots of a worker that has ended.
    fn end_left_behind(&mut self) {
        let Feed::Open(feed) = &self.shared.feed else {
            return;
        };
        let slots = (0..self.shared.run.load.sessions.get()).map(SlotId);
        for ticket in slots.filter_map(|slot| feed.left_in(slot)) {
            let now = self.shared.run.clock.now();
            self.observer.left_over(ticket, now);
        }
    }

    /// Ends all messages that wait: they are not started any more, and there
    /// are no more retries.
    fn end_waiting(&mut self) {
        let mut left_over = self.shared.attempt_handler.close();
        loop {
            if let Feed::Open(feed) = &self.shared.feed {
                left_over.extend(feed.take_waiting());
            }
            if left_over.is_empty() {
                return;
            }
            for ticket in left_over.drain(..) {
                let now = self.shared.run.clock.now();
                self.observer.left_over(ticket, now);
            }
        }
    }

    /// Stops the run if there is no session for too long: a run that ends by
    /// its number of messages would otherwise never end.
    fn check_for_sessions(&mut self) {
        let load = &self.shared.run.load;
        let endless = matches!(load.length, Length::Messages(_)) && load.model == Model::Closed;
        let now = self.shared.run.clock.now();
        if !endless || load.connect == Connect::OnDemand || self.shared.counts.sessions() > 0 {
            self.last_session = now;
        } else if now.since(self.last_session) > NO_SESSION_TIMEOUT {
            self.shared.run.stop.request(StopReason::NoSession);
        }
    }

    fn poll(&self, pause: Duration) {
        thread::sleep(pause);
        self.observer.tick(self.shared.run.clock.now());
    }

    /// Time until the end of the schedule; endless where that is not known.
    fn left_of_schedule(&self) -> Duration {
        let now = self.shared.run.clock.now();
        self.timeline.schedule_end().since(now)
    }

    fn is_stopped(&self) -> bool {
        if self.interrupts.count() > 0 {
            self.shared.run.stop.request(StopReason::Interrupted);
        }
        self.shared.run.stop.is_stopped()
    }

    fn schedule_is_over(&self, pacer: Option<&JoinHandle<()>>) -> bool {
        let now = self.shared.run.clock.now();
        match (&self.shared.feed, self.shared.run.load.length) {
            _ if self.shared.is_at_ceiling() => true,
            (Feed::Closed(feed), Length::Messages(_)) => feed.messages().is_exhausted(),
            (Feed::Open(_), Length::Messages(_)) => pacer.is_none_or(JoinHandle::is_finished),
            (_, Length::Duration(_)) => now >= self.timeline.schedule_end(),
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

    fn workers_are_done(&self) -> bool {
        self.workers.iter().all(JoinHandle::is_finished)
    }

    /// Whether a worker ended too early.
    fn workers_are_gone(&self) -> bool {
        self.workers.iter().any(JoinHandle::is_finished)
    }
}

fn too_few_recorders() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "a run needs its recorders")
}
