//! Ctrl-C, SIGTERM and SIGHUP, counted.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::bell::Bell;

/// How often the user has asked the run to end; clones share the count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupts(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    count: AtomicU32,
    bell: Mutex<Option<Bell>>,
}

impl Interrupts {
    /// Handles the signals from here on, and counts them in a thread of its
    /// own. A SIGHUP that is ignored, as under `nohup`, stays ignored.
    pub(crate) fn listen() -> io::Result<Self> {
        let interrupts = Self::default();
        let counter = interrupts.clone();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        let context = runtime.enter();
        let interrupt = signal(SignalKind::interrupt())?;
        let terminate = signal(SignalKind::terminate())?;
        let hangup = match is_ignored(HANGUP) {
            true => None,
            false => Some(signal(SignalKind::hangup())?),
        };
        drop(context);
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || runtime.block_on(counter.count_signals(interrupt, terminate, hangup)))?;
        Ok(interrupts)
    }

    /// The count so far: the first signal asks for a drain, the second aborts.
    pub(crate) fn count(&self) -> u32 {
        self.0.count.load(Ordering::Acquire)
    }

    /// Rings this bell at every signal, in place of an earlier one.
    pub(crate) fn ring(&self, bell: &Bell) {
        // No code panics while it holds this lock.
        let mut rung = self.0.bell.lock().unwrap_or_else(PoisonError::into_inner);
        *rung = Some(bell.clone());
    }

    fn on_signal(&self) {
        self.0.count.fetch_add(1, Ordering::Release);
        let bell = self.0.bell.lock().unwrap_or_else(PoisonError::into_inner);
        bell.iter().for_each(Bell::ring);
    }

    async fn count_signals(
        self,
        mut interrupt: Signal,
        mut terminate: Signal,
        mut hangup: Option<Signal>,
    ) {
        loop {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                () = received(&mut hangup) => {}
            }
            self.on_signal();
        }
    }
}

/// Waits for the signal; never returns if there is none to wait for.
async fn received(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

/// SIGHUP's number (POSIX, `kill`).
const HANGUP: u32 = 1;

/// Whether a signal was ignored when the process began. Asking the kernel by
/// sigaction would take unsafe code.
fn is_ignored(number: u32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    ignored_in(&status, number)
}

/// Reads the mask `SigIgn` (proc(5)), whose lowest bit is signal 1.
fn ignored_in(status: &str, number: u32) -> bool {
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (number - 1) & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_counts_and_rings_the_bell() {
        let (interrupts, bell) = (Interrupts::default(), Bell::default());
        interrupts.on_signal();
        interrupts.ring(&bell);
        let clone = interrupts.clone();
        let signals = thread::spawn(move || clone.on_signal());
        bell.wait(std::time::Duration::from_secs(600));
        signals.join().unwrap();
        assert_eq!(interrupts.count(), 2);
    }

    #[test]
    fn an_ignored_signal_is_read_from_the_mask() {
        let status = "Name:\tx\nSigIgn:\t0000000000001001\nSigCgt:\t0000000000000002\n";
        assert!(ignored_in(status, HANGUP));
        assert!(ignored_in(status, 13));
        assert!(!ignored_in(status, 2));
        assert!(!ignored_in("", HANGUP));
    }
}
