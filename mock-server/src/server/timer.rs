//! Timers with microsecond precision: one timerfd for each worker.
//!
//! The runtime's own timers count milliseconds, which is too coarse for the
//! delay of a reply. All waits of a worker are in one ordered map, and the
//! timerfd is set to the first.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use nix::sys::time::TimeSpec;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};
use tokio::io::unix::AsyncFd;
use tokio::task::spawn_local;

use crate::clock::Clock;
use crate::protocol::Instant;

/// A time, and a number that makes waits for the same time distinct.
type Key = (Instant, u64);

pub(super) struct Timer {
    clock: Clock,
    fd: AsyncFd<Alarm>,
    waits: RefCell<BTreeMap<Key, Waker>>,
    number: Cell<u64>,
}

impl Timer {
    /// Starts a timer for tasks of this thread, in a [`LocalSet`].
    ///
    /// [`LocalSet`]: tokio::task::LocalSet
    pub(super) fn start(alarm: Alarm, clock: Clock) -> io::Result<Rc<Timer>> {
        // The successor is `unsafe`, because the type must keep its file open.
        // An `Alarm` does: it owns its timerfd and never replaces it.
        #[expect(
            deprecated,
            reason = "the successor needs `unsafe`, which is forbidden here"
        )]
        let fd = AsyncFd::new(alarm)?;
        let timer = Rc::new(Timer {
            clock,
            fd,
            waits: RefCell::default(),
            number: Cell::new(0),
        });
        spawn_local(run(Rc::clone(&timer)));
        Ok(timer)
    }

    /// The current time.
    pub(super) fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Waits until `until`.
    pub(super) fn sleep_until(self: &Rc<Self>, until: Instant) -> Wait {
        let number = self.number.get();
        self.number.set(number + 1);
        Wait {
            timer: Rc::clone(self),
            key: (until, number),
        }
    }

    fn add(&self, key: Key, waker: Waker) {
        let mut waits = self.waits.borrow_mut();
        waits.insert(key, waker);
        if waits
            .first_key_value()
            .is_some_and(|(first, _)| *first == key)
        {
            self.set(key.0);
        }
    }

    fn remove(&self, key: &Key) {
        self.waits.borrow_mut().remove(key);
    }

    /// Wakes all waits that are due, and sets the timerfd to the next one.
    fn fire(&self) {
        let now = self.clock.now();
        let mut waits = self.waits.borrow_mut();
        while let Some(first) = waits.first_entry() {
            let (until, _) = *first.key();
            if until > now {
                return self.set(until);
            }
            first.remove().wake();
        }
    }

    fn set(&self, until: Instant) {
        // Zero would disarm the timer.
        let left = until
            .since(self.clock.now())
            .max(std::time::Duration::from_nanos(1));
        let once = Expiration::OneShot(TimeSpec::from_duration(left));
        let set = self.fd.get_ref().0.set(once, TimerSetTimeFlags::empty());
        set.expect("a relative time within a lifetime is valid");
    }
}

/// Ends with the runtime.
async fn run(timer: Rc<Timer>) {
    while let Ok(mut ready) = timer.fd.readable().await {
        // The result does not matter: `fire` reads the clock.
        let _ = ready.try_io(|fd| fd.get_ref().0.wait().map_err(io::Error::from));
        timer.fire();
    }
}

/// nix's timerfd, with the trait that tokio requires.
pub(super) struct Alarm(TimerFd);

impl Alarm {
    pub(super) fn new() -> io::Result<Alarm> {
        let flags = TimerFlags::TFD_NONBLOCK | TimerFlags::TFD_CLOEXEC;
        Ok(Alarm(TimerFd::new(ClockId::CLOCK_MONOTONIC, flags)?))
    }
}

impl AsFd for Alarm {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl AsRawFd for Alarm {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_fd().as_raw_fd()
    }
}

/// A wait until a time.
pub(super) struct Wait {
    timer: Rc<Timer>,
    key: Key,
}

impl Wait {
    /// The time.
    pub(super) fn until(&self) -> Instant {
        self.key.0
    }
}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.timer.clock.now() >= self.key.0 {
            return Poll::Ready(());
        }
        self.timer.add(self.key, cx.waker().clone());
        Poll::Pending
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.timer.remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::runtime;
    use tokio::task::LocalSet;

    use super::*;

    const WAITS: u64 = 200;
    const LASTING: Duration = Duration::from_secs(3);

    /// Runs `waits` tasks that repeatedly wait for `delay`; returns how late each
    /// wait ended, in nanoseconds, sorted.
    fn lateness(waits: u64, delay: Duration, lasting: Duration) -> Vec<u64> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        LocalSet::new().block_on(&runtime, async {
            let clock = Clock::start();
            let timer = Timer::start(Alarm::new().unwrap(), clock).unwrap();
            let tasks = (0..waits).map(|n| {
                let timer = Rc::clone(&timer);
                spawn_local(async move {
                    // Staggered, like replies.
                    let apart = Duration::from_nanos(delay.as_nanos() as u64 * n / waits);
                    timer.sleep_until(timer.now() + apart).await;
                    let mut late = Vec::new();
                    while timer.now() < Instant::from(lasting) {
                        let until = timer.now() + delay;
                        timer.sleep_until(until).await;
                        late.push(timer.now().since(until).as_nanos() as u64);
                    }
                    late
                })
            });
            let mut all = Vec::new();
            for task in tasks.collect::<Vec<_>>() {
                all.extend(task.await.unwrap());
            }
            all.sort_unstable();
            all
        })
    }

    /// The same for a thread that only reads one timerfd.
    fn bare(delay: Duration, lasting: Duration) -> Vec<u64> {
        let clock = Clock::start();
        let fd = TimerFd::new(ClockId::CLOCK_MONOTONIC, TimerFlags::empty()).unwrap();
        let mut late = Vec::new();
        while clock.now() < Instant::from(lasting) {
            let until = clock.now() + delay;
            let once = Expiration::OneShot(TimeSpec::from_duration(delay));
            fd.set(once, TimerSetTimeFlags::empty()).unwrap();
            fd.wait().unwrap();
            late.push(clock.now().since(until).as_nanos() as u64);
        }
        late.sort_unstable();
        late
    }

    fn quantile(sorted: &[u64], q: f64) -> f64 {
        sorted[((sorted.len() - 1) as f64 * q) as usize] as f64 / 1e3
    }

    #[test]
    fn every_wait_ends_and_none_too_early() {
        for delay in [0, 1, 200, 3_000] {
            let late = lateness(20, Duration::from_micros(delay), Duration::from_millis(50));
            assert!(late.len() >= 20, "{delay}");
        }
    }

    /// `cargo test -p sesbench-mock --release timer -- --ignored --nocapture`
    #[test]
    #[ignore = "it measures this machine and asserts nothing"]
    fn prints_how_late_waits_are_beside_a_bare_timerfd() {
        println!(
            "{:>9} {:>26} {:>26}",
            "", "200 waits, p50 and p99 us", "bare, p50 and p99 us"
        );
        for ms in [1, 5, 20] {
            let delay = Duration::from_millis(ms);
            let (ours, bare) = (lateness(WAITS, delay, LASTING), bare(delay, LASTING));
            let row = [
                quantile(&ours, 0.5),
                quantile(&ours, 0.99),
                quantile(&bare, 0.5),
                quantile(&bare, 0.99),
            ];
            println!(
                "{:>6} ms {:>13.1} {:>12.1} {:>13.1} {:>12.1}",
                ms, row[0], row[1], row[2], row[3]
            );
        }
    }
}
