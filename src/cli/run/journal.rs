//! While the run goes on: each second is written to the folder and shown.

use std::sync::Arc;
use std::time::Duration;

use super::RunOptions;
use crate::engine::{Conductor, Finished, Progress, Stop};
use crate::measure::{Collector, Measured, Second};
use crate::run::{Error, Folder, Sample};
use crate::scenario::{Length, Model, Plan};
use crate::schedule::Schedule;
use crate::sys::clock::Clock;
use crate::sys::cpu;
use crate::ui::{self, Expected};
use crate::vocabulary::{Instant, StopReason};

/// Keeps the folder and the user up to date.
pub(super) struct Journal<'a> {
    folder: &'a mut Folder,
    schedule: Option<Schedule>,
    clock: Clock,
    /// When it was last read, and how much had been used.
    cpu: (Instant, Duration),
    progress: ui::Progress,
}

impl<'a> Journal<'a> {
    pub(super) fn new(
        plan: &Plan,
        options: &RunOptions,
        clock: Clock,
        folder: &'a mut Folder,
    ) -> Self {
        Self {
            folder,
            schedule: Schedule::of(plan),
            clock,
            cpu: (clock.now(), cpu::own()),
            progress: ui::Progress::new(expected(plan), options.quiet),
        }
    }

    /// Lets the conductor carry the run out and takes note of every second.
    /// If that can't be written any more, the run is stopped.
    pub(super) fn keep(
        mut self,
        collector: Collector,
        conductor: Conductor,
        stop: &Arc<Stop>,
    ) -> (Measured, Result<(), Error>, std::io::Result<Finished>) {
        let progress = self.progress.clone();
        let kept = std::thread::scope(|scope| {
            let collected = scope.spawn(|| {
                let _alarm = Alarm(stop);
                collector.run(|second, measured| {
                    let written = self.note(second, measured);
                    if written.is_err() {
                        stop.request(StopReason::ResultsUnwritable);
                    }
                    written
                })
            });
            let finished = conductor.conduct(&mut |act| show(&progress, act));
            match collected.join() {
                Ok((measured, written)) => (measured, written, finished),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        });
        progress.finish();
        kept
    }

    fn note(&mut self, second: &Second, measured: &Measured) -> Result<(), Error> {
        let cpu_percent = self.cpu_percent();
        let from = Duration::from_secs(second.t_s.into());
        let to = from + Duration::from_secs(1);
        let schedule = self.schedule.as_ref();
        let target_rate = schedule.map(|schedule| schedule.mean_rate(from, to));
        let sample = Sample {
            target_rate,
            cpu_percent,
        };
        self.progress.second(second, measured, target_rate);
        self.folder.second(second, measured, sample)
    }

    /// CPU since the last time, of one core's time; none where two seconds were
    /// delivered together and there is nothing to tell them apart by.
    fn cpu_percent(&mut self) -> Option<f64> {
        let (then, before) = self.cpu;
        let (now, used) = (self.clock.now(), cpu::own());
        let passed = now.since(then);
        if passed < Duration::from_millis(100) {
            return None;
        }
        self.cpu = (now, used);
        Some(used.saturating_sub(before).as_secs_f64() / passed.as_secs_f64() * 100.0)
    }
}

/// Ends the run when the thread that writes it down panics.
struct Alarm<'a>(&'a Stop);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.request(StopReason::WorkerLost);
        }
    }
}

fn show(progress: &ui::Progress, act: Progress) {
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
                // In the closed model they are the shard's own by now.
                (Some(shard), Model::Open { .. }) => shard.share(messages),
                _ => messages,
            }),
        },
    }
}
