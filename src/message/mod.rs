//! The messages: valid MIME, exact in size to the byte, and prepared before the
//! clock starts.
//!
//! A [`MessageTemplates`] is made once per run. Per message only a small head is written:
//! the digits of the index, the date, `To:` and the headers of the recipient's
//! row. A large body is part of one shared tail, already dot-stuffed and
//! terminated, so that sending 40 MiB costs as much as 1 KiB. Where sizes vary,
//! the tail is that of the largest message, and smaller ones use a suffix of it.
//! The same seed and [`Identity`] give the same bytes. The plan decides the
//! content; the dialogue sends the bytes.

pub(crate) mod address;
mod attachments;
mod content;
mod date;
mod distribution;
mod eml;
mod filler;
mod layout;
mod mix;
mod pattern;
mod punycode;
mod quotes;
mod recipient_list;
mod recipient_source;
mod recipients;
mod row_headers;
mod sizes;
mod stuffing;
mod template;
mod text;
mod variant_template;
mod weighted;

pub(crate) use attachments::Attachment;
pub use content::{Content, Form, Message};
pub(crate) use distribution::SizeShare;
pub use distribution::Sizes;
pub(crate) use eml::Eml;
#[cfg(test)]
pub(crate) use eml::EmlHeader;
pub use recipient_source::RecipientSource;

pub use layout::Identity;
pub(crate) use layout::{added_size, least_size};
pub use mix::Mix;
pub(crate) use mix::Variant;
pub(crate) use pattern::Pattern;
pub(crate) use recipient_list::RecipientList;
pub(crate) use recipients::Recipients;
pub use template::MessageTemplates;
pub(crate) use template::TooSmall;
pub(crate) use weighted::is_weight;
