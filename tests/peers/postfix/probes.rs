//! `sesbench probe`: Postfix's replies, and their diagnoses.

use serde_json::Value;

use super::server::{PASSWORD, Postfix, USERNAME};
use crate::mock::MODES;
use crate::sesbench::Program;

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn a_probe_sends_one_message_if_asked_and_none_otherwise() {
    for (mode, _) in MODES {
        for send in [true, false] {
            let postfix = Postfix::start(&[]);
            let words = if send { "--send" } else { "" };
            let (code, json) = probe(&postfix, &postfix.target(mode), PASSWORD, words);
            assert_eq!(code, Some(0), "{json}");
            assert_eq!(ids(&json), [""; 0]);
            let log = postfix.log(usize::from(send));
            assert_eq!(log.mails().len(), usize::from(send), "{mode:?}");
            assert_eq!(log.deliveries(), usize::from(send), "{mode:?}");
            assert_eq!(log.count("TLS connection established from"), 1);
        }
    }
}

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn a_wrong_password_is_diagnosed_in_both_modes() {
    for (mode, _) in MODES {
        let postfix = Postfix::start(&[]);
        let (code, json) = probe(&postfix, &postfix.target(mode), "wrong", "--send");
        assert_eq!(code, Some(3), "{json}");
        assert_eq!(ids(&json), ["credentials-refused"]);
        assert!(postfix.log(0).mails().is_empty());
    }
}

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn refusals_get_their_diagnosis() {
    let to = |reply: &str| {
        format!("check_recipient_access inline:{{{{success@simulator.amazonses.com={reply}}}}}")
    };
    let full = to("452 4.2.2 Mailbox full");
    let cases = [
        (
            "smtpd_recipient_restrictions",
            full.as_str(),
            "mailbox-full",
        ),
        ("queue_minfree", "9000000000000000", "server-full"),
        ("smtpd_relay_restrictions", "defer", "deferred"),
        (
            "smtpd_relay_restrictions",
            "reject_unauth_destination",
            "relay-denied",
        ),
    ];
    for (setting, value, id) in cases {
        let postfix = Postfix::start(&[(setting, value)]);
        let target = postfix.target(MODES[0].0);
        let (code, json) = probe(&postfix, &target, PASSWORD, "--send");
        assert_ne!(code, Some(0), "{json}");
        assert_eq!(ids(&json), [id], "{json}");
        assert_eq!(postfix.log(0).deliveries(), 0);
    }
}

/// The exit code of a probe of that target, and its output.
fn probe(
    postfix: &Postfix,
    target: &[String],
    password: &str,
    words: &str,
) -> (Option<i32>, Value) {
    // The target of this probe has no flag of its own.
    let target = target[1..].iter().map(String::as_str);
    let trust = ["--ca-file", postfix.ca_file()];
    let words: Vec<_> = target
        .chain(trust)
        .chain(words.split_whitespace())
        .collect();
    let output = Program::probe(&words).log_in(USERNAME, password).says();
    let json = serde_json::from_str(&output.stdout);
    (
        output.code,
        json.unwrap_or_else(|error| panic!("{error}: {output:?}")),
    )
}

/// The ids of its diagnoses.
fn ids(json: &Value) -> Vec<&str> {
    let each = json["diagnoses"].as_array().unwrap().iter();
    each.map(|each| each["id"].as_str().unwrap()).collect()
}
