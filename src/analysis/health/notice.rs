//! What can be observed about a run itself: its code, for programs, and its text, which
//! states what it means and what to do.

use std::fmt;
use std::time::Duration;

use crate::analysis::verdict::{Missed, Subject};
use crate::text::figures::{latency, three_digits_below_one};
use crate::text::words::count as with_commas;
use crate::vocabulary::StopReason;

/// What was observed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Notice {
    /// Scheduled messages and their outcomes do not add up.
    Ledger {
        /// Messages scheduled.
        scheduled: u64,
        /// Messages that have an outcome.
        ended: u64,
    },
    /// The mock counted another number of accepted messages than the generator.
    MockDiffers {
        /// Accepted, by the generator's count.
        ours: u64,
        /// Messages without a final reply: the mock may have accepted them.
        unknown: u64,
        /// Accepted, by the mock's count.
        mocks: u64,
    },
    /// The mock ended without reporting its counts.
    MockSilent,
    /// Messages were sent late although a session was free for them.
    Late {
        /// Median of the lateness, in microseconds.
        p50_us: f64,
        /// 99th percentile of the lateness, in microseconds.
        p99_us: f64,
    },
    /// The generator's threads stalled, or released messages late.
    Stalled {
        /// Maximum delay of a message, in microseconds.
        longest_us: f64,
        /// Number of stalls of worker threads.
        times: u64,
        /// Messages that may have received no reply because of it.
        unanswered: u64,
    },
    /// The run was stopped before its end.
    StoppedEarly {
        /// Why.
        reason: StopReason,
    },
    /// A threshold with `abort_on_fail` ended the run.
    ThresholdMissed(Missed),
    /// The run ended before the window of a threshold did.
    NotReached {
        /// What the threshold is about.
        subject: Subject,
        /// How long the schedule lasted.
        lasted: Duration,
    },
    /// The generator's threads had no processor time left.
    GeneratorBusy {
        /// Share of the time its threads could have had (0 to 1).
        share: f64,
        /// The same in the busiest second of the window.
        busiest: Option<f64>,
        /// Its worker threads.
        workers: usize,
    },
    /// The machine had no processor time left.
    MachineBusy {
        /// Share of all cores' time (0 to 1).
        share: f64,
        /// The same in the busiest second of the window.
        busiest: Option<f64>,
    },
    /// EMFILE: out of file descriptors; each socket needs one.
    FilesExhausted {
        /// How often.
        times: u64,
    },
    /// EADDRNOTAVAIL: no free local port, or no such local address.
    PortsExhausted {
        /// How often.
        times: u64,
    },
    /// A threshold is about a quantile with too few values.
    FewSamples {
        /// The quantile.
        subject: Subject,
        /// Number of values.
        count: u64,
        /// Number of values needed: ten beyond the quantile.
        needed: u64,
    },
    /// Messages waited for a free session.
    FewSessions {
        /// Share of the window's messages that waited (0 to 1).
        share: f64,
        /// 99th percentile of the wait, in microseconds.
        wait_p99_us: f64,
        /// Size of the pool.
        sessions: u32,
    },
    /// Sessions could not be opened.
    SessionsFailed {
        /// Sessions that did not become ready.
        failed: u64,
        /// Sessions tried.
        opened: u64,
    },
    /// QUIT was not answered within its time-out.
    QuitsUnanswered {
        /// Number of sessions.
        sessions: u64,
    },
    /// Messages had not been started when the schedule ended.
    Backlog {
        /// How many.
        messages: u64,
    },
    /// A backlog cannot drain while the schedule is at its peak.
    BacklogCannotDrain {
        /// Maximum rate of attempts, per second.
        pace_per_s: f64,
        /// Peak rate of the schedule, per second.
        peak_per_s: f64,
    },
    /// Messages were not retried because a limit left no room for it.
    RetriesRefused {
        /// How many times.
        retries: u64,
    },
    /// Certificates were not verified.
    Insecure,
}

impl Notice {
    /// Stable identifier, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Ledger { .. } => "ledger",
            Self::MockDiffers { .. } => "mock_differs",
            Self::MockSilent => "mock_silent",
            Self::Late { .. } => "late",
            Self::Stalled { .. } => "stalled",
            Self::GeneratorBusy { .. } => "generator_busy",
            Self::MachineBusy { .. } => "machine_busy",
            Self::FilesExhausted { .. } => "files_exhausted",
            Self::PortsExhausted { .. } => "ports_exhausted",
            Self::FewSamples { .. } => "few_samples",
            Self::FewSessions { .. } => "few_sessions",
            Self::SessionsFailed { .. } => "sessions_failed",
            Self::QuitsUnanswered { .. } => "quit_unanswered",
            Self::Backlog { .. } => "backlog",
            Self::BacklogCannotDrain { .. } => "backlog_cannot_drain",
            Self::StoppedEarly { .. } => "stopped_early",
            Self::ThresholdMissed(_) => "threshold_missed",
            Self::NotReached { .. } => "not_reached",
            Self::RetriesRefused { .. } => "retries_refused",
            Self::Insecure => "insecure",
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Ledger { scheduled, ended } => write!(
                f,
                "{scheduled} messages were scheduled, and {ended} have an outcome: sesbench lost \
                 count, and no result of this run is reliable. Please report this defect."
            ),
            Self::MockDiffers {
                ours,
                unknown,
                mocks,
            } => write!(
                f,
                "The mock counted {mocks} accepted messages, and the generator {ours} ({unknown} \
                 more have the outcome unknown): one of the two lost count. Please report this \
                 defect."
            ),
            Self::MockSilent => f.write_str(
                "The embedded mock ended before the run did, and did not report its counts: \
                 nothing confirms the results of this run. Find out what ended it.",
            ),
            Self::Late { p50_us, p99_us } => write!(
                f,
                "The generator itself was late: it sent messages {} (median) and {} (p99) after \
                 their intended time although a session was free. Lower the rate, or use a less \
                 busy machine.",
                latency(p50_us),
                latency(p99_us)
            ),
            Self::Stalled {
                longest_us,
                times,
                unanswered,
            } => {
                write!(
                    f,
                    "The generator itself was delayed: its threads stalled {times} times, and a \
                     message was late by up to {}. The rows response_net and wait_net of \
                     summary.csv exclude these delays.",
                    latency(longest_us)
                )?;
                if unanswered > 0 {
                    write!(
                        f,
                        " {unanswered} messages without a reply were in flight at the time."
                    )?;
                }
                f.write_str(" Stop other programs on this machine, or use a larger one.")
            }
            Self::GeneratorBusy {
                share,
                busiest,
                workers,
            } => write!(
                f,
                "The generator's {workers} worker threads were busy {}: the measured latencies are \
                 longer than the target's. Lower the rate, or use more workers on more cores \
                 (load.workers).",
                time_used(share, busiest)
            ),
            Self::MachineBusy { share, busiest } => write!(
                f,
                "The machine was busy {}: the measured latencies are longer than the target's. Stop \
                 other programs on this machine, or use a larger one.",
                time_used(share, busiest)
            ),
            Self::FilesExhausted { times } => write!(
                f,
                "Out of file descriptors (EMFILE): {times} times a session could not be opened. \
                 Raise the limit (ulimit -n), or use fewer sessions."
            ),
            Self::PortsExhausted { times } => write!(
                f,
                "Out of local ports (EADDRNOTAVAIL): {times} times a session could not be opened. \
                 Keep sessions open for longer (load.messages_per_session), or use more source \
                 addresses (target.source_addresses)."
            ),
            Self::FewSamples {
                subject,
                count,
                needed,
            } => write!(
                f,
                "Too few samples for {subject}: {}, at least {} needed. Run longer.",
                with_commas(count),
                with_commas(needed)
            ),
            Self::FewSessions {
                share,
                wait_p99_us,
                sessions,
            } => write!(
                f,
                "{} of the messages waited for one of the {sessions} sessions to become free, for \
                 up to {} (p99). The wait is part of response. If that is not what you want to \
                 measure, use more sessions.",
                percent(share),
                latency(wait_p99_us)
            ),
            Self::SessionsFailed { failed, opened } => write!(
                f,
                "{failed} of {opened} sessions did not become ready; outcomes.csv lists the reasons."
            ),
            Self::QuitsUnanswered { sessions } => write!(
                f,
                "QUIT was not answered in {sessions} sessions: the slot waited up to a second for \
                 the reply before it continued. The server, or something in front of it, does not \
                 end sessions as RFC 5321 section 4.1.1.10 requires."
            ),
            Self::Backlog { messages } => write!(
                f,
                "{messages} messages had not been started when the schedule ended: the target, the \
                 number of sessions or a limit on attempts (load.catch_up, target.max_rate) does \
                 not sustain the rate."
            ),
            Self::BacklogCannotDrain {
                pace_per_s,
                peak_per_s,
            } => write!(
                f,
                "Attempts may start at {} at most (load.catch_up, target.max_rate), and the \
                 schedule asks for up to {}: while it does, a backlog cannot drain. Lower the rate, \
                 or raise the limit.",
                per_second(pace_per_s),
                per_second(peak_per_s)
            ),
            Self::RetriesRefused { retries } => write!(
                f,
                "{retries} times a message was not retried, because target.max_recipients left no \
                 room for it: its outcome is that of its last attempt. Raise target.max_recipients, \
                 or send less."
            ),
            Self::StoppedEarly { reason } => write!(
                f,
                "The run was stopped before its end: {}. The results cover only what was sent until \
                 then.",
                reason.meaning()
            ),
            Self::ThresholdMissed(Missed {
                threshold,
                at,
                beyond,
                of,
            }) => write!(
                f,
                "The run was ended {} after its start because {threshold} was sure to be missed: \
                 {} of {} were beyond the limit. The results cover only what was sent until then.",
                seconds(at),
                with_commas(beyond),
                with_commas(of)
            ),
            Self::NotReached { subject, lasted } => write!(
                f,
                "The schedule ended after {}, before the end of the window of {subject}.",
                seconds(lasted)
            ),
            Self::Insecure => f.write_str(
                "Certificates were not verified (--insecure): the identity of the server is unknown.",
            ),
        }
    }
}

/// In tenths.
fn seconds(time: Duration) -> String {
    let tenths = (time.as_secs_f64() * 10.0).floor() / 10.0;
    format!("{tenths} s")
}

fn per_second(rate: f64) -> String {
    match three_digits_below_one(rate) {
        Some(decimals) => format!("{rate:.decimals$}/s"),
        None => format!("{}/s", (rate * 1_000.0).round() / 1_000.0),
    }
}

fn time_used(share: f64, busiest: Option<f64>) -> String {
    let used = format!("{} of the time", percent(share));
    match busiest.filter(|busiest| *busiest > share) {
        Some(busiest) => format!(
            "{used}, {} in its busiest second",
            percent(busiest.min(1.0))
        ),
        None => used,
    }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", (share * 100.0).max(1.0))
}

#[cfg(test)]
mod tests;
