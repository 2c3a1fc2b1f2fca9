//! The messages as they were received.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use tempfile::TempDir;

use super::dump::Dump;
use super::server::Sink;
use crate::peer;
use crate::sesbench::Run;

/// Messages below and above 16 KiB are built in different ways.
const SIZES: [usize; 4] = [900, 4_096, 16_384, 70_001];
const ADDRESSES: [&str; 3] = ["a@example.com", "longer.name@example.com", "c@example.org"];

#[test]
#[ignore = "needs smtp-sink and python3; .ci/install-peers installs them"]
fn messages_have_their_exact_size_are_distinct_and_parse_without_defects() {
    for size in SIZES {
        let sink = Sink::start();
        let run = send(&sink, size);
        assert_eq!(sink.messages(MESSAGES), MESSAGES);
        let dumps: Vec<_> = sink.dumps().iter().map(|path| Dump::read(path)).collect();
        for dump in &dumps {
            assert_eq!(dump.message.len(), size);
            assert_eq!(dump.recipients.len(), 2);
        }
        let found = parse(&dumps);
        assert_eq!(distinct(&found, "id"), MESSAGES as usize);
        assert_eq!(distinct(&found, "run"), MESSAGES as usize);
        for (dump, message) in dumps.iter().zip(&found) {
            sound(message, dump, &run);
        }
    }
}

const MESSAGES: u64 = 40;

fn send(sink: &Sink, size: usize) -> Run {
    let to = format!("message.to={ADDRESSES:?}");
    let (target, size, messages) = (sink.target(), size.to_string(), MESSAGES.to_string());
    Run::pass(&[
        "--target",
        &target,
        "--tls",
        "none",
        "--model",
        "closed",
        "--messages",
        &messages,
        "--warm-up",
        "0s",
        "--size",
        &size,
        "--set",
        "message.recipients=2",
        "--set",
        &to,
        "--set",
        r#"message.headers={"X-Campaign"="spring"}"#,
    ])
}

/// The result of Python's email module for each message.
pub(super) fn parse(dumps: &[Dump]) -> Vec<Value> {
    let dir = TempDir::new().unwrap();
    let mut python = Command::new(peer::program("python3", "python3"));
    python.arg(peer::beside("sink/parse.py"));
    for (number, dump) in dumps.iter().enumerate() {
        let path = dir.path().join(number.to_string());
        fs::write(&path, &dump.message).unwrap();
        python.arg(path);
    }
    let output = peer::run(&mut python, "");
    assert!(output.success, "{}", output.stderr);
    let lines = output.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn distinct(found: &[Value], key: &str) -> usize {
    let values: BTreeSet<_> = found.iter().map(|each| each[key].as_str()).collect();
    values.len()
}

fn sound(message: &Value, dump: &Dump, run: &Run) {
    let texts = |key: &str| -> Vec<&str> {
        let list = message[key].as_array().unwrap();
        list.iter().map(|each| each.as_str().unwrap()).collect()
    };
    assert!(texts("defects").is_empty(), "{message}");
    assert_eq!(texts("from"), ["sender@example.com"]);
    let envelope: Vec<_> = dump.recipients.iter().map(|each| strip(each)).collect();
    assert_eq!(texts("to"), envelope, "To: names the envelope's recipients");
    assert!(envelope.iter().all(|each| ADDRESSES.contains(each)));
    assert_eq!(message["campaign"], "spring");
    assert_eq!(message["mime"], "1.0");
    assert_eq!(message["type"], "text/plain");
    assert!(message["text"].as_u64() > Some(0), "{message}");
    let run_id = run.record["run_id"].as_str().unwrap();
    assert!(message["run"].as_str().unwrap().ends_with(run_id));
    let names = texts("names");
    let unique: BTreeSet<_> = names.iter().collect();
    assert_eq!(unique.len(), names.len(), "a header twice: {names:?}");
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let age = now.as_secs_f64() - message["date"].as_f64().unwrap();
    assert!((-1.0..120.0).contains(&age), "Date is {age} s old");
}

fn strip(path: &str) -> &str {
    path.trim_start_matches('<').trim_end_matches('>')
}
