//! The texts of notices.

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
        assert_eq!(notice.code(), code);
    }
}
