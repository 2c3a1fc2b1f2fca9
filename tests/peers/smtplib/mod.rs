//! Python's smtplib against the mock.

use std::process::Command;

use sesbench_mock::Server;

use crate::mock::{self, MODES, Mode};
use crate::peer;

#[test]
#[ignore = "needs python3; .ci/install-peers installs it"]
fn a_multipart_message_is_accepted_in_both_modes() {
    for (mode, port) in MODES {
        let server = mock::generous();
        let said = send(&server, mode, port, server.password(), 1);
        let counts = server.stop();
        assert_eq!(counts.accepted, 1, "{mode:?}: {said:?}");
        assert_eq!((counts.secured, counts.sessions), (1, 1), "{mode:?}");
        // The mock counts what Python counted: dots are stuffed only on the wire.
        assert_eq!(said, [format!("sent {}", counts.bytes)], "{mode:?}");
    }
}

#[test]
#[ignore = "needs python3; .ci/install-peers installs it"]
fn a_wrong_password_is_a_535() {
    for (mode, port) in MODES {
        let server = mock::generous();
        let said = send(&server, mode, port, "wrong", 1);
        let expected = "SMTPAuthenticationError 535 Authentication Credentials Invalid";
        assert_eq!(said, [expected], "{mode:?}");
        let counts = server.stop();
        assert_eq!((counts.sessions, counts.accepted), (0, 0), "{mode:?}");
        // smtplib tries PLAIN, and then LOGIN on the same connection.
        assert_eq!((counts.auth_failed, counts.connections), (2, 1), "{mode:?}");
    }
}

#[test]
#[ignore = "needs python3; .ci/install-peers installs it"]
fn a_throttled_message_is_a_454_and_the_session_goes_on() {
    for (mode, port) in MODES {
        let server = mock::stingy();
        let said = send(&server, mode, port, server.password(), 3);
        let counts = server.stop();
        let sent = format!("sent {}", counts.bytes);
        let refused = "SMTPDataError 454 Throttling failure: Maximum sending rate exceeded.";
        assert_eq!(said, [sent.as_str(), refused, refused], "{mode:?}");
        assert_eq!((counts.accepted, counts.throttled), (1, 2), "{mode:?}");
        assert_eq!(counts.connections, 1, "{mode:?}");
    }
}

/// The lines that `send.py` prints.
fn send(server: &Server, mode: Mode, port: u16, password: &str, messages: u32) -> Vec<String> {
    let mode = match mode {
        Mode::StartTls => "starttls",
        Mode::Wrapper => "wrapper",
    };
    let mut python = Command::new(peer::program("python3", "python3"));
    python
        .arg(peer::beside("smtplib/send.py"))
        .args([mode, "127.0.0.1", &server.port(port).to_string()])
        .arg(server.ca_file())
        .arg(messages.to_string())
        .env("SMTP_USERNAME", server.username())
        .env("SMTP_PASSWORD", password);
    let output = peer::run(&mut python, "");
    assert!(output.success, "{}", output.stderr);
    output.stdout.lines().map(str::to_owned).collect()
}
