//! Postfix's log: its own record of each message.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// A snapshot of the log.
#[derive(Debug)]
pub(crate) struct Log {
    pub(crate) text: String,
}

/// One message, by its queue id.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Mail {
    /// The Message-ID that cleanup logged.
    pub(crate) message_id: String,
    /// How often it was delivered to the discard transport, over all
    /// recipients.
    pub(crate) discarded: usize,
}

impl Log {
    /// Reads the log.
    pub(super) fn read(path: &Path) -> Self {
        let text = fs::read(path).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        // The last line may be incomplete.
        let end = text.rfind('\n').map_or(0, |at| at + 1);
        Self {
            text: text[..end].to_owned(),
        }
    }

    /// The number of deliveries in it, one for each recipient.
    pub(super) fn deliveries(&self) -> usize {
        self.text.lines().filter(|line| is_delivery(line)).count()
    }

    /// The number of lines that contain `what`.
    pub(crate) fn count(&self, what: &str) -> usize {
        self.text.lines().filter(|line| line.contains(what)).count()
    }

    /// Every message that was queued.
    pub(crate) fn mails(&self) -> BTreeMap<String, Mail> {
        let mut mails = BTreeMap::<String, Mail>::new();
        for line in self.text.lines() {
            // `Nov 22 00:20:51 host postfix/cleanup[13875]: QUEUE_ID: ...`
            let Some((_, said)) = line.split_once("]: ") else {
                continue;
            };
            let Some((queue_id, said)) = said.split_once(": ") else {
                continue;
            };
            if let Some(message_id) = said.strip_prefix("message-id=") {
                message_id
                    .clone_into(&mut mails.entry(queue_id.to_owned()).or_default().message_id);
            } else if is_delivery(line) {
                mails.entry(queue_id.to_owned()).or_default().discarded += 1;
            }
        }
        mails
    }
}

/// Whether the discard transport reports a delivery.
fn is_delivery(line: &str) -> bool {
    line.contains(" postfix/discard[") && line.contains(" status=sent ")
}
