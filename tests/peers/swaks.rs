//! swaks, the mail administrator's test client, against the mock.

use std::process::Command;

use crate::mock::{self, MODES, Mode};
use crate::peer;

#[test]
#[ignore = "needs swaks; .ci/install-peers installs it"]
fn logs_in_with_plain_and_login_and_sends_in_both_modes() {
    for (mode, port) in MODES {
        for mechanism in ["PLAIN", "LOGIN"] {
            let server = mock::generous();
            let tls = match mode {
                Mode::StartTls => "--tls",
                Mode::Wrapper => "--tls-on-connect",
            };
            let mut swaks = Command::new(peer::program("swaks", "swaks"));
            swaks
                .args(["--server", "127.0.0.1"])
                .args(["--port", &server.port(port).to_string()])
                .args([tls, "--tls-verify", "--tls-ca-path"])
                .arg(server.ca_file())
                .args(["--auth", mechanism, "--auth-user", server.username()])
                .args(["--auth-password", server.password()])
                .args(["--helo", "client.example", "--from", "sender@example.com"])
                .args(["--to", "success@simulator.amazonses.com"]);
            let output = peer::run(&mut swaks, "");
            assert!(output.success, "{mode:?} {mechanism}: {output:?}");
            let counts = server.stop();
            assert_eq!((counts.sessions, counts.accepted), (1, 1), "{mode:?}");
        }
    }
}
