//! Who sends to whom, where somebody wants to know it.

/// Recipients of one message that are remembered: what a hostile client can
/// make the server hold. SES takes 50.
const MAX_RECIPIENTS: usize = 1000;

#[derive(Debug)]
pub(super) struct Envelope {
    sender: String,
    recipients: Vec<String>,
}

impl Envelope {
    pub(super) fn new(sender: &str) -> Envelope {
        Envelope {
            sender: sender.to_owned(),
            recipients: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, recipient: &str) {
        if self.recipients.len() < MAX_RECIPIENTS {
            self.recipients.push(recipient.to_owned());
        }
    }

    pub(super) fn sender(&self) -> &str {
        &self.sender
    }

    pub(super) fn recipients(&self) -> &[String] {
        &self.recipients
    }
}
