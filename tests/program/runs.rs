//! The built-in scenarios: they pass, and their results are consistent.

use std::collections::BTreeSet;

use sesbench::testing::{Phase, Span};

use crate::support::{Done, Server, Sesbench, Then, scenario};

/// Long enough to exercise all parts together.
const SHORT: &str = "--duration 1s --warm-up 200ms";

fn run(name: &str, words: &str) -> Done {
    Sesbench::run(words).arg(scenario(name)).done()
}

#[test]
fn without_an_argument_it_is_the_smoke_scenario() {
    let done = Sesbench::run("").done().passed();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.json()["scenario"]["name"], "smoke");
    assert_eq!(folder.json()["status"], "finished");
    assert_eq!(folder.count("/totals/scheduled"), 500);
    assert_eq!(folder.count("/totals/accepted"), 500);
    assert_eq!(folder.count("/window/scheduled"), 400);
    assert_eq!(folder.count("/mock/accepted"), 500);
    assert_eq!(folder.count("/sessions/opened"), 10);
}

#[test]
fn duration_s_is_how_long_the_run_took() {
    let done = Sesbench::run(SHORT).done().passed();
    let duration = done.folder().json()["duration_s"].as_f64().unwrap();
    // The last message is intended 20 ms before the end.
    assert!(duration >= 1.18, "{duration}");
}

#[test]
fn the_record_and_the_page_have_the_command_line() {
    let run = Sesbench::run(SHORT).arg("--threshold");
    let run = run.arg("response.p50<1 min");
    let out = run.out();
    let done = run.done().passed();
    let line = done.folder().json()["command_line"].clone();
    let line: Vec<_> = line.as_array().unwrap().iter().collect();
    assert_eq!(line[..2], ["sesbench", "run"], "{line:?}");
    assert!(line.iter().any(|each| **each == *out.to_str().unwrap()));
    assert_eq!(line.last().unwrap().as_str(), Some("response.p50<1 min"));
    let page = done.folder().text("report.html");
    assert!(page.contains("<td>command line<td>sesbench run "));
    assert!(page.contains(" --threshold &#39;response.p50&#60;1 min&#39;"));
}

#[test]
fn all_files_are_there_and_nothing_else() {
    let done = Sesbench::run(SHORT).done().passed();
    let files = std::fs::read_dir(done.folder().path()).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let expected = [
        "histogram.csv",
        "intervals.csv",
        "latency.hlog",
        "outcomes.csv",
        "report.html",
        "run.json",
        "summary.csv",
    ];
    assert_eq!(
        names.collect::<BTreeSet<_>>(),
        expected.map(str::to_owned).into()
    );
    let log = done.folder().text("latency.hlog");
    for head in [
        "#[Histogram log format version 1.3]",
        "#[StartTime:",
        "#[BaseTime:",
    ] {
        assert!(log.contains(head), "{head}");
    }
}

#[test]
fn the_summary_has_a_row_for_every_phase_and_span() {
    let done = Sesbench::run(SHORT).done().passed();
    let rows = done.folder().rows("summary.csv");
    let metrics: BTreeSet<_> = rows.iter().map(|row| row["metric"].as_str()).collect();
    let phases = Phase::ALL.iter().map(|phase| phase.name());
    for name in phases.chain(Span::ALL.iter().map(|span| span.name())) {
        assert!(metrics.contains(name), "{name}");
    }
    for of_every_message in ["mail", "rcpt", "accept", "service", "response", "wait"] {
        assert_eq!(done.folder().values(of_every_message), 50);
    }
    assert_eq!(done.folder().values("session_setup"), 10);
}

#[test]
fn every_accepted_message_has_a_unique_id_in_the_form_of_ses() {
    let done = Sesbench::run(SHORT)
        .arg("--trace")
        .arg("trace")
        .done()
        .passed();
    let lines = done.trace("trace");
    let accepted = lines
        .iter()
        .filter(|line| line["event"] == "ended" && line["outcome"] == "accepted");
    let text = |line: &serde_json::Value| line["text"].as_str().unwrap().to_owned();
    let ids: Vec<_> = accepted.map(text).collect();
    assert_eq!(ids.len(), 60);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 60);
    for reply in &ids {
        let id = reply.strip_prefix("Ok ").expect("Ok and the id");
        assert!(is_message_id(id), "{id}");
    }
}

/// 16 hex digits, a UUID, and -000000.
fn is_message_id(id: &str) -> bool {
    let groups: Vec<_> = id.split('-').collect();
    let lengths: Vec<_> = groups.iter().map(|group| group.len()).collect();
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    lengths == [16, 8, 4, 4, 4, 12, 6]
        && groups[6] == "000000"
        && id.replace('-', "").chars().all(hex)
}

#[test]
fn steady_passes() {
    let done = run("steady", "--duration 2s --warm-up 500ms").passed();
    done.folder().adds_up();
    assert_eq!(done.folder().count("/totals/accepted"), 30);
}

#[test]
fn throttled_passes_where_the_quota_is_enforced() {
    // With the scenario's own warm-up and thresholds: a shorter warm-up leaves
    // tokens in the bucket if the generator was stalled during it.
    let done = run("throttled", "--duration 5s").passed();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/scheduled"), 224);
    let throttled = folder.count("/totals/throttled");
    assert_eq!(folder.count("/mock/throttled"), throttled);
    assert_eq!(throttled + folder.count("/totals/accepted"), 224);
    let rows = folder.outcomes("message");
    let row = rows
        .iter()
        .find(|row| row["outcome"] == "throttled")
        .unwrap();
    assert_eq!(
        (row["phase"].as_str(), row["code"].as_str()),
        ("accept", "454")
    );
    assert_eq!(
        row["text"],
        "Throttling failure: Maximum sending rate exceeded."
    );
    assert_eq!(
        folder.values("service.throttled"),
        folder.count("/window/throttled")
    );
}

#[test]
fn throttled_with_back_off_ends_with_every_message_accepted_or_accounted_for() {
    let words = "--duration 4s --warm-up 1s --set load.drain=4s \
                 --set retry.policy=exponential --set retry.base=500ms --set retry.attempts=20 \
                 --threshold outcome.throttled>=0% --threshold goodput>1/s";
    let done = run("throttled", words).passed();
    let folder = done.folder();
    folder.adds_up();
    let json = folder.json();
    let (accepted, throttled) = (
        folder.count("/totals/accepted"),
        folder.count("/totals/throttled"),
    );
    assert_eq!(folder.count("/totals/scheduled"), 140);
    // A retry may be in progress when the drain is over.
    let rows = folder.outcomes("message").into_iter();
    let cut: u64 = rows
        .filter(|row| row["text"] == "cut off: the run ended")
        .map(|row| row["count"].parse::<u64>().unwrap())
        .sum();
    assert_eq!(accepted + throttled + cut, 140, "{}", json["totals"]);
    assert!(cut <= 10, "more than there are sessions: {cut}");
    // Messages that back off when the run ends were refused at each attempt.
    let attempts = folder.count("/attempts/started");
    let mock = |name: &str| folder.count(&format!("/mock/{name}"));
    assert!((accepted..=accepted + cut).contains(&mock("accepted")));
    let answered = mock("accepted") + mock("throttled");
    assert!((attempts - cut..=attempts).contains(&answered));
    // More than the quota of five seconds and its burst: retries were accepted
    // during the drain.
    assert!(accepted > 84, "{accepted}");
}

#[test]
fn unsent_messages_are_explained() {
    let scenario = "[load]\nrate = \"100/s\"\nduration = \"1s\"\nwarm_up = \"0s\"\nsessions = 1\n\
                    drain = \"0s\"\n[mock]\nprofile = \"unlimited\"\nlatency = { dot = \"100ms\" }\n";
    let done = Sesbench::run_text(scenario, "").done();
    assert!(done.folder().count("/totals/unsent") > 0);
    let explained = done.folder().json()["diagnoses"].to_string();
    assert!(explained.contains("\"unsent\""), "{explained}");
    assert!(
        done.stdout.contains("the run ended first"),
        "{}",
        done.stdout
    );
}

#[test]
fn starttls_and_wrapper_pass_and_differ_by_two_phases() {
    let words = format!("{SHORT} --threshold session_setup.count>=50");
    let [starttls, wrapper] = ["starttls", "wrapper"].map(|name| run(name, &words).passed());
    for (done, in_plaintext) in [(&starttls, 60), (&wrapper, 0)] {
        let folder = done.folder();
        folder.adds_up();
        assert_eq!(folder.count("/totals/accepted"), 60);
        assert_eq!(folder.values("ehlo") > 0, in_plaintext > 0);
        assert_eq!(folder.values("starttls") > 0, in_plaintext > 0);
        assert_eq!(folder.values("tls"), folder.values("ehlo_tls"));
        assert_eq!(folder.json()["target"]["tls"]["resumed_handshakes"], 0);
    }
}

#[test]
fn closed_max_passes_and_has_no_response() {
    let done = run("closed-max", SHORT).passed();
    let folder = done.folder();
    folder.adds_up();
    assert!(folder.count("/totals/accepted") > 100);
    for empty in ["response", "wait", "slip"] {
        assert_eq!(folder.values(empty), 0, "{empty}");
    }
    assert_eq!(folder.values("service"), folder.count("/window/accepted"));
}

#[test]
fn bad_credentials_ends_before_anything_is_sent() {
    let done = run("bad-credentials", "").with(3);
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.json()["status"], "aborted");
    assert_eq!(folder.count("/totals/scheduled"), 0);
    assert!(
        done.stderr
            .contains("535 Authentication Credentials Invalid")
    );
}

#[test]
fn a_missed_threshold_is_exit_code_1() {
    let scenario = "[load]\nrate = \"50/s\"\n[mock]\nprofile = \"unlimited\"\n";
    let words = format!("{SHORT} --threshold outcome.accepted<50%");
    let done = Sesbench::run_text(scenario, &words).done().with(1);
    assert_eq!(done.folder().json()["verdict"]["decision"], "fail");
}

/// If a server offers AUTH and this run does not use it, a note is printed
/// before the run, and not only after refusals.
#[test]
fn an_offered_login_that_is_not_used_is_noted_before_the_run() {
    let server = Server::start(|_, peer| peer.serve(|_, _| Then::Reply));
    let words = format!(
        "--target {} --tls none --messages 3 --warm-up 0s",
        server.address()
    );
    let done = Sesbench::run(&words).done().passed();
    assert_eq!(done.folder().json()["scenario"]["name"], "flags");
    let note = done
        .stderr
        .find("offers AUTH (PLAIN, LOGIN), but there are no credentials");
    let opening = done.stderr.find("opening sessions").unwrap();
    assert!(note.is_some_and(|note| note < opening), "{}", done.stderr);
    for words in [
        format!("{words} --quiet"),
        format!("{words} --set auth.mechanism=none"),
    ] {
        let done = Sesbench::run(&words).done().passed();
        assert!(!done.stderr.contains("offers AUTH"), "{}", done.stderr);
    }
}
