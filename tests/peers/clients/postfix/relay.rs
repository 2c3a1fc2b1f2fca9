//! A Postfix that passes all its mail on to the mock, as people have it in
//! front of SES (SES Developer Guide, "Integrating Amazon SES with Postfix").

use std::process::Command;

use crate::clients::{Order, SENDER};
use crate::mock::Mode;
use crate::peer;
use crate::postfix::config::DOMAIN;
use crate::postfix::log::Log;
use crate::postfix::server::Postfix;

/// A Postfix with mail for the mock.
pub(super) struct Relay {
    postfix: Postfix,
}

impl Relay {
    /// Logs in to the mock, by TLS, and verifies SES's name.
    pub(super) fn start(order: &Order<'_>, more: &[(&str, &str)]) -> Self {
        let server = order.server;
        let host = format!("[127.0.0.1]:{}", order.port);
        let user = format!("{}:{}", server.username(), order.password);
        let passwords = format!("inline:{{ {{ {host} = {user} }} }}");
        let name = format!("email-smtp.{}.amazonaws.com", server.region());
        let wrapper = match order.mode {
            Mode::StartTls => "no",
            Mode::Wrapper => "yes",
        };
        let settings = [
            ("relay_transport", "smtp"),
            ("relayhost", &host),
            ("smtp_sasl_auth_enable", "yes"),
            ("smtp_sasl_security_options", "noanonymous"),
            ("smtp_sasl_password_maps", &passwords),
            ("smtp_tls_security_level", "secure"),
            ("smtp_tls_secure_cert_match", &name),
            ("smtp_tls_wrappermode", wrapper),
            ("smtp_tls_CAfile", server.ca_file().to_str().unwrap()),
            ("smtp_tls_loglevel", "1"),
        ];
        Relay {
            postfix: Postfix::start(&[&settings[..], more].concat()),
        }
    }

    /// Gives it mail to pass on.
    pub(super) fn submit(&self, messages: usize) {
        let mut source = Command::new(peer::program("smtp-source", "postfix"));
        source
            .args(["-m", &messages.to_string(), "-f", SENDER])
            .args(["-t", &format!("recipient@{DOMAIN}")])
            .arg(format!("127.0.0.1:{}", self.postfix.ports.plain));
        let output = peer::run(&mut source, "");
        assert!(output.success, "{output:?}");
    }

    /// What became of its attempts, once there are that many of which that is
    /// true.
    pub(super) fn attempts(&self, count: usize, of: fn(&str) -> bool) -> Vec<String> {
        let those = |log: &Log| statuses(log).iter().filter(|status| of(status)).count();
        statuses(&self.postfix.log_once(|log| those(log) >= count))
    }

    /// How many lines of its log have that in them.
    pub(super) fn said(&self, what: &str) -> usize {
        self.postfix.log(0).count(what)
    }

    /// What is left in its queue: a line for each message.
    pub(super) fn queue(&self) -> String {
        self.postfix.queue()
    }

    /// Waits until a message is removed; it is sent first, and removed then.
    pub(super) fn removed(&self, count: usize) {
        self.postfix.log_once(|log| log.count(": removed") >= count);
    }
}

/// `status=...` and why, of each attempt at SMTP.
fn statuses(log: &Log) -> Vec<String> {
    let lines = log.text.lines();
    let lines = lines.filter(|line| line.contains(" postfix/smtp["));
    let statuses = lines.filter_map(|line| line.split_once(", status="));
    statuses.map(|(_, status)| status.to_owned()).collect()
}
