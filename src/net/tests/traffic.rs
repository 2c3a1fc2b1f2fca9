//! Bytes of a connection, compared with what the server's socket took and gave.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::server::{REPLIES, Server};
use super::session::Client;
use crate::net::tally::Carried;
use crate::smtp::TlsMode;
use crate::vocabulary::Outcome;

/// What went through the server's socket.
#[derive(Default)]
struct Counts {
    read: AtomicU64,
    written: AtomicU64,
}

/// The server's socket.
struct Tap {
    stream: TcpStream,
    counts: Arc<Counts>,
}

impl Read for Tap {
    fn read(&mut self, space: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(space)?;
        self.counts.read.fetch_add(count as u64, Ordering::SeqCst);
        Ok(count)
    }
}

impl Write for Tap {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.stream.write(bytes)?;
        self.counts
            .written
            .fetch_add(count as u64, Ordering::SeqCst);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// A server that counts, with one session in that mode.
fn server(tls: TlsMode, counts: Arc<Counts>) -> Server {
    Server::start(move |guest| {
        let stream = guest.into_stream();
        let mut plain = BufReader::new(Tap { stream, counts });
        match tls {
            TlsMode::None => talk(&mut plain, &REPLIES),
            TlsMode::Wrapper => talk(&mut secure(plain.into_inner()), &REPLIES),
            TlsMode::Starttls => {
                for reply in [REPLIES[0], "250-mx.example\r\n250 STARTTLS", "220 Go on"] {
                    say(&mut plain, reply);
                    if reply != "220 Go on" {
                        hear(&mut plain);
                    }
                }
                let mut secured = secure(plain.into_inner());
                hear(&mut secured);
                talk(&mut secured, &REPLIES[1..]);
            }
        }
    })
}

fn secure(tap: Tap) -> BufReader<StreamOwned<ServerConnection, Tap>> {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let connection = ServerConnection::new(Arc::new(config)).unwrap();
    BufReader::new(StreamOwned::new(connection, tap))
}

/// The replies, each with what the client sends after it, up to the end of the stream.
fn talk<S: Read + Write>(stream: &mut BufReader<S>, replies: &[&str]) {
    for reply in replies.iter().chain(&["221 Bye"]) {
        say(stream, reply);
        match *reply {
            "354 Go on" => while !matches!(hear(stream).as_str(), ".\r\n" | "") {},
            "221 Bye" => {
                let _ = stream.read_to_end(&mut Vec::new());
            }
            _ => drop(hear(stream)),
        }
    }
}

fn say<S: Read + Write>(stream: &mut BufReader<S>, line: &str) {
    let stream = stream.get_mut();
    write!(stream, "{line}\r\n").unwrap();
    stream.flush().unwrap();
}

fn hear<S: Read>(stream: &mut BufReader<S>) -> String {
    let mut line = String::new();
    let _ = stream.read_line(&mut line);
    line
}

fn carried(tls: TlsMode) -> Carried {
    let counts = Arc::<Counts>::default();
    let server = server(tls, counts.clone());
    let client = Client {
        tls,
        ..Client::default()
    };
    let (outcome, why, carried) = client.send_and_count(server.address);
    assert_eq!(outcome, Outcome::Accepted, "{why:?}");
    // Its thread has read to the end.
    drop(server);
    let of_server = Carried {
        connections: 1,
        sent: counts.read.load(Ordering::SeqCst),
        received: counts.written.load(Ordering::SeqCst),
    };
    assert_eq!(carried, of_server, "{tls:?}");
    carried
}

#[test]
fn a_connection_counts_its_bytes_below_tls() {
    let plain = carried(TlsMode::None);
    let content = 2 * 64 + b".\r\n".len();
    let commands = [
        "EHLO client.example",
        "MAIL FROM:<a@example.com>",
        "RCPT TO:<b@example.com>",
        "DATA",
        "QUIT",
    ];
    let commands = commands.iter().map(|line| line.len() + 2);
    assert_eq!(plain.sent, (commands.sum::<usize>() + content) as u64);
    let replies = REPLIES.iter().chain(&["221 Bye"]);
    let replies = replies.map(|line| line.len() as u64 + 2);
    assert_eq!(plain.received, replies.sum::<u64>());
    let wrapper = carried(TlsMode::Wrapper);
    let starttls = carried(TlsMode::Starttls);
    // A ClientHello, records and the certificate.
    assert!(wrapper.sent > plain.sent + 100, "{wrapper:?} {plain:?}");
    assert!(wrapper.received > plain.received + 300, "{wrapper:?}");
    assert!(starttls.sent > wrapper.sent, "{starttls:?} {wrapper:?}");
}
