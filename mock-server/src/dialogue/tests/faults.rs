//! Faults as a client sees them: every action, at its stages.

use super::*;
use crate::protocol::{Certificate, Reply, Stage};
use crate::settings::{Fault, FaultAction, Sessions};

const REFUSAL: &str = "451 Temporary service failure";

fn fault(at: Stage, change: impl FnOnce(&mut Fault)) -> Fault {
    let mut fault = Fault::new(at);
    change(&mut fault);
    fault
}

fn action(at: Stage, action: FaultAction) -> Fault {
    fault(at, |f| f.action = Some(action))
}

fn reply(at: Stage, reply: &str) -> Fault {
    fault(at, |f| f.reply = Some(reply.to_owned()))
}

fn delay(at: Stage) -> Fault {
    fault(at, |f| f.delay = Some(Duration::from_secs(5)))
}

/// Connected to a server with this fault; the banner is not read yet.
fn connected(fault: &Fault, wrapper: bool) -> Client {
    let settings = Settings {
        faults: vec![fault.clone()],
        ..Settings::default()
    };
    Client::on(&settings, &account(&settings), wrapper)
}

/// Ready for MAIL.
fn ready(fault: &Fault) -> Client {
    Client::ready(|s| s.faults = vec![fault.clone()])
}

/// Up to DATA; the message follows.
fn begin(client: &mut Client) {
    assert_eq!(client.say("MAIL FROM:<a@shop.example>"), "250 Ok\r\n");
    assert_eq!(client.say("RCPT TO:<b@one.example>"), "250 Ok\r\n");
    assert!(client.say("DATA").starts_with("354 "));
}

/// The driver's next step.
fn next(client: &mut Client) -> Step<'_> {
    client.dialogue.next(client.now)
}

const CLOSED: Step<'_> = Step::Close { linger: true };

#[test]
fn a_refusal_in_place_of_a_reply_has_the_command_do_nothing() {
    let mut client = ready(&fault(Stage::Mail, |f| {
        f.reply = Some(REFUSAL.to_owned());
        f.first = Some(1);
    }));
    assert_eq!(
        client.say("MAIL FROM:<a@b.c>"),
        "451 Temporary service failure\r\n"
    );
    assert_eq!(
        client.say("RCPT TO:<a@b.c>"),
        "503 Error: need MAIL command\r\n"
    );
    assert!(client.deliver("a@b.c", &["b@b.c"]).starts_with("250 Ok "));
    let counts = client.counts();
    assert_eq!((counts.faults, counts.accepted), (1, 1));
}

#[test]
fn other_words_change_the_words_only() {
    let mut client = ready(&reply(Stage::Mail, "250 2.1.0 Sender ok"));
    assert_eq!(client.say("MAIL FROM:<a@b.c>"), "250 2.1.0 Sender ok\r\n");
    assert_eq!(client.say("RCPT TO:<a@b.c>"), "250 Ok\r\n");
    let mut client = connected(&reply(Stage::Ehlo, "250-other.example\n250 SIZE 5"), false);
    client.listen();
    assert_eq!(client.say("EHLO c"), "250-other.example\r\n250 SIZE 5\r\n");
}

#[test]
fn every_command_can_be_refused() {
    let mail = "MAIL FROM:<a@b.c>";
    let rcpt = "RCPT TO:<a@b.c>";
    let all: [(Stage, &[&str], &str); 9] = [
        (Stage::Ehlo, &[], "EHLO c"),
        (Stage::Ehlo, &[], "HELO c"),
        (Stage::Mail, &[], mail),
        (Stage::Rcpt, &[mail], rcpt),
        (Stage::Data, &[mail, rcpt], "DATA"),
        (Stage::Rset, &[], "RSET"),
        (Stage::Noop, &[], "NOOP"),
        (Stage::Quit, &[], "QUIT"),
        (Stage::Auth, &[], "AUTH PLAIN AGEAYg=="),
    ];
    for (at, before, line) in all {
        let refuses = |s: &mut Settings| s.faults = vec![reply(at, REFUSAL)];
        let mut client = match at {
            Stage::Auth => Client::secure(refuses),
            _ => Client::ready(refuses),
        };
        for line in before {
            assert_eq!(client.say(line), "250 Ok\r\n");
        }
        assert_eq!(client.say(line), format!("{REFUSAL}\r\n"), "{line}");
        assert!(!client.closed);
        assert!(client.say("HELP").starts_with("500 "), "{line}");
    }
}

/// Otherwise a 530 in plaintext would use up a fault for a message.
#[test]
fn what_is_refused_anyway_is_no_occasion() {
    let mut settings = Settings::default();
    let once = |at| {
        fault(at, |f| {
            f.reply = Some("250 fine".to_owned());
            f.first = Some(1);
        })
    };
    settings.faults = [Stage::Mail, Stage::Rcpt, Stage::Data].map(once).to_vec();
    let account = account(&settings);
    let mut client = Client::on(&settings, &account, false);
    client.listen();
    for line in ["MAIL FROM:<a@b.c>", "RCPT TO:<a@b.c>", "DATA"] {
        assert_eq!(
            client.say(line),
            "530 Must issue a STARTTLS command first\r\n"
        );
    }
    client.say("STARTTLS");
    assert_eq!(
        client.say("MAIL FROM:<a@b.c>"),
        "530 Authentication required\r\n"
    );
    client.log_in();
    assert_eq!(client.say("DATA"), "503 Error: need MAIL command\r\n");
    assert_eq!(
        client.say("MAIL FROM:<>"),
        "501 Invalid MAIL FROM address provided\r\n"
    );
    assert_eq!(client.counts().faults, 0);
    assert_eq!(client.say("MAIL FROM:<a@b.c>"), "250 fine\r\n");
}

#[test]
fn what_faults_say_is_counted_and_what_they_replaced_is_not() {
    let throttled = "454 Throttling failure: Maximum sending rate exceeded.";
    let mut client = Client::ready(|s| {
        s.faults = vec![
            fault(Stage::Dot, |f| {
                f.reply = Some(throttled.to_owned());
                f.first = Some(1);
            }),
            fault(Stage::Dot, |f| {
                f.reply = Some("550 5.7.1 We do not want this".to_owned());
                f.first = Some(2);
            }),
            fault(Stage::Dot, |f| {
                f.action = Some(FaultAction::Close);
                f.accepted = true;
            }),
        ];
    });
    client.deliver("a@b.c", &["b@b.c"]);
    client.deliver("a@b.c", &["b@b.c"]);
    assert_eq!(client.deliver("a@b.c", &["b@b.c"]), "");
    let counts = client.counts();
    assert_eq!((counts.throttled, counts.rejected), (1, 1));
    assert_eq!(counts.replies[throttled], 1);
    assert_eq!(counts.replies["550 5.7.1 We do not want this"], 1);
    // Accepted, but the 250 is not sent.
    assert_eq!(counts.accepted, 1);
    assert_eq!(counts.replies.get("250 Ok <message id>"), None);
}

/// Neither another banner nor one in place of TLS lets a client log in.
#[test]
fn a_fault_is_no_way_round_the_connection_cap() {
    let mut settings = Settings {
        max_connections: Some(1),
        ..Settings::default()
    };
    settings.faults = vec![
        reply(Stage::Banner, "450 hello"),
        reply(Stage::Connect, "220 hi"),
    ];
    let account = account(&settings);
    let mut first = Client::on(&settings, &account, false);
    assert_eq!(first.listen(), "220 hi\r\n");
    settings.faults.remove(1);
    let mut second = Client::on(&settings, &account, false);
    assert_eq!(
        second.listen(),
        "421 Too many concurrent SMTP connections\r\n"
    );
}

#[test]
fn a_refused_login_is_none_and_challenges_are_no_occasion() {
    let mut client = Client::secure(|s| {
        s.faults = vec![fault(Stage::Auth, |f| {
            f.reply = Some("454 Temporary authentication failure".to_owned());
            f.first = Some(1);
        })];
    });
    let login = plain_login(USER, client.account.password().expose());
    assert_eq!(client.say("AUTH PLAIN"), "334 Ok\r\n");
    assert_eq!(
        client.say(&login),
        "454 Temporary authentication failure\r\n"
    );
    assert_eq!(
        client.say("MAIL FROM:<a@b.c>"),
        "530 Authentication required\r\n"
    );
    client.log_in();
}

#[test]
fn a_refused_starttls_leaves_the_session_in_plaintext() {
    let mut client = connected(&reply(Stage::StartTls, "454 TLS not available"), false);
    client.listen();
    assert_eq!(client.say("STARTTLS"), "454 TLS not available\r\n");
    assert_eq!(client.say("NOOP"), "250 Ok\r\n");
}

#[test]
fn a_reply_can_close() {
    let mut client = ready(&fault(Stage::Rcpt, |f| {
        f.reply = Some("421 Going away".to_owned());
        f.close = Some(true);
    }));
    client.say("MAIL FROM:<a@b.c>");
    assert_eq!(client.say("RCPT TO:<a@b.c>"), "421 Going away\r\n");
    assert_eq!(next(&mut client), CLOSED);
}

#[test]
fn a_delay_is_added_to_what_the_stage_takes() {
    let mut client = Client::ready(|s| {
        s.latency.mail = Duration::from_millis(7).into();
        s.faults = vec![delay(Stage::Mail)];
    });
    let asked = client.now;
    assert_eq!(client.say("MAIL FROM:<a@b.c>"), "250 Ok\r\n");
    assert_eq!(client.now.since(asked), Duration::from_millis(5_007));
    assert_eq!(client.say("RCPT TO:<a@b.c>"), "250 Ok\r\n");
    assert_eq!(client.now.since(asked), Duration::from_millis(5_007));
}

#[test]
fn connection_banner_and_handshake_can_be_late() {
    let from_start = |client: &Client| client.now.since(Instant(1_000_000));
    let five = Duration::from_secs(5);
    for at in [Stage::Connect, Stage::Banner] {
        let mut client = connected(&delay(at), false);
        assert!(client.listen().starts_with("220 "));
        assert_eq!(from_start(&client), five, "{at:?}");
    }
    for at in [Stage::Connect, Stage::Tls] {
        let mut client = connected(&delay(at), true);
        let start = client.now + five;
        assert_eq!(next(&mut client), Step::Wait(start), "{at:?}");
        assert_eq!(
            client.dialogue.next(start),
            Step::StartTls(Certificate::Valid)
        );
    }
    let mut client = connected(&delay(Stage::Tls), false);
    client.listen();
    client.say("STARTTLS");
    assert_eq!(from_start(&client), five, "the handshake, not the 220");
}

#[test]
fn a_message_can_be_read_late_and_is_read_whole() {
    let mut client = ready(&delay(Stage::Body));
    begin(&mut client);
    let asked = client.now;
    assert!(
        client
            .say("Subject: x\r\n\r\nx\r\n.")
            .starts_with("250 Ok ")
    );
    assert_eq!(client.now.since(asked), Duration::from_secs(5));
    assert_eq!(client.counts().bytes, 17);
    let mut client = ready(&delay(Stage::Body));
    begin(&mut client);
    for part in [&b"Subject: x\r\n"[..], b"\r\n", b"x\r\n."] {
        assert_eq!(client.send(part), "");
    }
    assert!(client.send(b"\r\n").starts_with("250 Ok "));
}

#[test]
fn silence_of_the_server_is_not_the_client_s() {
    let mut client = ready(&fault(Stage::Body, |f| {
        f.delay = Some(Duration::from_secs(60))
    }));
    begin(&mut client);
    assert!(client.say("x\r\n.").starts_with("250 Ok "));
}

#[test]
fn any_stage_can_stall_close_or_reset() {
    let stages = [
        Stage::Ehlo,
        Stage::StartTls,
        Stage::Auth,
        Stage::Mail,
        Stage::Rcpt,
        Stage::Data,
        Stage::Body,
        Stage::Dot,
        Stage::Rset,
        Stage::Noop,
        Stage::Quit,
    ];
    let lines = [
        "EHLO c",
        "RSET",
        "NOOP",
        "MAIL FROM:<a@b.c>",
        "RCPT TO:<a@b.c>",
        "DATA",
        "x\r\n.",
        "QUIT",
    ];
    let ends = [
        (FaultAction::Stall, Step::Stall),
        (FaultAction::Close, CLOSED),
        (FaultAction::Reset, Step::Reset),
    ];
    for (action_, end) in &ends {
        for at in stages {
            let mut client = connected(&action(at, *action_), false);
            client.listen();
            let login = plain_login(USER, client.account.password().expose());
            let auth = format!("AUTH PLAIN {login}");
            let session = ["STARTTLS", &auth].into_iter().chain(lines);
            for line in session {
                if client.closed {
                    break;
                }
                client.say(line);
            }
            assert_eq!(next(&mut client), *end, "{at:?}");
            assert_eq!(client.dialogue.deadline(), None, "nothing ends a stall");
            let counts = client.counts();
            let accepted = u64::from(at == Stage::Quit);
            assert_eq!((counts.faults, counts.accepted), (1, accepted), "{at:?}");
        }
        for at in [Stage::Connect, Stage::Tls, Stage::Banner] {
            let mut client = connected(&action(at, *action_), true);
            assert_eq!(client.listen(), "");
            assert_eq!(next(&mut client), *end, "{at:?}");
        }
    }
}

#[test]
fn replies_before_a_fault_still_leave() {
    let mut client = ready(&action(Stage::Rcpt, FaultAction::Close));
    let heard = client.send(b"MAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nDATA\r\n");
    assert_eq!(heard, "250 Ok\r\n");
    assert_eq!(next(&mut client), CLOSED);
}

#[test]
fn half_a_reply_and_then_the_end_or_nothing() {
    let mut client = connected(&action(Stage::Ehlo, FaultAction::HalfReply), false);
    client.listen();
    let whole = Client::plain(|_| {}).say("EHLO c");
    let half = client.say("EHLO c");
    assert_eq!(half, whole[..whole.len() / 2]);
    assert_eq!(next(&mut client), CLOSED);

    let mut client = connected(
        &fault(Stage::Banner, |f| {
            f.action = Some(FaultAction::HalfReply);
            f.close = Some(false);
        }),
        false,
    );
    let half = client.listen();
    assert!(half.starts_with("220 email") && !half.ends_with("\r\n"));
    assert_eq!(next(&mut client), Step::Stall);
}

#[test]
fn half_a_reply_to_the_dot_is_to_a_message_that_was_accepted() {
    let mut client = ready(&action(Stage::Dot, FaultAction::HalfReply));
    let half = client.deliver("a@b.c", &["b@b.c"]);
    assert!(half.starts_with("250 Ok 01") && !half.ends_with("\r\n"));
    assert_eq!(client.counts().accepted, 1);
}

#[test]
fn garbage_is_a_line_but_no_reply() {
    let garbage = |session: u64| {
        let settings = Settings {
            faults: vec![action(Stage::Banner, FaultAction::Garbage)],
            ..Settings::default()
        };
        let account = account(&settings);
        for _ in 0..session {
            Client::on(&settings, &account, false);
        }
        let mut client = Client::on(&settings, &account, false);
        let line = client.hear();
        assert_eq!(client.say("NOOP"), "250 Ok\r\n", "the session goes on");
        line
    };
    let line = garbage(0);
    assert!(line.len() == 64 && line.ends_with(b"\r\n"));
    assert!(line[..62].iter().all(|byte| *byte >= 0x80));
    assert_eq!(line, garbage(0), "the same seed");
    assert_ne!(line, garbage(1), "another session");
}

#[test]
fn a_dot_that_is_struck_loses_the_message_or_accepts_it_first() {
    let lost = |accepted, change: fn(&mut Fault)| {
        let mut client = ready(&fault(Stage::Dot, |f| {
            f.accepted = accepted;
            change(f);
        }));
        let reply = client.deliver("a@b.c", &["b@b.c"]);
        (reply, client.counts().accepted, client.closed)
    };
    let words = |f: &mut Fault| f.reply = Some(REFUSAL.to_owned());
    let close = |f: &mut Fault| f.action = Some(FaultAction::Close);
    let refusal = format!("{REFUSAL}\r\n");
    assert_eq!(lost(false, words), (refusal.clone(), 0, false));
    assert_eq!(lost(true, words), (refusal, 1, false));
    assert_eq!(lost(false, close), (String::new(), 0, true));
    assert_eq!(lost(true, close), (String::new(), 1, true));
    // A 250 to a message that is not accepted.
    let lie = |f: &mut Fault| f.reply = Some("250 Ok".to_owned());
    assert_eq!(lost(false, lie), ("250 Ok\r\n".to_owned(), 0, false));
}

#[test]
fn a_message_that_is_struck_ends_its_transaction_as_a_refused_one_does() {
    for (resets, rcpt) in [(true, "503 "), (false, "250 ")] {
        let mut client = Client::ready(|s| {
            s.failed_data_resets = resets;
            s.faults = vec![reply(Stage::Dot, REFUSAL)];
        });
        client.deliver("a@b.c", &["b@b.c"]);
        assert!(client.say("RCPT TO:<c@b.c>").starts_with(rcpt));
    }
}

#[test]
fn words_in_the_middle_of_a_message_end_the_session() {
    let mut client = ready(&reply(Stage::Body, "552 Message is too long."));
    begin(&mut client);
    assert_eq!(client.send(b"Sub"), "552 Message is too long.\r\n");
    assert_eq!(next(&mut client), CLOSED);
}

#[test]
fn a_handshake_is_answered_with_an_alert_garbage_or_plaintext() {
    let alert = action(Stage::Tls, FaultAction::TlsAlert);
    let garbage = action(Stage::Tls, FaultAction::Garbage);
    let plaintext = reply(Stage::Tls, "454 TLS not available");
    let answer = |fault: &Fault, wrapper: bool| {
        let mut client = connected(fault, wrapper);
        client.listen();
        if !wrapper {
            assert_eq!(client.say("STARTTLS"), "220 Ready to start TLS\r\n");
        }
        assert_eq!(next(&mut client), Step::Receive, "the client begins");
        client.dialogue.input(b"\x16\x03\x01 and so on", client.now);
        let answer = client.hear();
        assert_eq!(next(&mut client), CLOSED);
        answer
    };
    for wrapper in [true, false] {
        assert_eq!(answer(&alert, wrapper), [21, 3, 3, 0, 2, 2, 40]);
        assert_eq!(answer(&garbage, wrapper).len(), 64);
        assert_eq!(answer(&plaintext, wrapper), b"454 TLS not available\r\n");
    }
}

#[test]
fn plaintext_can_take_the_place_of_tls_from_the_first_byte() {
    let mut client = connected(&reply(Stage::Connect, "220 plain.example"), true);
    assert_eq!(client.listen(), "220 plain.example\r\n");
    assert_eq!(next(&mut client), CLOSED);
    let mut client = connected(&reply(Stage::Connect, "220 plain.example"), false);
    assert_eq!(client.listen(), "220 plain.example\r\n");
    assert!(client.say("EHLO c").starts_with("250-"));
}

#[test]
fn another_certificate_is_shown() {
    for (action_, certificate) in [
        (FaultAction::ExpiredCertificate, Certificate::Expired),
        (FaultAction::WrongNameCertificate, Certificate::WrongName),
    ] {
        let mut client = connected(&action(Stage::Tls, action_), true);
        assert_eq!(next(&mut client), Step::StartTls(certificate));
    }
}

#[test]
fn starttls_is_neither_offered_nor_known_until_the_next_ehlo() {
    let mut client = connected(
        &fault(Stage::Ehlo, |f| {
            f.action = Some(FaultAction::NoStarttls);
            f.first = Some(1);
        }),
        false,
    );
    client.listen();
    assert_eq!(
        client.say("EHLO c"),
        "250-email-smtp.amazonaws.com\r\n250-8BITMIME\r\n250-AUTH PLAIN LOGIN\r\n250 Ok\r\n"
    );
    assert_eq!(
        client.say("STARTTLS"),
        "500 Error: command not implemented\r\n"
    );
    assert!(client.say("EHLO c").contains("250-STARTTLS\r\n"));
    assert_eq!(client.say("STARTTLS"), "220 Ready to start TLS\r\n");
}

#[test]
fn who_sends_to_whom_selects() {
    let sender = |at| {
        fault(at, |f| {
            f.sender = Some("shop.example".to_owned());
            f.reply = Some(REFUSAL.to_owned());
        })
    };
    let recipient = |at| {
        fault(at, |f| {
            f.recipient = Some("b@one.example".to_owned());
            f.reply = Some(REFUSAL.to_owned());
        })
    };
    let replies = |fault: &Fault, from: &str, to: &[&str]| {
        let mut client = ready(fault);
        let mut codes = vec![client.say(&format!("MAIL FROM:<{from}>"))];
        codes.extend(to.iter().map(|to| client.say(&format!("RCPT TO:<{to}>"))));
        for line in ["DATA", "x\r\n."] {
            codes.push(client.say(line));
        }
        let codes = codes.iter().map(|reply| &reply[..3]);
        codes.collect::<Vec<_>>().join(" ")
    };
    let from = "news@shop.example";
    let to = ["a@two.example", "b@one.example"];
    assert_eq!(
        replies(&sender(Stage::Rcpt), from, &to),
        "250 451 451 503 500"
    );
    assert_eq!(
        replies(&sender(Stage::Dot), from, &to),
        "250 250 250 354 451"
    );
    assert_eq!(
        replies(&sender(Stage::Dot), "a@b.c", &to),
        "250 250 250 354 250"
    );
    assert_eq!(
        replies(&recipient(Stage::Rcpt), from, &to),
        "250 250 451 354 250"
    );
    assert_eq!(
        replies(&recipient(Stage::Dot), from, &to),
        "250 250 250 354 451"
    );
    assert_eq!(
        replies(&recipient(Stage::Dot), from, &to[..1]),
        "250 250 354 250"
    );
    let mut client = ready(&sender(Stage::Mail));
    assert_eq!(client.say("MAIL FROM:<a@b.c>"), "250 Ok\r\n");
    client.say("RSET");
    assert!(client.say("MAIL FROM:<x@shop.example>").starts_with("451 "));
}

#[test]
fn sessions_and_ports_select() {
    let settings = Settings {
        faults: vec![fault(Stage::Banner, |f| {
            f.session = Some(Sessions::range(1, 2));
            f.port = Some(25);
            f.reply = Some("554 No".to_owned());
        })],
        ..Settings::default()
    };
    let (account, observers) = (account(&settings), observers(&settings));
    let config = Config::new(&settings, observers.interest(), 1, 0);
    let config = Arc::new(config.unwrap());
    let mut banners = Vec::new();
    for port in [25, 587, 25, 25] {
        let shared = (Arc::clone(&config), Arc::clone(&account));
        let dialogue = Dialogue::new(shared.0, shared.1, Arc::clone(&observers), false);
        let mut dialogue = dialogue.on_port(port);
        dialogue.connected(Instant(0));
        let Step::Send(banner) = dialogue.next(Instant(0)) else {
            panic!("the banner leaves at once");
        };
        banners.push(String::from_utf8_lossy(&banner[..3]).into_owned());
    }
    assert_eq!(banners, ["220", "220", "554", "220"]);
}

#[test]
fn the_same_seed_and_order_give_the_same_session_and_another_seed_another() {
    let codes = |seed: u64| {
        let settings = Settings {
            faults: vec![fault(Stage::Noop, |f| {
                f.probability = Some(0.5);
                f.reply = Some(REFUSAL.to_owned());
            })],
            ..Settings::default()
        };
        let observers = observers(&settings);
        let config = Config::new(&settings, observers.interest(), seed, 0);
        let config = Arc::new(config.unwrap());
        let mut dialogue = Dialogue::new(config, account(&settings), observers, false);
        dialogue.connected(Instant(0));
        let mut said = Vec::new();
        for _ in 0..101 {
            while let Step::Send(bytes) = dialogue.next(Instant(0)) {
                said.extend_from_slice(bytes);
                dialogue.sent(Instant(0));
            }
            dialogue.input(b"NOOP\r\n", Instant(0));
        }
        String::from_utf8(said).unwrap()
    };
    assert_eq!(codes(1), codes(1));
    let noops = |session: String| session.split_once('\n').unwrap().1.to_owned();
    assert_ne!(noops(codes(1)), noops(codes(2)));
}

#[test]
fn rules_can_be_replaced_in_the_middle_of_a_message() {
    let settings = Settings::default();
    let (account, observers) = (account(&settings), observers(&settings));
    let config = Config::new(&settings, observers.interest(), 1, 0);
    let config = Arc::new(config.unwrap());
    let mut client = ready(&delay(Stage::Connect));
    client.dialogue = Dialogue::new(Arc::clone(&config), account, observers, false);
    client.dialogue.connected(client.now);
    client.listen();
    client.say("STARTTLS");
    client.log_in();
    begin(&mut client);
    config.faults().replace(&[reply(Stage::Dot, REFUSAL)]);
    assert!(client.say("x\r\n.").starts_with("451 "));
    config.faults().replace(&[]);
    assert!(client.deliver("a@b.c", &["b@b.c"]).starts_with("250 "));
}

#[test]
fn a_fault_in_ses_s_words_counts_as_what_it_says() {
    let outcomes = [
        (Reply::Throttled.text(), "throttled"),
        (Reply::QuotaSpent.text(), "quota"),
        (REFUSAL, "deferred"),
        ("554 Message rejected: no", "refused"),
        ("250 Ok", "lost"),
    ];
    for (words, outcome) in outcomes {
        let mut client = ready(&reply(Stage::Dot, words));
        begin(&mut client);
        assert_eq!(client.say("x\r\n."), format!("{words}\r\n"));
        let counts = serde_json::to_value(client.counts()).unwrap();
        for field in [
            "accepted",
            "throttled",
            "quota",
            "deferred",
            "refused",
            "lost",
        ] {
            assert_eq!(
                counts[field],
                u64::from(field == outcome),
                "{words} {field}"
            );
        }
        let messages = client.report().messages;
        let own = matches!(outcome, "throttled" | "quota");
        assert_eq!(messages.throttled + messages.quota, u64::from(own));
    }
}

/// Ids and garbage depend on the mock's seed and the session's number.
#[test]
fn what_a_session_makes_up_stays_the_same() {
    let settings = Settings {
        faults: vec![fault(Stage::Quit, |f| {
            f.action = Some(FaultAction::Garbage)
        })],
        ..Settings::default()
    };
    let account = account(&settings);
    let made_up = |_| {
        let mut client = Client::on(&settings, &account, true);
        let banner = client.listen();
        client.log_in();
        let accepted = client.deliver("a@shop.example", &["b@one.example"]);
        client.dialogue.input(b"QUIT\r\n", client.now);
        [banner.into_bytes(), accepted.into_bytes(), client.hear()]
            .map(|bytes| bytes.escape_ascii().to_string())
    };
    let found: Vec<_> = (0..2).map(made_up).collect();
    let expected = [
        [
            "220 email-smtp.amazonaws.com ESMTP SimpleEmailService-d-THEE61LSU xXvunnuF3glw2nVoxY8t\\r\\n",
            "250 Ok 0100018bcfe56801-148d98b6-2401-4134-b35b-45e14f450d59-000000\\r\\n",
            "\\xcb\\xe8\\xf9\\xc4\\xa1\\xf4\\x8c\\xb9\\xcb\\xbd\\xb3\\xa9\\xf9\\xea\
             \\x81\\x90\\xe4\\x9d\\x99\\xe0\\x91\\xa7\\x8a\\xf2\\xf9\\x8a\\x9b\\xb1\
             \\x82\\xea\\xc2\\xec\\xab\\xe4\\xed\\x96\\xe4\\x80\\xa8\\xd5\\xf5\\xa2\
             \\xf8\\xbd\\xa5\\xa8\\xa4\\xd0\\xc3\\xae\\xdc\\xc8\\xfa\\xd8\\xfb\\xf3\
             \\xeb\\xa4\\xb7\\xd1\\xf7\\xe6\\r\\n",
        ],
        [
            "220 email-smtp.amazonaws.com ESMTP SimpleEmailService-d-NIF7KI2AA xdXhMuWFD4lgtbtrdfTI\\r\\n",
            "250 Ok 0100018bcfe56801-0bf49d93-6652-464a-806e-5653fdbe441b-000000\\r\\n",
            "\\xad\\xaa\\xaf\\xc4\\xf0\\xc4\\xcb\\x8f\\xfa\\xb9\\xe5\\x86\\xaa\\xa6\
             \\xa7\\xa0\\xf3\\xba\\xca\\xfa\\xa7\\x8c\\xb8\\xcf\\x86\\xeb\\xf9\\xf0\
             \\xef\\xa5\\x90\\xec\\xbf\\xf0\\xc4\\xb0\\xd3\\xff\\xd5\\x9f\\xf8\\xb3\
             \\xcd\\x8b\\xa0\\x8f\\x85\\xb7\\xfc\\xbd\\xcd\\xcd\\x97\\xd8\\xb0\\xfb\
             \\xbc\\xc6\\xd0\\xee\\x83\\xe8\\r\\n",
        ],
    ];
    assert_eq!(found, expected);
}
