//! The messages of a plan: envelope and content.

use std::num::NonZeroU32;

use serde::Serialize;

use super::{Attachment, Eml, Mix, Pattern, RecipientSource, Sizes, added_size};

/// The messages to send.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// Envelope sender and `From:`.
    pub from: String,
    /// The addresses from which recipients are taken.
    pub to: RecipientSource,
    /// Recipients of each message.
    pub recipients: NonZeroU32,
    /// The kinds of messages.
    #[serde(flatten)]
    pub mix: Mix,
}

impl Message {
    /// The files that it was read from.
    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        let contents = self.mix.variants().iter().map(|variant| &variant.content);
        let emls = contents.filter_map(|content| match &content.form {
            Form::Eml { eml } => Some(eml.file.as_str()),
            Form::Made { .. } => None,
        });
        let list = self.to.recipient_list();
        list.map(|list| list.file.as_str()).into_iter().chain(emls)
    }

    /// The approximate size of the largest message; of a file, the size of the file.
    pub fn largest(&self) -> u64 {
        let contents = self.mix.variants().iter().map(|variant| &variant.content);
        let sizes = contents.map(|content| match &content.form {
            Form::Made { size, attachments } => size.most() + added_size(attachments),
            Form::Eml { eml } => eml.bytes,
        });
        sizes.max().unwrap_or_default()
    }
}

/// The content of a message.
#[derive(Clone, Debug, Serialize)]
pub struct Content {
    /// Extra headers, name and value.
    pub headers: Vec<(String, Pattern)>,
    /// Everything else.
    #[serde(flatten)]
    pub form: Form,
}

/// Where a message comes from.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Form {
    /// Generated.
    Made {
        /// Bytes of the message without its attachments, as the server counts
        /// them: headers and body with CRLF, before dot-stuffing, without the
        /// final dot.
        size: Sizes,
        /// Attachments, in addition to `size`.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
    },
    /// Read from a file.
    Eml {
        /// The file.
        eml: Eml,
    },
}
