//! A Postfix that relays all its mail to the mock, as in front of SES (SES
//! Developer Guide, "Integrating Amazon SES with Postfix").

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
    /// A relay that logs in to the mock over TLS, and verifies SES's name.
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

    /// Queues mail for the mock.
    pub(super) fn submit(&self, messages: usize) {
        let mut source = Command::new(peer::program("smtp-source", "postfix"));
        source
            .args(["-m", &messages.to_string(), "-f", SENDER])
            .args(["-t", &format!("recipient@{DOMAIN}")])
            .arg(format!("127.0.0.1:{}", self.postfix.ports.plain));
        let output = peer::run(&mut source, "");
        assert!(output.success, "{output:?}");
    }

    /// The status of its attempts, once there are `count` of them for which
    /// `of` holds.
    pub(super) fn attempts(&self, count: usize, of: fn(&str) -> bool) -> Vec<String> {
        let those = |log: &Log| statuses(log).iter().filter(|status| of(status)).count();
        statuses(&self.postfix.log_once(|log| those(log) >= count))
    }

    /// The number of log lines that contain `what`.
    pub(super) fn said(&self, what: &str) -> usize {
        self.postfix.log(0).count(what)
    }

    /// The contents of its queue: a line for each message.
    pub(super) fn queue(&self) -> String {
        self.postfix.queue()
    }

    /// Waits until that many messages are removed from the queue, which happens
    /// after they are sent.
    pub(super) fn removed(&self, count: usize) {
        self.postfix.log_once(|log| log.count(": removed") >= count);
    }
}

/// `status=...` and the reason, for each attempt.
fn statuses(log: &Log) -> Vec<String> {
    let lines = log.text.lines();
    let lines = lines.filter(|line| line.contains(" postfix/smtp["));
    let statuses = lines.filter_map(|line| line.split_once(", status="));
    statuses.map(|(_, status)| status.to_owned()).collect()
}
