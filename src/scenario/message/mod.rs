//! What a plan says of its messages: envelope, and what is in them.
//!
//! Types, and how what is written becomes one of them. Ranges, and what
//! contradicts what, are found where the plan is built; bytes are made by
//! `message`.

mod sizes;

use std::num::NonZeroU32;

use serde::Serialize;

pub(super) use sizes::RawSizes;
pub(super) use sizes::read as read_sizes;
pub use sizes::{SizeShare, Sizes};

/// What to send.
#[derive(Clone, Debug, Serialize)]
pub struct Message {
    /// Envelope sender and `From:`.
    pub from: String,
    /// Addresses that recipients are taken from, in turn; at least one.
    pub to: Vec<String>,
    /// Recipients of each message.
    pub recipients: NonZeroU32,
    /// What is in it.
    #[serde(flatten)]
    pub content: Content,
}

/// What is in a message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Content {
    /// Bytes of a message as the server counts it: headers and body with CRLF
    /// line ends, before dot-stuffing, without the final dot.
    pub size: Sizes,
    /// Extra headers, name and value.
    pub headers: Vec<(String, String)>,
}
