//! Broken and malicious clients.

use proptest::prelude::*;

use super::*;
use crate::facts::Profile;
use crate::settings::Fault;

#[test]
fn a_bare_lf_or_cr_ends_the_session() {
    for (bytes, position) in [
        (&b"NOOP\nQUIT\r\n"[..], 4),
        (b"MAIL\rX", 4),
        (b"\n", 0),
        (b"A\r\r\n", 1),
    ] {
        let mut client = Client::ready(|_| {});
        assert_eq!(
            client.send(bytes),
            format!(
                "501 Syntax error at character position {position}. \
                 CR and LF must be CRLF paired.  See RFC 2821 #2.7.1.\r\n"
            )
        );
        assert!(client.closed);
    }
}

#[test]
fn a_line_that_is_too_long_ends_the_session() {
    let mut client = Client::ready(|_| {});
    assert_eq!(
        client.say(&"x".repeat(998)),
        "500 Error: command not implemented\r\n"
    );
    assert_eq!(
        client.say(&"x".repeat(999)),
        "501 Input line length is too long!\r\n"
    );
    assert!(client.closed);
}

#[test]
fn nothing_is_smuggled_behind_a_false_end() {
    for end in [
        "\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\n.\r",
    ] {
        let mut client = Client::ready(|_| {});
        client.say("MAIL FROM:<a@b.c>");
        client.say("RCPT TO:<a@b.c>");
        client.say("DATA");
        let smuggled =
            format!("x{end}MAIL FROM:<evil@b.c>\r\nRCPT TO:<a@b.c>\r\nDATA\r\ny\r\n.\r\n");
        let reply = client.send(smuggled.as_bytes());
        assert!(
            reply.starts_with("250 Ok ") && reply.lines().count() == 1,
            "{end:?}: {reply}"
        );
        assert_eq!(client.counts().accepted, 1);
    }
}

#[test]
fn a_flood_of_commands_is_answered_in_portions() {
    let mut client = Client::ready(|_| {});
    client
        .dialogue
        .input("NOOP\r\n".repeat(10_000).as_bytes(), client.now);
    let mut heard = 0;
    while let Step::Send(bytes) = client.dialogue.next(client.now) {
        assert!(bytes.len() < 5_000, "{}", bytes.len());
        heard += bytes.len();
        client.dialogue.sent(client.now);
    }
    assert_eq!(heard, 10_000 * "250 Ok\r\n".len());
}

/// Parts of normal sessions, and of invalid input.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::sample::select(vec![
            "EHLO c\r\n",
            "MAIL FROM:<a@b.c>\r\n",
            "RCPT TO:<a@b.c>\r\n",
            "RCPT TO:<>\r\n",
            "DATA\r\n",
            "RSET\r\n",
            "NOOP\r\n",
            "VRFY\r\n",
            "AUTH LOGIN\r\n",
            "*\r\n",
            "x\r\n.\r\n",
            "..\r\n",
            "\r\n.",
            "\r\n",
            ".\r\n",
            "STARTTLS\r\n",
            "\r",
            "\n",
            "MA",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..40),
    ]
}

fn conversation() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

/// Rules of all kinds, without invalid ones.
fn rules() -> impl Strategy<Value = Vec<Fault>> {
    let at = [
        "tls", "banner", "ehlo", "mail", "rcpt", "data", "body", "dot", "rset", "noop",
    ];
    let what = [
        "\"action\":\"stall\"",
        "\"action\":\"close\"",
        "\"action\":\"reset\"",
        "\"action\":\"garbage\"",
        "\"action\":\"half_reply\"",
        "\"reply\":\"250 Fine\"",
        "\"reply\":\"354 Go on\"",
        "\"reply\":\"451 Later\"",
        "\"reply\":\"421 Bye\",\"close\":true",
        "\"delay\":\"3s\"",
    ];
    let rule = (
        prop::sample::select(at.to_vec()),
        prop::sample::select(what.to_vec()),
        1..5_u64,
        any::<bool>(),
    );
    let rule = rule.prop_filter_map("no rule", |(at, what, every, accepted)| {
        let accepted = accepted && at == "dot";
        let json = format!(r#"{{"at":"{at}",{what},"every":{every},"accepted":{accepted}}}"#);
        let faults = vec![serde_json::from_str(&json).unwrap()];
        let settings = Settings {
            faults,
            ..Settings::default()
        };
        settings.check().ok().map(|()| settings.faults[0].clone())
    });
    prop::collection::vec(rule, 1..5)
}

/// The replies to `parts` with that fault, from the banner on.
fn mishaps<'a>(faults: &[Fault], parts: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, String) {
    let settings = Settings {
        profile: Profile::Unlimited,
        require_auth: false,
        faults: faults.to_vec(),
        ..Settings::default()
    };
    let mut client = Client::on(&settings, &account(&settings), true);
    let mut heard = client.hear();
    for part in parts {
        if client.closed || part.is_empty() {
            continue;
        }
        assert_eq!(client.dialogue.next(client.now), Step::Receive);
        client.dialogue.input(part, client.now);
        heard.extend(client.hear());
    }
    let end = format!("{:?}", client.dialogue.next(client.now));
    (heard, end)
}

/// All replies to `parts`, passed in one after another.
fn replies<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut client = Client::ready(|s| s.profile = Profile::Unlimited);
    let mut heard = String::new();
    for part in parts {
        if client.closed {
            break;
        }
        heard += &client.send(part);
    }
    heard
}

proptest! {
    #[test]
    fn anything_at_all_is_answered_without_panic_or_growth(
        parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..2000), 0..20),
        secure: bool,
    ) {
        let mut client = if secure { Client::ready(|_| {}) } else { Client::plain(|_| {}) };
        for part in parts {
            if client.closed {
                break;
            }
            let heard = client.send(&part);
            // A reply of at most 100 bytes needs a line of at least two.
            prop_assert!(heard.len() <= 100 * (1 + part.len() / 2));
        }
    }

    #[test]
    fn where_input_is_split_makes_no_difference(
        bytes in conversation(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let split = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]);
        let whole = replies([bytes.as_slice()]);
        prop_assert_eq!(&replies(split), &whole);
        prop_assert_eq!(&replies(bytes.chunks(1)), &whole);
    }

    #[test]
    fn where_input_is_split_makes_no_difference_to_faults(
        faults in rules(),
        bytes in conversation(),
        cut in any::<prop::sample::Index>(),
    ) {
        let whole = mishaps(&faults, [bytes.as_slice()]);
        let (one, two) = bytes.split_at(cut.index(bytes.len() + 1));
        prop_assert_eq!(&mishaps(&faults, [one, two]), &whole);
        prop_assert_eq!(&mishaps(&faults, bytes.chunks(1)), &whole);
    }
}
