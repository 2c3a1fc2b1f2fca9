//! When to stop serving.

use std::io;

use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};

/// Waits for the supervisor to close stdin, or to end.
pub(super) fn of_input() {
    // An error is an end, too.
    let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
}

/// Waits for SIGINT or SIGTERM.
pub(super) fn of_signal() -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        Ok(())
    })
}
