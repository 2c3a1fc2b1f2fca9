//! What real runs write: the keys of `run.json`, the rows of `outcomes.csv`,
//! the tags of `latency.hlog`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::shape::Shape;
use super::{assert_golden, folder};
use crate::support::{Done, Row, Server, Sesbench, Then};

/// Over STARTTLS: every way to end that takes no waiting, and retries.
fn eventful() -> Done {
    let scenario = folder().join("scenarios/golden-run.toml");
    let run = Sesbench::run("--quiet").arg(scenario.to_str().unwrap());
    run.done().passed()
}

/// The closed model over the wrapper, one shard of it.
fn closed() -> Done {
    let scenario = "[load]\nmodel = \"closed\"\nmessages = 20\nsessions = 2\n\
                    [mock]\nprofile = \"unlimited\"\n";
    let words = "--tls wrapper --shard 1/2 --quiet";
    Sesbench::run_text(scenario, words).done().passed()
}

/// On a server that is not the mock, without TLS.
fn plaintext() -> Done {
    let server = Server::start(|_, peer| peer.serve(|_, _| Then::Reply));
    let target = server.address();
    let words = format!("--target {target} --tls none --messages 20 --warm-up 0s --quiet");
    Sesbench::run(&words).done().passed()
}

/// Null on one machine and not on another, or there only where the machine
/// had too much to do.
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
    // Plans are in goldens of their own.
    (".plan", "object"),
];

/// Keys and types of all three together: what is null in one of them is not in
/// another.
#[test]
fn keys_of_run_json() {
    let mut shape = Shape::default();
    for done in [eventful(), closed(), plaintext()] {
        let mut json = done.folder().json();
        // Replies are keys there.
        if let Some(replies) = json.pointer_mut("/mock/replies") {
            let counts = replies.as_object().unwrap().values().cloned();
            *replies = counts.collect::<Vec<Value>>().into();
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
        &format!("plan_hash {hash}\n{plan}\n"),
    );
}

#[test]
fn outcomes_and_tags_of_an_eventful_run() {
    let done = eventful();
    let folder = done.folder();
    let columns = ["scope", "phase", "outcome", "code", "enhanced", "text"];
    let line = |row: Row| columns.map(|column| row[column].clone()).join(" | ");
    let rows: BTreeSet<String> = folder.rows("outcomes.csv").into_iter().map(line).collect();
    let of_messages = folder.outcomes("message").into_iter();
    let counts: BTreeSet<String> = of_messages
        .map(|row| format!("{} messages {}", row["count"], row["outcome"]))
        .collect();
    let tags: BTreeSet<String> = folder.logged().into_keys().collect();
    let mut text = String::new();
    for lines in [rows, counts, tags] {
        lines.into_iter().for_each(|line| text += &(line + "\n"));
        text.push('\n');
    }
    assert_golden("eventful-run.txt", &text);
}
