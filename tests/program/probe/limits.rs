//! Refusals of the mock, as SES sends them, for each limit that it has.

use std::io::Read;
use std::net::TcpStream;

use sesbench_mock::Settings;
use sesbench_mock::facts::smtp_password;

use super::{ACCESS_KEY, SECRET, diagnosis, mock, probe, probe_of, with_login};

#[test]
fn refusals_of_a_message_are_explained() {
    for (words, id) in [
        (
            "--from a@example.org --set mock.unverified=['example.org']",
            "identity-not-verified",
        ),
        (
            "--to a@example.org --set mock.profile=sandbox",
            "sandbox-recipient",
        ),
        ("--set message.recipients=51", "too-many-recipients"),
        ("--set mock.max_message_size=1000", "message-too-long"),
        ("--to a@example.com --set mock.daily=0", "daily-quota"),
        ("--set auth.mechanism=none", "authentication-required"),
    ] {
        diagnosis(probe(&format!("mock --send {words}")), 1, id);
    }
}

#[test]
fn an_unverified_sender_is_named_with_its_region() {
    let words = "mock --send --from a@example.org --set mock.verified=['example.com'] \
        --set mock.region=eu-west-1";
    let found = diagnosis(probe(words), 1, "identity-not-verified");
    let meaning = found["meaning"].as_str().unwrap();
    assert!(
        meaning.ends_with("Not verified in eu-west-1: a@example.org."),
        "{meaning}"
    );
}

#[test]
fn the_second_message_is_above_a_rate_of_one_an_hour() {
    let mock = mock(Settings {
        rate: Some(1.0 / 3600.0),
        burst: Some(1.0),
        ..Settings::default()
    });
    let password = smtp_password(SECRET, "us-east-1");
    let send = || with_login(probe_of(&mock, 587, "--send"), ACCESS_KEY, &password);
    send().done().with(0);
    diagnosis(send(), 1, "sending-rate");
}

#[test]
fn a_login_in_plaintext_is_diagnosed_as_missing_starttls() {
    let mock = mock(Settings::default());
    let words = format!("127.0.0.1:{} --tls none", mock.port(587));
    let password = smtp_password(SECRET, "us-east-1");
    let program = with_login(probe(&words), ACCESS_KEY, &password);
    diagnosis(program, 3, "starttls-first");
}

#[test]
fn one_connection_too_many_is_diagnosed() {
    let mock = mock(Settings {
        max_connections: Some(1),
        ..Settings::default()
    });
    let mut first = TcpStream::connect(("127.0.0.1", mock.port(587))).unwrap();
    // It counts as a connection once its banner is sent.
    first.read_exact(&mut [0; 4]).unwrap();
    let done = probe_of(&mock, 587, "");
    diagnosis(done, 3, "too-many-connections");
}
