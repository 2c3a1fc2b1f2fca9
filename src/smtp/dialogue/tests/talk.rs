//! A scripted conversation: the server sends a line, the client sends a line.

use std::sync::Arc;

use secrecy::SecretString;

use crate::smtp::{
    Config, Credentials, Dialogue, Mechanism, Outgoing, Sasl, Step, StepFailure, Timeouts, TlsMode,
};
use crate::vocabulary::{Event, Instant, Observer, Outcome, SlotId, Ticket};

/// Plaintext, without login.
pub(super) fn plain() -> Config {
    Config {
        tls: TlsMode::None,
        ehlo_name: "client.example".to_owned(),
        sasl: None,
        pipelining: false,
        timeouts: Timeouts::default(),
    }
}

/// Plaintext, with a login.
pub(super) fn login(mechanism: Mechanism, initial_response: bool) -> Config {
    Config {
        sasl: Some(Sasl {
            mechanism,
            initial_response,
            credentials: Credentials {
                username: SecretString::from("user"),
                password: SecretString::from("pass"),
            },
        }),
        ..plain()
    }
}

/// A dialogue and the server's side of it. Every line takes a second.
pub(super) struct Talk {
    pub(super) dialogue: Dialogue,
    pub(super) told: Told,
    pub(super) now: Instant,
}

/// How message and session ended: outcomes with the text of the cause.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) message: Option<(Outcome, String)>,
    pub(super) session: Option<Option<(Outcome, String)>>,
    /// All events, as their debug output.
    pub(super) all: String,
}

impl Observer for Told {
    fn on_event(&mut self, _: Instant, event: &Event<'_>) {
        self.all += &format!("{event:?}\n");
        match *event {
            Event::AttemptEnded { outcome, cause, .. } => {
                assert!(self.message.is_none(), "a message ends once");
                self.message = Some((outcome, cause.text.to_owned()));
            }
            Event::SessionEnded { failure, .. } => {
                assert!(self.session.is_none(), "a session ends once");
                let failure = failure.map(|(outcome, cause)| (outcome, cause.text.to_owned()));
                self.session = Some(failure);
            }
            _ => {}
        }
    }
}

impl Talk {
    /// A connected session that will carry one message.
    pub(super) fn connected(config: Config) -> Self {
        let outgoing = Outgoing::new(Arc::from(*b"body\r\n.\r\n"));
        let mut talk = Self {
            dialogue: Dialogue::new(Arc::new(config), SlotId(0), outgoing),
            told: Told::default(),
            now: Instant::ORIGIN,
        };
        talk.begin();
        talk.dialogue.open(talk.now, &mut talk.told);
        talk.dialogue.connected(talk.now, &mut talk.told);
        talk
    }

    /// A session in which MAIL is the next command.
    pub(super) fn at_mail() -> Self {
        Self::connected(plain())
            .server("220 mx.example")
            .client("EHLO client.example")
            .server("250 mx.example")
    }

    /// A session whose content is about to be sent.
    pub(super) fn at_content() -> Self {
        Self::at_mail()
            .client("MAIL FROM:<a@example.com>")
            .server("250 Ok")
            .client("RCPT TO:<b@example.com>")
            .server("250 Ok")
            .client("DATA")
            .server("354 Go on")
    }

    pub(super) fn begin(&mut self) {
        let ticket = Ticket {
            prompt: true,
            ..Ticket::new(0, self.now)
        };
        self.told.message = None;
        let outgoing = self.dialogue.outgoing();
        outgoing.start("a@example.com");
        outgoing.recipient("b@example.com");
        outgoing.head().extend_from_slice(b"Subject: s\r\n\r\n");
        self.dialogue.begin(ticket, self.now, &mut self.told);
    }

    /// The server sends this line and CRLF.
    pub(super) fn server(self, line: &str) -> Self {
        self.server_bytes(format!("{line}\r\n").as_bytes())
    }

    /// The server sends exactly these bytes.
    pub(super) fn server_bytes(mut self, bytes: &[u8]) -> Self {
        self.now = self.now + std::time::Duration::from_secs(1);
        let space = self.dialogue.space();
        space[..bytes.len()].copy_from_slice(bytes);
        self.dialogue.filled(bytes.len(), self.now, &mut self.told);
        self
    }

    /// The client sends this, and the socket takes it.
    pub(super) fn client(mut self, expected: &str) -> Self {
        let sent = self.sending();
        assert_eq!(sent, format!("{expected}\r\n"));
        self.dialogue.sent(self.now, &mut self.told);
        self
    }

    /// What the client is about to send.
    pub(super) fn sending(&self) -> String {
        match self.dialogue.next() {
            Step::Send { head, body, .. } => String::from_utf8([head, body].concat()).unwrap(),
            other => panic!("expected something to be sent, not {other:?}"),
        }
    }

    /// The driver reports a failure.
    pub(super) fn fails(mut self, failure: impl Into<StepFailure>) -> Self {
        let failure = failure.into();
        self.dialogue.failed(failure, self.now, &mut self.told);
        self
    }

    /// The outcome of the message, and the text of its cause.
    pub(super) fn message(&self) -> (Outcome, &str) {
        let (outcome, text) = self.told.message.as_ref().expect("the message has ended");
        (*outcome, text)
    }

    /// The outcome of the session's failure; none if it ended as intended.
    pub(super) fn failure(&self) -> Option<Outcome> {
        let session = self.told.session.as_ref().expect("the session is over");
        assert_eq!(self.dialogue.next(), Step::Close);
        session.as_ref().map(|(outcome, _)| *outcome)
    }
}
