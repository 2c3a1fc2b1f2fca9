//! Parses `[message]` into the types of `message`, and reads its files. Ranges
//! and contradictions are checked in `resolve`.

mod attachment;
mod entry;
mod file;
mod sizes;

pub(super) use entry::Entry;
pub(super) use file::{LARGEST, read_eml, read_recipient_list};
