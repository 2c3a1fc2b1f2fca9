//! Handshakes that fail, and how TLS affects reading a server's last reply.

use std::io::{BufRead, BufReader, Write};
use std::sync::Arc;

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::{Guest, Server};
use super::session::Client;
use crate::smtp::TlsMode;
use crate::vocabulary::{Failure, Outcome, Phase, TlsFailure};

const MODES: [TlsMode; 2] = [TlsMode::Starttls, TlsMode::Wrapper];

fn client(tls: TlsMode) -> Client {
    Client {
        tls,
        ..Client::default()
    }
}

/// A server that does `act` where a handshake is expected.
fn at_handshake(tls: TlsMode, act: impl FnOnce(Guest) + Send + 'static) -> Server {
    Server::start(move |mut guest| {
        if tls == TlsMode::Starttls {
            guest.say("220 mx.example\r\n");
            guest.hear();
            guest.say("250-mx.example\r\n250 STARTTLS\r\n");
            guest.hear();
            guest.say("220 Go on\r\n");
        }
        act(guest);
    })
}

#[test]
fn plaintext_in_place_of_tls_is_reported() {
    for tls in MODES {
        let server = at_handshake(tls, |mut guest| {
            // Read first: together with the 220 of STARTTLS it would be
            // injected plaintext.
            let mut hello = [0; 5];
            let _ = std::io::Read::read(guest.stream(), &mut hello);
            guest.say("220 mx.example ESMTP in plaintext\r\n");
            guest.hold();
        });
        let (outcome, why) = client(tls).send(server.address);
        assert_eq!(outcome, Outcome::Lost);
        assert_eq!(why.phase, Some(Phase::Tls));
        let spoken = "`220 mx.example ESMTP in plaintext`";
        let text = format!("the server spoke plaintext where TLS was due: {spoken}");
        assert_eq!(why.text, text);
        assert_eq!(why.failure, Some(Failure::Tls(TlsFailure::Plaintext)));
        assert_eq!(why.detail.as_deref(), Some(spoken));
    }
}

#[test]
fn bytes_that_are_neither_tls_nor_text_are_not_shown() {
    for tls in MODES {
        let server = at_handshake(tls, |mut guest| {
            let mut hello = [0; 5];
            let _ = std::io::Read::read(guest.stream(), &mut hello);
            let _ = guest.stream().write_all(&[0x80, 1, 2, 3, 0x80, 1, 2, 3]);
            guest.hold();
        });
        let (outcome, why) = client(tls).send(server.address);
        assert_eq!(outcome, Outcome::Lost);
        let text = "TLS: the server sent something that is not a TLS record";
        assert_eq!(why.text, text);
        assert_eq!(why.failure, Some(Failure::Tls(TlsFailure::NotTls)));
    }
}

#[test]
fn a_connection_closed_during_the_handshake_is_reported() {
    for tls in MODES {
        let server = at_handshake(tls, |mut guest| {
            let mut hello = [0; 5];
            let _ = std::io::Read::read(guest.stream(), &mut hello);
            guest.reset();
        });
        let (outcome, why) = client(tls).send(server.address);
        assert_eq!(outcome, Outcome::Lost);
        assert_eq!(why.phase, Some(Phase::Tls));
    }
}

#[test]
fn silence_in_the_handshake_is_a_time_out() {
    for tls in MODES {
        let server = at_handshake(tls, Guest::hold);
        let client = Client {
            impatient: Some(Phase::Tls),
            ..client(tls)
        };
        let (outcome, why) = client.send(server.address);
        assert_eq!(outcome, Outcome::Timeout);
        assert_eq!(why.phase, Some(Phase::Tls));
    }
}

type Secured = BufReader<StreamOwned<ServerConnection, std::net::TcpStream>>;

fn secure(guest: Guest) -> Secured {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let connection = ServerConnection::new(Arc::new(config)).unwrap();
    BufReader::new(StreamOwned::new(connection, guest.into_stream()))
}

fn say(secured: &mut Secured, text: &str) {
    secured.get_mut().write_all(text.as_bytes()).unwrap();
}

/// A wrapper server that has sent the replies up to the 354.
fn secured_at_content(act: impl FnOnce(Secured) + Send + 'static) -> Server {
    Server::start(move |guest| {
        let mut secured = secure(guest);
        for reply in &super::server::REPLIES[..5] {
            say(&mut secured, &format!("{reply}\r\n"));
            let mut line = String::new();
            secured.read_line(&mut line).unwrap();
        }
        act(secured);
    })
}

#[test]
fn a_refusal_while_content_is_sent_is_read_under_tls_too() {
    let server = secured_at_content(|mut secured| {
        say(&mut secured, "552 Message is too long\r\n");
    });
    let client = Client {
        size: 40 << 20,
        ..client(TlsMode::Wrapper)
    };
    let (outcome, why) = client.send(server.address);
    assert_eq!(outcome, Outcome::Rejected);
    assert_eq!((why.phase, why.code), (Some(Phase::Body), Some(552)));
}

/// Without close_notify (RFC 8446 section 6.1).
#[test]
fn an_end_of_tls_without_close_notify_after_the_dot_is_unknown() {
    let server = secured_at_content(|mut secured| {
        let mut line = String::new();
        while line != ".\r\n" {
            line.clear();
            secured.read_line(&mut line).unwrap();
        }
    });
    let (outcome, why) = client(TlsMode::Wrapper).send(server.address);
    assert_eq!(outcome, Outcome::Unknown);
    assert_eq!(why.phase, Some(Phase::Accept));
    assert_eq!(why.text, "connection closed by the server");
}

#[test]
fn a_certificate_of_an_untrusted_issuer_is_refused_unless_verification_is_off() {
    let server = Server::start(|guest| {
        let mut secured = secure(guest);
        let _ = secured.get_mut().write_all(b"220 mx.example\r\n");
    });
    let (outcome, why) = Client {
        verified: true,
        ..client(TlsMode::Wrapper)
    }
    .send(server.address);
    assert_eq!(outcome, Outcome::Lost);
    assert_eq!(why.phase, Some(Phase::Tls));
    let of_certificate = matches!(why.failure, Some(Failure::Certificate(_)));
    assert!(of_certificate, "{why:?}");
}

/// A wrapper server that sends `replies` of the usual replies under TLS, and
/// then a line in plaintext.
fn plaintext_after(replies: usize, says_goodbye: bool, line: &'static str) -> Server {
    Server::start(move |guest| {
        let mut secured = secure(guest);
        for (number, reply) in super::server::REPLIES[..replies].iter().enumerate() {
            say(&mut secured, &format!("{reply}\r\n"));
            let mut heard = String::new();
            while secured.read_line(&mut heard).unwrap() > 0 && number == 4 {
                if heard.ends_with("\r\n.\r\n") {
                    break;
                }
            }
        }
        let stream = secured.get_mut();
        // In one write: the client does not wait for what follows the end of
        // TLS later.
        let mut last = Vec::new();
        if says_goodbye {
            stream.conn.send_close_notify();
            stream.conn.write_tls(&mut last).unwrap();
        }
        last.extend_from_slice(line.as_bytes());
        stream.sock.write_all(&last).unwrap();
        // It closes after the client has.
        let _ = std::io::copy(&mut stream.sock, &mut std::io::sink());
    })
}

#[test]
fn plaintext_inside_tls_is_shown() {
    let line = "554 Too many nonmail commands\r\n";
    let shown = "the server wrote in plaintext inside TLS: `554 Too many nonmail commands`";
    for (replies, phase, outcome) in [
        (1, Phase::EhloTls, Outcome::Lost),
        (2, Phase::Mail, Outcome::Lost),
        (4, Phase::Data, Outcome::Lost),
        (5, Phase::Accept, Outcome::Unknown),
    ] {
        for says_goodbye in [false, true] {
            let server = plaintext_after(replies, says_goodbye, line);
            let (ended, why) = client(TlsMode::Wrapper).send(server.address);
            assert_eq!(ended, outcome, "{phase:?} {says_goodbye}");
            assert_eq!(why.phase, Some(phase), "{phase:?} {says_goodbye}");
            assert_eq!((why.code, why.text.as_str()), (None, shown));
            let failure = Failure::Tls(TlsFailure::PlaintextInside);
            assert_eq!(why.failure, Some(failure));
        }
    }
}
