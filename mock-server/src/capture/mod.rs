//! Captures accepted messages: in memory, in a folder, or both.
//!
//! It decides which messages stay and for how long; the dialogue decides which
//! messages are accepted, and their ids. It is not an observer: it takes the
//! bytes of a message by value, and the dialogue must know before the first byte
//! whether they are kept.
//!
//! It is off by default. Memory is bounded, and the oldest messages are removed
//! first. A separate thread writes the files, so that sessions never wait for a
//! disk; messages for which it is too slow are left out and counted.

mod folder;
mod memory;
mod message;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::folder::Folder;
use self::memory::Memory;
pub use self::message::Message;
use crate::settings::Settings;

/// The store of accepted messages.
#[derive(Debug)]
pub(crate) struct Capture {
    memory: Option<Mutex<Memory>>,
    folder: Option<Folder>,
}

impl Capture {
    /// As configured in `settings`; `None` if nothing is captured.
    ///
    /// # Errors
    ///
    /// When the folder cannot be created, or its thread cannot be started.
    pub(crate) fn new(settings: &Settings) -> io::Result<Option<Arc<Capture>>> {
        if settings.capture.is_none() && !settings.capture_in_memory {
            return Ok(None);
        }
        let memory = Memory::new(settings.capture_messages, settings.capture_bytes);
        let folder = settings.capture.as_deref().map(Folder::open).transpose()?;
        Ok(Some(Arc::new(Capture {
            memory: settings.capture_in_memory.then(|| Mutex::new(memory)),
            folder,
        })))
    }

    /// Keeps a message.
    pub(crate) fn keep(&self, message: Message) {
        let message = Arc::new(message);
        if let Some(folder) = &self.folder {
            folder.write(Arc::clone(&message));
        }
        if let Some(mut memory) = self.memory() {
            memory.add(message);
        }
    }

    /// The messages in memory, the oldest first.
    pub(crate) fn messages(&self) -> Vec<Arc<Message>> {
        self.memory().map_or_else(Vec::new, |memory| memory.all())
    }

    /// Whether messages are kept in memory.
    #[cfg(feature = "control")]
    pub(crate) fn in_memory(&self) -> bool {
        self.memory.is_some()
    }

    /// Removes the messages in memory; files stay.
    pub(crate) fn clear(&self) {
        if let Some(mut memory) = self.memory() {
            memory.clear();
        }
    }

    /// Waits until all files are written, and returns the errors so far.
    pub(crate) fn settle(&self) -> Option<String> {
        self.folder.as_ref().and_then(Folder::settle)
    }

    fn memory(&self) -> Option<MutexGuard<'_, Memory>> {
        let memory = self.memory.as_ref()?;
        // A list of messages is consistent at any point, so a poisoned lock can
        // be used.
        Some(memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
