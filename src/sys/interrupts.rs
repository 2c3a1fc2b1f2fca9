//! Ctrl-C and SIGTERM, counted.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use tokio::signal::unix::{SignalKind, signal};

/// How often the user asked for the end; clones count together.
#[derive(Clone, Debug, Default)]
pub struct Interrupts(Arc<AtomicU32>);

impl Interrupts {
    /// Takes both signals over from here on, on a thread of its own.
    pub fn listen() -> io::Result<Self> {
        let interrupts = Self::default();
        let counter = interrupts.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || runtime.block_on(counter.count_signals()))?;
        Ok(interrupts)
    }

    /// How often so far: the first time asks for a drain, the second for a cut.
    pub fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    async fn count_signals(self) -> io::Result<()> {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}
