//! Postfix's refusals at every step of a transaction, and the outcome that each
//! is counted as.

use super::server::Postfix;
use super::{plain, program};

const SIX: &str = "--model closed --messages 6 --warm-up 0s --sessions 2";

/// Errors are counted, but do not slow or end the session: Postfix closes the
/// connection of a client with many errors (smtpd_hard_error_limit).
const PATIENT: [(&str, &str); 2] = [
    ("smtpd_error_sleep_time", "0"),
    ("smtpd_hard_error_limit", "1000"),
];

/// The setting that causes a refusal, and the outcome of each of six messages.
struct Case {
    setting: (&'static str, &'static str),
    words: &'static str,
    refusal: &'static str,
}

const CASES: [Case; 11] = [
    Case {
        setting: (
            "smtpd_recipient_restrictions",
            "check_recipient_access inline:{{a@inside.invalid=452 4.2.2 Mailbox full}}",
        ),
        words: "",
        refusal: "deferred rcpt 452 4.2.2 <address>: Recipient address rejected: Mailbox full",
    },
    Case {
        setting: ("relay_recipient_maps", "inline:{b@inside.invalid=x}"),
        words: "",
        refusal: "rejected rcpt 550 5.1.1 <address>: Recipient address rejected: \
                  User unknown in relay recipient table",
    },
    Case {
        setting: ("relay_domains", "elsewhere.invalid"),
        words: "",
        refusal: "rejected rcpt 554 5.7.1 <address>: Relay access denied",
    },
    Case {
        setting: ("smtpd_relay_restrictions", "defer_unauth_destination"),
        words: r#"--set message.to=["a@example.com"]"#,
        // Postfix's own default reply. 454 is SES's code for throttling.
        refusal: "deferred rcpt 454 4.7.1 <address>: Relay access denied",
    },
    Case {
        setting: ("smtpd_recipient_limit", "2"),
        words: "--set message.recipients=3",
        refusal: "deferred rcpt 452 4.5.3 Error: too many recipients",
    },
    Case {
        setting: ("queue_minfree", "9000000000000000"),
        words: "",
        refusal: "deferred mail 452 4.3.1 Insufficient system storage",
    },
    Case {
        setting: (
            "smtpd_sender_restrictions",
            "check_sender_access inline:{{sender@example.com=550 5.7.1 Not you}}",
        ),
        words: "",
        refusal: "rejected mail 550 5.7.1 <address>: Sender address rejected: Not you",
    },
    Case {
        setting: (
            "smtpd_data_restrictions",
            "check_recipient_access inline:{{a@inside.invalid=451 4.3.0 Not now}}",
        ),
        words: "",
        refusal: "deferred data 451 4.3.0 <address>: Recipient address rejected: Not now",
    },
    Case {
        setting: (
            "smtpd_end_of_data_restrictions",
            "check_recipient_access inline:{{a@inside.invalid=451 4.3.0 Not now}}",
        ),
        words: "",
        refusal: "deferred accept 451 4.3.0 <address>: Recipient address rejected: Not now",
    },
    Case {
        setting: ("message_size_limit", "100000"),
        words: "--size 200000",
        refusal: "rejected accept 552 5.3.4 Error: message file too big",
    },
    Case {
        setting: (
            "smtpd_recipient_restrictions",
            "check_recipient_access inline:{{a@inside.invalid=421 4.3.2 Going away}}",
        ),
        words: "",
        refusal: "deferred rcpt 421 4.3.2 <address>: Recipient address rejected: Going away",
    },
];

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn every_refusal_is_reported_with_its_text_and_counted_as_its_outcome() {
    for case in CASES {
        // Otherwise an error about the sender is reported at RCPT.
        let at_once = ("smtpd_delay_reject", "no");
        // Otherwise a message that is too large is not even sent.
        let no_size = ("smtpd_discard_ehlo_keywords", "silent-discard, size");
        let postfix = Postfix::start(&[&PATIENT[..], &[at_once, no_size, case.setting]].concat());
        for pipelining in [false, true] {
            let words = format!(
                "{SIX} {} --set target.pipelining={pipelining}",
                to(case.words)
            );
            let run = program(&plain(&postfix), &words).ends();
            let expected = [format!("6 {}", case.refusal)];
            assert_eq!(run.refusals("message"), expected, "{pipelining}");
            assert_eq!(run.refusals("attempt"), expected, "{pipelining}");
            // Only a 421 ends a session.
            let ended = case.refusal.contains(" 421 ");
            let sessions = if ended { &expected[..] } else { &[] };
            assert_eq!(run.refusals("session"), sessions, "{pipelining}");
        }
        assert_eq!(postfix.log(0).deliveries(), 0, "{}", case.refusal);
    }
}

/// Adds a recipient that Postfix accepts, unless the words name others.
fn to(words: &str) -> String {
    match words.contains("message.to") {
        true => words.to_owned(),
        false => format!(r#"{words} --set message.to=["a@inside.invalid"]"#),
    }
}

/// By default Postfix delays a refusal of the greeting until RCPT.
#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn a_name_in_ehlo_that_is_refused_at_rcpt_is_explained() {
    let names = ("smtpd_helo_restrictions", "reject_non_fqdn_helo_hostname");
    let postfix = Postfix::start(&[&PATIENT[..], &[names]].concat());
    let words = format!("{SIX} --set target.ehlo_name=client {}", to(""));
    let run = program(&plain(&postfix), &words).ends();
    let expected = "6 rejected rcpt 504 5.5.2 <client>: Helo command rejected: \
                    need fully-qualified hostname";
    assert_eq!(run.refusals("message"), [expected]);
    assert_eq!(run.record["diagnoses"][0]["id"], "ehlo-name-refused");
    let text = run.record["diagnoses"][0]["text"].as_str().unwrap();
    assert!(text.contains("target.ehlo_name"), "{text}");
}

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn a_message_above_message_size_limit_is_not_sent() {
    let postfix = Postfix::start(&[("message_size_limit", "100000")]);
    let sizes = "--set message.size=[{size=1000,weight=1},{size=200000,weight=1}]";
    let run = program(&plain(&postfix), &format!("{SIX} {sizes} {}", to(""))).ends();
    let refused = run.total("rejected");
    let text = "rejected mail message of 200000 bytes is larger than the server's SIZE 100000 \
                (RFC 1870)";
    assert_eq!(run.refusals("message"), [format!("{refused} {text}")]);
    assert_eq!(run.total("accepted") + refused, 6);
    assert_eq!(postfix.log(0).count("message file too big"), 0);
}

/// With and without pipelining: if DATA is sent already, only closing the
/// connection prevents delivery to the accepted recipient.
#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn a_message_with_one_refused_recipient_is_delivered_to_none() {
    let full = "check_recipient_access inline:{{full@inside.invalid=452 4.2.2 Mailbox full}}";
    for pipelining in [false, true] {
        let restrictions = ("smtpd_recipient_restrictions", full);
        let postfix = Postfix::start(&[&PATIENT[..], &[restrictions]].concat());
        let words = format!(
            r#"{SIX} --set message.recipients=2 --set target.pipelining={pipelining}
            --set message.to=["a@inside.invalid","full@inside.invalid"]"#
        );
        let run = program(&plain(&postfix), &words).ends();
        let expected =
            "6 deferred rcpt 452 4.2.2 <address>: Recipient address rejected: Mailbox full";
        assert_eq!(run.refusals("message"), [expected], "{pipelining}");
        assert_eq!(postfix.log(0).deliveries(), 0, "{pipelining}");
    }
}

/// By default Postfix closes the connection after 20 errors. The 421 follows
/// the reply to the last of them, unsolicited.
#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn too_many_errors_end_sessions_and_every_message_keeps_its_own_reply() {
    let postfix = Postfix::start(&[
        ("smtpd_error_sleep_time", "0"),
        ("smtpd_hard_error_limit", "5"),
        ("relay_recipient_maps", "inline:{b@inside.invalid=x}"),
    ]);
    let words = format!(
        "--model closed --messages 12 --warm-up 0s --sessions 1 {}",
        to("")
    );
    let run = program(&plain(&postfix), &words).ends();
    let unknown = "12 rejected rcpt 550 5.1.1 <address>: Recipient address rejected: \
                   User unknown in relay recipient table";
    assert_eq!(run.refusals("message"), [unknown]);
    let ended = "2 deferred rset 421 4.7.0 postfix.invalid Error: too many errors";
    assert_eq!(run.refusals("session"), [ended]);
    assert_eq!(postfix.log(0).count("too many errors after RCPT"), 2);
}
