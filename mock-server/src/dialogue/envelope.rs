//! Who sends to whom, where somebody wants to know it.

#[derive(Debug)]
pub(super) struct Envelope {
    sender: String,
    recipients: Vec<String>,
    most: u32,
}

impl Envelope {
    /// From `sender`, to `most` recipients at most: a hostile client must not
    /// make the server remember more.
    pub(super) fn new(sender: &str, most: u32) -> Envelope {
        Envelope {
            sender: sender.to_owned(),
            recipients: Vec::new(),
            most,
        }
    }

    pub(super) fn add(&mut self, recipient: &str) {
        if self.recipients.len() < self.most as usize {
            self.recipients.push(recipient.to_owned());
        }
    }

    pub(super) fn sender(&self) -> &str {
        &self.sender
    }

    pub(super) fn recipients(&self) -> &[String] {
        &self.recipients
    }

    /// The sender and the recipients.
    pub(super) fn into_parts(self) -> (String, Vec<String>) {
        (self.sender, self.recipients)
    }
}
