//! Mail transactions: the envelope from MAIL to the dot, and the message in it.

mod body;
mod envelope;
mod headers;
mod mailboxes;
mod message;

pub(super) use self::envelope::Transaction;
pub(super) use self::headers::{Headers, Wanted};
pub(super) use self::message::Message;
