//! The threads of a run: how they start, and how all of them end.

use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use super::Shared;
use super::limiter::LimiterThread;
use super::pacer::Pacer;
use super::retrier::Retrier;
use super::run_state::Role;
use super::worker::Worker;
use crate::dispatch::Lifecycle;
use crate::measure::{Recorder, Trace};
use crate::vocabulary::StopReason;

/// Whether the thread of that name serves messages. The CPU of all other
/// threads does not depend on the number of messages.
pub(super) fn serves_messages(thread: &str) -> bool {
    thread.starts_with("worker ") || ["pacer", "retrier", "limiter"].contains(&thread)
}

/// The running threads. Dropping them aborts what is in progress, and waits for
/// their end.
pub(super) struct Threads {
    shared: Arc<Shared>,
    workers: Vec<JoinHandle<io::Result<()>>>,
    pacer: Option<JoinHandle<()>>,
    /// The retrier and the limiter thread.
    helpers: Vec<JoinHandle<()>>,
    /// Threads that ended too early, each with its error where it is known.
    lost: Vec<String>,
}

impl Threads {
    /// Starts all threads but the pacer. The workers begin to open sessions.
    pub(super) fn start(
        shared: &Arc<Shared>,
        recorders: Vec<Recorder>,
        trace: Option<&Trace>,
    ) -> io::Result<Self> {
        let mut threads = Self {
            shared: shared.clone(),
            workers: Vec::new(),
            pacer: None,
            helpers: Vec::new(),
            lost: Vec::new(),
        };
        let of = recorders.len();
        for (number, recorder) in recorders.into_iter().enumerate() {
            let worker = Worker {
                number,
                of,
                shared: shared.clone(),
                recorder,
                trace: trace.cloned(),
            };
            let name = format!("worker {number}");
            let worker = start(shared, name, Role::Worker, move || worker.run())?;
            threads.workers.push(worker);
        }
        if let Some(retrier) = Retrier::for_run(shared) {
            let name = "retrier".to_owned();
            let retrier = start(shared, name, Role::Helper, move || retrier.run())?;
            threads.helpers.push(retrier);
        }
        if let Some(limiter) = LimiterThread::for_run(shared) {
            let name = "limiter".to_owned();
            let limiter = start(shared, name, Role::Helper, move || limiter.run())?;
            threads.helpers.push(limiter);
        }
        Ok(threads)
    }

    /// Starts the pacer, which releases the first message at the start of the
    /// clock.
    pub(super) fn start_pacer(&mut self, pacer: Pacer) -> io::Result<()> {
        let name = "pacer".to_owned();
        let pacer = start(&self.shared, name, Role::Pacer, move || pacer.run())?;
        self.pacer = Some(pacer);
        Ok(())
    }

    /// Whether all workers have ended.
    pub(super) fn workers_are_done(&self) -> bool {
        self.shared.state.workers_ended() >= self.workers.len()
    }

    /// Waits until the pacer has ended, which it does with the schedule or after
    /// a stop.
    pub(super) fn join_pacer(&mut self) {
        if let Some(pacer) = self.pacer.take() {
            self.join(pacer);
        }
    }

    /// Aborts what is in progress and waits until all threads have ended;
    /// returns those that ended too early.
    pub(super) fn end(&mut self) -> Vec<String> {
        self.shared.close();
        self.shared.state.advance_to(Lifecycle::Aborting);
        self.shared.attempt_handler.close();
        for (number, worker) in std::mem::take(&mut self.workers).into_iter().enumerate() {
            match worker.join() {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    self.lost
                        .push(format!("worker {number} could not start: {error}"));
                }
                Err(_) => self.lose(format!("worker {number} ended by a defect")),
            }
        }
        self.join_pacer();
        for helper in std::mem::take(&mut self.helpers) {
            self.join(helper);
        }
        std::mem::take(&mut self.lost)
    }

    fn join(&mut self, thread: JoinHandle<()>) {
        let name = thread.thread().name().unwrap_or("thread").to_owned();
        if thread.join().is_err() {
            self.lose(format!("{name} ended by a defect"));
        }
    }

    fn lose(&mut self, what: String) {
        self.lost.push(what);
        self.shared.state.stop().request(StopReason::WorkerLost);
    }
}

impl Drop for Threads {
    /// After an error: a run that has ended has no threads left.
    fn drop(&mut self) {
        if !self.workers.is_empty() {
            self.shared.state.stop().request(StopReason::WorkerLost);
            self.end();
        }
    }
}

/// Reports the end of a thread. If it panics, the run is stopped: messages that
/// it holds would never end.
struct Guard {
    shared: Arc<Shared>,
    role: Role,
}

impl Drop for Guard {
    fn drop(&mut self) {
        if thread::panicking() {
            self.shared.state.stop().request(StopReason::WorkerLost);
        }
        self.shared.state.thread_ended(self.role);
    }
}

/// Starts a thread. The error names the thread, and what may help.
fn start<T: Send + 'static>(
    shared: &Arc<Shared>,
    name: String,
    role: Role,
    run: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    let guard = Guard {
        shared: shared.clone(),
        role,
    };
    let thread = thread::Builder::new().name(name.clone());
    let run = move || {
        let _guard = guard;
        run()
    };
    thread.spawn(run).map_err(|error| {
        let reason = format!(
            "the thread `{name}` could not start: {error}; lower load.workers, or raise the limits \
             on threads and memory (ulimit -u, ulimit -v)"
        );
        io::Error::new(error.kind(), reason)
    })
}
