//! A self-signed certificate as `openssl req -x509` makes it, served by
//! `openssl s_server`, and passed to `sesbench probe` as its CA file.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use tempfile::TempDir;

use crate::peer::{self, Running};
use crate::sesbench::Program;

const NAME: &str = "subjectAltName=IP:127.0.0.1";

/// Makes a certificate and its key in that folder.
fn make(folder: &Path, extensions: &[&str]) {
    let mut openssl = Command::new(peer::program("openssl", "openssl"));
    openssl
        .current_dir(folder)
        .args([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        ])
        .args([
            "-subj",
            "/CN=mx.example",
            "-keyout",
            "key.pem",
            "-out",
            "certificate.pem",
        ]);
    for extension in extensions {
        openssl.args(["-addext", extension]);
    }
    let made = peer::run(&mut openssl, "");
    assert!(made.success, "{made:?}");
}

/// `openssl s_server` with that certificate; the test writes as much SMTP as a
/// probe needs to its input.
fn serve(folder: &Path) -> (Running, u16) {
    let port = peer::free_port();
    let mut child = Command::new(peer::program("openssl", "openssl"))
        .current_dir(folder)
        .args(["s_server", "-quiet", "-naccept", "1"])
        .args(["-key", "key.pem", "-cert", "certificate.pem"])
        .args(["-accept", &format!("127.0.0.1:{port}")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    thread::spawn(move || {
        let _ = input.write_all(b"220 mx.example ESMTP\r\n");
        for line in lines.map_while(Result::ok) {
            let reply = match line.get(..4) {
                Some("EHLO") => "250 mx.example\r\n",
                Some("QUIT") => "221 Bye\r\n",
                _ => continue,
            };
            let _ = input.write_all(reply.as_bytes());
        }
    });
    (Running(child), port)
}

/// The result of a probe, once the server listens.
fn probe(folder: &Path) -> peer::Output {
    let (_server, port) = serve(folder);
    let address = format!("127.0.0.1:{port}");
    let ca_file = folder.join("certificate.pem");
    let ca_file = ca_file.to_str().unwrap();
    // A separate connection to check whether it listens would be the one that
    // it serves.
    for _ in 0..400 {
        let probe = Program::probe(&[&address, "--tls", "wrapper", "--ca-file", ca_file]);
        let output = probe.says();
        if !output.stdout.contains("Connection refused") {
            return output;
        }
        thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("openssl s_server does not listen");
}

#[test]
#[ignore = "needs openssl; .ci/install-peers installs it"]
fn a_self_signed_certificate_of_openssl_is_trusted_as_its_own_ca_file() {
    for flag in [&[][..], &["basicConstraints=critical,CA:FALSE"]] {
        let folder = TempDir::new().unwrap();
        make(folder.path(), &[&[NAME][..], flag].concat());
        let output = probe(folder.path());
        assert!(output.success, "{flag:?}: {output:?}");
    }
}

#[test]
#[ignore = "needs openssl; .ci/install-peers installs it"]
fn a_certificate_of_openssl_without_names_is_refused_with_advice() {
    let folder = TempDir::new().unwrap();
    make(folder.path(), &[]);
    let output = probe(folder.path());
    assert_eq!(output.code, Some(3), "{output:?}");
    assert!(
        output.stdout.contains("certificate-wrong-name"),
        "{output:?}"
    );
    assert!(output.stdout.contains("subjectAltName"), "{output:?}");
}
