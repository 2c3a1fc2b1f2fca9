//! A message as smtp-sink wrote it to a file.

use std::fs;
use std::path::Path;

/// A message, and its envelope.
#[derive(Debug)]
pub(crate) struct Dump {
    /// Arguments of RCPT, in order.
    pub(crate) recipients: Vec<String>,
    /// The message as it was transmitted, without dot-stuffing and without the
    /// final dot.
    pub(crate) message: Vec<u8>,
}

impl Dump {
    /// Reads a file: smtp-sink's own lines, the message with LF for each CRLF,
    /// and an empty line ("DUMP FILE FORMAT" of smtp-sink(1)).
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        // The three lines of smtp-sink's Received header are the last of its
        // own lines.
        let at = text.find("\nReceived: ").unwrap() + 1;
        let (own, rest) = text.split_at(at);
        let message = rest.splitn(4, '\n').nth(3).unwrap();
        let message = message.strip_suffix('\n').expect("it ends the file");
        let recipients = own
            .lines()
            .filter_map(|line| line.strip_prefix("X-Rcpt-Args: "))
            .map(str::to_owned);
        Self {
            recipients: recipients.collect(),
            message: message.replace('\n', "\r\n").into_bytes(),
        }
    }
}
