//! Waits for the event that ends the program, and for requests for a report.

use std::io;

use nix::sys::signal::Signal as Number;
use tokio::runtime::{self, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What ends the program.
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
    /// SIGUSR1: requests a report.
    user: Signal,
}

impl End {
    /// Catches signals from now on: after the ready line, one may arrive at any
    /// time.
    pub(super) fn prepare(supervised: bool) -> io::Result<End> {
        let runtime = runtime::Builder::new_current_thread().enable_io().build()?;
        let context = runtime.enter();
        // Once caught, it no longer ends the process, in supervised mode either.
        let user = signal(SignalKind::user_defined1())?;
        // A captured message beyond `ulimit -f` becomes a write error.
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

    /// Waits for the end, and calls `asked` at each SIGUSR1 until then.
    pub(super) fn wait(self, asked: impl Fn()) {
        match self {
            End::Input => {
                // A read error ends the program, too.
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
