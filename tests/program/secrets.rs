//! No secret is in any file, log or error, neither in plain text nor in base64.

use std::path::Path;
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::{Done, Mock, Server, Sesbench, Stage, Then};

/// Every form in which a secret could leak.
fn forms(username: &str, password: &str) -> Vec<String> {
    let plain = format!("\0{username}\0{password}");
    let encoded = [username, password, &plain].map(|secret| STANDARD.encode(secret));
    let mut forms = vec![password.to_owned()];
    // Padding and the last character depend on what follows.
    forms.extend(encoded.map(|form| form.trim_end_matches('=').to_owned()));
    forms
}

#[track_caller]
fn holds_none(done: &Done, secrets: &[String]) {
    let out = done.folder().path().to_owned();
    let mut texts = streams(done);
    for directory in [done.directory(), &out] {
        texts.extend(files(directory));
    }
    assert!(texts.len() >= 9, "six files, a trace and two streams");
    hold_none(&texts, secrets);
}

#[track_caller]
fn hold_none(texts: &[(String, String)], secrets: &[String]) {
    for (name, text) in texts {
        for secret in secrets {
            assert!(!text.contains(secret), "{name} holds {secret}");
        }
    }
}

fn streams(done: &Done) -> Vec<(String, String)> {
    let streams = [("stdout", &done.stdout), ("stderr", &done.stderr)];
    let streams = streams.map(|(name, text)| (name.to_owned(), text.clone()));
    streams.to_vec()
}

fn files(directory: &Path) -> impl Iterator<Item = (String, String)> {
    let entries = std::fs::read_dir(directory).unwrap().flatten();
    let files = entries.filter(|entry| entry.path().is_file());
    files.map(|file| {
        let bytes = std::fs::read(file.path()).unwrap();
        let name = file.file_name().to_string_lossy().into_owned();
        (name, String::from_utf8_lossy(&bytes).into_owned())
    })
}

/// A run with these credentials, and a trace.
fn run(address: &str, words: &str, username: &str, password: &str) -> Sesbench {
    let words = format!("--target {address} {words} --messages 5 --warm-up 0s --trace trace");
    Sesbench::run(&words)
        .env("SESBENCH_USERNAME", username)
        .env("SESBENCH_PASSWORD", password)
}

#[test]
fn in_a_run_that_logs_in() {
    let mock = Mock::start("");
    let (username, password) = (mock.said("username"), mock.said("password"));
    let secrets = forms(username, password);
    for words in [
        "--format human",
        "--format json",
        "--set auth.mechanism=login",
        "--set auth.initial_response=false",
    ] {
        let words = format!("{words} --ca-file {}", mock.said("ca_file"));
        let done = run(&mock.address("587"), &words, username, password)
            .done()
            .passed();
        assert_eq!(done.folder().count("/totals/accepted"), 5);
        holds_none(&done, &secrets);
    }
}

#[test]
fn in_a_run_whose_login_is_refused() {
    let mock = Mock::start("");
    let (username, password) = ("somebody.with.a.name", "wrong+but/secret+nevertheless");
    for format in ["human", "json"] {
        let words = format!("--ca-file {} --format {format}", mock.said("ca_file"));
        let done = run(&mock.address("587"), &words, username, password)
            .done()
            .with(3);
        assert!(done.stderr.contains("535"));
        holds_none(&done, &forms(username, password));
    }
}

/// Given by mistake, in the names of files.
#[test]
fn in_the_command_line() {
    let mock = Mock::start("");
    let (username, password) = ("somebody.with.a.name", "wrong+but-secret+nevertheless");
    let words = format!(
        "--ca-file {} --export csv={password} --export json=of?token=hunter2",
        mock.said("ca_file")
    );
    let done = run(&mock.address("587"), &words, username, password)
        .done()
        .with(3);
    let mut secrets = forms(username, password);
    secrets.push("hunter2".to_owned());
    holds_none(&done, &secrets);
    let line = done.folder().json()["command_line"].clone();
    let line: Vec<_> = line.as_array().unwrap().iter().collect();
    assert_eq!(line[..3], ["sesbench", "run", "--target"], "{line:?}");
    for argument in ["csv=<secret>", "json=of?token=<secret>", "--trace", "trace"] {
        assert!(line.iter().any(|each| *each == argument), "{line:?}");
    }
}

#[test]
fn in_the_errors_of_invalid_credentials() {
    let secret = "two\nlines";
    let done = run("127.0.0.1:1", "", "somebody", secret).done().with(2);
    assert!(done.stderr.contains("SESBENCH_PASSWORD"), "{}", done.stderr);
    assert!(
        !done.stderr.contains("lines") && !done.stderr.contains("two"),
        "{}",
        done.stderr
    );
}

#[test]
fn of_a_server_that_repeats_the_credentials() {
    let (username, password) = ("somebody.with.a.name", "secret+of/some+length");
    let secrets = forms(username, password);
    let [_, user, pass, plain] = secrets.clone().try_into().unwrap();
    let told = format!("501 5.5.4 what is AUTH PLAIN {plain}= or {user} {pass} or {password}?\r\n");
    // At the first login, which refuses the run, or at a later one, which fails
    // in it.
    for proper in [0, 1] {
        let told = told.clone();
        let server = Server::start(move |number, peer| {
            peer.serve(|stage, peer| match stage {
                Stage::Auth if number >= proper => peer.instead(&told),
                _ => Then::Reply,
            });
        });
        let address = server.address().to_string();
        let words = "--tls none --set load.connect=on_demand";
        let done = run(&address, words, username, password).done();
        assert_ne!(done.code, Some(0));
        holds_none(&done, &secrets);
    }
}

/// A server's reply at `stage`, positive or negative, that repeats the
/// credentials: in three lines, the last one malformed.
fn remembered(stage: Stage, well: bool, secrets: &[String]) -> String {
    let [password, user, pass, plain] = secrets else {
        panic!("four forms");
    };
    let (code, last) = match (stage, well) {
        (Stage::Banner, true) => (220, "hello"),
        (Stage::Ehlo, true) => (250, "AUTH PLAIN LOGIN"),
        (Stage::Auth, true) => (235, "fine"),
        (Stage::Data, true) => (354, "go on"),
        (_, true) => (250, "fine"),
        (_, false) => (550, "denied"),
    };
    format!("{code}-a {password}\r\n{code}-b ({plain}= or {user}) {pass}\r\n{code} {last}\r\n")
}

#[test]
fn of_a_server_that_repeats_them_later() {
    thread::scope(|scope| {
        for at in Stage::ALL {
            scope.spawn(move || [true, false].map(|well| repeated_later(at, well)));
        }
    });
}

fn repeated_later(at: Stage, well: bool) {
    let (username, password) = ("somebody.with.a.name", "secret+of/some+length");
    let secrets = forms(username, password);
    let told = remembered(at, well, &secrets);
    let server = Server::start(move |_, peer| {
        peer.serve(|stage, peer| match stage == at {
            // A peer that refused DATA would otherwise wait for content.
            true if stage == Stage::Data && !well => {
                peer.say(&told);
                Then::HangUp
            }
            true => peer.instead(&told),
            false => Then::Reply,
        });
    });
    let address = server.address().to_string();
    let done = run(&address, "--tls none", username, password).done();
    match well {
        true => assert_eq!(done.folder().count("/totals/accepted"), 5),
        false => assert_ne!(done.code, Some(0)),
    }
    holds_none(&done, &secrets);
    for format in ["human", "json"] {
        let words = format!("--tls none --send --format {format}");
        let done = probe(&address, &words, username, password);
        assert_eq!(done.code == Some(0), well, "{}", done.stdout);
        let line = "b (<secret>= or <secret>) <secret>";
        assert!(done.stdout.contains(line), "{}", done.stdout);
        hold_none(&streams(&done), &secrets);
    }
}

/// A probe with these credentials, and the secret that they are derived from.
fn probe(address: &str, words: &str, username: &str, password: &str) -> Done {
    Sesbench::new(&format!("probe {address} {words}"))
        .env("SESBENCH_USERNAME", username)
        .env("SESBENCH_PASSWORD", password)
        .env("SESBENCH_SECRET_ACCESS_KEY", KEY)
        .done()
}

const KEY: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

#[test]
fn in_a_probe_that_shows_every_command() {
    let mock = Mock::start("");
    let (username, password) = (mock.said("username"), mock.said("password"));
    let wrong = "wrong+but/secret+nevertheless";
    for format in ["human", "json"] {
        for way in [
            "auth.mechanism=plain",
            "auth.mechanism=login",
            "auth.initial_response=false",
        ] {
            for (password, code) in [(password, 0), (wrong, 3), (KEY, 3)] {
                let words = format!(
                    "--format {format} --set {way} --ca-file {}",
                    mock.said("ca_file")
                );
                let done = probe(&mock.address("587"), &words, username, password).with(code);
                assert!(done.stdout.contains("<secret>"), "{}", done.stdout);
                let mut secrets = forms(username, password);
                secrets.push(KEY.to_owned());
                hold_none(&streams(&done), &secrets);
            }
        }
    }
}

#[test]
fn in_a_probe_of_a_server_that_repeats_the_credentials() {
    let (username, password) = ("somebody.with.a.name", "secret+of/some+length");
    let secrets = forms(username, password);
    let [_, user, pass, plain] = secrets.clone().try_into().unwrap();
    for told in [
        format!("535 no: AUTH PLAIN {plain}= or {user} {pass} or {password}?"),
        format!("535-what is {plain}=\r\n535-or {pass}\r\n535 or {password}?"),
        format!("what is {password}?"),
    ] {
        let server = Server::start(move |_, peer| {
            peer.serve(|stage, peer| match stage {
                Stage::Auth => peer.instead(format!("{told}\r\n")),
                _ => Then::Reply,
            });
        });
        let address = server.address().to_string();
        for format in ["human", "json"] {
            let words = format!("--tls none --format {format}");
            let done = probe(&address, &words, username, password).with(3);
            hold_none(&streams(&done), &secrets);
        }
    }
}
