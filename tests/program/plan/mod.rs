//! `sesbench plan`: the answer first, every format, and errors in one line.

mod sessions;
mod verify;

use std::fmt::Write;

use serde_json::Value;

use crate::support::Sesbench;

/// The case with all kinds of input at once, so that every section is printed.
const ALL: &str = "plan --per-day 2000000 --growth 20% --peak-hour 12% --regions 2 \
                   --campaign 144000@23:00..03:00 --messages-per-session 400 \
                   --cpu-per-message 300us";

#[test]
fn the_answer_is_first_the_request_last_and_lines_fit_a_terminal() {
    let done = Sesbench::new(ALL).done().with(0);
    let first = done.stdout.lines().next().unwrap();
    assert_eq!(
        first,
        "ask for 163/s and 3,180,000 a day; now 14/s and 50,000 a day"
    );
    let last = done.stdout.lines().next_back().unwrap();
    assert_eq!(
        last.trim(),
        "--quota-code L-804C8AE8 --desired-value 3180000"
    );
    for line in done.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    for text in [
        "--quota-code L-CDEF9B6B --desired-value 163",
        "aws service-quotas list-service-quotas --service-code ses",
        "warning: SES was reported to end sessions after 350 messages.",
        "assumed, not measured",
        "so that one may fail",
        "10,000/s",
    ] {
        assert!(done.stdout.contains(text), "{text}: {}", done.stdout);
    }
    assert_eq!(done.stderr, "");
}

#[test]
fn every_format_has_the_same_plan() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let done = Sesbench::new(ALL).arg("--format").arg("json");
    let done = done
        .arg("--export")
        .arg(format!("markdown={}", file("plan.md")));
    let done = done
        .arg("--export")
        .arg(format!("csv={}", file("plan.csv")));
    let done = done
        .arg("--export")
        .arg(format!("text={}", file("plan.txt")));
    let done = done.done().with(0);
    let plan: Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(plan["peaks"]["ask_rate_per_s"], 163);
    assert_eq!(plan["campaigns"][0]["finish"]["present"], Value::Null);
    let read = |name: &str| std::fs::read_to_string(file(name)).unwrap();
    assert!(read("plan.md").starts_with("# Capacity plan: ask for 163/s"));
    assert_eq!(read("plan.csv").lines().count(), 10);
    assert!(read("plan.txt").starts_with("ask for 163/s"));
}

#[test]
fn an_hourly_volume_and_an_account_are_read_from_files() {
    let folder = tempfile::tempdir().unwrap();
    let volume = folder.path().join("volume.csv");
    let account = folder.path().join("account.json");
    let hours = (0..48).map(|hour| (hour, if hour == 40 { 36_000 } else { 100 }));
    let mut text = "hour,recipients\n".to_owned();
    for (hour, recipients) in hours {
        let _ = writeln!(text, "{hour},{recipients}");
    }
    std::fs::write(&volume, &text).unwrap();
    let quota = r#"{"Max24HourSend": 500000, "MaxSendRate": 90, "SentLast24Hours": 7}"#;
    std::fs::write(&account, quota).unwrap();
    let plan = || {
        let plan = Sesbench::new("plan --hourly").arg(volume.to_str().unwrap());
        plan.arg("--account").arg(account.to_str().unwrap())
    };
    let done = plan().done().with(0);
    let first = done.stdout.lines().next().unwrap();
    assert_eq!(
        first,
        "nothing to ask for: 90/s and 500,000 a day is enough"
    );
    assert!(!done.stdout.contains("the request"), "{}", done.stdout);
    assert!(
        done.stdout.contains("at most (25 hours)"),
        "{}",
        done.stdout
    );
    std::fs::write(&volume, text + "50,1\n").unwrap();
    let done = plan().done().with(2);
    let error = format!(
        "sesbench: --hourly: {}:50: 2 hours are missing",
        volume.display()
    );
    assert!(done.stderr.starts_with(&error), "{}", done.stderr);
}

#[test]
fn times_come_from_a_run_folder() {
    let run = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/run");
    let done = Sesbench::new("plan --per-day 1000000 --run")
        .arg(run)
        .done();
    let done = done.with(0);
    assert!(
        done.stdout.contains("measured in 1 run, "),
        "{}",
        done.stdout
    );
}

#[test]
fn one_of_anything_is_not_several() {
    let flags = "plan --per-day 1 --rate-quota 0.01/s --daily-quota 1 --messages-per-session 1";
    let done = Sesbench::new(flags).done().with(0);
    for text in ["largest 24 hours 1 recipient,", "with 1 message each"] {
        assert!(done.stdout.contains(text), "{text}: {}", done.stdout);
    }
    for text in [" 1 recipients", " 1 messages", " 1 SMTP sessions"] {
        assert!(!done.stdout.contains(text), "{text}: {}", done.stdout);
    }
}

#[test]
fn bad_input_is_one_line_and_exit_code_2() {
    for (flags, why) in [
        ("", "no volume: expected --per-day N"),
        ("--per-day -5", "expected a whole number of recipients"),
        ("--per-day 0", "expected a whole number of recipients"),
        ("--per-day 1e300", "expected a whole number of recipients"),
        ("--per-day 5 --growth -1%", "expected a percentage"),
        ("--per-day 5 --cores -1", "expected a whole number from 1"),
        ("--per-day 5 --setup -5ms", "invalid duration \"-5ms\""),
        ("--per-day 5 --rate-quota -14/s", "invalid rate \"-14/s\""),
        ("--per-day 5 --size 41MiB", "expected at most 40MiB"),
        ("--campaign 5@09:00..09:00", "the deadline is the start"),
        (
            "--per-day 5 --peak-hour 2%",
            "expected a percentage from 4.17%",
        ),
        (
            "--per-day 5 --peak-factor NaN",
            "expected a number from 1 to 100",
        ),
        ("--per-day 5 --wait-p99 0s", "expected a time from 1us"),
        ("--per-day 5 --rate-quota 14", "a number above 0 and a unit"),
        ("--per-day 5 --campaign 5@9", "invalid campaign \"5@9\""),
        (
            "--per-day 1000000000000 --peak-hour 100%",
            "the rate to ask for is",
        ),
        ("--per-day 5 --hourly x.csv", "cannot be used with"),
        ("--hourly absent.csv", "--hourly: absent.csv: "),
        (
            "--per-day 5 --account absent.json",
            "--account: absent.json: ",
        ),
        ("--per-day 5 --run absent", "--run: absent"),
    ] {
        let done = Sesbench::new(&format!("plan {flags}")).done().with(2);
        assert!(done.stderr.contains(why), "{flags}: {}", done.stderr);
        assert_eq!(done.stdout, "", "{flags}");
        assert!(!done.stderr.contains("panicked"), "{}", done.stderr);
    }
}
