//! Turns observations into findings.

use std::time::Duration;

use super::doubt::{Asked, in_doubt};
use super::stall::{Stalls, stalled};
use super::{Busy, Finding, Notice, doubt};
use crate::analysis::verdict::{Figure, Missed, Statistic, Threshold, samples_needed};
use crate::measure::FigureSource;
use crate::vocabulary::{FigureValue, Metric, Span, StopReason};

/// Observations of a run in addition to its figures: counts of the whole run,
/// including warm-up and drain, unless stated otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Observations {
    /// Messages scheduled.
    pub scheduled: u64,
    /// Messages that have an outcome.
    pub ended: u64,
    /// Messages accepted.
    pub accepted: u64,
    /// Messages with the outcome `unknown`.
    pub unknown: u64,
    /// Messages accepted by the embedded mock; none without one.
    pub mock_accepted: Option<u64>,
    /// Whether there was an embedded mock that did not report its counts.
    pub mock_silent: bool,
    /// Messages of the window that found no free session at their intended time.
    pub waited: u64,
    /// Messages of the window that a limit on attempts held back although a
    /// session was free.
    pub held: u64,
    /// Retries for which the maximum of recipients left no room.
    pub retries_refused: u64,
    /// What ended the run before its schedule did.
    pub stopped: Option<StopReason>,
    /// The threshold that ended it, where that is the reason.
    pub missed: Option<Missed>,
    /// How long the schedule lasted, warm-up included.
    pub lasted: Duration,
    /// Maximum rate of attempts, per second.
    pub pace_per_s: Option<f64>,
    /// Peak rate of the schedule, per second.
    pub peak_per_s: Option<f64>,
    /// Messages not started when the schedule ended.
    pub backlog: u64,
    /// Size of the pool.
    pub sessions: u32,
    /// Sessions whose connect was begun.
    pub sessions_opened: u64,
    /// Sessions that did not become ready.
    pub sessions_failed: u64,
    /// Number of EMFILE and ENFILE errors.
    pub files_exhausted: u64,
    /// Number of EADDRNOTAVAIL errors.
    pub ports_exhausted: u64,
    /// Worker threads.
    pub workers: usize,
    /// Processor time of the generator in the window, as a share of what its
    /// worker threads could have used (on as many cores as there are workers, at most).
    pub generator_busy: Option<f64>,
    /// Processor time of the machine in the window, as a share of that of all cores.
    pub machine_busy: Option<f64>,
    /// The generator's share, second by second.
    pub generator_seconds: Busy,
    /// The machine's share, second by second.
    pub machine_seconds: Busy,
    /// Stalls of the generator's own threads.
    pub stalls: Stalls,
    /// Sessions whose QUIT was not answered.
    pub quits_unanswered: u64,
    /// Whether certificates were not verified.
    pub insecure: bool,
}

/// Lateness (p99) below this is not reported unless a limit is as small: a
/// timer-driven generator is no more punctual.
const LATE_US: f64 = 1_000.0;
/// From this share on, lateness is a noticeable part of the figure that contains it.
const NOTICEABLE: f64 = 0.1;
/// Above this utilisation a thread's queue grows: the wait at a single server
/// doubles from 70 % to 85 % (M/M/1).
const GENERATOR_BUSY: f64 = 0.85;
/// Above this utilisation the machine has no processor time left.
const MACHINE_BUSY: f64 = 0.95;
/// Waiting messages are reported above this share.
const WAITED: f64 = 0.01;

impl Busy {
    /// For the generator's threads.
    pub(crate) const GENERATOR: Self = Self::new(GENERATOR_BUSY);
    /// For all cores of the machine.
    pub(crate) const MACHINE: Self = Self::new(MACHINE_BUSY);
}

/// The findings about a run, given its thresholds and the figures that a series compares;
/// the most severe first.
pub(crate) fn examine(
    seen: &Observations,
    thresholds: &[Threshold],
    compared: &[Figure],
    run: &dyn FigureSource,
) -> Vec<Finding> {
    let asked = Asked {
        thresholds,
        compared,
        run,
    };
    let counts = [
        ledger(seen),
        mock_differs(seen),
        mock_silent(seen),
        stopped_early(seen),
    ];
    let limits = [
        asked.late(),
        stalled(&seen.stalls, &asked),
        asked.generator_busy(seen),
        asked.machine_busy(seen),
        asked.exhausted(seen.files_exhausted, |times| Notice::FilesExhausted {
            times,
        }),
        asked.exhausted(seen.ports_exhausted, |times| Notice::PortsExhausted {
            times,
        }),
    ];
    let others = [
        few_sessions(seen, run),
        sessions_failed(seen),
        quits_unanswered(seen),
        backlog(seen),
        backlog_cannot_drain(seen),
        retries_refused(seen),
        insecure(seen),
    ];
    let counts = counts.into_iter().flatten();
    let mut all: Vec<Finding> = counts.map(Finding::warning).collect();
    all.extend(limits.into_iter().flatten());
    all.extend(asked.not_reached(seen));
    all.extend(asked.few_samples());
    all.extend(others.into_iter().flatten().map(Finding::warning));
    all
}

fn ledger(seen: &Observations) -> Option<Notice> {
    let (scheduled, ended) = (seen.scheduled, seen.ended);
    (scheduled != ended).then_some(Notice::Ledger { scheduled, ended })
}

fn mock_differs(seen: &Observations) -> Option<Notice> {
    let (mocks, ours, unknown) = (seen.mock_accepted?, seen.accepted, seen.unknown);
    let agrees = (ours..=ours + unknown).contains(&mocks);
    (!agrees).then_some(Notice::MockDiffers {
        ours,
        unknown,
        mocks,
    })
}

fn mock_silent(seen: &Observations) -> Option<Notice> {
    seen.mock_silent.then_some(Notice::MockSilent)
}

impl Asked<'_> {
    fn late(&self) -> Option<Finding> {
        let slip = |q| value(self.run, Span::Slip, q);
        let (p50_us, p99_us) = (slip(0.5)?, slip(0.99)?);
        let range = doubt::without_lateness;
        let finding = self.finding(Notice::Late { p50_us, p99_us }, range);
        let noticeable = p99_us > LATE_US && self.lateness_shows() || self.late_for_a_limit();
        (noticeable || !finding.in_doubt.is_empty()).then_some(finding)
    }

    /// Whether slip is a noticeable part of the response that contains it.
    fn lateness_shows(&self) -> bool {
        [0.5, 0.99].into_iter().any(|q| {
            let slip = value(self.run, Span::Slip, q);
            let response = value(self.run, Span::Response, q);
            slip.zip(response)
                .is_some_and(|(slip, response)| slip >= NOTICEABLE * response)
        })
    }

    /// Whether slip is a noticeable part of a limit on a figure that contains it.
    fn late_for_a_limit(&self) -> bool {
        self.thresholds.iter().any(|threshold| {
            let slip = match threshold.figure() {
                Figure::Latency(Metric::Span(Span::Response | Span::Wait), statistic) => {
                    match statistic {
                        Statistic::Quantile(q) => value(self.run, Span::Slip, q),
                        Statistic::Mean => self.run.mean(Metric::Span(Span::Slip)),
                    }
                }
                _ => None,
            };
            slip.is_some_and(|slip| slip >= NOTICEABLE * threshold.limit())
        })
    }

    fn generator_busy(&self, seen: &Observations) -> Option<Finding> {
        let busiest = seen.generator_seconds.busiest();
        let workers = seen.workers;
        let notice = |share| Notice::GeneratorBusy {
            share,
            busiest,
            workers,
        };
        self.short_of_cpu(
            seen.generator_busy?,
            GENERATOR_BUSY,
            &seen.generator_seconds,
            notice,
        )
    }

    /// A machine without processor time left matters only where it has an effect:
    /// on a threshold, or on the lateness of the generator, whose threads wait for
    /// a core too. The closed model has no lateness, so there it always matters. It is
    /// alike beside all runs of a pair (`ab` finds out where it is not), and what it does
    /// to them is their lateness: no figure is distorted by it alone.
    fn machine_busy(&self, seen: &Observations) -> Option<Finding> {
        let busiest = seen.machine_seconds.busiest();
        let notice = |share| Notice::MachineBusy { share, busiest };
        let mut finding = self.short_of_cpu(
            seen.machine_busy?,
            MACHINE_BUSY,
            &seen.machine_seconds,
            notice,
        )?;
        finding.distorted.clear();
        let blind = value(self.run, Span::Slip, 0.5).is_none();
        let matters = blind || self.lateness_shows() || self.late_for_a_limit();
        (matters || !finding.in_doubt.is_empty()).then_some(finding)
    }

    /// Whether no processor time was left in the whole window, or in some seconds.
    fn short_of_cpu(
        &self,
        share: f64,
        limit: f64,
        seconds: &Busy,
        notice: impl Fn(f64) -> Notice,
    ) -> Option<Finding> {
        let messages = match share > limit {
            true => 1.0,
            false => seconds.share_of_messages(),
        };
        let range = |part: &dyn FigureSource, figure| {
            // All of these messages may be in the part of the run.
            let times = self.run.scheduled() as f64 / part.scheduled().max(1) as f64;
            doubt::without_want_of_cpu(part, figure, (messages * times).min(1.0))
        };
        (messages > 0.0).then(|| self.finding(notice(share), range))
    }

    fn exhausted(&self, times: u64, notice: impl Fn(u64) -> Notice) -> Option<Finding> {
        let range = |part: &dyn FigureSource, figure| doubt::without_failures(part, figure, times);
        (times > 0).then(|| self.finding(notice(times), range))
    }

    fn few_samples(&self) -> impl Iterator<Item = Finding> {
        self.thresholds.iter().filter_map(|threshold| {
            let subject = threshold.subject();
            let Figure::Latency(metric, statistic) = subject.figure else {
                return None;
            };
            let samples = doubt::samples(subject.source(self.run)?, metric);
            let (count, needed) = (samples, samples_needed(statistic)?);
            // Without any value the threshold is missed, not in doubt.
            if count == 0 || count >= needed {
                return None;
            }
            let one = std::slice::from_ref(threshold);
            let notice = Notice::FewSamples {
                subject,
                count,
                needed,
            };
            Some(Finding {
                in_doubt: in_doubt(one, self.run, doubt::within_samples),
                ..Finding::warning(notice)
            })
        })
    }

    /// Windows that the run ended in, or before. One without an end is reached as
    /// soon as it has begun.
    fn not_reached(&self, seen: &Observations) -> impl Iterator<Item = Finding> {
        let lasted = seen.lasted;
        self.thresholds.iter().filter_map(move |threshold| {
            let period = threshold.period()?;
            let is_reached = match (period.from, period.to) {
                (_, Some(to)) => to <= lasted,
                (from, None) => from.unwrap_or_default() < lasted,
            };
            let notice = Notice::NotReached {
                subject: threshold.subject(),
                lasted,
            };
            (!is_reached).then(|| Finding {
                in_doubt: vec![*threshold],
                ..Finding::warning(notice)
            })
        })
    }
}

fn few_sessions(seen: &Observations, run: &dyn FigureSource) -> Option<Notice> {
    let share = seen.waited as f64 / run.scheduled().max(1) as f64;
    let wait_p99_us = value(run, Span::Wait, 0.99)?;
    (share > WAITED).then_some(Notice::FewSessions {
        share,
        wait_p99_us,
        sessions: seen.sessions,
    })
}

fn sessions_failed(seen: &Observations) -> Option<Notice> {
    let (failed, opened) = (seen.sessions_failed, seen.sessions_opened);
    (failed > 0).then_some(Notice::SessionsFailed { failed, opened })
}

fn quits_unanswered(seen: &Observations) -> Option<Notice> {
    let sessions = seen.quits_unanswered;
    (sessions > 0).then_some(Notice::QuitsUnanswered { sessions })
}

fn backlog(seen: &Observations) -> Option<Notice> {
    let messages = seen.backlog;
    (messages > 0).then_some(Notice::Backlog { messages })
}

/// Without effect if nothing waited.
fn backlog_cannot_drain(seen: &Observations) -> Option<Notice> {
    let (pace_per_s, peak_per_s) = (seen.pace_per_s?, seen.peak_per_s?);
    let waited = seen.held > 0 || seen.waited > 0 || seen.backlog > 0;
    (waited && pace_per_s <= peak_per_s).then_some(Notice::BacklogCannotDrain {
        pace_per_s,
        peak_per_s,
    })
}

fn retries_refused(seen: &Observations) -> Option<Notice> {
    let retries = seen.retries_refused;
    (retries > 0).then_some(Notice::RetriesRefused { retries })
}

/// Not after Ctrl-C: the exit code reports it, and the user knows.
fn stopped_early(seen: &Observations) -> Option<Notice> {
    match (seen.stopped?, seen.missed) {
        (StopReason::Interrupted, _) => None,
        (StopReason::ThresholdMissed, Some(missed)) => Some(Notice::ThresholdMissed(missed)),
        (reason, _) => Some(Notice::StoppedEarly { reason }),
    }
}

fn insecure(seen: &Observations) -> Option<Notice> {
    seen.insecure.then_some(Notice::Insecure)
}

fn value(run: &dyn FigureSource, span: Span, q: f64) -> Option<f64> {
    match run.quantile(Metric::Span(span), q) {
        FigureValue::Empty => None,
        FigureValue::Value(us) | FigureValue::Above(us) => Some(us),
    }
}

#[cfg(test)]
mod tests;
