//! Faults over sockets: what only a socket or a TLS library can show.

use std::io::ErrorKind;
use std::time::Duration;

use sesbench_mock::settings::{Fault, FaultAction};
use sesbench_mock::{Server, Stage, TlsVersion};

use crate::client::{Client, config, handshake};
use crate::server;

/// Long enough for a server to send something, if it did.
const SILENCE: Duration = Duration::from_millis(200);

fn fault(at: Stage, change: impl FnOnce(&mut Fault)) -> Fault {
    let mut fault = Fault::new(at);
    change(&mut fault);
    fault
}

fn action(at: Stage, action: FaultAction) -> Fault {
    fault(at, |f| f.action = Some(action))
}

fn serving(fault: Fault) -> Server {
    server(|s| s.faults = vec![fault])
}

/// Whether nothing arrives, and the connection stays open.
fn is_silent(client: &mut Client) -> bool {
    client.lose_patience(SILENCE);
    let (bytes, end) = client.end();
    let kind = end.map_err(|error| error.kind());
    bytes.is_empty() && matches!(kind, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut))
}

/// The errors of a TLS library in the handshake, with STARTTLS and wrapper.
fn handshake_errors(server: &Server) -> [String; 2] {
    let wrapped = Client::connect(server, 465).secure(server);
    [Client::upgraded(server), wrapped]
        .map(|client| handshake(client).expect_err("it fails").to_string())
}

#[test]
fn a_reset_is_a_reset_with_and_without_tls() {
    let server = serving(action(Stage::Noop, FaultAction::Reset));
    let mut plain = Client::connect(&server, 587);
    plain.reply();
    let secure = Client::ready(&server);
    for mut client in [plain, secure] {
        client.send(b"NOOP\r\n");
        let (bytes, end) = client.end();
        assert_eq!(bytes, b"");
        assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
    }
    let server = serving(action(Stage::Connect, FaultAction::Reset));
    let (_, end) = Client::connect(&server, 25).end();
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_close_is_in_order_even_while_the_client_still_sends() {
    let server = serving(action(Stage::Body, FaultAction::Close));
    let mut client = Client::ready(&server);
    client.begin_message();
    client.send(&[b'x'; 50_000]);
    let (bytes, end) = client.end();
    assert_eq!(bytes, b"");
    end.expect("a FIN, after TLS's own goodbye");
    assert_eq!(server.counts().accepted, 0);
}

#[test]
fn a_reply_is_lost_behind_a_message_that_was_accepted() {
    let server = serving(fault(Stage::Dot, |f| {
        f.action = Some(FaultAction::Close);
        f.accepted = true;
    }));
    let mut client = Client::ready(&server);
    client.begin_message();
    client.send(b"Subject: x\r\n\r\nx\r\n.\r\n");
    assert_eq!(client.rest(), "");
    let counts = server.counts();
    assert_eq!((counts.accepted, counts.faults), (1, 1));
}

#[test]
fn half_a_reply_ends_the_connection_or_is_all_that_comes() {
    let half = |close| {
        let server = serving(fault(Stage::Ehlo, |f| {
            f.action = Some(FaultAction::HalfReply);
            f.close = close;
        }));
        let mut client = Client::connect(&server, 587);
        client.reply();
        client.lose_patience(SILENCE);
        client.send(b"EHLO c\r\n");
        let (bytes, end) = client.end();
        assert_eq!(bytes, b"250-email-smtp.amazonaws.com\r\n250-8BITMIME\r\n");
        end.map_err(|error| error.kind())
    };
    assert_eq!(half(None), Ok(()));
    assert!(half(Some(false)).is_err());
}

#[test]
fn a_port_that_never_answers_leaves_the_others_alone() {
    let server = server(|s| {
        s.idle_timeout = Duration::from_millis(50);
        s.faults = vec![fault(Stage::Connect, |f| {
            f.port = Some(25);
            f.action = Some(FaultAction::Stall);
        })];
    });
    let mut silent = Client::connect(&server, 25);
    silent.send(b"EHLO c\r\n");
    assert!(is_silent(&mut silent), "not even the idle time-out ends it");
    assert!(Client::connect(&server, 587).reply().starts_with("220 "));
    drop(server);
    assert!(silent.end().0.is_empty(), "the end of the server does");
}

#[test]
fn a_stalled_session_lasts_until_its_client_goes_away() {
    let server = server(|s| {
        s.max_connections = Some(1);
        s.faults = vec![action(Stage::Mail, FaultAction::Stall)];
    });
    let mut stalled = Client::ready(&server);
    stalled.send(b"MAIL FROM:<a@b.c>\r\nNOOP\r\n");
    assert!(is_silent(&mut stalled));
    let banner = || Client::connect(&server, 587).reply();
    assert!(banner().starts_with("421 "), "it holds its place");
    drop(stalled);
    // The server notices it soon; a hang means that it never does.
    while banner().starts_with("421 ") {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn a_stalled_message_is_not_read() {
    let server = serving(action(Stage::Body, FaultAction::Stall));
    let mut client = Client::ready(&server);
    client.begin_message();
    client.lose_patience(SILENCE);
    // More than the buffers of both sides hold.
    let chunk = [b'x'; 1 << 20];
    let written = (0..64).try_for_each(|_| client.stream().write_all(&chunk));
    assert_eq!(written.unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn an_alert_is_heard_as_one() {
    let server = serving(action(Stage::Tls, FaultAction::TlsAlert));
    for error in handshake_errors(&server) {
        assert_eq!(error, "received fatal alert: HandshakeFailure");
    }
}

#[test]
fn garbage_and_plaintext_are_no_handshake() {
    let plaintext = fault(Stage::Tls, |f| {
        f.reply = Some("454 TLS not available".to_owned())
    });
    for fault in [action(Stage::Tls, FaultAction::Garbage), plaintext] {
        for error in handshake_errors(&serving(fault)) {
            assert!(error.contains("corrupt message"), "{error}");
        }
    }
}

#[test]
fn a_client_says_what_is_wrong_with_a_certificate() {
    for (action_, part) in [
        (FaultAction::ExpiredCertificate, "certificate expired"),
        (FaultAction::WrongNameCertificate, "not valid for name"),
    ] {
        let server = server(|s| {
            s.faults = vec![fault(Stage::Tls, |f| {
                f.action = Some(action_);
                f.first = Some(2);
            })];
        });
        for error in handshake_errors(&server) {
            assert!(error.contains(part), "{error}");
        }
        assert!(Client::ready(&server).deliver().starts_with("250 "));
    }
}

#[test]
fn no_resumption_hides_a_bad_certificate() {
    for version in [TlsVersion::Tls12, TlsVersion::Tls13] {
        let server = server(|s| {
            s.tls_versions = vec![version];
            s.faults = vec![fault(Stage::Tls, |f| {
                f.action = Some(FaultAction::ExpiredCertificate);
                f.after = Some(1);
            })];
        });
        let config = config(&server);
        let mut first = Client::connect(&server, 465).secure_as(config.clone());
        assert!(first.reply().starts_with("220 "));
        assert_eq!(first.say("QUIT"), "221 Bye\r\n");
        assert_eq!(first.rest(), "", "tickets were read");
        let error = handshake(Client::connect(&server, 465).secure_as(config)).unwrap_err();
        assert!(error.to_string().contains("expired"), "{error}");
    }
}

#[test]
fn starttls_can_be_missing() {
    let server = serving(action(Stage::Ehlo, FaultAction::NoStarttls));
    let mut client = Client::connect(&server, 587);
    client.reply();
    assert!(!client.say("EHLO c").contains("STARTTLS"));
    assert!(client.say("STARTTLS").starts_with("500 "));
    assert!(Client::ready(&server).deliver().starts_with("250 "));
}

#[test]
fn the_same_seed_gives_the_same_faults_and_another_seed_others() {
    let replies = |seed: u64| {
        let server = server(|s| {
            s.profile = sesbench_mock::facts::Profile::Unlimited;
            s.seed = Some(seed);
            s.faults = vec![fault(Stage::Dot, |f| {
                f.probability = Some(0.5);
                f.reply = Some("451 Temporary service failure".to_owned());
            })];
        });
        let mut codes = String::new();
        for _ in 0..4 {
            let mut client = Client::ready(&server);
            for _ in 0..16 {
                codes += &client.deliver()[..3];
            }
        }
        let faults = server.stop().faults as usize;
        assert_eq!(codes.matches("451").count(), faults);
        codes
    };
    let codes = replies(1);
    assert!(codes.contains("250") && codes.contains("451"));
    assert_eq!(codes, replies(1));
    assert_ne!(codes, replies(2));
}

#[test]
fn faults_are_replaced_while_sessions_go_on() {
    let server = server(|_| {});
    let mut client = Client::ready(&server);
    assert!(client.deliver().starts_with("250 "));
    let refusal = |reply: &str| fault(Stage::Dot, |f| f.reply = Some(reply.to_owned()));
    server.set_faults(&[refusal("451 Later")]).unwrap();
    assert_eq!(client.deliver(), "451 Later\r\n");
    let error = server.set_faults(&[refusal("later")]).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("faults[0].reply: invalid value ")
    );
    assert_eq!(client.deliver(), "451 Later\r\n");
    server.set_faults(&[]).unwrap();
    assert!(client.deliver().starts_with("250 "));
}
