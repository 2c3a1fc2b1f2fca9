//! Ctrl-C and SIGTERM, counted.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// How often the user asked for the end; clones count together.
#[derive(Clone, Debug, Default)]
pub struct Interrupts(Arc<AtomicU32>);

impl Interrupts {
    /// Takes both signals over from here on, and counts them on a thread of its own.
    pub fn listen() -> io::Result<Self> {
        let interrupts = Self::default();
        let counter = interrupts.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        let context = runtime.enter();
        let interrupt = signal(SignalKind::interrupt())?;
        let terminate = signal(SignalKind::terminate())?;
        drop(context);
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || runtime.block_on(counter.count_signals(interrupt, terminate)))?;
        Ok(interrupts)
    }

    /// How often so far: the first time asks for a drain, the second for a cut.
    pub fn count(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }

    async fn count_signals(self, mut interrupt: Signal, mut terminate: Signal) {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}
