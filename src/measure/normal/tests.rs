//! What is replaced, and what is kept.

use proptest::prelude::*;

use super::*;

fn normal(text: &str) -> String {
    Normaliser::default().normal(text, false).to_owned()
}

fn of_accepted(text: &str) -> String {
    Normaliser::default().normal(text, true).to_owned()
}

#[test]
fn what_differs_from_message_to_message_is_replaced() {
    let table = [
        (
            "Ok 0100019dec617b98-1b2c3d4e-4a2b-abcd-8888-0123456789ab-000000",
            "Ok <id>",
        ),
        ("Ok: queued as 4ABC", "Ok: queued as <id>"),
        ("Ok: queued as 4XyZbT1nLhz3Q.", "Ok: queued as <id>."),
        ("OK id=1rABCD-0001Ab-2C", "OK id=<id>"),
        (
            "w12ABC3d012345 Message accepted for delivery",
            "<id> Message accepted for delivery",
        ),
        (
            "OK  1696420183 d9443c01a7336-1bdb8b9c0b9si1234567plb.17 - gsmtp",
            "OK <id> <id> - gsmtp",
        ),
        (
            "email-smtp.amazonaws.com ESMTP SimpleEmailService-d-ABCDEFGHI yyyyYY1yyyYyYyyYyyYy",
            "email-smtp.amazonaws.com ESMTP SimpleEmailService-d-<id> <id>",
        ),
        (
            "<a@example.com>: Recipient address rejected",
            "<address>: Recipient address rejected",
        ),
        (
            "The following identities failed the check in region US-WEST-2: a@b.c, d@e.f, g@h.i",
            "The following identities failed the check in region US-WEST-2: <address>",
        ),
        (
            "Client host [192.0.2.17] blocked",
            "Client host [<ip>] blocked",
        ),
        (
            "connect to 127.0.0.1:10025: Connection refused",
            "connect to <ip>: Connection refused",
        ),
        ("from 2001:db8::1.", "from <ip>."),
        (
            "User `arn:aws:iam::111122223333:user/NAME' is not authorized",
            "User `arn:aws:iam::<id>:user/NAME' is not authorized",
        ),
        ("see 123e4567-e89b-12d3-a456-426614174000", "see <id>"),
        ("see ABCDEFAB-CDEF-ABCD-ABCD-ABCDEFABCDEF", "see <id>"),
        ("Reject, id=12345-01 - SPAM", "Reject, id=<id> - SPAM"),
        ("id=1rAbCd-0001aB-Xz is frozen", "id=<id> is frozen"),
        ("1rAbCd-0001aB-Xz is frozen", "<id> is frozen"),
        (
            "see http://www.openspf.net/Why?s=mfrom;id=a@b.example;ip=192.0.2.1;r=mx.example",
            "see http://www.openspf.net/Why?s=mfrom;id=<address>;ip=<ip>;r=mx.example",
        ),
        (
            "blocked: https://www.spamhaus.org/query/ip/192.0.2.1",
            "blocked: https://www.spamhaus.org/query/ip/<ip>",
        ),
        (
            "Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [qW3rTyU1opAsDfGh_kLzXc.uk123]",
            "Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [<id>]",
        ),
    ];
    for (text, expected) in table {
        assert_eq!(normal(text), expected);
    }
}

#[test]
fn what_is_the_same_for_all_is_kept() {
    let table = [
        "Throttling failure: Maximum sending rate exceeded.",
        "Message rejected: Sending suspended for this account.",
        "Transaction failed: Recipient count exceeds 50.",
        "Transaction failed: Duplicate header 'DKIM-Signature'.",
        "Timeout waiting for data from client.",
        "message size exceeds 41943040",
        "Authentication Credentials Invalid",
        "protocol error: TLSv1.2 with SHA384 and X25519, not 8BITMIME",
        "rejected as spam",
        "Äpfel und Birnen",
        "End data with .",
        "",
    ];
    for text in table {
        assert_eq!(normal(text), text);
    }
}

#[test]
fn a_long_reply_is_cut_at_a_character() {
    let cut = normal(&"ä ".repeat(1_000));
    assert!(cut.len() <= LONGEST && cut.len() > LONGEST - 4);
}

#[test]
fn every_placeholder_is_documented() {
    let readme = include_str!("../../../results/README.md");
    for placeholder in [
        word::ID,
        word::ADDRESS,
        word::IP,
        moment::TIME,
        moment::DATE,
        moment::DURATION,
        SIZE,
        RATE,
    ] {
        assert!(
            readme.contains(&format!("`{placeholder}`")),
            "{placeholder}"
        );
    }
}

proptest! {
    #[test]
    fn any_reply_has_a_normal_form_of_one_bounded_line(text in "\\PC{0,400}|[ -~\r\n]{0,400}") {
        let once = normal(&text);
        prop_assert!(once.len() <= LONGEST);
        prop_assert!(!once.contains(['\r', '\n']));
    }

    #[test]
    fn ids_of_ses_all_become_one(id in "[0-9a-f]{15}[0-9]-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}-000000") {
        prop_assert_eq!(normal(&format!("Ok {id}")), "Ok <id>");
    }
}

/// Greylisting servers count down, others write the time of day into a refusal.
#[test]
fn what_differs_only_in_a_time_is_alike() {
    for (text, expected) in [
        // milter-greylist's default text, and its other form.
        (
            "Greylisting in action, please come back in 00:04:32",
            "Greylisting in action, please come back in <time>",
        ),
        (
            "Greylisting in action, please come back in 4 minutes",
            "Greylisting in action, please come back in <duration>",
        ),
        // SQLgrey, postgrey, Exim's recipes, rspamd.
        ("Greylisted for 5 minutes", "Greylisted for <duration>"),
        (
            "Greylisted, see http://postgrey.schweikert.ch/help/example.com.html",
            "Greylisted, see http://postgrey.schweikert.ch/help/example.com.html",
        ),
        (
            "greylisted, try again in 273 seconds",
            "greylisted, try again in <duration>",
        ),
        (
            "Greylisted until Tue, 02 Jan 2024 15:04:05 +0000 (UTC), please retry",
            "Greylisted until <time> (UTC), please retry",
        ),
        ("Please retry in 273.", "Please retry in <duration>."),
        (
            "retry after a delay of 273 s",
            "retry after a delay of <duration>",
        ),
        (
            "please wait 1 hour, 4 min and 32 sec!",
            "please wait <duration>!",
        ),
        // Exchange Online.
        (
            "Access denied, please send from a valid ProxyAddress [BN8NAM11FT012.eop-nam11.prod.protection.outlook.com 2024-01-01T00:00:00.000Z 08DC0A1B2C3D4E5F]",
            "Access denied, please send from a valid ProxyAddress [<id>.eop-nam11.prod.protection.outlook.com <time> <id>]",
        ),
        // Gmail.
        (
            "[192.0.2.1      15] Our system has detected an unusual rate of mail at 2024-01-01 00:00:00 UTC. d9443c01a7336-1c3f2a1b2c3si1234567plb.123 - gsmtp",
            "[<ip> 15] Our system has detected an unusual rate of mail at <time> UTC. <id> - gsmtp",
        ),
        // Yahoo.
        (
            "[TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume",
            "[TSS04] Messages from <ip> temporarily deferred due to unexpected volume",
        ),
        (
            "invalid peer certificate: certificate expired: verification time 1732768000 (UNIX), but certificate is not valid after 1732767000 (1000 seconds ago)",
            "invalid peer certificate: certificate expired: verification time <id> (UNIX), but certificate is not valid after <id> (<duration> ago)",
        ),
        ("blocked on 2024-01-01", "blocked on <date>"),
        (
            "mailbox closed since Jan 2, 2024",
            "mailbox closed since <date>",
        ),
    ] {
        assert_eq!(normal(text), expected);
    }
}

/// Replies of servers to the final dot, from their source or as observed.
#[test]
fn the_id_of_an_accepted_message_is_replaced_whatever_it_looks_like() {
    for (server, text, expected) in [
        ("Postfix", "Ok: queued as 4F2C1A3B5D", "Ok: queued as <id>"),
        ("Postfix", "Ok: queued as 123456789", "Ok: queued as <id>"),
        ("Postfix", "Ok: queued as ABCDEFA", "Ok: queued as <id>"),
        (
            "Postfix, long",
            "Ok: queued as 4XyZbT1nLhz3Q",
            "Ok: queued as <id>",
        ),
        ("Exim", "OK id=1rAbCd-0001aB-Xz", "OK id=<id>"),
        ("Exim 4.97", "OK id=1rAbCd-00000001aBc-2xYz", "OK id=<id>"),
        (
            "Sendmail",
            "4AFHPqJv012345 Message accepted for delivery",
            "<id> Message accepted for delivery",
        ),
        ("qmail", "ok 1699999999 qp 12345", "ok <id> qp <id>"),
        ("qmail", "ok 1699999999 qp 7", "ok <id> qp <id>"),
        (
            "OpenSMTPD",
            "12345678 Message accepted for delivery",
            "<id> Message accepted for delivery",
        ),
        (
            "OpenSMTPD",
            "abcdefab Message accepted for delivery",
            "<id> Message accepted for delivery",
        ),
        (
            "Haraka",
            "Message Queued (ABCDEFAB-3F1B-4B8C-A3B0-6B2F3F3F3F3F.1)",
            "Message Queued (<id>)",
        ),
        (
            "KumoMTA",
            "OK ids=8a5e7a0c6b1d11ee9f8e3cecef0e0f0f",
            "OK ids=<id>",
        ),
        (
            "Exchange",
            "<a1@b.example> [InternalId=22222222222222, Hostname=AM0PR01MB1234.eurprd01.prod.outlook.com] 9876 bytes in 0.123, 78.901 KB/sec Queued mail for delivery",
            "<address> [InternalId=<id>, Hostname=<id>] <size> in <duration>, <rate> Queued mail for delivery",
        ),
        (
            "Gmail",
            "OK  1700000000 d9443c01a7336-1c3f2a1b2c3si1234567plb.123 - gsmtp",
            "OK <id> <id> - gsmtp",
        ),
        (
            "SES",
            "Ok 0100019dec617b98-1b2c3d4e-4a2b-abcd-8888-0123456789ab-000000",
            "Ok <id>",
        ),
        (
            "SendGrid",
            "Ok: queued as Wb1nG3RGQbm5UDiJMPmQ_w",
            "Ok: queued as <id>",
        ),
        ("SparkPost", "OK 4A/C2-28401-6F1C1B5A", "OK <id>"),
        (
            "Mimecast",
            "SmtpThread-123456-1700000000000@eu-mta-1.mimecast.lan Received OK [qW3rTyU1opAsDfGhjkLzXc.uk123]",
            "<address> Received OK [<id>]",
        ),
        (
            "Proofpoint",
            "3vbcdefghj-1 Message accepted for delivery",
            "<id> Message accepted for delivery",
        ),
        (
            "Courier",
            "Ok. 000000000001E240.0000000065A1B2C3.00001234",
            "Ok. <id>",
        ),
        (
            "IronPort",
            "ok:  Message 12345 accepted",
            "ok: Message <id> accepted",
        ),
        (
            "Yandex",
            "Ok: queued on mail-nwsmtp-12.iva.yp-c.yandex.net 1700000000-AbCdEfGhIjK-QwErTy12",
            "Ok: queued on mail-nwsmtp-12.iva.yp-c.yandex.net <id>",
        ),
        (
            "Stalwart",
            "Message queued with id 1a2b3c4d5e6f.",
            "Message queued with id <id>.",
        ),
        ("maddy", "OK: queued", "OK: queued"),
        (
            "hMailServer",
            "Queued (0.010 seconds)",
            "Queued (<duration>)",
        ),
        ("aiosmtpd", "OK", "OK"),
        ("smtp-sink", "Ok", "Ok"),
        (
            "Lotus Domino",
            "Message accepted for delivery",
            "Message accepted for delivery",
        ),
        (
            "amavis",
            "from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 4XyZbT1nLhz3Q",
            "from MTA(smtp:[<ip>]:10025): 250 2.0.0 Ok: queued as <id>",
        ),
    ] {
        assert_eq!(of_accepted(text), expected, "{server}");
    }
}

#[test]
fn a_limit_stays_a_limit() {
    for text in [
        "Too many messages, at most 100 per 60 seconds",
        "Rate limit exceeded (100 / 1h)",
        "over quota in the last 24 hours",
        "Message size 12345 exceeds the limit of 10000 bytes",
        "limit of 5 minutes",
        "Too many recipients: 100 of 50",
        "4.7.28 and 5.7.1, error 421",
        "session: 4.7.0 as 5.7.1 says",
        "TLSv1.2, RFC 5321 section 4.2.1",
        "You may 5 times",
    ] {
        assert_eq!(normal(text), text);
    }
}

#[test]
fn one_accepted_reply_after_another_is_known_by_its_shape() {
    let mut normaliser = Normaliser::default();
    let first = "Ok 0100019dec617b98-1b2c3d4e-4a2b-abcd-8888-0123456789ab-000000";
    assert_eq!(normaliser.normal(first, true), "Ok <id>");
    let next = "Ok 0100019dec617b99-abcdefab-4a2b-0000-8888-0123456789aa-000001";
    assert!(normaliser.shape.fits(next));
    assert_eq!(normaliser.normal(next, true), "Ok <id>");
    for other in [
        "Ok 0100019dec617b99-abcdefab-4a2b-0000-8888-0123456789aa 000001",
        "ok 0100019dec617b98-1b2c3d4e-4a2b-abcd-8888-0123456789ab-000000",
        "Ok 0100019dec617b98-1b2c3d4e-4a2b-abcd-8888-0123456789ab-00000",
        "Ok 0100019dec617b98-1b2c3d4e-4a2b-abcd-8888-0123456789ab-00000\u{7f}",
        "",
    ] {
        assert!(!normaliser.shape.fits(other), "{other}");
    }
    // A refusal with the same text is normalised by itself.
    assert_eq!(normaliser.normal("code 123456 x", true), "code <id> x");
    assert_eq!(normaliser.normal("code 654321 x", false), "code 654321 x");
    assert_eq!(normaliser.normal("code 654321 x", true), "code <id> x");
}

proptest! {
    /// Any id of OpenSMTPD or Postfix is recognised, whatever its digits.
    #[test]
    fn hex_ids_of_accepted_messages_become_one(id in "[0-9a-f]{8}", long in "[0-9A-F]{6,11}") {
        let opensmtpd = format!("{id} Message accepted for delivery");
        prop_assert_eq!(of_accepted(&opensmtpd), "<id> Message accepted for delivery");
        prop_assert_eq!(of_accepted(&format!("Ok: queued as {long}")), "Ok: queued as <id>");
    }

    #[test]
    fn any_countdown_is_one_row(h in 0..48, m in 0..60, s in 0..60) {
        let text = format!("Greylisting in action, please come back in {h:02}:{m:02}:{s:02}");
        prop_assert_eq!(normal(&text), "Greylisting in action, please come back in <time>");
        let text = format!("please try again in {s} seconds");
        prop_assert_eq!(normal(&text), "please try again in <duration>");
    }

    /// Earlier replies do not change the normal form of a refusal, and that of an
    /// accepted reply stays bounded.
    #[test]
    fn what_was_read_before_does_not_matter(texts in prop::collection::vec("[a-f0-9]{1,9}( [a-z0-9=:.]{1,12}){0,4}", 1..8)) {
        let mut normaliser = Normaliser::default();
        for text in &texts {
            normaliser.normal(text, true);
            prop_assert_eq!(normaliser.normal(text, false), normal(text));
        }
    }

    #[test]
    fn any_accepted_reply_has_a_normal_form_of_one_bounded_line(text in "\\PC{0,400}|[ -~\r\n]{0,400}|([a-z]=|:|id=|[0-9/]){0,400}") {
        let once = of_accepted(&text);
        prop_assert!(once.len() <= LONGEST);
        prop_assert!(!once.contains(['\r', '\n']));
    }
}
