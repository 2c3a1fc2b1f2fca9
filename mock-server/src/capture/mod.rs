//! Accepted messages, kept for whoever wants to look at them: in memory, in a
//! folder, or both.
//!
//! It is not an observer: it takes the bytes of a message by value, and the dialogue
//! has to know before the first of them whether they are kept at all. It decides
//! what stays and for how long; which messages were accepted, and under which
//! id, is the dialogue's business.
//!
//! Off unless asked for. Memory is bounded, and the oldest go first. Files are
//! written by a thread of their own: sessions never wait for a disk, and what
//! it can't keep up with is left out and counted.

mod folder;
mod memory;
mod message;

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use self::folder::Folder;
use self::memory::Memory;
pub use self::message::Message;
use crate::settings::Settings;

/// Where accepted messages go.
#[derive(Debug)]
pub(crate) struct Capture {
    memory: Option<Mutex<Memory>>,
    folder: Option<Folder>,
}

impl Capture {
    /// What `settings` ask for; `None` when nothing is to be kept.
    ///
    /// # Errors
    ///
    /// When the folder can't be made, or its thread can't be started.
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

    /// Those in memory, the oldest first.
    pub(crate) fn messages(&self) -> Vec<Arc<Message>> {
        self.memory().map_or_else(Vec::new, |memory| memory.all())
    }

    /// Whether messages are kept in memory.
    #[cfg(feature = "control")]
    pub(crate) fn in_memory(&self) -> bool {
        self.memory.is_some()
    }

    /// Forgets those in memory; files stay.
    pub(crate) fn clear(&self) {
        if let Some(mut memory) = self.memory() {
            memory.clear();
        }
    }

    /// Waits until all files are written, and says what went wrong with them so
    /// far.
    pub(crate) fn settle(&self) -> Option<String> {
        self.folder.as_ref().and_then(Folder::settle)
    }

    fn memory(&self) -> Option<MutexGuard<'_, Memory>> {
        let memory = self.memory.as_ref()?;
        // A list of messages is sound at any point: poison says nothing.
        Some(memory.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
