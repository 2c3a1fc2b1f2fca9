//! What a plan says of its messages: envelope, and what is in them.

use std::num::NonZeroU32;

use serde::Serialize;

use super::{Attachment, Eml, Mix, Pattern, RecipientSource, Sizes, added_size};

/// What to send.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// Envelope sender and `From:`.
    pub from: String,
    /// Where recipients are taken from.
    pub to: RecipientSource,
    /// Recipients of each message.
    pub recipients: NonZeroU32,
    /// What is in them.
    #[serde(flatten)]
    pub mix: Mix,
}

impl Message {
    /// About how many bytes the largest of them has: of a file, what it has there.
    pub fn largest(&self) -> u64 {
        let contents = self.mix.variants().iter().map(|variant| &variant.content);
        let sizes = contents.map(|content| match &content.form {
            Form::Made { size, attachments } => size.most() + added_size(attachments),
            Form::Eml { eml } => eml.bytes,
        });
        sizes.max().unwrap_or_default()
    }
}

/// What is in a message.
#[derive(Clone, Debug, Serialize)]
pub struct Content {
    /// Extra headers, name and value.
    pub headers: Vec<(String, Pattern)>,
    /// All else.
    #[serde(flatten)]
    pub form: Form,
}

/// Where a message comes from.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum Form {
    /// It is made up.
    Made {
        /// Bytes of the message, its attachments aside, as the server counts
        /// it: headers and body with CRLF line ends, before dot-stuffing,
        /// without the final dot.
        size: Sizes,
        /// What comes on top.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        attachments: Vec<Attachment>,
    },
    /// It is that of a file.
    Eml {
        /// The file.
        eml: Eml,
    },
}
