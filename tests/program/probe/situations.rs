//! Failures at SES, caused by the mock in the same way: a probe and a run
//! diagnose each of them.

use serde_json::Value;

use super::{ids, probe};
use crate::support::Sesbench;

/// A probe that sends to the embedded mock with these settings.
fn probe_with(settings: &[&str]) -> Sesbench {
    let set = |program: Sesbench, setting: &&str| program.arg("--set").arg(*setting);
    settings.iter().fold(probe("mock --send"), set)
}

#[track_caller]
fn is_told(settings: &[&str], code: i32, id: &str) {
    let done = probe_with(settings).done().with(code);
    assert_eq!(ids(&done), [id], "{settings:?}: {}", done.stdout);
}

#[test]
fn at_auth() {
    is_told(&["mock.subscribed=false"], 3, "not-subscribed");
    let fault = r#"mock.faults=[{at="auth", reply="454 Temporary authentication failure"}]"#;
    is_told(&[fault], 3, "temporary-authentication-failure");
}

#[test]
fn after_the_dot() {
    for (settings, id) in [
        (vec!["mock.paused=true"], "sending-suspended"),
        (
            vec![r#"mock.users=[{denied=["example.com"]}]"#],
            "access-denied",
        ),
        (
            vec![r#"mock.unverified=["example.com"]"#],
            "identity-not-verified",
        ),
        (
            vec![
                "mock.profile=sandbox",
                "message.to=[\"a@b.example\"]",
                "mock.verified=[\"example.com\"]",
            ],
            "sandbox-recipient",
        ),
        (
            vec![
                "mock.configuration_sets=[]",
                r#"message.headers={"X-SES-CONFIGURATION-SET"="none"}"#,
            ],
            "configuration-set",
        ),
        (
            vec![r#"mock.faults=[{at="dot", reply="451 Temporary service failure"}]"#],
            "temporary-service-failure",
        ),
        (
            vec![r#"mock.faults=[{at="dot", reply="454 Temporary service failure"}]"#],
            "temporary-service-failure",
        ),
        (
            vec!["mock.max_message_size=1000", "message.size=2KiB"],
            "message-too-long",
        ),
        (
            vec!["mock.daily=0", "message.to=[\"a@b.example\"]"],
            "daily-quota",
        ),
    ] {
        is_told(&settings, 1, id);
    }
}

#[test]
fn before_there_is_a_session() {
    for (fault, id) in [
        (
            r#"{at="tls", action="expired_certificate"}"#,
            "certificate-expired",
        ),
        (
            r#"{at="tls", action="wrong_name_certificate"}"#,
            "certificate-wrong-name",
        ),
        (
            r#"{at="ehlo", action="no_starttls"}"#,
            "starttls-not-offered",
        ),
        (r#"{at="connect", action="close"}"#, "connection-lost"),
        (
            r#"{at="banner", reply="421 Too many concurrent SMTP connections", close=true}"#,
            "too-many-connections",
        ),
    ] {
        is_told(&[&format!("mock.faults=[{fault}]")], 3, id);
    }
}

#[test]
fn the_wait_for_a_silent_server_ends_at_the_time_out() {
    let silent = r#"mock.faults=[{at="ehlo", action="stall"}]"#;
    is_told(&[silent, "timeouts.ehlo=300ms"], 3, "no-answer");
    // A silent port may be one that waits for TLS.
    let silent = r#"mock.faults=[{at="connect", action="stall"}]"#;
    is_told(&[silent, "timeouts.banner=300ms"], 3, "wrapper-port");
}

#[test]
fn a_message_whose_reply_is_lost_is_unknown() {
    for action in ["close", "reset"] {
        let fault = format!(r#"mock.faults=[{{at="dot", accepted=true, action="{action}"}}]"#);
        let done = probe_with(&[&fault]).done().with(1);
        assert_eq!(ids(&done), ["fate-unknown"], "{action}: {}", done.stdout);
    }
}

/// The diagnoses of a run against a mock with these settings, and its counts.
fn run_with(words: &str, settings: &[&str]) -> (Vec<String>, Value) {
    let set = |program: Sesbench, setting: &&str| program.arg("--set").arg(*setting);
    let done = settings.iter().fold(Sesbench::run(words), set).done();
    let folder = done.folder();
    folder.adds_up();
    let json = folder.json();
    let each = json["diagnoses"].as_array().unwrap().iter();
    let ids = each.map(|each| each["id"].as_str().unwrap().to_owned());
    (ids.collect(), json)
}

#[test]
fn a_suspended_account_ends_a_run_at_once() {
    let words = "--rate 20/s --duration 30s --warm-up 0s --sessions 2";
    let (ids, json) = run_with(words, &["mock.paused=true"]);
    assert_eq!(ids[0], "sending-suspended", "{ids:?}");
    let totals = &json["totals"];
    let refused = totals["rejected"].as_u64().unwrap();
    assert!((1..100).contains(&refused), "{totals}");
    let unsent = totals["unsent"].as_u64().unwrap();
    assert_eq!(totals["scheduled"], refused + unsent, "{totals}");
}

#[test]
fn version_2_credentials_have_a_rate_of_their_own() {
    let words = "--rate 20/s --messages 20 --warm-up 0s --threshold outcome.accepted>=0%";
    let v2 = ["mock.users=[{password_version=2}]", "mock.sigv2_rate=1"];
    let (ids, json) = run_with(words, &v2);
    assert_eq!(ids, ["sigv2-rate"]);
    assert!(json["totals"]["throttled"].as_u64() > Some(10), "{json}");
}

#[test]
fn a_session_at_its_message_limit_is_distinguished_from_throttling() {
    let words = "--rate 50/s --messages 30 --warm-up 0s --sessions 1";
    let (ids, json) = run_with(words, &["mock.messages_per_session=10"]);
    assert!(ids.contains(&"messages-per-session".to_owned()), "{ids:?}");
    assert_eq!(json["totals"]["throttled"], 0);
}
