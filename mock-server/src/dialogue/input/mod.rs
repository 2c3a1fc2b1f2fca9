//! What the client sent and what of it is not read yet.

mod inbox;
pub(super) mod line;

pub(super) use self::inbox::Inbox;
