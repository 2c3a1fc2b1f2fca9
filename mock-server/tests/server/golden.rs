//! A complete session, byte for byte.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sesbench_mock::Server;

use crate::client::Client;
use crate::server;

const LINES: &[&str] = &[
    "EHLO client.example",
    "MAIL FROM:<a@example.com>",
    "STARTTLS",
    "EHLO client.example",
    "MAIL FROM:<a@example.com>",
    "AUTH LOGIN",
    "{user}",
    "{password}",
    "MAIL FROM:<a@example.com>",
    "RCPT TO:<b@example.com>",
    "DATA",
    "Subject: golden\r\n\r\n..\r\n.",
    "NOOP",
    "RSET",
    "QUIT",
];

#[test]
fn a_session_reads_as_ses_was_seen_to_speak() {
    let server = server(|_| {});
    assert_eq!(transcript(&server), include_str!("golden.txt"));
}

/// Both sides of the session, with variable parts masked.
fn transcript(server: &Server) -> String {
    let mut client = Client::connect(server, 587);
    let mut transcript = said_by_server(&client.reply());
    for line in LINES {
        transcript += &line
            .split("\r\n")
            .map(|line| format!("C: {line}\n"))
            .collect::<String>();
        let line = line
            .replace("{user}", &STANDARD.encode(server.username()))
            .replace("{password}", &STANDARD.encode(server.password()));
        transcript += &said_by_server(&client.say(&line));
        if line == "STARTTLS" {
            client = client.secure(server);
        }
    }
    assert_eq!(client.rest(), "");
    transcript
}

fn said_by_server(reply: &str) -> String {
    assert!(reply.ends_with("\r\n"), "{reply:?}");
    reply
        .lines()
        .map(|line| format!("S: {}\n", masked(line)))
        .collect()
}

fn masked(line: &str) -> String {
    if let Some(ids) = line.split("SimpleEmailService-").nth(1) {
        return line.replace(ids, "<id>");
    }
    match line.strip_prefix("250 Ok ") {
        Some(id) if id.len() == 60 => "250 Ok <message id>".to_owned(),
        _ => line.to_owned(),
    }
}
