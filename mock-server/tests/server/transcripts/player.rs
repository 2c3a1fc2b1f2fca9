//! Plays the client's lines of a transcript, and records the conversation.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sesbench_mock::facts::smtp_password;
use sesbench_mock::testing::{
    Account, Certificate, Config, Dialogue, Handshake, Instant, Observer, Observers, Step,
};
use sesbench_mock::{Credentials, Settings, TlsVersion, User};

const USERNAME: &str = "AKIAEXAMPLE";
const SECRET: &str = "some+secret+key";
const ORIGIN_UNIX_MS: u64 = 1_700_000_000_000;
const HANDSHAKE: Handshake = Handshake {
    version: TlsVersion::Tls13,
    resumed: false,
};

pub(super) struct Player {
    config: Arc<Config>,
    account: Arc<Account>,
    observers: Arc<Observers>,
    now: Instant,
    /// The last one is active; those before it are still connected.
    sessions: Vec<Dialogue>,
    connected: bool,
    unsent: Vec<u8>,
    written: Vec<String>,
}

impl Player {
    pub(super) fn new(settings: &Settings) -> Player {
        let usual = User::new("ses-smtp-user", Credentials::new(USERNAME, SECRET));
        let described = settings.users.iter().map(|user| {
            let name = user.name.as_deref().unwrap_or("ses-smtp-user");
            User::new(name, Credentials::new(USERNAME, SECRET))
                .password_version(user.password_version)
                .denied(&user.denied)
        });
        let mut users: Vec<User> = described.collect();
        if users.is_empty() {
            users.push(usual);
        }
        let observers = Observers::new(settings);
        let config = Config::new(settings, observers.interest(), 1, ORIGIN_UNIX_MS);
        Player {
            config: Arc::new(config.unwrap()),
            observers: Arc::new(observers),
            account: Arc::new(Account::with_users(settings, users).unwrap()),
            now: Instant(0),
            sessions: Vec::new(),
            connected: false,
            unsent: Vec::new(),
            written: Vec::new(),
        }
    }

    /// All recorded lines.
    pub(super) fn play(&mut self, lines: &[String]) -> Vec<String> {
        for line in lines {
            if line.starts_with("C") {
                self.connect_unless_connected();
                self.written.push(line.clone());
                self.unsent.extend(self.bytes(line));
                continue;
            }
            self.send();
            match line.strip_prefix("-- ") {
                Some(event) => self.happen(event),
                None => self.connect_unless_connected(),
            }
        }
        self.send();
        std::mem::take(&mut self.written)
    }

    /// Texts of all replies that were sent.
    pub(super) fn replies(&self) -> Vec<String> {
        self.observers.counts().replies.into_keys().collect()
    }

    fn happen(&mut self, event: &str) {
        match event {
            "TLS wrapper" => {
                self.note(event);
                self.connect(true);
                self.secure();
            }
            "TLS handshake" => {
                self.note(event);
                self.secure();
            }
            "logged in" => {
                self.note(event);
                self.connect_logged_in();
            }
            "another client" => {
                self.note(event);
                self.connected = false;
            }
            // Recorded when it happens.
            "closed" => {}
            _ => {
                let seconds = event.split(' ').next().unwrap().parse().unwrap();
                self.connect_unless_connected();
                self.note(event);
                self.now = self.now + Duration::from_secs_f64(seconds);
                self.listen();
            }
        }
    }

    fn connect_unless_connected(&mut self) {
        if !self.connected {
            self.connect(false);
            self.listen();
        }
    }

    fn connect(&mut self, wrapper: bool) {
        let (config, account) = (Arc::clone(&self.config), Arc::clone(&self.account));
        let observers = Arc::clone(&self.observers);
        let mut dialogue = Dialogue::new(config, account, observers, wrapper);
        dialogue.connected(self.now);
        self.sessions.push(dialogue);
        self.connected = true;
    }

    fn connect_logged_in(&mut self) {
        let before = self.written.len();
        self.connect(true);
        self.secure();
        self.unsent = self.bytes("C: AUTH PLAIN {plain}");
        self.send();
        let last = self.written.last().map(String::as_str);
        assert_eq!(last, Some("S: 235 Authentication successful."));
        self.written.truncate(before);
    }

    fn secure(&mut self) {
        let now = self.now;
        assert_eq!(self.session().next(now), Step::StartTls(Certificate::Valid));
        self.session().secured(HANDSHAKE, now);
        self.listen();
    }

    fn send(&mut self) {
        if self.unsent.is_empty() {
            return;
        }
        let (bytes, now) = (std::mem::take(&mut self.unsent), self.now);
        assert_eq!(self.session().next(now), Step::Receive);
        self.session().input(&bytes, now);
        self.listen();
    }

    /// Records what the server sends until it waits for input.
    fn listen(&mut self) {
        let mut said = Vec::new();
        let now = self.now;
        let closed = loop {
            match self.session().next(now) {
                Step::Send(bytes) => {
                    said.extend_from_slice(bytes);
                    self.session().sent(now);
                }
                Step::Close { .. } => break true,
                _ => break false,
            }
        };
        let said = String::from_utf8(said).unwrap();
        assert!(said.is_empty() || said.ends_with("\r\n"), "{said:?}");
        for line in said.split_terminator("\r\n") {
            self.written.push(format!("S: {}", self.masked(line)));
        }
        if closed {
            self.note("closed");
        }
    }

    fn note(&mut self, event: &str) {
        self.written.push(format!("-- {event}"));
    }

    fn session(&mut self) -> &mut Dialogue {
        self.sessions.last_mut().expect("a client has connected")
    }

    fn bytes(&self, line: &str) -> Vec<u8> {
        let (raw, text) = match line.strip_prefix("C|") {
            Some(text) => (true, text),
            None => (false, line.strip_prefix("C:").unwrap()),
        };
        let text = filled_in(text.strip_prefix(' ').unwrap_or(text), &self.account);
        if raw {
            return text.replace("\\r", "\r").replace("\\n", "\n").into_bytes();
        }
        format!("{text}\r\n").into_bytes()
    }

    fn masked(&self, line: &str) -> String {
        if let Some(ids) = line.strip_prefix(BANNER) {
            let (nine, twenty) = ids.split_once(' ').unwrap();
            let upper = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
            assert!(nine.len() == 9 && nine.bytes().all(upper), "{line}");
            assert!(twenty.len() == 20 && twenty.bytes().all(|b| b.is_ascii_alphanumeric()));
            return format!("{BANNER}<9 of A-Z0-9> <20 of A-Za-z0-9>");
        }
        match line.strip_prefix("250 Ok ") {
            Some(id) => format!("250 Ok {}", self.masked_id(id)),
            None => line.to_owned(),
        }
    }

    /// The id without the region's digits, which us-east-1 does not show: the rest
    /// must match the pattern and the time.
    fn masked_id(&self, id: &str) -> String {
        let (region, rest) = id.split_at(4);
        let (time, rest) = rest.split_at(12);
        let unix_ms = ORIGIN_UNIX_MS + self.now.0 / 1_000_000;
        assert_eq!(time, format!("{unix_ms:012x}"), "{id}");
        let lengths: Vec<usize> = rest.split('-').map(str::len).collect();
        assert_eq!(lengths, [0, 8, 4, 4, 4, 12, 6], "{id}");
        let hex = |b: u8| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-');
        assert!(id.bytes().all(hex) && id.ends_with("-000000"), "{id}");
        let shown = if region == "0100" { "" } else { region };
        format!("{shown}<message id>")
    }
}

const BANNER: &str = "220 email-smtp.amazonaws.com ESMTP SimpleEmailService-d-";

/// The line, with placeholders expanded to credentials and long runs.
fn filled_in(text: &str, account: &Account) -> String {
    let right = account.password().expose();
    let plain = |user: &str, password: &str| STANDARD.encode(format!("\0{user}\0{password}"));
    let elsewhere = smtp_password(SECRET, "eu-west-1");
    let text = text
        .replace("{plain}", &plain(USERNAME, right))
        .replace("{plain of a wrong password}", &plain(USERNAME, "guess"))
        .replace("{plain of an unknown user}", &plain("AKIANOBODY", right))
        .replace("{plain of the secret}", &plain(USERNAME, SECRET))
        .replace("{plain of another region}", &plain(USERNAME, &elsewhere))
        .replace("{username}", &STANDARD.encode(USERNAME))
        .replace("{password}", &STANDARD.encode(right));
    let Some((before, rest)) = text.split_once("{x*") else {
        return text;
    };
    let (count, after) = rest.split_once('}').unwrap();
    format!("{before}{}{after}", "x".repeat(count.parse().unwrap()))
}
