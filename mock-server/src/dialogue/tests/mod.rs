//! Sessions in simulated time: which replies are sent, and exactly when.

mod auth;
mod dot;
mod faults;
mod hostile;
mod order;
mod quota;
mod time;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Config, Dialogue, Step};
use crate::account::{Account, Credentials};
use crate::observers::judge::Report;
use crate::observers::{Counts, Observers};
use crate::protocol::{Handshake, Instant, Observer, TlsVersion};
use crate::settings::Settings;

pub(super) const HANDSHAKE: Handshake = Handshake {
    version: TlsVersion::Tls13,
    resumed: false,
};
const USER: &str = "AKIAEXAMPLE";
const SECRET: &str = "some+secret+key";

/// A client of a dialogue, which also controls the simulated time.
pub(super) struct Client {
    pub(super) dialogue: Dialogue,
    pub(super) account: Arc<Account>,
    pub(super) observers: Arc<Observers>,
    pub(super) now: Instant,
    pub(super) closed: bool,
    /// Do the handshake when the server requires it.
    tls: bool,
}

pub(super) fn account(settings: &Settings) -> Arc<Account> {
    Arc::new(Account::new(settings, &Credentials::new(USER, SECRET)).unwrap())
}

pub(super) fn observers(settings: &Settings) -> Arc<Observers> {
    Arc::new(Observers::new(settings))
}

impl Client {
    /// Connected to a port; the banner is not read yet.
    pub(super) fn on(settings: &Settings, account: &Arc<Account>, wrapper: bool) -> Client {
        let observers = observers(settings);
        let config = Config::new(settings, observers.interest(), 1, 1_700_000_000_000);
        Client::with(&Arc::new(config.unwrap()), account, &observers, wrapper)
    }

    /// The same, with a configuration shared by several clients.
    pub(super) fn with(
        config: &Arc<Config>,
        account: &Arc<Account>,
        observers: &Arc<Observers>,
        wrapper: bool,
    ) -> Client {
        let shared = (Arc::clone(config), Arc::clone(account));
        let mut client = Client {
            dialogue: Dialogue::new(shared.0, shared.1, Arc::clone(observers), wrapper),
            account: Arc::clone(account),
            observers: Arc::clone(observers),
            now: Instant(1_000_000),
            closed: false,
            tls: true,
        };
        client.dialogue.connected(client.now);
        client
    }

    /// In plaintext, after the banner.
    pub(super) fn plain(change: impl FnOnce(&mut Settings)) -> Client {
        let mut settings = Settings::default();
        change(&mut settings);
        let mut client = Client::on(&settings, &account(&settings), false);
        assert!(client.listen().starts_with("220 "));
        client
    }

    /// Within TLS, not authenticated.
    pub(super) fn secure(change: impl FnOnce(&mut Settings)) -> Client {
        let mut client = Client::plain(change);
        assert_eq!(client.say("STARTTLS"), "220 Ready to start TLS\r\n");
        client
    }

    /// Ready for MAIL.
    pub(super) fn ready(change: impl FnOnce(&mut Settings)) -> Client {
        let mut client = Client::secure(change);
        client.log_in();
        client
    }

    pub(super) fn log_in(&mut self) {
        let plain = plain_login(self.account.username(), self.account.password().expose());
        let reply = self.say(&format!("AUTH PLAIN {plain}"));
        assert_eq!(reply, "235 Authentication successful.\r\n");
    }

    /// Sends a line, and returns all replies until the server waits for input.
    pub(super) fn say(&mut self, line: &str) -> String {
        self.send(format!("{line}\r\n").as_bytes())
    }

    pub(super) fn send(&mut self, bytes: &[u8]) -> String {
        assert_eq!(self.dialogue.next(self.now), Step::Receive);
        self.dialogue.input(bytes, self.now);
        self.listen()
    }

    /// Sends one message, and returns the reply to its dot.
    pub(super) fn deliver(&mut self, from: &str, to: &[&str]) -> String {
        assert_eq!(self.say(&format!("MAIL FROM:<{from}>")), "250 Ok\r\n");
        for recipient in to {
            assert_eq!(self.say(&format!("RCPT TO:<{recipient}>")), "250 Ok\r\n");
        }
        assert!(self.say("DATA").starts_with("354 "));
        self.say("Subject: x\r\n\r\nx\r\n.")
    }

    pub(super) fn listen(&mut self) -> String {
        String::from_utf8(self.hear()).unwrap()
    }

    /// The same for bytes.
    pub(super) fn hear(&mut self) -> Vec<u8> {
        let mut heard = Vec::new();
        loop {
            match self.dialogue.next(self.now) {
                Step::Send(bytes) => {
                    heard.extend_from_slice(bytes);
                    self.dialogue.sent(self.now);
                }
                Step::Wait(until) => self.now = until,
                Step::StartTls(_) if self.tls => self.dialogue.secured(HANDSHAKE, self.now),
                Step::Close { .. } | Step::Reset | Step::Stall => {
                    self.closed = true;
                    break;
                }
                Step::StartTls(_) | Step::Receive => break,
            }
        }
        heard
    }

    pub(super) fn counts(&self) -> Counts {
        self.observers.counts()
    }

    pub(super) fn report(&self) -> Report {
        self.observers
            .report(self.now, self.account.quota())
            .unwrap()
    }

    pub(super) fn pass(&mut self, time: Duration) {
        self.now = self.now + time;
    }
}

pub(super) fn plain_login(username: &str, password: &str) -> String {
    STANDARD.encode(format!("\0{username}\0{password}"))
}
