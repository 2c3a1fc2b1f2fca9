//! A scripted server: for behaviour that the mock of SES does not have.

use std::cell::RefCell;
use std::rc::Rc;

/// Steps of what a server expects and what it replies.
///
/// An expectation is the beginning of a command, `""` the connection itself, `"."` the
/// content up to the final dot. CRLF is added to a reply; an empty one sends nothing.
/// After the last step the server sends nothing more, or closes.
#[derive(Clone, Debug, Default)]
pub(super) struct Script {
    steps: Vec<(String, String)>,
    /// The step after the last one, if only QUIT ends the session.
    repeats_from: Option<usize>,
    closes: bool,
    at: usize,
    partial: Vec<u8>,
    heard: Rc<RefCell<Vec<String>>>,
}

impl Script {
    pub(super) fn new(steps: &[(&str, &str)]) -> Self {
        let steps = steps.iter();
        Self {
            steps: steps
                .map(|(expected, reply)| ((*expected).to_owned(), (*reply).to_owned()))
                .collect(),
            ..Self::default()
        }
    }

    /// A plaintext server that accepts all messages, until QUIT.
    pub(super) fn accepting() -> Self {
        let steps = [
            ("", "220 server.example"),
            ("EHLO", "250 server.example"),
            ("MAIL", "250 Ok"),
            ("RCPT", "250 Ok"),
            ("DATA", "354 Go ahead"),
            (".", "250 Ok"),
        ];
        Self {
            repeats_from: Some(2),
            ..Self::new(&steps)
        }
    }

    /// Closes the connection after its last step.
    pub(super) fn closing(mut self) -> Self {
        self.closes = true;
        self
    }

    /// All lines received; of the content only the last one.
    pub(super) fn heard(&self) -> Rc<RefCell<Vec<String>>> {
        self.heard.clone()
    }

    /// The client has connected.
    pub(super) fn connected(&mut self) -> Vec<u8> {
        match self.expected() {
            Some("") => self.reply(),
            _ => Vec::new(),
        }
    }

    /// The client sent something.
    pub(super) fn hear(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.partial.extend_from_slice(bytes);
        let mut said = Vec::new();
        while let Some(command) = self.next_command() {
            self.heard.borrow_mut().push(command.clone());
            if self.repeats_from.is_some() && command == "QUIT" {
                said.extend(*b"221 Bye\r\n");
                self.at = self.steps.len();
                self.closes = true;
                continue;
            }
            let Some(expected) = self.expected() else {
                continue;
            };
            assert!(
                expected == "." || command.starts_with(expected),
                "expected `{expected}`, heard `{command}`"
            );
            said.extend(self.reply());
        }
        said
    }

    /// Whether it has closed the connection.
    pub(super) fn is_over(&self) -> bool {
        self.closes && self.at == self.steps.len()
    }

    fn expected(&self) -> Option<&str> {
        self.steps
            .get(self.at)
            .map(|(expected, _)| expected.as_str())
    }

    fn reply(&mut self) -> Vec<u8> {
        let (_, reply) = &self.steps[self.at];
        self.at += 1;
        if self.at == self.steps.len() {
            self.at = self.repeats_from.unwrap_or(self.at);
        }
        match reply.is_empty() {
            true => Vec::new(),
            false => format!("{reply}\r\n").into_bytes(),
        }
    }

    fn next_command(&mut self) -> Option<String> {
        let end: &[u8] = match self.expected() {
            Some(".") => b"\r\n.\r\n",
            _ => b"\r\n",
        };
        let mut windows = self.partial.windows(end.len());
        let length = windows.position(|window| window == end)?;
        let rest = self.partial.split_off(length + end.len());
        let command = std::mem::replace(&mut self.partial, rest);
        let text = String::from_utf8(command[..length].to_vec()).unwrap();
        Some(text.rsplit("\r\n").next().unwrap_or_default().to_owned())
    }
}
