//! TLS that fails, and certificates that are not trusted. The servers are the
//! test's own, because the mock's certificate is always valid.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;
use sesbench_mock::Settings;

use super::{diagnosis, json, mock, probe, probe_of};
use crate::support::{Server, Sesbench};

/// A server with TLS from the first byte, and its own certificate.
struct Secured {
    address: SocketAddr,
    ca: String,
}

impl Secured {
    fn start(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let mut root = CertificateParams::new(Vec::new()).unwrap();
        root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(root, KeyPair::generate().unwrap()).unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        change(&mut params);
        let key = KeyPair::generate().unwrap();
        let made = params.signed_by(&key, &issuer).unwrap();
        let config = config(made.der().clone(), &key);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                greet(stream, &config);
            }
        });
        let ca = issuer.pem();
        Self { address, ca }
    }

    fn probe(&self, words: &str) -> Sesbench {
        let program = probe(&format!("{} --tls wrapper {words}", self.address));
        let ca = program.file("ca.pem", &self.ca);
        program.arg("--ca-file").arg(ca)
    }
}

fn config(certificate: CertificateDer<'static>, key: &KeyPair) -> Arc<ServerConfig> {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}

/// A server with a self-signed certificate for 127.0.0.1, and that certificate.
fn self_signed(is_ca: IsCa) -> (SocketAddr, String) {
    let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    params.is_ca = is_ca;
    let key = KeyPair::generate().unwrap();
    let made = params.self_signed(&key).unwrap();
    let config = config(made.der().clone(), &key);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            greet(stream, &config);
        }
    });
    (address, made.pem())
}

/// As much SMTP as a probe without credentials needs.
fn greet(stream: TcpStream, config: &Arc<ServerConfig>) {
    let connection = ServerConnection::new(config.clone()).unwrap();
    let mut stream = BufReader::new(StreamOwned::new(connection, stream));
    for reply in ["220 mx.example\r\n", "250 mx.example\r\n", "221 Bye\r\n"] {
        // A client that does not trust the certificate has closed the
        // connection.
        if stream.get_mut().write_all(reply.as_bytes()).is_err() {
            return;
        }
        let _ = stream.read_line(&mut String::new());
    }
}

/// The only certificate that the server sent.
#[track_caller]
fn shown(program: Sesbench) -> Value {
    let done = program.done().with(3);
    json(&done)["certificates"][0].clone()
}

#[test]
fn a_valid_certificate_has_no_diagnosis() {
    let server = Secured::start("127.0.0.1", |_| {});
    server.probe("").done().with(0);
}

#[test]
fn a_certificate_for_another_name_is_shown_and_explained() {
    let server = Secured::start("mail.example.com", |_| {});
    let found = diagnosis(server.probe(""), 3, "certificate-wrong-name");
    let meaning = found["meaning"].as_str().unwrap();
    assert!(
        meaning.ends_with("The certificate names mail.example.com."),
        "{meaning}"
    );
    let shown = shown(server.probe(""));
    assert_eq!(shown["names"][0], "mail.example.com");
}

#[test]
fn a_certificate_that_has_expired_is_shown_and_explained() {
    let server = Secured::start("127.0.0.1", |params| {
        params.not_before = date_time_ymd(2001, 1, 1);
        params.not_after = date_time_ymd(2002, 1, 1);
    });
    diagnosis(server.probe(""), 3, "certificate-expired");
    let shown = shown(server.probe(""));
    assert_eq!(shown["not_after"], "2002-01-01T00:00:00Z");
    assert!(shown["days_left"].as_i64().unwrap() < 0);
}

#[test]
fn a_certificate_that_is_not_valid_yet_is_explained() {
    let server = Secured::start("127.0.0.1", |params| {
        params.not_before = date_time_ymd(4000, 1, 1);
    });
    diagnosis(server.probe(""), 3, "certificate-not-yet-valid");
}

#[test]
fn a_certificate_of_an_untrusted_issuer_is_shown_and_explained() {
    let server = Secured::start("127.0.0.1", |_| {});
    let other = Secured::start("127.0.0.1", |params| {
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, "other");
    });
    let program = probe(&format!("{} --tls wrapper", server.address));
    diagnosis(program, 3, "certificate-unknown-issuer");
    // CA certificates with the same name, and another key.
    let program = probe(&format!("{} --tls wrapper", server.address));
    let ca = program.file("ca.pem", &other.ca);
    diagnosis(
        program.arg("--ca-file").arg(ca),
        3,
        "certificate-unknown-issuer",
    );
    let program = probe(&format!("{} --tls wrapper", server.address));
    assert_eq!(shown(program)["names"][0], "127.0.0.1");
}

#[test]
fn a_certificate_authority_in_place_of_a_server_is_refused() {
    let server = Secured::start("127.0.0.1", |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    });
    diagnosis(server.probe(""), 3, "certificate-refused");
}

/// With CA:TRUE, as `openssl req -x509` makes it, and without.
#[test]
fn a_self_signed_certificate_is_trusted_if_it_is_the_ca_file() {
    for is_ca in [IsCa::Ca(BasicConstraints::Unconstrained), IsCa::NoCa] {
        let (address, pem) = self_signed(is_ca);
        let program = probe(&format!("{address} --tls wrapper"));
        let ca = program.file("self.pem", &pem);
        program.arg("--ca-file").arg(ca).done().with(0);
        let (_, other) = self_signed(is_ca);
        let program = probe(&format!("{address} --tls wrapper"));
        let ca = program.file("other.pem", &other);
        let done = program.arg("--ca-file").arg(ca).done().with(3);
        assert!(!done.stdout.contains("Other("), "{}", done.stdout);
    }
}

#[test]
fn a_self_signed_ca_certificate_is_refused_with_an_explanation() {
    let (address, _) = self_signed(IsCa::Ca(BasicConstraints::Unconstrained));
    let done = probe(&format!("{address} --tls wrapper")).done().with(3);
    let text = json(&done)["refused"]["text"].clone();
    let text = text.as_str().unwrap();
    assert!(text.contains("certificate is not accepted"), "{text}");
    assert!(text.contains("as the CA file (--ca-file FILE"), "{text}");
}

/// A server that ends the session in plaintext, as Exim does.
#[test]
fn plaintext_inside_tls_is_shown_and_explained() {
    let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    params.is_ca = IsCa::NoCa;
    let key = KeyPair::generate().unwrap();
    let made = params.self_signed(&key).unwrap();
    let config = config(made.der().clone(), &key);
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    thread::spawn(move || {
        let connection = ServerConnection::new(config).unwrap();
        let (stream, _) = server.accept().unwrap();
        let mut stream = BufReader::new(StreamOwned::new(connection, stream));
        stream.get_mut().write_all(b"220 mx.example\r\n").unwrap();
        stream.read_line(&mut String::new()).unwrap();
        let socket = &mut stream.get_mut().sock;
        socket
            .write_all(b"421 mx.example lost input connection\r\n")
            .unwrap();
        let _ = std::io::copy(socket, &mut std::io::sink());
    });
    let program = probe(&format!("{address} --tls wrapper"));
    let ca = program.file("self.pem", &made.pem());
    let done = program.arg("--ca-file").arg(ca).done().with(3);
    assert_eq!(
        super::ids(&done),
        ["plaintext-inside-tls"],
        "{}",
        done.stdout
    );
    assert_eq!(
        json(&done)["refused"]["text"],
        "the server wrote in plaintext inside TLS: `421 mx.example lost input connection`"
    );
}

#[test]
fn no_tls_version_in_common() {
    let mock = mock(Settings {
        tls_versions: vec![sesbench_mock::TlsVersion::Tls12],
        ..Settings::default()
    });
    let program = probe_of(&mock, 587, "--set target.tls_versions=['1.3']");
    diagnosis(program, 3, "tls-not-in-common");
}

/// A plaintext server with these replies to EHLO and to STARTTLS.
fn plaintext(ehlo: &'static str, starttls: &'static str) -> Sesbench {
    let server = Server::start(move |_, peer| {
        peer.say("220 mx.example ESMTP\r\n");
        peer.hear();
        peer.say(ehlo);
        peer.hear();
        peer.say(starttls);
        // The first bytes of the TLS ClientHello.
        peer.swallow(5);
        peer.say("500 what?\r\n");
        peer.fall_silent();
    });
    probe(&server.address().to_string())
}

#[test]
fn starttls_that_is_missing_refused_forged_or_broken() {
    let offered = "250-mx.example\r\n250 STARTTLS\r\n";
    for (ehlo, starttls, id) in [
        ("250 mx.example\r\n", "", "starttls-not-offered"),
        (
            offered,
            "454 TLS not available due to temporary reason\r\n",
            "starttls-refused",
        ),
        (offered, "220 Go on\r\n250 forged\r\n", "plaintext-injected"),
        (offered, "220 Go on\r\n", "no-tls-after-starttls"),
    ] {
        diagnosis(plaintext(ehlo, starttls), 3, id);
    }
}
