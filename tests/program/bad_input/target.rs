//! Targets that can't be used: the run ends before it begins, and its folder
//! records why.

use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

use super::refused;
use crate::support::{Mock, Server, Sesbench, Stage, Then};

/// Asserts exit code 3, and a folder that records the failed session.
#[track_caller]
fn unreachable(program: Sesbench, phase: &str, outcome: &str, parts: &[&str]) {
    let done = refused(program, 3, parts);
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.json()["status"], "aborted");
    assert_eq!(folder.json()["verdict"], serde_json::Value::Null);
    assert_eq!(folder.count("/totals/scheduled"), 0);
    let sessions = folder.outcomes("session");
    assert_eq!(sessions.len(), 1, "{sessions:#?}");
    assert_eq!(sessions[0]["phase"], phase);
    assert_eq!(sessions[0]["outcome"], outcome);
    assert!(!sessions[0]["text"].is_empty());
}

/// The built-in scenario with that server as its target.
fn at(address: impl std::fmt::Display, words: &str) -> Sesbench {
    Sesbench::run(&format!("--target {address} {words}"))
}

#[test]
fn a_host_that_does_not_resolve() {
    let parts = ["nobody.invalid:25", "resolve failed", "does not resolve"];
    unreachable(at("nobody.invalid:25", ""), "resolve", "lost", &parts);
}

#[test]
fn a_port_that_is_closed() {
    // Bound, so that no other process gets the port, but without a listener.
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    socket.bind(&any.into()).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let parts = [&address.to_string(), "connect failed", "Connection refused"];
    unreachable(at(address, ""), "connect", "lost", &parts);
}

#[test]
fn a_server_that_does_not_speak_smtp() {
    let http = Server::start(|_, peer| {
        peer.say("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        peer.fall_silent();
    });
    let parts = ["banner failed", &http.address().to_string()];
    unreachable(at(http.address(), ""), "banner", "lost", &parts);
}

#[test]
fn a_server_that_sends_nothing() {
    let silent = Server::start(|_, peer| peer.fall_silent());
    let words = "--set timeouts.banner=300ms";
    let parts = ["banner failed", "no answer in time"];
    unreachable(at(silent.address(), words), "banner", "timeout", &parts);
}

/// The command line of a run that waits longer than a few seconds for a
/// greeting.
fn silent_run(words: &str) -> (String, String) {
    let silent = Server::start(|_, peer| peer.fall_silent());
    let address = silent.address().to_string();
    let words = format!("--set timeouts.banner=5s {words}");
    (at(&address, &words).done().with(3).stderr, address)
}

#[test]
fn a_silent_server_is_explained_during_the_wait() {
    let (stderr, address) = silent_run("");
    let parts = [
        &format!("sesbench: connecting to {address} ..."),
        "sesbench: connected; waiting for the server's greeting; if this port speaks TLS from the \
         start, use --tls wrapper",
        "banner failed",
    ];
    let lines: Vec<_> = stderr.lines().collect();
    assert_eq!(lines.len(), parts.len(), "{stderr}");
    for (line, part) in lines.iter().zip(parts) {
        assert!(line.contains(part), "{part}: {stderr}");
    }
}

#[test]
fn a_quiet_run_does_not_explain_a_silent_server() {
    let (stderr, _) = silent_run("--quiet");
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    assert!(stderr.contains("banner failed"), "{stderr}");
}

#[test]
fn a_server_that_closes_the_connection() {
    let gone = Server::start(|_, _| {});
    let parts = ["banner failed", "closed by the server"];
    unreachable(at(gone.address(), ""), "banner", "lost", &parts);
}

#[test]
fn a_server_with_too_many_connections() {
    let full = Server::start(|_, peer| {
        peer.say("421 Too many concurrent SMTP connections\r\n");
    });
    let parts = ["banner refused", "421 Too many concurrent SMTP connections"];
    unreachable(at(full.address(), ""), "banner", "deferred", &parts);
}

#[test]
fn a_certificate_that_does_not_verify() {
    let (mock, other) = (Mock::start(""), Mock::start(""));
    for (tls, port) in [("starttls", "587"), ("wrapper", "465")] {
        let words = format!("--tls {tls} --ca-file {}", other.said("ca_file"));
        let parts = ["tls failed", "certificate", "--ca-file", "--insecure"];
        unreachable(at(mock.address(port), &words), "tls", "lost", &parts);
    }
    let (counts, _) = mock.stop();
    assert_eq!(counts["counts"]["sessions"], 0);
}

#[test]
fn starttls_that_is_not_offered() {
    let server = Server::start(|_, peer| peer.serve(|_, _| Then::Reply));
    let parts = ["starttls failed", "STARTTLS is not offered", "plaintext"];
    unreachable(at(server.address(), ""), "starttls", "lost", &parts);
}

#[test]
fn plaintext_where_tls_was_expected() {
    let server = Server::start(|_, peer| peer.serve(|_, _| Then::Reply));
    let parts = [
        "tls failed",
        "the server spoke plaintext where TLS was due: `220 server.invalid ESMTP`",
        "--tls starttls",
    ];
    unreachable(at(server.address(), "--tls wrapper"), "tls", "lost", &parts);
}

#[test]
fn a_login_that_is_refused() {
    let mock = Mock::start("");
    let words = format!("--ca-file {}", mock.said("ca_file"));
    let wrong = at(mock.address("587"), &words)
        .env("SESBENCH_USERNAME", mock.said("username"))
        .env("SESBENCH_PASSWORD", "not the one");
    let parts = [
        "auth refused",
        "535 Authentication Credentials Invalid",
        "SESBENCH_PASSWORD",
    ];
    unreachable(wrong, "auth", "auth", &parts);
    let (counts, _) = mock.stop();
    assert_eq!(counts["counts"]["auth_failed"], 1, "it stops at the first");
}

#[test]
fn a_login_that_is_not_offered() {
    let server = Server::start(|_, peer| {
        peer.serve(|stage, peer| match stage {
            Stage::Ehlo => peer.instead("250 server.invalid\r\n"),
            _ => Then::Reply,
        });
    });
    let program = at(server.address(), "--tls none")
        .env("SESBENCH_USERNAME", "somebody")
        .env("SESBENCH_PASSWORD", "something");
    let parts = ["ehlo failed", "credentials are given", "offers no AUTH"];
    unreachable(program, "ehlo", "lost", &parts);
}
