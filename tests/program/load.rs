//! Loads of all kinds: rates, many sessions, large messages, limits.

use crate::support::{Done, Row, Sesbench};

/// A mock without limits, unless a test sets them.
const UNLIMITED: &str = "[mock]\nprofile = \"unlimited\"\n[load]\nwarm_up = \"0s\"\n";

fn sesbench(words: &str) -> Sesbench {
    Sesbench::run_text(UNLIMITED, words)
}

fn run(words: &str) -> Done {
    sesbench(words).done()
}

fn only(rows: Vec<Row>) -> Row {
    assert_eq!(rows.len(), 1, "{rows:#?}");
    rows.into_iter().next().unwrap()
}

#[test]
fn a_rate_of_500_per_second_for_ten_seconds_is_achieved_without_loss() {
    let words = "--rate 500/s --duration 10s --warm-up 1s --threshold outcome.accepted>=100%";
    let done = run(words).passed();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/window/scheduled"), 5000);
    assert_eq!(folder.count("/totals/scheduled"), 5500);
    assert_eq!(folder.count("/totals/accepted"), 5500);
    assert_eq!(folder.json()["rate"]["target_per_s"], 500.0);
}

#[test]
fn a_thousand_sessions_at_once_over_starttls() {
    a_thousand_sessions("starttls");
}

#[test]
fn a_thousand_sessions_at_once_in_the_wrapper() {
    a_thousand_sessions("wrapper");
}

fn a_thousand_sessions(tls: &str) {
    let words = "--sessions 1000 --rate 1000/s --messages 2000 --set mock.idle_timeout=5m";
    let done = run(&format!(
        "{words} --set load.session_rate=2000/s --tls {tls}"
    ))
    .passed();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/accepted"), 2000);
    assert_eq!(folder.count("/sessions/opened"), 1000);
    assert_eq!(folder.count("/sessions/ready"), 1000);
    assert_eq!(folder.count("/sessions/failed"), 0);
    // Plus the preflight session.
    assert_eq!(folder.count("/mock/sessions"), 1001);
}

#[test]
fn forty_mebibytes_are_accepted_over_starttls() {
    the_largest_message("starttls");
}

#[test]
fn forty_mebibytes_are_accepted_in_the_wrapper() {
    the_largest_message("wrapper");
}

fn the_largest_message(tls: &str) {
    let words = "--model closed --sessions 1 --messages 1 --size 40MiB";
    let done = run(&format!("{words} --tls {tls}")).passed();
    done.folder().adds_up();
    assert_eq!(done.folder().count("/mock/accepted"), 1);
    assert_eq!(done.folder().count("/mock/bytes"), 41_943_040);

    let done = run(&format!("{words} --tls {tls} --set message.size=41943041")).with(1);
    done.folder().adds_up();
    let row = only(done.folder().outcomes("message"));
    assert_eq!(row["outcome"], "rejected");
    assert_eq!(row["code"], "552");
    assert_eq!(row["text"], "Message is too long.");
    assert!(done.stdout.contains("552 Message is too long."));
}

#[test]
fn a_session_is_reopened_when_its_messages_are_used_up() {
    let words = "--model closed --sessions 1 --messages 12 --messages-per-session 3";
    let done = run(words).passed();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/accepted"), 12);
    assert_eq!(folder.count("/sessions/reconnects"), 0);
    assert_eq!(folder.values("quit"), folder.count("/sessions/ready"));
    // The last message uses up the fourth session; the fifth may be open by
    // then.
    let sessions = folder.count("/sessions/ready");
    assert!((4..=5).contains(&sessions), "{sessions}");
}

#[test]
fn on_demand_a_message_opens_the_session_it_needs() {
    let words = "--sessions 4 --rate 20/s --messages 10 --messages-per-session 1";
    let done = run(&format!("{words} --set load.connect=on_demand")).passed();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/accepted"), 10);
    assert_eq!(folder.count("/sessions/opened"), 10);
    let on_demand_at_all =
        run("--sessions 50 --rate 100/s --messages 1 --set load.connect=on_demand");
    assert_eq!(
        on_demand_at_all.passed().folder().count("/sessions/opened"),
        1
    );
}

#[test]
fn the_session_rate_spaces_sessions_out() {
    let words = "--sessions 6 --rate 50/s --messages 5 --set load.session_rate=20/s";
    let done = sesbench(words).arg("--trace").arg("trace").done().passed();
    let lines = done.trace("trace");
    let opened = lines
        .iter()
        .filter(|line| line["event"] == "session_opening");
    let mut opened: Vec<_> = opened.map(|line| line["t_ns"].as_u64().unwrap()).collect();
    opened.sort_unstable();
    assert_eq!(opened.len(), 6);
    // The trace begins before the first is due, and none is early; a late one
    // does not delay the next.
    for (number, at) in (0..).zip(opened) {
        assert!(at >= number * 50_000_000, "{number}: {at} ns");
    }
}

#[test]
fn every_recipient_of_a_message_has_its_own_rcpt() {
    let done = run("--rate 50/s --messages 10 --set message.recipients=7").passed();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/mock/accepted"), 10);
    assert_eq!(folder.count("/mock/accepted_recipients"), 70);
    assert_eq!(folder.values("rcpt"), 70);
    assert_eq!(folder.values("mail"), 10);
}

#[test]
fn too_many_recipients_are_rejected_after_the_dot() {
    let done = run("--rate 50/s --messages 2 --size 8KiB --set message.recipients=51").with(1);
    let row = only(done.folder().adds_up().outcomes("message"));
    assert_eq!(
        (row["phase"].as_str(), row["outcome"].as_str()),
        ("accept", "rejected")
    );
    assert_eq!(
        row["text"],
        "Transaction failed: Recipient count exceeds 50."
    );
}

#[test]
fn messages_above_the_rate_are_throttled() {
    let words = "--rate 100/s --messages 50 --set mock.burst=5 --set mock.rate=0.001";
    let done = run(words).with(1);
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/accepted"), 5);
    assert_eq!(folder.count("/totals/throttled"), 45);
    assert_eq!(folder.count("/mock/throttled"), 45);
}

#[test]
fn messages_above_the_daily_quota_are_over_quota() {
    // Mail to the mailbox simulator, the default recipient, does not count
    // towards the quota.
    let words = "--rate 100/s --messages 30 --set mock.daily=10 --set load.stop_on_quota=false";
    let others = sesbench(words)
        .arg("--set")
        .arg("message.to=[\"a@example.com\"]");
    let done = others.done().with(1);
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/accepted"), 10);
    assert_eq!(folder.count("/totals/quota"), 20);
    let rows = folder.outcomes("message");
    let row = rows.iter().find(|row| row["outcome"] == "quota").unwrap();
    assert_eq!((row["code"].as_str(), row["count"].as_str()), ("454", "20"));
    assert_eq!(
        row["text"],
        "Throttling failure: Daily message quota exceeded."
    );
}

#[test]
fn a_run_stops_when_the_daily_quota_is_spent_and_reports_it() {
    let words = "--rate 100/s --messages 300 --set mock.daily=10";
    let others = sesbench(words)
        .arg("--set")
        .arg("message.to=[\"a@example.com\"]");
    let done = others.done().with(4);
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/accepted"), 10);
    assert!(folder.count("/totals/scheduled") < 300);
    assert_eq!(folder.json()["status"], "aborted");
    assert!(
        done.stdout.contains("daily quota is spent"),
        "{}",
        done.stdout
    );
}

#[test]
fn throttled_messages_are_retried_until_they_are_accepted() {
    let words = "--rate 100/s --messages 50 --set mock.burst=5 --set mock.rate=40 \
                 --set retry.policy=exponential --set retry.base=200ms --set retry.attempts=50";
    let done = run(words).passed();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/accepted"), 50);
    assert_eq!(folder.count("/mock/accepted"), 50);
    let throttled = folder.count("/mock/throttled");
    assert!(throttled > 0);
    let tried = folder.outcomes("attempt");
    let row = tried.iter().find(|row| row["outcome"] == "throttled");
    assert_eq!(row.unwrap()["count"], throttled.to_string());
    let seconds = folder.rows("intervals.csv");
    let retries = seconds.iter().map(|row| row["retries"].parse::<u64>());
    let retries: u64 = retries.map(Result::unwrap).sum();
    assert_eq!(retries, throttled);
}

#[test]
fn mail_from_an_unverified_sender_is_rejected() {
    let words = "--rate 100/s --messages 5 --set message.from=who@example.net";
    let unverified = sesbench(words)
        .arg("--set")
        .arg("mock.unverified=[\"example.net\"]");
    let done = unverified.done().with(1);
    let row = only(done.folder().adds_up().outcomes("message"));
    assert_eq!(
        (row["outcome"].as_str(), row["code"].as_str()),
        ("rejected", "554")
    );
    assert!(row["text"].contains("not verified"), "{}", row["text"]);
    assert!(row["text"].contains("<address>"), "{}", row["text"]);
}

#[test]
fn an_idle_session_closed_by_the_server_fails_no_message() {
    // Placed between idle time-outs, so that none occurs just as a message
    // arrives; longer than a handshake takes on a busy machine.
    let words = "--sessions 3 --rate 14/min --messages 3 --set mock.idle_timeout=3s";
    let done = run(words).passed();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/accepted"), 3);
    assert!(folder.count("/sessions/reconnects") > 0);
    let rows = folder.outcomes("session");
    let idle = rows
        .iter()
        .find(|row| row["code"] == "451")
        .expect("the 451");
    assert_eq!(idle["text"], "Timeout waiting for data from client.");
    assert_eq!(idle["enhanced"], "4.4.2");
}

#[test]
fn the_closed_model_sends_exactly_what_was_asked_for() {
    let done = run("--model closed --sessions 4 --messages 100").passed();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/scheduled"), 100);
    for empty in ["response", "wait", "slip"] {
        assert_eq!(folder.values(empty), 0, "{empty}");
    }
}

/// Ten sessions of a second each: all messages are handed out at once, and end
/// after a second.
#[test]
fn a_closed_run_of_ten_slow_messages_is_no_faster_than_its_target() {
    let words = "--model closed --messages 10 --sessions 10 --set mock.latency.dot=1s";
    let done = run(&format!("{words} --threshold goodput<=10/s")).passed();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/window/accepted"), 10);
    let rate = &folder.json()["rate"];
    let goodput = rate["goodput_per_s"].as_f64().unwrap();
    assert!(goodput > 0.0 && goodput <= 10.0, "{goodput}");
}

/// Nothing is sent beyond them: no warm-up at full speed, unless asked for.
#[test]
fn a_closed_run_sends_the_number_of_messages_asked_for() {
    let done = Sesbench::run("--model closed --messages 50").done();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/scheduled"), 50);
    assert_eq!(folder.count("/mock/accepted"), 50);
}
