//! Parses `[message]` into the types of `message`, and reads its files. Ranges
//! and contradictions are checked in `resolve`.

mod attachment;
mod entry;
mod file;
mod sizes;

pub(super) use attachment::{RawAttachments, read as read_attachments};
pub(super) use entry::{Entries, Entry, read as read_entries};
pub(super) use file::{LARGEST, read_eml, read_recipient_list};
pub(super) use sizes::{RawSizes, read as read_sizes};
