//! The server's side of one plaintext connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

/// Where in the dialogue a server can fail, by the client's name for the phase:
/// `Accept` is the reply to the final dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Banner,
    Ehlo,
    /// Only for a client whose EHLO was refused.
    Helo,
    Auth,
    Mail,
    Rcpt,
    Data,
    Accept,
}

impl Stage {
    pub(crate) const ALL: [Self; 7] = [
        Self::Banner,
        Self::Ehlo,
        Self::Auth,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::Accept,
    ];

    pub(crate) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }

    /// The correct reply.
    pub(crate) fn reply(self) -> &'static str {
        match self {
            Self::Banner => "220 server.invalid ESMTP\r\n",
            Self::Ehlo => "250-server.invalid\r\n250 AUTH PLAIN LOGIN\r\n",
            Self::Helo => "250 server.invalid\r\n",
            Self::Auth => "235 welcome\r\n",
            Self::Mail | Self::Rcpt => "250 Ok\r\n",
            Self::Data => "354 go on\r\n",
            Self::Accept => "250 Ok 0123456789abcdef\r\n",
        }
    }
}

/// How a server continues when a reply is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    /// With the correct reply.
    Reply,
    /// It has sent another reply already.
    GoOn,
    /// It closes the connection.
    HangUp,
}

pub(crate) struct Peer {
    stream: BufReader<TcpStream>,
    /// The last content it received, without dot-stuffing.
    content: String,
}

impl Peer {
    pub(crate) fn new(stream: TcpStream) -> Self {
        let _ = stream.set_nodelay(true);
        Self {
            stream: BufReader::new(stream),
            content: String::new(),
        }
    }

    /// The connection itself, to end it from another thread.
    pub(crate) fn connection(&self) -> TcpStream {
        self.stream.get_ref().try_clone().unwrap()
    }

    /// Sends the text; false if the client has closed the connection.
    pub(crate) fn say(&mut self, text: impl AsRef<[u8]>) -> bool {
        self.stream.get_mut().write_all(text.as_ref()).is_ok()
    }

    /// The next line; empty at the end.
    pub(crate) fn hear(&mut self) -> String {
        let mut line = Vec::new();
        let _ = self.stream.read_until(b'\n', &mut line);
        String::from_utf8_lossy(&line).into_owned()
    }

    /// Reads that many bytes.
    pub(crate) fn swallow(&mut self, bytes: usize) {
        let _ = self.stream.read_exact(&mut vec![0; bytes]);
    }

    /// The message that waits for its acceptance.
    pub(crate) fn content(&self) -> &str {
        &self.content
    }

    /// Reads until the end, and sends nothing more.
    pub(crate) fn fall_silent(&mut self) {
        let _ = std::io::copy(&mut self.stream, &mut std::io::sink());
    }

    /// Sends something other than the correct reply, and continues.
    pub(crate) fn instead(&mut self, text: impl AsRef<[u8]>) -> Then {
        match self.say(text) {
            true => Then::GoOn,
            false => Then::HangUp,
        }
    }

    /// A correct SMTP session, except for what `turn` does when a reply is due.
    pub(crate) fn serve(&mut self, mut turn: impl FnMut(Stage, &mut Self) -> Then) {
        let mut next = Some(Stage::Banner);
        while let Some(stage) = next {
            let goes_on = match turn(stage, self) {
                Then::Reply => self.say(stage.reply()),
                Then::GoOn => true,
                Then::HangUp => false,
            };
            next = match stage {
                _ if !goes_on => None,
                Stage::Data => self.hear_content(),
                _ => self.hear_command(),
            };
        }
    }

    /// Reads up to the final dot.
    fn hear_content(&mut self) -> Option<Stage> {
        self.content.clear();
        loop {
            match self.hear().as_str() {
                ".\r\n" => return Some(Stage::Accept),
                "" => return None,
                line => self.content += line.strip_prefix('.').unwrap_or(line),
            }
        }
    }

    /// Reads up to the next command that starts a stage.
    fn hear_command(&mut self) -> Option<Stage> {
        loop {
            match self.hear().get(..4)? {
                "EHLO" => return Some(Stage::Ehlo),
                "HELO" => return Some(Stage::Helo),
                "AUTH" => return Some(Stage::Auth),
                "MAIL" => return Some(Stage::Mail),
                "RCPT" => return Some(Stage::Rcpt),
                "DATA" => return Some(Stage::Data),
                "RSET" => self.say("250 Ok\r\n"),
                "QUIT" => {
                    self.say("221 Bye\r\n");
                    return None;
                }
                _ => self.say("500 what?\r\n"),
            };
        }
    }
}
