//! `openssl s_client` as a client of the mock.

use std::path::Path;
use std::process::Command;

use sesbench_mock::Server;

use crate::mock::{self, MODES, Mode};
use crate::peer::{self, Output};

/// The replies are in order although the commands are sent at once.
const CONVERSATION: &str = "EHLO client.example\nNOOP\nQUIT\n";

#[test]
#[ignore = "needs openssl; .ci/install-peers installs it"]
fn verifies_the_certificate_and_talks_in_both_modes_and_versions() {
    for (mode, port) in MODES {
        for (flag, version) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
            let server = mock::generous();
            let output = talk(&server, mode, port, server.ca_file(), flag);
            let Output { stdout, stderr, .. } = &output;
            let context = format!("{mode:?} {version}\n{stdout}\n{stderr}");
            assert!(output.success, "{context}");
            assert!(stderr.contains("Verification: OK"), "{context}");
            assert!(
                stderr.contains(&format!("Protocol version: {version}")),
                "{context}"
            );
            assert_eq!(replies(stdout), EXPECTED, "{context}");
            let counts = server.stop();
            assert_eq!((counts.connections, counts.secured), (1, 1), "{context}");
        }
    }
}

#[test]
#[ignore = "needs openssl; .ci/install-peers installs it"]
fn a_certificate_of_another_ca_does_not_verify() {
    let other = mock::generous();
    for (mode, port) in MODES {
        let server = mock::generous();
        let output = talk(&server, mode, port, other.ca_file(), "-tls1_3");
        assert!(!output.success, "{mode:?}: {output:?}");
        assert!(
            output.stderr.contains("certificate verify failed"),
            "{mode:?}: {output:?}"
        );
        assert_eq!(server.stop().secured, 0, "{mode:?}");
    }
}

/// Replies to EHLO, NOOP and QUIT: AUTH is offered, STARTTLS no longer.
const EXPECTED: [&str; 6] = [
    "250-email-smtp.amazonaws.com",
    "250-8BITMIME",
    "250-AUTH PLAIN LOGIN",
    "250 Ok",
    "250 Ok",
    "221 Bye",
];

/// The last replies: whether openssl shows what precedes them (the greeting or
/// the end of the plaintext part) depends on the mode.
fn replies(stdout: &str) -> Vec<&str> {
    let lines: Vec<_> = stdout.lines().map(str::trim_end).collect();
    lines[lines.len().saturating_sub(EXPECTED.len())..].to_vec()
}

fn talk(server: &Server, mode: Mode, port: u16, ca_file: &Path, version: &str) -> Output {
    let mut openssl = Command::new(peer::program("openssl", "openssl"));
    openssl
        .args(["s_client", "-brief", "-crlf", "-ign_eof", version])
        .arg("-connect")
        .arg(format!("127.0.0.1:{}", server.port(port)))
        .arg("-CAfile")
        .arg(ca_file)
        .args(["-verify_return_error", "-verify_ip", "127.0.0.1"]);
    if mode == Mode::StartTls {
        openssl.args(["-starttls", "smtp"]);
    }
    peer::run(&mut openssl, CONVERSATION)
}
