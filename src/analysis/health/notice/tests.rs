//! The texts of notices.

use super::*;

/// Programs read these codes in run.json.
#[test]
fn the_codes_of_findings_stay_the_same() {
    let (times, share, busiest) = (1, 0.5, None);
    let threshold = crate::analysis::verdict::Threshold::DEFAULT;
    let subject = threshold.subject();
    let lasted = Duration::from_millis(1_250);
    let missed = Missed {
        threshold,
        at: lasted,
        beyond: 2,
        of: 5,
    };
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
                subject,
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
        ("threshold_missed", Notice::ThresholdMissed(missed)),
        ("not_reached", Notice::NotReached { subject, lasted }),
        ("retries_refused", Notice::RetriesRefused { retries: 1 }),
        ("insecure", Notice::Insecure),
    ] {
        assert_eq!(notice.code(), code);
    }
}

#[test]
fn an_end_by_a_threshold_names_it_with_the_time_and_the_evidence() {
    let threshold = "response.p99[1s..] < 250ms".parse().unwrap();
    let missed = Missed {
        threshold,
        at: Duration::from_secs(12),
        beyond: 1_400,
        of: 5_000,
    };
    assert_eq!(
        Notice::ThresholdMissed(missed).to_string(),
        "The run was ended 12 s after its start because response.p99[1s..] < 250ms was sure to be missed: 1,400 of 5,000 were beyond the limit. The results cover only what was sent until then."
    );
    let subject = threshold.subject();
    let lasted = Duration::from_millis(4_270);
    assert_eq!(
        Notice::NotReached { subject, lasted }.to_string(),
        "The schedule ended after 4.2 s, before the end of the window of response.p99[1s..]."
    );
}
