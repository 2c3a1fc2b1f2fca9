//! Which commands are allowed when, as observed with SES.

use super::*;
use crate::protocol::Certificate;

#[test]
fn capabilities_before_and_after_tls() {
    let mut client = Client::plain(|_| {});
    assert_eq!(
        client.say("EHLO client.example"),
        "250-email-smtp.amazonaws.com\r\n250-8BITMIME\r\n250-STARTTLS\r\n\
         250-AUTH PLAIN LOGIN\r\n250 Ok\r\n"
    );
    client.say("STARTTLS");
    assert_eq!(
        client.say("EHLO client.example"),
        "250-email-smtp.amazonaws.com\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN\r\n250 Ok\r\n"
    );
}

#[test]
fn disputed_capabilities_are_settings() {
    let mut client = Client::secure(|s| {
        s.advertise_size = true;
        s.starttls_after_tls = true;
    });
    let lines = client.say("EHLO c");
    assert!(lines.contains("250-SIZE 10485760\r\n") && lines.contains("250-STARTTLS\r\n"));
}

#[test]
fn plaintext_allows_four_commands() {
    let mut client = Client::plain(|_| {});
    for line in [
        "AUTH PLAIN x",
        "MAIL FROM:<a@b.c>",
        "RCPT TO:<a@b.c>",
        "DATA",
        "RSET",
        "HELO x",
    ] {
        assert_eq!(
            client.say(line),
            "530 Must issue a STARTTLS command first\r\n",
            "{line}"
        );
    }
    assert_eq!(client.say("NOOP"), "250 Ok\r\n");
    assert_eq!(client.say("QUIT"), "221 Bye\r\n");
    assert!(client.closed);
}

#[test]
fn starttls_once_and_without_parameter() {
    let mut client = Client::plain(|_| {});
    assert_eq!(
        client.say("STARTTLS now"),
        "501 Syntax error (no parameters allowed)\r\n"
    );
    assert_eq!(client.say("starttls"), "220 Ready to start TLS\r\n");
    assert_eq!(
        client.say("STARTTLS"),
        "454 TLS not available due to temporary reason: TLS already active\r\n"
    );
}

#[test]
fn the_wrapper_greets_after_the_handshake() {
    let settings = Settings::default();
    let mut client = Client::on(&settings, &account(&settings), true);
    assert_eq!(
        client.dialogue.next(client.now),
        Step::StartTls(Certificate::Valid)
    );
    let banner = client.listen();
    let ids = banner
        .strip_prefix("220 email-smtp.amazonaws.com ESMTP SimpleEmailService-d-")
        .unwrap();
    let (first, second) = ids.trim_end().split_once(' ').unwrap();
    assert_eq!((first.len(), second.len()), (9, 20));
    assert!(
        first
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    );
    assert!(second.bytes().all(|b| b.is_ascii_alphanumeric()));
    assert!(!client.say("EHLO c").contains("STARTTLS"));
    client.log_in();
}

#[test]
fn what_came_before_the_handshake_is_discarded() {
    let mut client = Client::plain(|_| {});
    let reply = client.send(b"STARTTLS\r\nNOOP\r\nEHLO evil\r\nMAI");
    assert_eq!(reply, "220 Ready to start TLS\r\n");
    assert_eq!(client.say("NOOP"), "250 Ok\r\n");
}

/// The client must begin again (RFC 3207 section 4.2).
#[test]
fn login_and_transaction_before_the_handshake_do_not_count_after_it() {
    let mut client = Client::plain(|s| s.require_tls = false);
    client.log_in();
    assert_eq!(client.say("MAIL FROM:<a@b.c>"), "250 Ok\r\n");
    assert_eq!(client.say("STARTTLS"), "220 Ready to start TLS\r\n");
    let rcpt = "RCPT TO:<a@b.c>";
    assert_eq!(client.say(rcpt), "530 Authentication required\r\n");
    client.log_in();
    assert_eq!(client.say(rcpt), "503 Error: need MAIL command\r\n");
}

#[test]
fn rset_ehlo_and_helo_end_a_transaction() {
    for line in ["RSET", "EHLO c", "HELO c"] {
        let mut client = Client::ready(|_| {});
        client.say("MAIL FROM:<a@b.c>");
        client.say("RCPT TO:<a@b.c>");
        assert!(client.say(line).starts_with("250"), "{line}");
        let reply = client.say("DATA");
        assert_eq!(reply, "503 Error: need MAIL command\r\n", "{line}");
        assert!(client.deliver("a@b.c", &["b@b.c"]).starts_with("250 Ok "));
    }
}

#[test]
fn mail_rcpt_and_data_need_auth() {
    let mut client = Client::secure(|_| {});
    for line in ["MAIL FROM:<a@b.c>", "RCPT TO:<a@b.c>", "DATA"] {
        assert_eq!(
            client.say(line),
            "530 Authentication required\r\n",
            "{line}"
        );
    }
    assert_eq!(client.say("RSET"), "250 Ok\r\n");
}

#[test]
fn a_transaction_has_its_order() {
    let mut client = Client::ready(|_| {});
    assert_eq!(
        client.say("RCPT TO:<a@b.c>"),
        "503 Error: need MAIL command\r\n"
    );
    assert_eq!(client.say("DATA"), "503 Error: need MAIL command\r\n");
    assert_eq!(client.say("MAIL FROM: a@b.c"), "250 Ok\r\n");
    assert_eq!(
        client.say("MAIL FROM:<a@b.c>"),
        "503 Sender already specified.\r\n"
    );
    assert_eq!(client.say("DATA"), "503 Error: need RCPT command\r\n");
    assert_eq!(client.say("RSET"), "250 Ok\r\n");
    assert_eq!(client.say("MAIL FROM:<a@b.c> BODY=8BITMIME"), "250 Ok\r\n");
    assert_eq!(client.say("EHLO again").lines().count(), 4);
    assert_eq!(client.say("MAIL FROM:<a@b.c>"), "250 Ok\r\n");
}

#[test]
fn what_is_wrong_is_named() {
    let mut client = Client::ready(|_| {});
    for (line, reply) in [
        ("MAIL FROM:<>", "501 Invalid MAIL FROM address provided"),
        ("MAIL FROM:nobody", "501 Invalid MAIL FROM address provided"),
        ("MAIL a@b.c", "501 Syntax: MAIL FROM: <address>"),
        ("EHLO", "501 Syntax: EHLO hostname"),
        ("HELO", "501 Syntax: HELO <hostname>"),
        ("HELO x", "250 email-smtp.amazonaws.com"),
        ("VRFY a", "502 VRFY command is disabled"),
        ("HELP", "500 Error: command not implemented"),
        ("BDAT 5 LAST", "500 Error: command not implemented"),
        ("X", "500 Error: bad syntax"),
        ("", "500 Error: bad syntax"),
    ] {
        assert_eq!(client.say(line), format!("{reply}\r\n"), "{line}");
    }
    client.say("MAIL FROM:<a@b.c>");
    for to in ["<>", "<a>", "<jürgen@b.c>"] {
        let reply = client.say(&format!("RCPT TO:{to}"));
        assert_eq!(reply, "501 Invalid RCPT TO address provided\r\n");
    }
    assert_eq!(
        client.say("RCPT a@b.c"),
        "501 Syntax: RCPT TO: <address>\r\n"
    );
}

#[test]
fn pipelined_commands_are_answered_in_order_and_at_once() {
    let mut client = Client::ready(|_| {});
    client.dialogue.input(
        b"MAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nRCPT TO:<>\r\nDATA\r\nx\r\n.\r\nNOOP\r\nQUIT\r\n",
        client.now,
    );
    let Step::Send(replies) = client.dialogue.next(client.now) else {
        panic!("all replies leave together");
    };
    let replies = String::from_utf8(replies.to_vec()).unwrap();
    let codes: Vec<&str> = replies.lines().map(|line| &line[..3]).collect();
    assert_eq!(codes, ["250", "250", "501", "354", "250", "250", "221"]);
}

/// There is one for each session, and most of ten thousand sessions are idle.
#[test]
fn a_session_is_small() {
    let size = size_of::<Dialogue>();
    assert!(size <= 512, "{size} bytes");
}

#[test]
fn a_session_is_broken_off_by_who_ends_it() {
    let without_quit = |change: fn(&mut Settings), act: fn(&mut Client)| {
        let mut client = Client::ready(change);
        act(&mut client);
        let (observers, now) = (Arc::clone(&client.observers), client.now);
        let quota = client.account.quota();
        drop(client);
        observers
            .report(now, quota)
            .unwrap()
            .connections
            .without_quit
    };
    assert_eq!(without_quit(|_| {}, |client| client.dialogue.hung_up()), 1);
    // The server stops.
    assert_eq!(without_quit(|_| {}, |_| {}), 0);
    let quits = |client: &mut Client| {
        client.say("QUIT");
        client.dialogue.hung_up();
    };
    assert_eq!(without_quit(|_| {}, quits), 0);
    let is_refused = |client: &mut Client| {
        assert!(client.deliver("a@b.c", &["b@b.c"]).starts_with("552 "));
        client.dialogue.hung_up();
    };
    let closes = |s: &mut Settings| {
        s.open_after_refusal = false;
        s.max_message_size = 1;
    };
    assert_eq!(without_quit(closes, is_refused), 0);
}
