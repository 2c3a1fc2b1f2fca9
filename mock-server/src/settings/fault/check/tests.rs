//! Rules that are refused, and why.

use super::super::Sessions;
use super::*;

fn refusal(change: impl FnOnce(&mut Fault)) -> String {
    let mut fault = Fault {
        action: Some(FaultAction::Close),
        ..Fault::new(Stage::Dot)
    };
    change(&mut fault);
    fault.check(2).unwrap_err().to_string()
}

#[test]
fn names_the_rule_the_key_and_what_is_allowed() {
    assert_eq!(
        refusal(|f| f.probability = Some(1.5)),
        "faults[2].probability: invalid value 1.5: must be above 0 and at most 1"
    );
    let text = refusal(|f| f.action = Some(FaultAction::NoStarttls));
    assert_eq!(
        text,
        "faults[2].action: invalid value \"no_starttls\": needs at = \"ehlo\""
    );
    let text = refusal(|f| f.action = None);
    assert!(
        text.starts_with("faults[2].at: invalid value \"dot\": "),
        "{text}"
    );
}

#[test]
fn values_are_shown_as_they_are_written() {
    let value = |change: fn(&mut Fault)| {
        let mut fault = Fault::new(Stage::Dot);
        fault.action = Some(FaultAction::HalfReply);
        change(&mut fault);
        let error = fault.check(0).unwrap_err();
        format!("{} {}", error.key, error.value)
    };
    for (expected, found) in [
        (
            "until \"1.5s\"",
            value(|f| {
                f.from = Some(Duration::from_secs(9));
                f.until = Some(Duration::from_millis(1500));
            }),
        ),
        (
            "session \"9-5\"",
            value(|f| f.session = Some(Sessions::range(9, 5))),
        ),
        ("port 10025", value(|f| f.port = Some(10_025))),
        (
            "sender \"a@@b\"",
            value(|f| f.sender = Some("a@@b".to_owned())),
        ),
        ("first 0", value(|f| f.first = Some(0))),
        ("every 0", value(|f| f.every = Some(0))),
        ("probability 1.5", value(|f| f.probability = Some(1.5))),
        (
            "action \"half_reply\"",
            value(|f| f.reply = Some("451 x".to_owned())),
        ),
        ("action \"half_reply\"", value(|f| f.at = Stage::Tls)),
        (
            "action \"no_starttls\"",
            value(|f| f.action = Some(FaultAction::NoStarttls)),
        ),
        (
            "close true",
            value(|f| {
                f.action = Some(FaultAction::Stall);
                f.close = Some(true);
            }),
        ),
        (
            "reply \"later\"",
            value(|f| {
                f.action = None;
                f.reply = Some("later".to_owned());
            }),
        ),
        (
            "accepted true",
            value(|f| {
                f.at = Stage::Data;
                f.accepted = true;
            }),
        ),
        ("at \"dot\"", value(|f| f.action = None)),
    ] {
        assert_eq!(found, format!("faults[0].{expected}"));
    }
}

#[test]
fn refuses_conditions_that_never_hold() {
    for (key, text) in [
        (
            "session",
            refusal(|f| f.session = Some(Sessions::range(9, 5))),
        ),
        ("port", refusal(|f| f.port = Some(10_025))),
        ("sender", refusal(|f| f.sender = Some(" ".to_owned()))),
        ("sender", refusal(|f| f.sender = Some("a@@b".to_owned()))),
        ("recipient", refusal(|f| f.recipient = Some("*".to_owned()))),
        (
            "sender",
            refusal(|f| {
                f.at = Stage::Ehlo;
                f.sender = Some("a@b".to_owned());
            }),
        ),
        (
            "recipient",
            refusal(|f| {
                f.at = Stage::Mail;
                f.recipient = Some("a@b".to_owned());
            }),
        ),
        ("until", refusal(|f| f.until = Some(Duration::ZERO))),
        (
            "until",
            refusal(|f| {
                f.from = Some(Duration::from_secs(9));
                f.until = Some(Duration::from_secs(9));
            }),
        ),
        ("first", refusal(|f| f.first = Some(0))),
        (
            "first",
            refusal(|f| {
                f.first = Some(3);
                f.after = Some(3);
            }),
        ),
        ("every", refusal(|f| f.every = Some(0))),
        ("probability", refusal(|f| f.probability = Some(0.0))),
        ("probability", refusal(|f| f.probability = Some(f64::NAN))),
    ] {
        assert!(
            text.starts_with(&format!("faults[2].{key}: invalid value ")),
            "{text}"
        );
    }
}

#[test]
fn refuses_what_is_not_possible_at_the_stage() {
    let reply = |f: &mut Fault| {
        f.action = None;
        f.reply = Some("451 x".to_owned());
    };
    for (key, text) in [
        ("at", refusal(|f| f.action = None)),
        ("action", refusal(|f| f.reply = Some("451 x".to_owned()))),
        (
            "action",
            refusal(|f| f.action = Some(FaultAction::TlsAlert)),
        ),
        (
            "action",
            refusal(|f| f.action = Some(FaultAction::NoStarttls)),
        ),
        (
            "action",
            refusal(|f| {
                f.at = Stage::Tls;
                f.action = Some(FaultAction::HalfReply);
            }),
        ),
        ("close", refusal(|f| f.close = Some(true))),
        (
            "close",
            refusal(|f| {
                reply(f);
                f.at = Stage::Body;
                f.close = Some(false);
            }),
        ),
        (
            "accepted",
            refusal(|f| {
                f.at = Stage::Data;
                f.accepted = true;
            }),
        ),
    ] {
        assert!(
            text.starts_with(&format!("faults[2].{key}: invalid value ")),
            "{text}"
        );
    }
}

#[test]
fn a_reply_has_the_form_of_rfc_5321() {
    for good in [
        "451 Temporary service failure",
        "250-a.example\n250-SIZE 5\n250 Ok",
        "250-a\r\n250 b",
        "599 ",
    ] {
        assert!(is_reply(good), "{good:?}");
    }
    for bad in [
        "",
        "451",
        "45",
        "Temporary service failure",
        "151 x",
        "651 x",
        "451-x",
        "451 x\n451 y",
        "451-x\n452 y",
        "451-x\n\n451 y",
        "451 x\ty",
        "4\u{00bd}1 x",
    ] {
        assert!(!is_reply(bad), "{bad:?}");
    }
}
