//! A client at the other end of a dialogue, which holds it to its bounds.

use std::alloc::System;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cap::Cap;
use sesbench_mock::testing::{
    Account, Config, Dialogue, Handshake, Instant, Observer, Observers, Step,
};
use sesbench_mock::{Counts, Credentials, Settings, TlsVersion, User};

/// Counts what lives on the heap; an input runs on one thread.
#[global_allocator]
static HEAP: Cap<System> = Cap::new(System, usize::MAX);

/// Fixed, so that seeds and dictionary can have the line that logs in.
const SECRET: &str = "some+secret+key";
const USER: &str = "AKIAEXAMPLE";

const HANDSHAKE: Handshake = Handshake {
    version: TlsVersion::Tls13,
    resumed: false,
};

/// How far a session is before the input begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// After the banner.
    Plain,
    /// After STARTTLS.
    Secure,
    /// After AUTH.
    LoggedIn,
    /// After DATA.
    Body,
}

/// A client, and everything it has heard since the start.
pub struct Client {
    dialogue: Dialogue,
    account: Arc<Account>,
    observers: Arc<Observers>,
    now: Instant,
    said: usize,
    heard: Vec<u8>,
    heap: usize,
    /// The server has hung up, or wants a handshake that this client refuses.
    pub over: bool,
    /// Do the handshake when the server wants it.
    pub handshakes: bool,
}

impl Client {
    /// A client whose session is that far.
    #[must_use]
    pub fn at(start: Start, settings: &Settings) -> Client {
        let user = User::new("fuzzer", Credentials::new(USER, SECRET)).denied(["denied.b.c"]);
        let account = Account::with_users(settings, vec![user]);
        let account = Arc::new(account.expect("the settings are sound"));
        let observers = Arc::new(Observers::new(settings));
        let config = Config::new(settings, observers.interest(), 1, 1_700_000_000_000);
        let config = Arc::new(config.expect("the settings are sound"));
        let mut client = Client {
            dialogue: Dialogue::new(config, Arc::clone(&account), Arc::clone(&observers), false),
            account,
            observers,
            now: Instant(0),
            said: 0,
            heard: Vec::new(),
            heap: 0,
            over: false,
            handshakes: true,
        };
        client.dialogue.connected(client.now);
        client.listen();
        for line in lines_before(start, client.account.password().expose()) {
            client.say(line.as_bytes());
        }
        client.heard.clear();
        client.said = 0;
        client.heap = client.heap_now();
        client
    }

    /// Says that, and listens until it is the client's turn again.
    pub fn say(&mut self, bytes: &[u8]) {
        if self.over || bytes.is_empty() {
            return;
        }
        let before = self.heard.len();
        self.said += bytes.len();
        self.dialogue.input(bytes, self.now);
        self.listen();
        self.check_amount();
        check_lines(&self.heard[before..]);
    }

    /// What came since the start.
    #[must_use]
    pub fn heard(&self) -> &[u8] {
        &self.heard
    }

    /// What was counted.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.observers.counts()
    }

    /// What came since then, or since this was asked last.
    pub fn take_heard(&mut self) -> String {
        let heard = std::mem::take(&mut self.heard);
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// The session holds no more than a fixed amount, and a few times what was
    /// said once, however often that was.
    pub fn check_memory(&self, said_once: usize) {
        let held = self.heap_now().saturating_sub(self.heap);
        // A full outbox with its capacity to spare, and the longest command line.
        let most = 12 * 1024 + 4 * said_once;
        assert!(held <= most, "{held} bytes held, {most} at most");
    }

    fn listen(&mut self) {
        // Every step says something or moves the clock, and is due to a line.
        for _ in 0..64 + 4 * self.said.max(1024) {
            match self.dialogue.next(self.now) {
                Step::Send(bytes) => {
                    assert!(!bytes.is_empty(), "nothing was sent");
                    self.heard.extend_from_slice(bytes);
                    self.dialogue.sent(self.now);
                }
                Step::Wait(until) => {
                    assert!(until > self.now, "a wait for the past");
                    self.now = until;
                }
                Step::StartTls(_) if self.handshakes => self.dialogue.secured(HANDSHAKE, self.now),
                Step::StartTls(_) | Step::Close { .. } | Step::Reset | Step::Stall => {
                    self.over = true;
                    return;
                }
                Step::Receive => return,
            }
        }
        panic!("it goes on for ever");
    }

    /// Not much is heard for what was said.
    fn check_amount(&self) {
        // `CRLF` has an answer of 23 bytes; the longest are given once only.
        let most = 256 + 16 * self.said;
        let heard = self.heard.len();
        assert!(heard <= most, "{heard} bytes heard, {most} at most");
    }

    /// What lives on the heap, the client's own list of replies apart.
    fn heap_now(&self) -> usize {
        HEAP.allocated() - self.heard.capacity()
    }
}

/// What is heard is whole lines of replies.
fn check_lines(heard: &[u8]) {
    if heard.is_empty() {
        return;
    }
    let text = String::from_utf8_lossy(heard);
    let whole = text.strip_suffix("\r\n");
    let whole = whole.unwrap_or_else(|| panic!("half a line: {text}"));
    for line in whole.split("\r\n") {
        let Some([digits @ .., separator]) = line.as_bytes().first_chunk::<4>() else {
            panic!("no reply: {line:?}");
        };
        assert!(digits.iter().all(u8::is_ascii_digit), "{line:?}");
        assert!(matches!(separator, b' ' | b'-'), "{line:?}");
        assert!(!line.contains(['\r', '\n']), "{line:?}");
    }
}

fn lines_before(start: Start, password: &str) -> Vec<String> {
    let plain = STANDARD.encode(format!("\0{USER}\0{password}"));
    let log_in = format!("AUTH PLAIN {plain}\r\n");
    let mut lines = vec!["STARTTLS\r\n".to_owned(), log_in];
    lines.extend(["MAIL FROM:<a@b.c>\r\n", "RCPT TO:<d@b.c>\r\n", "DATA\r\n"].map(str::to_owned));
    lines.truncate(match start {
        Start::Plain => 0,
        Start::Secure => 1,
        Start::LoggedIn => 2,
        Start::Body => 5,
    });
    lines
}
