//! Conduct towards servers that limit a session or a message: declared limits
//! are observed, undeclared ones are detected, and no server is hammered.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use crate::support::{Done, Server, Sesbench, Stage, Then};

/// Counts over the servers of a test.
#[derive(Default)]
struct Tally {
    mail: AtomicU64,
    refused: AtomicU64,
    accepted: AtomicU64,
    /// Maximum of MAIL commands in one session.
    most: AtomicU64,
}

impl Tally {
    fn of(count: &AtomicU64) -> u64 {
        count.load(Ordering::SeqCst)
    }

    fn add(count: &AtomicU64) {
        count.fetch_add(1, Ordering::SeqCst);
    }
}

/// A server that accepts that many MAIL commands in a session and answers the
/// next by `refusal`; its reply to EHLO includes `offers`.
fn bounded(takes: u64, refusal: &'static str, offers: &'static str) -> (Server, Arc<Tally>) {
    let tally = Arc::new(Tally::default());
    let counted = tally.clone();
    let server = Server::start(move |_, peer| {
        let mut mails = 0;
        peer.serve(|stage, peer| match stage {
            Stage::Ehlo => peer.instead(format!("250-server.invalid\r\n250 {offers}\r\n")),
            Stage::Mail => {
                mails += 1;
                Tally::add(&counted.mail);
                counted.most.fetch_max(mails, Ordering::SeqCst);
                if mails <= takes {
                    return Then::Reply;
                }
                Tally::add(&counted.refused);
                let goes_on = peer.instead(format!("{refusal}\r\n"));
                if refusal.starts_with("421") {
                    return Then::HangUp;
                }
                goes_on
            }
            Stage::Accept => {
                Tally::add(&counted.accepted);
                Then::Reply
            }
            _ => Then::Reply,
        });
    });
    (server, tally)
}

/// Four sessions, in plaintext, without a login.
fn run(server: &Server, load: &str, message: &str) -> Sesbench {
    let scenario = format!(
        "[target]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n\
         [auth]\nmechanism = \"none\"\n\
         [load]\nwarm_up = \"0s\"\nsessions = 4\n{load}\n[message]\n{message}\n",
        server.address().port()
    );
    Sesbench::run_text(&scenario, "")
}

const CLOSED: &str = "model = \"closed\"\nmessages = 100";
const OPEN: &str = "rate = \"100/s\"\nmessages = 100";

fn diagnoses(done: &Done) -> Vec<String> {
    let run = done.folder().json();
    let all = run["diagnoses"].as_array().unwrap().iter();
    all.map(|each| each["id"].as_str().unwrap().to_owned())
        .collect()
}

/// OpenSMTPD, and other servers with their own texts.
#[test]
fn a_session_at_its_limit_is_replaced_and_no_message_is_refused() {
    for refusal in [
        "452 4.5.3 Too many recipients: Too many messages sent",
        "550 enough of you",
        "421 too many messages in this connection",
    ] {
        for load in [CLOSED, OPEN] {
            let (server, tally) = bounded(10, refusal, "HELP");
            let done = run(&server, load, "").done();
            done.folder().adds_up();
            assert_eq!(done.folder().count("/totals/accepted"), 100, "{refusal}");
            assert_eq!(Tally::of(&tally.accepted), 100);
            // At most as many refusals as sessions that had ten messages.
            let refused = Tally::of(&tally.refused);
            assert!(
                (6..=10).contains(&refused),
                "{refused} at {load}: {refusal}"
            );
            let sessions = done.folder().outcomes("session");
            let at_mail = sessions.iter().filter(|row| row["phase"] == "mail");
            let counted: u64 = at_mail
                .map(|row| row["count"].parse::<u64>().unwrap())
                .sum();
            assert_eq!(counted, refused);
            if !refusal.starts_with("550") {
                assert_eq!(diagnoses(&done), ["messages-per-session"], "{refusal}");
            }
        }
    }
}

#[test]
fn a_number_of_messages_that_the_server_declares_is_never_exceeded() {
    for load in [CLOSED, OPEN] {
        let (server, tally) = bounded(10, "452 4.5.3 too many", "LIMITS MAILMAX=10");
        let done = run(&server, load, "").done();
        assert_eq!(done.folder().count("/totals/accepted"), 100);
        assert_eq!(Tally::of(&tally.refused), 0);
        assert_eq!(Tally::of(&tally.most), 10);
    }
}

/// Defect: the closed model, which sends as fast as replies arrive, caused
/// 40,000 refusals a second.
#[test]
fn a_server_that_refuses_every_mail_is_not_hammered() {
    for refusal in ["452 4.5.3 Too many messages sent", "550 no", "421 not now"] {
        let (server, tally) = bounded(0, refusal, "HELP");
        let done = run(&server, "model = \"closed\"\nduration = \"1s\"", "").done();
        done.folder().adds_up();
        assert_eq!(done.folder().count("/totals/accepted"), 0);
        // Each of four sessions after 0, 0.1, 0.3 and 0.7 s, or later.
        let mails = Tally::of(&tally.mail);
        assert!((4..=16).contains(&mails), "{mails}: {refusal}");
    }
}

#[test]
fn a_run_whose_messages_exceed_the_declared_limits_is_refused_before_it_begins() {
    for (offers, message, why) in [
        (
            "SIZE 10000",
            "size = \"64 KiB\"",
            "message.size: message of 65536 bytes is larger than the server's SIZE 10000 (RFC 1870)",
        ),
        (
            "LIMITS RCPTMAX=2",
            "recipients = 3",
            "message.recipients: message to 3 recipients exceeds the server's RCPTMAX 2 (RFC 9422)",
        ),
    ] {
        let (server, tally) = bounded(100, "", offers);
        let done = run(&server, OPEN, message).done().with(2);
        // The line before it names the target of the first session.
        let last = done.stderr.lines().last();
        assert_eq!(last, Some(format!("sesbench: {why}").as_str()));
        assert_eq!(Tally::of(&tally.mail), 0);
    }
}

#[test]
fn messages_above_the_declared_size_are_not_sent() {
    let (server, tally) = bounded(100, "", "SIZE 10000");
    let sizes = "size = [{ size = \"2 KiB\", weight = 50 }, { size = \"64 KiB\", weight = 50 }]";
    let done = run(&server, OPEN, sizes).done();
    let folder = done.folder();
    folder.adds_up();
    let (accepted, rejected) = (
        folder.count("/totals/accepted"),
        folder.count("/totals/rejected"),
    );
    assert_eq!(accepted + rejected, 100);
    assert!(accepted > 0 && rejected > 0);
    assert_eq!(Tally::of(&tally.mail), accepted);
    let rows = folder.outcomes("message");
    let row = rows
        .iter()
        .find(|row| row["outcome"] == "rejected")
        .unwrap();
    assert_eq!((row["phase"].as_str(), row["code"].as_str()), ("mail", ""));
    let text = "message of 65536 bytes is larger than the server's SIZE 10000 (RFC 1870)";
    assert_eq!(row["text"], text);
    assert_eq!(diagnoses(&done), ["message-too-long"]);
}

#[test]
fn a_probe_shows_the_limits_that_the_server_declares() {
    let offers = "LIMITS MAILMAX=20 RCPTMAX=50";
    let (server, _) = bounded(20, "", offers);
    let words = format!("probe {} --tls none", server.address());
    let done = Sesbench::new(&words).done().with(0);
    let line = "the server's limits: MAILMAX 20, RCPTMAX 50";
    assert!(
        done.stdout.lines().any(|each| each == line),
        "{}",
        done.stdout
    );
    let done = Sesbench::new(&format!("{words} --format json"))
        .done()
        .with(0);
    let json: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    let limits = serde_json::json!({
        "size": null, "mail_max": 20, "rcpt_max": 50, "rcpt_domain_max": null
    });
    assert_eq!(json["limits"], limits);
}

/// A server that supports only HELO.
fn old() -> Server {
    Server::start(|_, peer| {
        peer.serve(|stage, peer| match stage {
            Stage::Ehlo => peer.instead("502 5.5.1 Command not implemented\r\n"),
            _ => Then::Reply,
        });
    })
}

#[test]
fn a_server_without_ehlo_gets_helo() {
    let done = run(&old(), CLOSED, "").done();
    assert_eq!(done.folder().count("/totals/accepted"), 100);
}

#[test]
fn a_server_without_ehlo_is_explained_if_a_login_is_required() {
    let words = format!("probe {} --tls none --format json", old().address());
    let done = Sesbench::new(&words)
        .env("SESBENCH_USERNAME", "user")
        .env("SESBENCH_PASSWORD", "password")
        .done()
        .with(3);
    let json: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert_eq!(json["diagnoses"][0]["id"], "ehlo-unknown");
    let text = json["refused"]["text"].as_str().unwrap();
    assert!(text.contains("AUTH (RFC 4954)"), "{text}");
}

#[test]
fn a_refused_ehlo_name_is_reported_with_its_key() {
    let refusal = "504 5.5.2 <client>: Helo command rejected: need fully-qualified hostname\r\n";
    for at in [Stage::Ehlo, Stage::Rcpt] {
        let server = Server::start(move |_, peer| {
            peer.serve(|stage, peer| match stage == at {
                true => peer.instead(refusal),
                false => Then::Reply,
            });
        });
        let done = run(&server, CLOSED, "")
            .arg("--set")
            .arg("load.messages=4")
            .done();
        match at {
            Stage::Ehlo => {
                assert_eq!(done.code, Some(3));
                assert!(done.stderr.contains("target.ehlo_name"), "{}", done.stderr);
            }
            _ => assert_eq!(diagnoses(&done), ["ehlo-name-refused"]),
        }
    }
}

#[test]
fn every_message_has_its_own_date() {
    let dates = Arc::new(Mutex::new(Vec::new()));
    let heard = dates.clone();
    let server = Server::start(move |_, peer| {
        peer.serve(|stage, peer| {
            if stage == Stage::Accept {
                let mut lines = peer.content().lines();
                let date = lines.find_map(|line| line.strip_prefix("Date: "));
                heard.lock().unwrap().push(date.unwrap().to_owned());
            }
            Then::Reply
        });
    });
    // One session, so that they arrive in order.
    let load = "rate = \"1/s\"\nmessages = 3";
    let scenario = run(&server, load, "").arg("--sessions").arg("1");
    scenario.done().with(0);
    let dates = dates.lock().unwrap();
    let seconds: Vec<i64> = dates.iter().map(|date| seconds(date)).collect();
    assert_eq!(seconds.len(), 3);
    // As the schedule sets it, whenever they were sent.
    assert_eq!((seconds[1] - seconds[0]).rem_euclid(86_400), 1, "{dates:?}");
    assert_eq!((seconds[2] - seconds[1]).rem_euclid(86_400), 1, "{dates:?}");
}

/// Seconds since midnight.
fn seconds(date: &str) -> i64 {
    let time = date.split(' ').nth(4).unwrap();
    time.split(':')
        .map(|part| part.parse::<i64>().unwrap())
        .fold(0, |sum, part| sum * 60 + part)
}
