//! When to stop serving, and when to say how clients behave.

use std::io;

use nix::sys::signal::Signal as Number;
use tokio::runtime::{self, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What will end the program.
pub(super) enum End {
    /// The supervisor closes stdin, or ends.
    Input,
    /// SIGINT or SIGTERM.
    Signals(Signals),
}

pub(super) struct Signals {
    runtime: Runtime,
    interrupt: Signal,
    terminate: Signal,
    /// Asks for a report.
    user: Signal,
}

impl End {
    /// Signals are caught from now on: who reads that the server is ready may
    /// send one at once.
    pub(super) fn prepare(supervised: bool) -> io::Result<End> {
        let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
        let context = runtime.enter();
        // Once caught, it stays caught, and ends nothing.
        let user = signal(SignalKind::user_defined1())?;
        // A captured message beyond `ulimit -f` is an error of its write.
        drop(signal(SignalKind::from_raw(Number::SIGXFSZ as i32))?);
        if supervised {
            return Ok(End::Input);
        }
        let interrupt = signal(SignalKind::interrupt())?;
        let terminate = signal(SignalKind::terminate())?;
        drop(context);
        Ok(End::Signals(Signals {
            runtime,
            interrupt,
            terminate,
            user,
        }))
    }

    /// Waits for it, and calls `asked` at each SIGUSR1 until then.
    pub(super) fn wait(self, asked: impl Fn()) {
        match self {
            End::Input => {
                // An error is an end, too.
                let _ = io::copy(&mut io::stdin().lock(), &mut io::sink());
            }
            End::Signals(signals) => signals.wait(asked),
        }
    }
}

impl Signals {
    fn wait(mut self, asked: impl Fn()) {
        self.runtime.block_on(async {
            loop {
                tokio::select! {
                    _ = self.interrupt.recv() => return,
                    _ = self.terminate.recv() => return,
                    _ = self.user.recv() => asked(),
                }
            }
        });
    }
}
