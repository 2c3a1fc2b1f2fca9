//! Messages that Postfix defers are retried, and arrive once.

use super::server::Postfix;
use super::{accounted, plain, program};

#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn a_full_mailbox_is_retried_as_often_as_configured() {
    let full = "check_recipient_access inline:{{a@inside.invalid=452 4.2.2 Mailbox full}}";
    let postfix = Postfix::start(&[
        ("smtpd_error_sleep_time", "0"),
        ("smtpd_hard_error_limit", "1000"),
        ("smtpd_recipient_restrictions", full),
    ]);
    let words = r#"--rate 20/s --messages 6 --warm-up 0s --sessions 2
        --set message.to=["a@inside.invalid"] --set retry.policy=exponential
        --set retry.base=10ms --set retry.cap=20ms --set retry.attempts=3"#;
    let run = program(&plain(&postfix), words).ends();
    let reply = "deferred rcpt 452 4.2.2 <address>: Recipient address rejected: Mailbox full";
    assert_eq!(run.refusals("message"), [format!("6 {reply}")]);
    assert_eq!(run.refusals("attempt"), [format!("18 {reply}")]);
    assert_eq!(run.record["attempts"]["retries"], 12);
    let log = postfix.log(0);
    assert_eq!(log.count("reject: RCPT"), 18);
    assert_eq!(log.deliveries(), 0);
}

/// The limit applies for a second or two before anvil resets its count. Refused
/// attempts count, too: a message gets through only after a back-off.
#[test]
#[ignore = "needs postfix and sasl2-bin; .ci/install-peers installs them"]
fn messages_above_a_rate_are_accepted_later_and_delivered_once() {
    let postfix = Postfix::start(&[
        ("smtpd_client_event_limit_exceptions", ""),
        ("smtpd_error_sleep_time", "0"),
        ("smtpd_hard_error_limit", "1000"),
        ("smtpd_client_message_rate_limit", "5"),
        ("anvil_rate_time_unit", "1s"),
    ]);
    let words = r#"--rate 20/s --messages 20 --warm-up 0s --sessions 3
        --set message.to=["a@inside.invalid"] --set retry.policy=exponential
        --set retry.base=200ms --set retry.cap=2s --set retry.attempts=100"#;
    let run = accounted(&postfix, program(&plain(&postfix), words), 1);
    assert_eq!(run.total("accepted"), 20);
    let retries = run.record["attempts"]["retries"].as_u64().unwrap();
    assert!(retries > 0);
    let reply = "deferred mail 450 4.7.1 Error: too much mail from <ip>";
    assert_eq!(run.refusals("attempt"), [format!("{retries} {reply}")]);
    assert_eq!(run.refusals("message"), [""; 0]);
    let limit = "Message delivery request rate limit exceeded";
    assert_eq!(postfix.log(20).count(limit) as u64, retries);
}
