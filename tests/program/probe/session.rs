//! A successful session, in human and in JSON output.

use super::{json, probe};
use crate::support::{Mock, Sesbench};

/// The steps of a kind.
fn steps(json: &serde_json::Value, kind: &str) -> Vec<String> {
    let steps = json["steps"].as_array().unwrap().iter();
    steps
        .filter(|step| step["kind"] == kind)
        .map(|step| step["text"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn every_line_is_shown_in_order_with_its_time() {
    let done = Sesbench::new("probe mock --send").done().with(0);
    let lines: Vec<_> = done.stdout.lines().collect();
    let mut at = 0;
    for wanted in [
        "* the embedded mock of SES is started",
        "* connected to 127.0.0.1:",
        "< 220 email-smtp.amazonaws.com ESMTP",
        "> EHLO ",
        "< 250-STARTTLS",
        "< 250 Ok",
        "> STARTTLS",
        "< 220 Ready to start TLS",
        "* TLS 1.3, ",
        "* certificate 0: ",
        "*   for localhost, 127.0.0.1",
        "> AUTH PLAIN <secret>",
        "< 235 Authentication successful.",
        "> MAIL FROM:<sender@example.com>",
        "> RCPT TO:<success@simulator.amazonses.com>",
        "> DATA",
        "< 354 ",
        "bytes: the message and its final dot)",
        "< 250 Ok 0100",
        "> QUIT",
        "< 221 Bye",
        "phases in ms",
        "OK: session opened, logged in; the message was accepted: Ok 0100",
    ] {
        let found = lines[at..].iter().position(|line| line.contains(wanted));
        at += found.unwrap_or_else(|| panic!("{wanted} after line {at} of\n{}", done.stdout));
    }
    let times = lines.iter().filter_map(|line| {
        let (time, rest) = line.trim_start().split_once("  ")?;
        rest.starts_with(['*', '<', '>'])
            .then(|| time.parse().unwrap())
    });
    let times: Vec<f64> = times.collect();
    assert!(times.len() > 20 && times.is_sorted(), "{times:?}");
    assert!(!done.stdout.contains('\x1b'), "no colour in a pipe");
    assert_eq!(done.stderr, "");
}

#[test]
fn without_send_no_message_is_sent_in_either_mode() {
    for (mode, ehlos, tls_before_banner) in [("starttls", 2, false), ("wrapper", 1, true)] {
        let done = probe(&format!("mock --tls {mode}")).done().with(0);
        let json = json(&done);
        assert_eq!(json["result"], "ready");
        assert_eq!(json["diagnoses"], serde_json::json!([]));
        let sent = steps(&json, "sent");
        assert_eq!(
            sent.iter().filter(|line| line.starts_with("EHLO")).count(),
            ehlos
        );
        assert!(
            !sent.iter().any(|line| line.starts_with("MAIL")),
            "{sent:?}"
        );
        assert_eq!(json["target"]["mode"], mode);
        assert_eq!(json["tls"]["verified"], true);
        assert_eq!(json["certificates"][0]["names"][0], "localhost");
        assert!(json["certificates"][0]["days_left"].as_i64().unwrap() > 0);
        assert_eq!(json["capabilities"][1], "8BITMIME");
        let phases = json["phases"].as_array().unwrap().iter();
        let phases: Vec<_> = phases.map(|each| each["phase"].as_str().unwrap()).collect();
        let at = |name| phases.iter().position(|phase| *phase == name).unwrap();
        assert_eq!(at("tls") < at("banner"), tls_before_banner);
        assert_eq!(phases.last(), Some(&"quit"));
    }
}

#[test]
fn the_message_has_the_sender_and_recipient_of_the_flags() {
    let words = "mock --send --from a@example.com --to b@example.com --to c@example.com";
    let done = probe(words).done().with(0);
    let json = json(&done);
    assert_eq!(json["result"], "accepted");
    let sent = steps(&json, "sent");
    for line in [
        "MAIL FROM:<a@example.com>",
        "RCPT TO:<b@example.com>",
        "RCPT TO:<c@example.com>",
    ] {
        assert!(sent.iter().any(|said| said == line), "{line}: {sent:?}");
    }
}

#[test]
fn without_credentials_no_login_is_tried_and_a_note_is_printed() {
    let mock = Mock::start("");
    let words = format!("{} --ca-file {}", mock.address("587"), mock.said("ca_file"));
    let done = Sesbench::new(&format!("probe {words}")).done().with(0);
    assert!(
        done.stdout
            .contains("no credentials were given, so AUTH was not tried")
    );
    assert!(!done.stdout.contains("> AUTH"));
}

#[test]
fn a_certificate_that_was_not_verified_is_reported_as_such() {
    let mock = Mock::start("");
    let words = format!("probe {} --insecure", mock.address("587"));
    let done = Sesbench::new(&words).done().with(0);
    assert!(
        done.stdout
            .contains("THE CERTIFICATE WAS NOT VERIFIED (--insecure)")
    );
    assert!(done.stdout.contains("certificate 0: "), "{}", done.stdout);
}

#[test]
fn recipients_are_guarded_as_in_a_run() {
    let done = probe("relay.example.com:587 --send --to stranger@example.org")
        .done()
        .with(2);
    assert!(
        done.stderr
            .contains("--to: message.to: recipient \"stranger@example.org\""),
        "{}",
        done.stderr
    );
    assert_eq!(done.stdout, "");
}

#[test]
fn contradictory_flags_are_reported_in_one_line() {
    for (words, says) in [
        ("a:b:c", "HOST:PORT"),
        ("mock --to a@example.com", "--send"),
        ("mock --set tagret.tls=none", "did you mean"),
        ("mock --tls maybe", "wrapper"),
    ] {
        let done = probe(words).done().with(2);
        assert!(done.stderr.contains(says), "{words}: {}", done.stderr);
    }
}
