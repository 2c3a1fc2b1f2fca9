//! Replies that this client can't get from the mock, sent by a server in the
//! test: mostly those of other servers.

use super::{ids, json, probe};
use crate::support::{Server, Sesbench, Stage, Then};

/// A probe of a server that sends `reply` at `stage`.
fn at(stage: Stage, reply: &'static str, words: &str) -> Sesbench {
    let server = Server::start(move |_, peer| {
        peer.serve(|at, peer| match at == stage {
            true => peer.instead(format!("{reply}\r\n")),
            false => Then::Reply,
        });
    });
    probe(&format!("{} --tls none --send {words}", server.address()))
        .env("SESBENCH_USERNAME", "somebody")
        .env("SESBENCH_PASSWORD", "something")
}

#[track_caller]
fn is_told(stage: Stage, reply: &'static str, code: i32, id: &str) {
    let done = at(stage, reply, "").done().with(code);
    assert_eq!(ids(&done), [id], "{reply}");
}

#[test]
fn at_auth() {
    for (reply, id) in [
        (
            "504 The requested authentication mechanism is not supported",
            "mechanism-unknown",
        ),
        (
            "534 5.7.9 Authentication mechanism is too weak",
            "mechanism-too-weak",
        ),
        ("538 5.7.11 Encryption required", "encryption-required"),
        (
            "535 5.7.8 Error: authentication failed",
            "credentials-refused",
        ),
        // Python's aiosmtpd, which is not SES.
        (
            "535 5.7.8 Authentication credentials invalid",
            "credentials-refused",
        ),
    ] {
        is_told(Stage::Auth, reply, 3, id);
    }
}

#[test]
fn after_the_dot() {
    for (reply, id) in [
        (
            "554 Transaction failed: Duplicate header 'DKIM-Signature'.",
            "duplicate-header",
        ),
        ("552 5.2.2 Mailbox full", "mailbox-full"),
        ("552 Error: Too much mail data", "message-too-long"),
        ("554 5.7.1 Spam message rejected", "content-refused"),
        (
            "550 5.7.26 The sender is unauthenticated",
            "sender-not-authenticated",
        ),
        ("451 4.3.0 Error: queue file write error", "server-fault"),
        ("550 5.7.1 We do not want this", "rejected"),
        ("450 4.0.0 Not now", "deferred"),
    ] {
        is_told(Stage::Accept, reply, 1, id);
    }
}

#[test]
fn at_mail() {
    for (reply, id) in [
        ("501 Invalid MAIL FROM address provided", "invalid-sender"),
        (
            "451 4.4.2 Timeout waiting for data from client.",
            "idle-timeout",
        ),
        ("452 4.3.1 Insufficient system storage", "server-full"),
        (
            "421 4.7.0 mx.example Error: too much mail from 127.0.0.1",
            "rate-limited",
        ),
        (
            "421 too many messages in this connection",
            "messages-per-session",
        ),
        ("421 4.7.0 Error: too many errors", "too-many-errors"),
        ("421 Service not available", "server-stopping"),
        ("451 4.7.500 Server busy", "server-busy"),
        (
            "451 5.7.3 STARTTLS is required to send mail",
            "starttls-first",
        ),
        ("553 5.1.8 Domain of sender address", "unknown-sender"),
        (
            "550 5.7.60 Client does not have permissions to send as this sender",
            "sender-not-allowed",
        ),
    ] {
        is_told(Stage::Mail, reply, 1, id);
    }
}

#[test]
fn at_rcpt() {
    for (reply, id) in [
        ("501 Invalid RCPT TO address provided", "invalid-recipient"),
        (
            "554 5.7.1 <success@simulator.amazonses.com>: Relay access denied",
            "relay-denied",
        ),
        (
            "450 4.2.0 <success@simulator.amazonses.com>: Recipient address rejected: Greylisted",
            "greylisted",
        ),
        ("452 4.2.2 Mailbox full", "mailbox-full"),
        (
            "550 5.1.1 <success@simulator.amazonses.com>: User unknown",
            "user-unknown",
        ),
        (
            "550 I cannot deliver mail for <success@simulator.amazonses.com>",
            "relay-denied",
        ),
        ("550 Invalid recipient", "recipient-without-rule"),
        ("550 Unrouteable address", "unrouteable-recipient"),
        ("550 5.2.1 Mailbox disabled", "mailbox-disabled"),
        (
            "554 5.7.1 <unknown[127.0.0.1]>: Client host rejected: Access denied",
            "client-refused",
        ),
        (
            "450 4.7.25 Client host rejected: cannot find your hostname",
            "no-reverse-name",
        ),
        (
            "554 5.7.1 Client host [127.0.0.1] blocked using zen.spamhaus.org",
            "block-listed",
        ),
    ] {
        is_told(Stage::Rcpt, reply, 1, id);
    }
}

#[test]
fn the_advice_to_log_in_depends_on_whether_the_session_did() {
    let reply = "554 5.7.1 <a@b.example>: Relay access denied";
    for (words, advice) in [
        ("--set auth.mechanism=none", "Log in "),
        ("", "Allow this user to relay "),
    ] {
        let done = at(Stage::Rcpt, reply, words).done().with(1);
        let found = &json(&done)["diagnoses"][0];
        assert_eq!(found["id"], "relay-denied");
        let text = found["advice"].as_str().unwrap();
        assert!(text.starts_with(advice), "{text}");
    }
}

#[test]
fn before_there_is_a_session() {
    is_told(
        Stage::Banner,
        "554 5.7.1 You are listed",
        3,
        "session-refused",
    );
    is_told(Stage::Banner, "what is this", 3, "connection-lost");
    is_told(Stage::Ehlo, "250 server.invalid", 3, "auth-not-offered");
    let reply = "250-server.invalid\r\n250 AUTH CRAM-MD5";
    is_told(Stage::Ehlo, reply, 3, "mechanism-unknown");
}

#[test]
fn replies_are_escaped_in_the_output_of_a_probe() {
    let done = at(Stage::Mail, "550 \u{1b}[31mred\u{7}", "").done().with(1);
    let text = json(&done).to_string();
    assert!(text.contains("\\\\u{1b}[31mred\\\\u{7}"), "{text}");
    let human = at(Stage::Mail, "550 \u{1b}[31mred", "--format human");
    // The last --format counts.
    let done = human.done();
    assert!(!done.stdout.contains('\u{1b}'), "{}", done.stdout);
}

#[test]
fn replies_are_escaped_in_the_output_of_a_run() {
    for (at, shown) in [(Stage::Banner, "stderr"), (Stage::Mail, "stdout")] {
        let server = Server::start(move |_, peer| {
            peer.serve(|stage, peer| match stage == at {
                true => peer.instead("550 \u{1b}[31mred\u{7}\r\n"),
                false => Then::Reply,
            });
        });
        let words = format!("--target {} --tls none --messages 2", server.address());
        let done = Sesbench::run(&words).done();
        let text = done.stdout.clone() + &done.stderr;
        assert!(text.contains("[31mred"), "{shown}: {text}");
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{shown}: {text}");
    }
}

#[test]
fn a_failed_quit_is_reported_and_does_not_change_the_result() {
    for (answer, told) in [
        ("", "quit: no answer"),
        ("garbage\r\n", "quit: not an SMTP"),
    ] {
        let server = Server::start(move |_, peer| {
            for reply in ["220 hello\r\n", "250 hello\r\n"] {
                peer.say(reply);
                peer.hear();
            }
            peer.say(answer);
        });
        let words = format!("{} --tls none", server.address());
        let done = probe(&words).done().with(0);
        let steps = json(&done)["steps"].to_string();
        assert!(steps.contains(told), "{steps}");
    }
}
