//! When to stop serving.

use std::io;

use tokio::runtime::{self, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What will end the program.
pub(super) enum End {
    /// The supervisor closes stdin, or ends.
    Input,
    /// SIGINT or SIGTERM.
    Signals {
        runtime: Runtime,
        interrupt: Signal,
        terminate: Signal,
    },
}

impl End {
    /// Signals are caught from now on: who reads that the server is ready may
    /// send one at once.
    pub(super) fn prepare(supervised: bool) -> io::Result<End> {
        if supervised {
            return Ok(End::Input);
        }
        let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
        let context = runtime.enter();
        let interrupt = signal(SignalKind::interrupt())?;
        let terminate = signal(SignalKind::terminate())?;
        drop(context);
        Ok(End::Signals {
            runtime,
            interrupt,
            terminate,
        })
    }

    /// Waits for it.
    pub(super) fn wait(self) {
        match self {
            End::Input => {
                // An error is an end, too.
                let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            }
            End::Signals {
                runtime,
                mut interrupt,
                mut terminate,
            } => runtime.block_on(async {
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                }
            }),
        }
    }
}
