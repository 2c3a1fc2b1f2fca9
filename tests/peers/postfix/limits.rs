//! Postfix's rate limits for one client, which its anvil service counts.
//!
//! By default they do not apply to clients of its own networks
//! (smtpd_client_event_limit_exceptions); here they apply to this machine.

use super::server::{PASSWORD, Postfix, USERNAME};
use super::{accounted, plain, program};
use crate::accounting;
use crate::mock::{MODES, Mode};
use crate::sesbench::Run;

const TO: &str = r#"--set message.to=["a@inside.invalid"]"#;

/// A limit that applies to this machine, too.
fn limited(setting: (&str, &str)) -> Postfix {
    Postfix::start(&[
        ("smtpd_client_event_limit_exceptions", ""),
        ("smtpd_error_sleep_time", "0"),
        ("smtpd_hard_error_limit", "1000"),
        setting,
    ])
}

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn messages_above_a_rate_are_deferred_and_the_others_are_delivered() {
    let limits = [
        (
            "smtpd_client_message_rate_limit",
            "mail 450 4.7.1 Error: too much mail from <ip>",
        ),
        (
            "smtpd_client_recipient_rate_limit",
            "rcpt 450 4.7.1 Error: too many recipients from <ip>",
        ),
    ];
    for (setting, reply) in limits {
        let postfix = limited((setting, "5"));
        let words = format!("--model closed --messages 12 --warm-up 0s --sessions 2 {TO}");
        let run = program(&plain(&postfix), &words).ends();
        assert_eq!(run.refusals("message"), [format!("7 deferred {reply}")]);
        assert_eq!(run.refusals("session"), [""; 0]);
        let log = postfix.log(5);
        let mails = log.mails();
        let delivered = mails.values().filter(|mail| mail.discarded == 1);
        let ids = delivered.map(|mail| mail.message_id.as_str());
        assert_eq!(accounting::indices(&run, ids).len(), 5);
        assert_eq!(run.total("accepted"), 5);
    }
}

/// The messages use the sessions that are open.
#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn sessions_above_a_number_or_rate_are_refused_and_fail_no_message() {
    for setting in [
        "smtpd_client_connection_count_limit",
        "smtpd_client_connection_rate_limit",
    ] {
        let postfix = limited((setting, "4"));
        let words = format!("--model closed --messages 60 --warm-up 0s --sessions 8 {TO}");
        let run = accounted(&postfix, program(&plain(&postfix), &words), 1);
        let reply =
            "deferred banner 421 4.7.0 postfix.invalid Error: too many connections from <ip>";
        sessions_ended(&run, reply);
    }
}

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn logins_above_a_rate_fail_no_message_while_a_session_is_open() {
    let postfix = limited(("smtpd_client_auth_rate_limit", "3"));
    let words = format!(
        "--model closed --messages 60 --warm-up 0s --sessions 6 --ca-file {}",
        postfix.ca_file()
    );
    let program = program(&postfix.target(Mode::Wrapper), &words).log_in(USERNAME, PASSWORD);
    let run = accounted(&postfix, program, 1);
    let reply = "deferred auth 450 4.7.1 Error: too many AUTH commands from <ip>";
    sessions_ended(&run, reply);
}

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn handshakes_above_a_rate_fail_no_message_while_a_session_is_open() {
    for (mode, _) in MODES {
        let postfix = limited(("smtpd_client_new_tls_session_rate_limit", "3"));
        let words = format!(
            "--model closed --messages 60 --warm-up 0s --sessions 6 --ca-file {}",
            postfix.ca_file()
        );
        let program = program(&postfix.target(mode), &words).log_in(USERNAME, PASSWORD);
        let run = accounted(&postfix, program, 1);
        // It answers STARTTLS with 454, or sends 421 under TLS, and may close
        // the connection before that is read.
        for line in run.refusals("session") {
            let said = line.contains(" 4.7.0 ") && line.contains("too many new TLS sessions");
            assert!(said || line.contains(" lost "), "{mode:?}: {line}");
        }
        let limit = "New TLS session rate limit exceeded";
        assert!(postfix.log(0).count(limit) > 0, "{mode:?}");
    }
}

/// Postfix closes a session that idles for longer than smtpd_timeout, with an
/// unsolicited 421. The client reads it before a message is given to the
/// session, or in place of the reply to MAIL; the message then uses another
/// session.
#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn sessions_that_postfix_closes_for_idling_are_reopened_without_loss() {
    let postfix = Postfix::start(&[("smtpd_timeout", "2")]);
    // Separated from the moments at which sessions time out one generation
    // after another, as far as possible.
    let words = format!("--rate 24/min --messages 3 --warm-up 0s --sessions 3 {TO}");
    let run = accounted(&postfix, program(&plain(&postfix), &words), 1);
    assert_eq!(run.record["attempts"]["started"], 3);
    let ended = run.refusals("session");
    let reply = "421 4.4.2 postfix.invalid Error: timeout exceeded";
    assert!(ended.iter().any(|line| line.ends_with(reply)), "{ended:?}");
    // If the connection is closed while MAIL is in transit, the reply may be
    // lost.
    let dead = |line: &String| line.ends_with(reply) || line.contains(" lost mail ");
    assert!(ended.iter().all(dead), "{ended:?}");
    assert!(postfix.log(0).count("timeout after") > 0);
}

/// Asserts that sessions were refused with that reply only.
fn sessions_ended(run: &Run, reply: &str) {
    let ended = run.refusals("session");
    let so = matches!(&ended[..], [one] if one.ends_with(reply));
    assert!(so, "{ended:?}, not {reply}");
}
