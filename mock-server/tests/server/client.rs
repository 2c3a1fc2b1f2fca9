//! A blocking client that sends given commands and reads replies.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use sesbench_mock::Server;

/// Long enough for a busy machine: only a hang exceeds it.
const PATIENCE: Duration = Duration::from_secs(60);

/// A mock, in this process or in a separate one.
pub(crate) trait Target {
    /// The address that it listens on.
    fn host(&self) -> IpAddr {
        IpAddr::V4(Ipv4Addr::LOCALHOST)
    }
    /// The port listened on for SES's port `number`.
    fn port(&self, number: u16) -> u16;
    fn ca_pem(&self) -> &str;
    fn username(&self) -> &str;
    fn password(&self) -> &str;
}

pub(crate) enum Client {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Client {
    /// Connected to SES's port `number`; nothing is read yet.
    pub(crate) fn connect(server: &impl Target, number: u16) -> Client {
        let stream = TcpStream::connect((server.host(), server.port(number))).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        Client::Plain(stream)
    }

    /// Within TLS, after the banner.
    pub(crate) fn wrapped(server: &impl Target) -> Client {
        let mut client = Client::connect(server, 465).secure(server);
        assert!(client.reply().starts_with("220 "));
        client
    }

    /// Within TLS after STARTTLS, before the second EHLO.
    pub(crate) fn upgraded(server: &impl Target) -> Client {
        let mut client = Client::connect(server, 587);
        assert!(client.reply().starts_with("220 "));
        assert!(client.say("STARTTLS").starts_with("220 "));
        client.secure(server)
    }

    /// Logged in.
    pub(crate) fn ready(server: &impl Target) -> Client {
        let mut client = Client::wrapped(server);
        client.log_in(server);
        client
    }

    pub(crate) fn log_in(&mut self, server: &impl Target) {
        let login = format!("\0{}\0{}", server.username(), server.password());
        let reply = self.say(&format!("AUTH PLAIN {}", STANDARD.encode(login)));
        assert_eq!(reply, "235 Authentication successful.\r\n");
    }

    pub(crate) fn secure(self, server: &impl Target) -> Client {
        self.secure_as(config(server))
    }

    /// Within TLS, if the server has a certificate for that name.
    pub(crate) fn secure_to(self, name: &'static str, server: &impl Target) -> Client {
        self.secure_by(name, config(server))
    }

    /// The same, with the session cache of that configuration.
    pub(crate) fn secure_as(self, config: Arc<ClientConfig>) -> Client {
        self.secure_by("email-smtp.us-east-1.amazonaws.com", config)
    }

    fn secure_by(self, name: &'static str, config: Arc<ClientConfig>) -> Client {
        let Client::Plain(stream) = self else {
            panic!("TLS is active");
        };
        let name = ServerName::try_from(name).unwrap();
        let session = ClientConnection::new(config, name).unwrap();
        Client::Tls(Box::new(StreamOwned::new(session, stream)))
    }

    pub(crate) fn say(&mut self, line: &str) -> String {
        self.send(format!("{line}\r\n").as_bytes());
        self.reply()
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.stream().write_all(bytes).unwrap();
        self.stream().flush().unwrap();
    }

    /// Up to DATA; the message follows.
    pub(crate) fn begin_message(&mut self) {
        assert_eq!(self.say("MAIL FROM:<a@example.com>"), "250 Ok\r\n");
        assert_eq!(self.say("RCPT TO:<b@example.com>"), "250 Ok\r\n");
        assert!(self.say("DATA").starts_with("354 "));
    }

    pub(crate) fn deliver(&mut self) -> String {
        self.begin_message();
        self.say("Subject: x\r\n\r\nx\r\n.")
    }

    /// One reply with all its lines, or the part before the end of the connection.
    pub(crate) fn reply(&mut self) -> String {
        let mut reply = String::new();
        loop {
            let line = self.line();
            let more = line.as_bytes().get(3) == Some(&b'-');
            reply += &line;
            if !more {
                return reply;
            }
        }
    }

    /// Everything until the server closes the connection.
    pub(crate) fn rest(&mut self) -> String {
        let mut rest = Vec::new();
        // Without a close_notify of TLS this is an error, after all bytes were read.
        let _ = self.stream().read_to_end(&mut rest);
        String::from_utf8(rest).unwrap()
    }

    /// All bytes until the server closes the connection, and how it closes it.
    pub(crate) fn end(&mut self) -> (Vec<u8>, io::Result<()>) {
        let mut bytes = Vec::new();
        let end = self.stream().read_to_end(&mut bytes).map(|_| ());
        (bytes, end)
    }

    /// Sets the read time-out.
    pub(crate) fn lose_patience(&mut self, patience: Duration) {
        let socket = match self {
            Client::Plain(socket) => socket,
            Client::Tls(stream) => &stream.sock,
        };
        socket.set_read_timeout(Some(patience)).unwrap();
        socket.set_write_timeout(Some(patience)).unwrap();
    }

    fn line(&mut self) -> String {
        let mut line = Vec::new();
        let mut byte = [0];
        while !line.ends_with(b"\r\n") && self.stream().read(&mut byte).unwrap() > 0 {
            line.push(byte[0]);
        }
        String::from_utf8(line).unwrap()
    }

    /// The raw stream.
    pub(crate) fn stream(&mut self) -> &mut dyn Stream {
        match self {
            Client::Plain(stream) => stream,
            Client::Tls(stream) => stream.as_mut(),
        }
    }
}

impl Target for Server {
    fn host(&self) -> IpAddr {
        Server::host(self)
    }

    fn port(&self, number: u16) -> u16 {
        self.port(number)
    }

    fn ca_pem(&self) -> &str {
        self.ca_pem()
    }

    fn username(&self) -> &str {
        self.username()
    }

    fn password(&self) -> &str {
        self.password()
    }
}

pub(crate) trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

pub(crate) fn config(server: &impl Target) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    let ca = CertificateDer::from_pem_slice(server.ca_pem().as_bytes()).unwrap();
    roots.add(ca).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    Arc::new(config)
}

/// The error of a handshake, if it fails.
pub(crate) fn handshake(client: Client) -> io::Result<String> {
    let Client::Tls(mut stream) = client else {
        panic!("no TLS here");
    };
    stream.flush()?;
    let version = stream.conn.protocol_version();
    Ok(format!("{version:?}"))
}
