//! Findings about a run itself, and their texts.

use std::fmt;

use crate::analysis::verdict::{Figure, Severity, Threshold};
use crate::text::figures::{latency, three_digits_below_one};
use crate::text::words::count as with_commas;
use crate::vocabulary::StopReason;

/// An observation about the run, and the thresholds it puts in doubt.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What was observed.
    pub notice: Notice,
    /// The thresholds whose result may be wrong because of it.
    pub in_doubt: Vec<Threshold>,
}

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
        figure: Figure,
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

impl Finding {
    /// Its effect on the verdict.
    pub fn severity(&self) -> Severity {
        match (self.notice, self.in_doubt.first()) {
            (Notice::Ledger { .. } | Notice::MockDiffers { .. } | Notice::MockSilent, _) => {
                Severity::Inconclusive { threshold: None }
            }
            (Notice::StoppedEarly { reason }, _) if reason.gives_up() => {
                Severity::Inconclusive { threshold: None }
            }
            (_, Some(threshold)) => Severity::Inconclusive {
                threshold: Some(*threshold),
            },
            (_, None) => Severity::Warning,
        }
    }

    /// Stable identifier, for programs.
    pub const fn code(&self) -> &'static str {
        match self.notice {
            Notice::Ledger { .. } => "ledger",
            Notice::MockDiffers { .. } => "mock_differs",
            Notice::MockSilent => "mock_silent",
            Notice::Late { .. } => "late",
            Notice::Stalled { .. } => "stalled",
            Notice::GeneratorBusy { .. } => "generator_busy",
            Notice::MachineBusy { .. } => "machine_busy",
            Notice::FilesExhausted { .. } => "files_exhausted",
            Notice::PortsExhausted { .. } => "ports_exhausted",
            Notice::FewSamples { .. } => "few_samples",
            Notice::FewSessions { .. } => "few_sessions",
            Notice::SessionsFailed { .. } => "sessions_failed",
            Notice::QuitsUnanswered { .. } => "quit_unanswered",
            Notice::Backlog { .. } => "backlog",
            Notice::BacklogCannotDrain { .. } => "backlog_cannot_drain",
            Notice::StoppedEarly { .. } => "stopped_early",
            Notice::RetriesRefused { .. } => "retries_refused",
            Notice::Insecure => "insecure",
        }
    }
}

/// The effect of `findings` on a verdict: one severity for each threshold in doubt.
pub(crate) fn severities(findings: &[Finding]) -> Vec<Severity> {
    let each = |finding: &Finding| match finding.severity() {
        Severity::Inconclusive { threshold: Some(_) } => {
            let doubts = finding.in_doubt.iter().copied().map(Some);
            doubts
                .map(|threshold| Severity::Inconclusive { threshold })
                .collect()
        }
        whole => vec![whole],
    };
    findings.iter().flat_map(each).collect()
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.notice)?;
        for (position, threshold) in self.in_doubt.iter().enumerate() {
            let before = if position == 0 { " In doubt: " } else { ", " };
            write!(f, "{before}{threshold}")?;
        }
        if self.in_doubt.is_empty() {
            return Ok(());
        }
        f.write_str(".")
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
                figure,
                count,
                needed,
            } => write!(
                f,
                "Too few samples for {figure}: {}, at least {} needed. Run longer.",
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
            Self::Insecure => f.write_str(
                "Certificates were not verified (--insecure): the identity of the server is unknown.",
            ),
        }
    }
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
mod tests {
    use super::*;

    /// Programs read these codes in run.json.
    #[test]
    fn the_codes_of_findings_stay_the_same() {
        let (times, share, busiest) = (1, 0.5, None);
        let figure = Figure::Goodput;
        let reason = StopReason::NoSession;
        for (code, notice) in [
            (
                "ledger",
                Notice::Ledger {
                    scheduled: 2,
                    ended: 1,
                },
            ),
            (
                "mock_differs",
                Notice::MockDiffers {
                    ours: 1,
                    unknown: 0,
                    mocks: 2,
                },
            ),
            ("mock_silent", Notice::MockSilent),
            (
                "late",
                Notice::Late {
                    p50_us: 1.0,
                    p99_us: 2.0,
                },
            ),
            (
                "stalled",
                Notice::Stalled {
                    longest_us: 1.0,
                    times,
                    unanswered: 0,
                },
            ),
            (
                "generator_busy",
                Notice::GeneratorBusy {
                    share,
                    busiest,
                    workers: 1,
                },
            ),
            ("machine_busy", Notice::MachineBusy { share, busiest }),
            ("files_exhausted", Notice::FilesExhausted { times }),
            ("ports_exhausted", Notice::PortsExhausted { times }),
            (
                "few_samples",
                Notice::FewSamples {
                    figure,
                    count: 1,
                    needed: 2,
                },
            ),
            (
                "few_sessions",
                Notice::FewSessions {
                    share,
                    wait_p99_us: 1.0,
                    sessions: 1,
                },
            ),
            (
                "sessions_failed",
                Notice::SessionsFailed {
                    failed: 1,
                    opened: 2,
                },
            ),
            ("quit_unanswered", Notice::QuitsUnanswered { sessions: 1 }),
            ("backlog", Notice::Backlog { messages: 1 }),
            (
                "backlog_cannot_drain",
                Notice::BacklogCannotDrain {
                    pace_per_s: 1.0,
                    peak_per_s: 2.0,
                },
            ),
            ("stopped_early", Notice::StoppedEarly { reason }),
            ("retries_refused", Notice::RetriesRefused { retries: 1 }),
            ("insecure", Notice::Insecure),
        ] {
            let in_doubt = Vec::new();
            assert_eq!(Finding { notice, in_doubt }.code(), code);
        }
    }
}
