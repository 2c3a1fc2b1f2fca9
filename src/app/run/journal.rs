//! During the run: writes each second to the folder and shows the progress.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::so_far::SoFar;
use super::{Options, Watch};
use crate::analysis::health::Busy;
use crate::app::resolved_target::ResolvedTarget;
use crate::engine::{Finished, Model, Progress, RunController, Stop};
use crate::measure::{Collector, Measurements, Second, Window};
use crate::output::metrics::{Load, Metrics};
use crate::output::progress;
use crate::output::progress::Expected;
use crate::run::{Error, Folder, Sample};
use crate::scenario::Plan;
use crate::schedule::{Length, Schedule};
use crate::sys::clock::Clock;
use crate::sys::cpu;
use crate::vocabulary::{Instant, StopReason};

/// The results of a run.
pub(super) struct Kept {
    pub(super) measured: Measurements,
    pub(super) written: Result<(), Error>,
    pub(super) finished: io::Result<Finished>,
    pub(super) seconds: BusySeconds,
}

/// Keeps the folder and the user up to date.
pub(super) struct Journal<'a> {
    folder: &'a mut Folder,
    schedule: Option<Schedule>,
    clock: Clock,
    cpu: Reading,
    /// How many cores the generator can use, and how many there are.
    cores: (usize, usize),
    seconds: BusySeconds,
    progress: progress::Progress,
    so_far: SoFar,
    /// For `--metrics`.
    metrics: Option<Metrics>,
}

/// How busy the generator and the machine were in the seconds of the window.
#[derive(Clone, Copy)]
pub(super) struct BusySeconds {
    pub(super) generator: Busy,
    pub(super) machine: Busy,
}

/// The CPU time used until a point in time.
#[derive(Clone, Copy)]
struct Reading {
    at: Instant,
    generator: Duration,
    machine: Option<Duration>,
}

/// The average number of busy cores in a second.
struct BusyCores {
    generator: f64,
    machine: Option<f64>,
}

impl<'a> Journal<'a> {
    pub(super) fn new(
        (plan, resolved): (&Plan, &ResolvedTarget),
        options: &Options,
        clock: Clock,
        folder: &'a mut Folder,
        metrics: Option<Metrics>,
    ) -> Self {
        Self {
            folder,
            schedule: plan.schedule(),
            clock,
            cpu: Reading::now(clock),
            cores: cores(plan),
            seconds: BusySeconds {
                generator: Busy::GENERATOR,
                machine: Busy::MACHINE,
            },
            progress: progress::Progress::new(progress::Options {
                mode: options.progress,
                heading: options.heading.clone(),
                name: plan.name.clone(),
                expected: expected(plan),
            }),
            so_far: SoFar::new(plan, resolved),
            metrics,
        }
    }

    /// Starts the run controller and writes every second. A write error stops the
    /// run, and so does a watch.
    pub(super) fn keep(
        mut self,
        collector: Collector,
        controller: RunController,
        mut watches: Vec<&mut dyn Watch>,
        stop: &Arc<Stop>,
    ) -> io::Result<Kept> {
        let progress = self.progress.clone();
        let _shown = Shown(&progress);
        let collect = || {
            collector.run(|second, measured| {
                let written = self.note(second, measured);
                if written.is_err() {
                    stop.request(StopReason::ResultsUnwritable);
                }
                for watch in &mut watches {
                    if let Some(reason) = watch.on_second(second, measured) {
                        stop.request(reason);
                    }
                }
                written
            })
        };
        let run_engine = || controller.run(&mut |act| show(&progress, act));
        let (collected, finished) = side_by_side(stop, collect, run_engine)?;
        let (measured, written) = collected;
        Ok(Kept {
            measured,
            written,
            finished,
            seconds: self.seconds,
        })
    }

    fn note(&mut self, second: &Second, measured: &Measurements) -> Result<(), Error> {
        let busy = self.busy_cores();
        let (used, all) = self.cores;
        let messages = second.counts.messages.scheduled;
        if let (Some(busy), Window::Measure) = (&busy, second.window) {
            let share = busy.generator / used as f64;
            self.seconds.generator.second(share, messages);
            if let Some(machine) = busy.machine {
                let share = machine / all as f64;
                self.seconds.machine.second(share, messages);
            }
        }
        let from = Duration::from_secs(second.t_s.into());
        let to = from + Duration::from_secs(1);
        let schedule = self.schedule.as_ref();
        let target_rate = schedule.map(|schedule| schedule.mean_rate(from, to));
        if let Some(metrics) = &self.metrics {
            let generator = busy.as_ref().map(|busy| busy.generator / used as f64);
            let machine = busy.as_ref().and_then(|busy| busy.machine);
            let load = Load {
                target_rate,
                generator_busy: generator,
                machine_busy: machine.map(|machine| machine / all as f64),
            };
            metrics.second(second, load);
        }
        let sample = Sample {
            target_rate,
            cpu_percent: busy.as_ref().map(|busy| busy.generator * 100.0),
            machine_percent: busy.and_then(|busy| Some(busy.machine? / all as f64 * 100.0)),
        };
        if self.progress.wants_findings() {
            let findings = self.so_far.findings(measured, &self.seconds);
            self.progress.found(findings);
        }
        self.progress.second(second, measured, target_rate);
        self.folder.second(second, measured, sample)
    }

    /// The busy cores since the last call; `None` if two seconds arrive together, so
    /// that the time between them is too short.
    fn busy_cores(&mut self) -> Option<BusyCores> {
        let (then, now) = (self.cpu, Reading::now(self.clock));
        let passed = now.at.since(then.at);
        if passed < Duration::from_millis(100) {
            return None;
        }
        self.cpu = now;
        let cores =
            |now: Duration, then| now.saturating_sub(then).as_secs_f64() / passed.as_secs_f64();
        Some(BusyCores {
            generator: cores(now.generator, then.generator),
            machine: now
                .machine
                .zip(then.machine)
                .map(|(now, then)| cores(now, then)),
        })
    }
}

impl Reading {
    fn now(clock: Clock) -> Self {
        Self {
            at: clock.now(),
            generator: cpu::own(),
            machine: cpu::machine(),
        }
    }
}

/// Runs the collector on its own thread and the run controller on this one. A
/// panic of the collector ends the run and is resumed in this thread.
fn side_by_side<C: Send, F>(
    stop: &Stop,
    collect: impl FnOnce() -> C + Send,
    run_engine: impl FnOnce() -> F,
) -> io::Result<(C, F)> {
    thread::scope(|scope| {
        let collector = thread::Builder::new().name("collector".to_owned());
        let collected = collector.spawn_scoped(scope, || {
            let _alarm = Alarm(stop);
            collect()
        })?;
        let finished = run_engine();
        match collected.join() {
            Ok(collected) => Ok((collected, finished)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Removes the progress from the terminal, however the run ends.
struct Shown<'a>(&'a progress::Progress);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        self.0.finish();
    }
}

/// Ends the run when the collector thread panics.
struct Alarm<'a>(&'a Stop);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.request(StopReason::WorkerLost);
        }
    }
}

/// The cores that the workers can use, and all cores of the machine.
pub(super) fn cores(plan: &Plan) -> (usize, usize) {
    let all = thread::available_parallelism().map_or(1, usize::from);
    (plan.workers().min(all), all)
}

fn show(progress: &progress::Progress, act: Progress) {
    match act {
        Progress::Opening { ready, of } => progress.opening(ready, of),
        Progress::Started => progress.started(),
        Progress::Draining => progress.draining(),
    }
}

fn expected(plan: &Plan) -> Expected {
    let load = &plan.load;
    Expected {
        seconds: match load.length {
            Length::Duration(duration) => Some((load.warm_up + duration).as_secs()),
            Length::Messages(_) => None,
        },
        messages: match load.length {
            Length::Duration(_) => None,
            Length::Messages(messages) => Some(match (plan.shard, &load.model) {
                // In the closed model they are already the shard's share.
                (Some(shard), Model::Open { .. }) => shard.share(messages),
                _ => messages,
            }),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    /// Without the collector no results would be written.
    #[test]
    fn a_defect_in_the_collector_ends_the_run() {
        let stop = Stop::default();
        let mut conducted = false;
        let ended = catch_unwind(AssertUnwindSafe(|| {
            let collect = || panic!("planted by a test");
            let run_engine = || {
                while !stop.is_stopped() {
                    thread::yield_now();
                }
                conducted = true;
            };
            side_by_side(&stop, collect, run_engine)
        }));
        assert!(ended.is_err());
        assert!(conducted, "the run controller returns");
        assert_eq!(stop.reason(), Some(StopReason::WorkerLost));
    }
}
