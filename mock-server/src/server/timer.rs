//! Waiting to the microsecond: one timerfd for each worker.
//!
//! The runtime's own timers count milliseconds, which is too coarse for the
//! delay of a reply. Here all waits of a worker stand in one ordered map, and
//! the timerfd is set to the first.

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

use super::clock::Clock;
use crate::nanos::Nanos;

/// A moment, and a number that tells waits for the same moment apart.
type Key = (Nanos, u64);

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
        // The successor is `unsafe`, as no type says that it keeps its file
        // open. This one does: an `Alarm` owns its timerfd and never swaps it.
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

    /// The moment it is.
    pub(super) fn now(&self) -> Nanos {
        self.clock.now()
    }

    /// Waits until `until`.
    pub(super) fn sleep_until(self: &Rc<Self>, until: Nanos) -> Wait {
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

    /// Wakes all whose time has come, and sets the timerfd to the next.
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

    fn set(&self, until: Nanos) {
        // Zero would switch it off.
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
        // Whether it had expired says nothing: `fire` looks at the clock.
        let _ = ready.try_io(|fd| fd.get_ref().0.wait().map_err(io::Error::from));
        timer.fire();
    }
}

/// nix's timerfd, with the trait that tokio asks for.
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

/// A wait for a moment.
pub(super) struct Wait {
    timer: Rc<Timer>,
    key: Key,
}

impl Wait {
    /// The moment.
    pub(super) fn until(&self) -> Nanos {
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
