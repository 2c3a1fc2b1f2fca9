//! What real runs write: the keys of `run.json`, the rows of `outcomes.csv`,
//! the tags of `latency.hlog`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::shape::Shape;
use super::{assert_golden, folder};
use crate::support::{Done, Row, Server, Sesbench, Then};

/// Over STARTTLS: every outcome that needs no waiting, and retries.
fn eventful() -> Done {
    let scenario = folder().join("scenarios/golden-run.toml");
    finished(Sesbench::run("--quiet").arg(scenario.to_str().unwrap()))
}

/// The closed model with TLS wrapper, one shard of it.
fn closed() -> Done {
    let scenario = "[load]\nmodel = \"closed\"\nmessages = 20\nsessions = 2\n\
                    [mock]\nprofile = \"unlimited\"\n";
    let words = "--tls wrapper --shard 1/2 --quiet";
    finished(Sesbench::run_text(scenario, words))
}

/// On a server other than the mock, without TLS.
fn plaintext() -> Done {
    let server = Server::start(|_, peer| peer.serve(|_, _| Then::Reply));
    let target = server.address();
    let words = format!("--target {target} --tls none --messages 20 --warm-up 0s --quiet");
    finished(Sesbench::run(&words))
}

/// Any verdict is accepted: no times are asserted here.
fn finished(run: Sesbench) -> Done {
    let done = run.done();
    let shown = format!("{}\n{}", done.stdout, done.stderr);
    assert!(matches!(done.code, Some(0 | 4)), "{:?}\n{shown}", done.code);
    done
}

/// Values that are null on some machines, or present only if the machine was
/// busy.
const BY_MACHINE: [(&str, &str); 14] = [
    (".cpu.generator.background_s", "number|null by machine"),
    (".cpu.generator.message_us", "number|null by machine"),
    (".cpu.mock.background_s", "number|null by machine"),
    (".cpu.mock.message_us", "number|null by machine"),
    (".environment.architecture", "string|null by machine"),
    (".environment.congestion_control", "string|null by machine"),
    (".environment.cores", "integer|null by machine"),
    (".environment.cpu_model", "string|null by machine"),
    (".environment.file_limit", "integer|null by machine"),
    (".environment.kernel", "string|null by machine"),
    (".environment.memory_bytes", "integer|null by machine"),
    (".environment.os", "string|null by machine"),
    (".git_commit", "string|null by build"),
    // Plans have their own goldens.
    (".plan", "object"),
];

/// Keys and types of all three runs together: what is null in one of them has a
/// value in another.
#[test]
fn keys_of_run_json() {
    let mut shape = Shape::default();
    for done in [eventful(), closed(), plaintext()] {
        let mut json = done.folder().json();
        // Here the keys are replies.
        if let Some(replies) = json.pointer_mut("/mock/replies") {
            let counts = replies.as_object().unwrap().values().cloned();
            *replies = counts.collect::<Vec<Value>>().into();
        }
        // Only where the machine was busy.
        for finding in json["health"].as_array_mut().unwrap() {
            finding.as_object_mut().unwrap().remove("in_doubt");
        }
        shape.add(&json);
    }
    for (path, word) in BY_MACHINE {
        shape.blur(path, word);
    }
    assert_golden("run-json.txt", &shape.lines());
}

#[test]
fn the_plan_in_run_json_is_the_one_of_the_golden() {
    let json = eventful().folder().json();
    let plan = serde_json::to_string_pretty(&json["plan"]).unwrap();
    let hash = json["plan_hash"].as_str().unwrap();
    assert_golden(
        "plans/golden-run.txt",
        &format!("{plan}\nplan_hash {hash}\n"),
    );
}

#[test]
fn outcomes_and_tags() {
    let (eventful, closed) = (eventful(), closed());
    let mut text = String::from("an eventful run\n");
    list(rows(&eventful), &mut text);
    let messages = eventful.folder().outcomes("message").into_iter();
    let counts = messages.map(|row| format!("{} messages {}", row["count"], row["outcome"]));
    list(counts, &mut text);
    // Whether a session is still open at the end to send QUIT, and whether one
    // was free for a message, depends on the load of the machine.
    let tags = eventful.folder().logged().into_keys();
    let certain = |tag: &String| !["quit", "slip"].contains(&tag.as_str());
    list(tags.filter(certain), &mut text);
    text += "\na closed run\n";
    list(rows(&closed), &mut text);
    list(closed.folder().logged().into_keys(), &mut text);
    assert_golden("outcomes-and-tags.txt", &text);
}

/// The rows of outcomes.csv without counts and times; for sessions, the
/// failures, or QUIT if there is nothing else.
fn rows(done: &Done) -> impl Iterator<Item = String> {
    let columns = ["scope", "phase", "outcome", "code", "enhanced", "text"];
    let rows = done.folder().rows("outcomes.csv");
    let fails = rows.iter().any(|row| row["outcome"] == "lost");
    let by_chance = move |row: &Row| {
        let ours = ["", "unsent"].contains(&row["outcome"].as_str());
        fails && row["scope"] == "session" && ours
    };
    let rows = rows.into_iter().filter(move |row| !by_chance(row));
    rows.map(move |row| columns.map(|column| row[column].clone()).join(" | "))
}

/// Each line once, sorted.
fn list(lines: impl Iterator<Item = String>, text: &mut String) {
    for line in lines.collect::<BTreeSet<_>>() {
        *text += &format!("  {line}\n");
    }
}
