//! SES behind an ordinary address: a tunnel, a proxy, an entry in a hosts file.
//! It is recognised before any mail is sent, and gets none.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::support::{Mock, Server, Sesbench, Stage, Then};

/// A tunnel to SES that terminates TLS: plaintext on this side, with SES's
/// replies.
struct Tunnel {
    server: Server,
    got_mail: Arc<AtomicBool>,
}

impl Tunnel {
    fn new() -> Self {
        let got_mail = Arc::new(AtomicBool::new(false));
        let seen = got_mail.clone();
        let server = Server::start(move |_, peer| {
            peer.serve(|stage, peer| match stage {
                Stage::Banner => {
                    peer.instead("220 email-smtp.amazonaws.com ESMTP SimpleEmailService-d-X x\r\n")
                }
                Stage::Ehlo => {
                    peer.instead("250-email-smtp.amazonaws.com\r\n250 AUTH PLAIN LOGIN\r\n")
                }
                Stage::Mail => {
                    seen.store(true, Ordering::Relaxed);
                    Then::Reply
                }
                _ => Then::Reply,
            });
        });
        Self { server, got_mail }
    }

    fn refuses(&self, program: Sesbench) {
        let done = program.done().with(2);
        for part in [
            "this is Amazon SES (it greets as email-smtp.amazonaws.com)",
            "nothing was sent",
            "--target ses:REGION --set target.host=127.0.0.1",
            "--max-recipients",
        ] {
            assert!(done.stderr.contains(part), "{part}: {}", done.stderr);
        }
        assert!(!self.got_mail.load(Ordering::Relaxed));
    }
}

#[test]
fn a_run_through_a_tunnel() {
    let tunnel = Tunnel::new();
    let address = tunnel.server.address();
    let words = format!("--target {address} --tls none --messages 5 --warm-up 0s");
    tunnel.refuses(Sesbench::run(&words));
}

#[test]
fn a_probe_that_would_send_through_a_tunnel() {
    let tunnel = Tunnel::new();
    let address = tunnel.server.address();
    tunnel.refuses(Sesbench::new(&format!("probe {address} --tls none --send")));
    Sesbench::new(&format!("probe {address} --tls none"))
        .done()
        .with(0);
}

/// It greets as SES and has SES's name in its certificate, which its own CA
/// signed.
#[test]
fn the_mock_as_a_server_of_ones_own_is_not_ses() {
    let mock = Mock::start("--profile unlimited");
    let target = format!("127.0.0.1:{}", super::port(&mock, "587"));
    let ca = mock.said("ca_file").to_owned();
    Sesbench::run(&format!(
        "--target {target} --messages 5 --warm-up 0s --sessions 1 --ca-file {ca}"
    ))
    .env("SESBENCH_USERNAME", mock.said("username"))
    .env("SESBENCH_PASSWORD", mock.said("password"))
    .done()
    .passed();
}
