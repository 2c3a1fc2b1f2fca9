//! What is sent: valid MIME, exact in size to the byte, and ready before the
//! clock starts.
//!
//! A [`MessageTemplates`] is made once for a run. Per message only the digits of its
//! index, its `To:` and what its recipient's row says are written, into a small head; a large body is part of
//! one shared tail, dot-stuffed and terminated already, so that 40 MiB cost a
//! send what 1 KiB does. Where sizes vary, the tail is that of the largest, and
//! smaller messages have a suffix of it. The same seed and [`Identity`] give
//! the same bytes. How the bytes travel is the dialogue's business; what they
//! should be is the plan's.

pub(crate) mod address;
mod attachments;
mod content;
mod date;
mod distribution;
mod draw;
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

pub use attachments::Attachment;
pub use content::{Content, Form, Message};
pub use distribution::{SizeShare, Sizes};
pub use eml::{Eml, EmlHeader};
pub use recipient_source::RecipientSource;

pub use layout::{Identity, added_size, least_size};
pub use mix::{Mix, Variant};
pub use pattern::Pattern;
pub use recipient_list::RecipientList;
pub use recipients::Recipients;
pub use template::{MessageTemplates, TooSmall};
pub(crate) use weighted::is_weight;
