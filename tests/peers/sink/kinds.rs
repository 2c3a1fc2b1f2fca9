//! Messages of every kind, as parsed by Python's email module.

use std::fs;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::dump::Dump;
use super::messages::parse;
use super::server::Sink;
use crate::sesbench::Run;

const MESSAGES: u64 = 60;

const SCENARIO: &str = r#"
[load]
model = "closed"
messages = 60
warm_up = "0s"

[message]
recipients_csv = "PEOPLE"
size = { least = 900, most = 40000 }
headers = { Subject = "Dear {name}" }

[[message.mix]]
weight = 1

[[message.mix]]
weight = 1
attachments = ["10 KiB", { size = 1, name = "für alle.pdf", type = "application/pdf" }]

[[message.mix]]
weight = 1
eml = "EML"
"#;

const EML: &str = "From: News <sender@example.com>\nTo: old@example.com\nDate: old\n\
                   Message-ID: <old@example.com>\nSubject: Old\nMIME-Version: 1.0\n\
                   Content-Type: text/plain; charset=utf-8\n\
                   Content-Transfer-Encoding: quoted-printable\n\n.Gr=C3=BC=C3=9Fe\n.\nEnd.\n";

#[test]
#[ignore = "needs smtp-sink and python3; .ci/install-peers installs them"]
fn messages_of_every_kind_parse_without_defects() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let people = file(
        "people.csv",
        "email,name\na@example.com,Ann\njose@example.com,José\n",
    );
    let eml = file("a.eml", EML);
    let scenario = SCENARIO.replace("PEOPLE", &people).replace("EML", &eml);
    let scenario = file("kinds.toml", &scenario);
    let sink = Sink::start();
    Run::pass(&[&scenario, "--target", &sink.target(), "--tls", "none"]);
    assert_eq!(sink.messages(MESSAGES), MESSAGES);
    let dumps: Vec<_> = sink.dumps().iter().map(|path| Dump::read(path)).collect();
    let found = parse(&dumps);
    found.iter().for_each(sound);
    for kind in ["text/plain", "multipart/mixed"] {
        assert!(found.iter().any(|message| message["type"] == kind));
    }
    // "Grüße", a line with a dot and "End.", each with its line end.
    let from_file = found.iter().filter(|message| message["text"] == 14);
    assert!(from_file.count() > 5);
}

fn sound(message: &Value) {
    assert_eq!(message["defects"], json!([]), "{message}");
    let subject = match message["to"][0].as_str() {
        Some("a@example.com") => "Dear Ann",
        _ => "Dear José",
    };
    assert_eq!(message["subject"], subject);
    let attachments = match message["type"].as_str() {
        Some("multipart/mixed") => json!([
            ["application/octet-stream", "attachment-1.bin", 10_240],
            ["application/pdf", "für alle.pdf", 1],
        ]),
        _ => json!([]),
    };
    assert_eq!(message["attachments"], attachments);
}
