//! A client for a dialogue, which checks the dialogue's bounds.

use std::alloc::System;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cap::Cap;
use sesbench_mock::testing::{
    Account, Config, Dialogue, Handshake, Instant, Observer, Observers, Step,
};
use sesbench_mock::{Counts, Credentials, Settings, TlsVersion, User};

/// Counts the bytes on the heap; an input runs on one thread.
#[global_allocator]
static HEAP: Cap<System> = Cap::new(System, usize::MAX);

/// Fixed, so that seeds and dictionary can contain the login command.
const SECRET: &str = "some+secret+key";
const USER: &str = "AKIAEXAMPLE";

const HANDSHAKE: Handshake = Handshake {
    version: TlsVersion::Tls13,
    resumed: false,
};

/// The state of the session when the input begins.
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

/// A client, and everything it has received since the start.
pub struct Client {
    dialogue: Dialogue,
    account: Arc<Account>,
    observers: Arc<Observers>,
    now: Instant,
    said: usize,
    heard: Vec<u8>,
    heap: usize,
    /// Whether the server has closed the session, or expects a handshake that
    /// this client refuses.
    pub over: bool,
    /// Whether to do the handshake when the server expects it.
    pub handshakes: bool,
}

impl Client {
    /// A client whose session is in that state.
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

    /// Sends the bytes, and reads until it is the client's turn again.
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

    /// Everything received since the start.
    #[must_use]
    pub fn heard(&self) -> &[u8] {
        &self.heard
    }

    /// The server's counts.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.observers.counts()
    }

    /// Everything received since the start, or since the last call.
    pub fn take_heard(&mut self) -> String {
        let heard = std::mem::take(&mut self.heard);
        String::from_utf8_lossy(&heard).into_owned()
    }

    /// Checks that the session holds a fixed amount plus a few times the bytes
    /// sent once, however often they were sent.
    pub fn check_memory(&self, said_once: usize) {
        let held = self.heap_now().saturating_sub(self.heap);
        // A full outbox with its spare capacity, and the longest command line.
        let most = 12 * 1024 + 4 * said_once;
        assert!(held <= most, "{held} bytes held, {most} at most");
    }

    fn listen(&mut self) {
        // Every step sends something or moves the clock, and belongs to a line.
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

    /// Checks that the amount received is in proportion to the amount sent.
    fn check_amount(&self) {
        // `CRLF` has a reply of 23 bytes; the longest replies are sent only
        // once.
        let most = 256 + 16 * self.said;
        let heard = self.heard.len();
        assert!(heard <= most, "{heard} bytes heard, {most} at most");
    }

    /// Bytes on the heap, without the client's own list of replies.
    fn heap_now(&self) -> usize {
        HEAP.allocated() - self.heard.capacity()
    }
}

/// Checks that only complete reply lines were received.
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
