//! The target's addresses: which one the next session tries first, which are
//! skipped, and how many connections each of them had.
//!
//! The list may be replaced while sessions use it; counts of addresses that are
//! no longer in it are kept. It connects to none of them and reads no clock.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::vocabulary::Instant;

/// How long an address is skipped after a connection to it failed; doubled with
/// each further failure in a row.
const FIRST_SKIP: Duration = Duration::from_secs(10);
/// Longest such time.
const MAX_SKIP: Duration = Duration::from_secs(300);

/// Connection counts of one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AddressStats {
    /// The address.
    pub address: SocketAddr,
    /// Connections made.
    pub sessions: u64,
    /// Connections that failed.
    pub failed: u64,
}

/// An address and its state.
#[derive(Debug)]
pub(super) struct Address {
    pub(super) address: SocketAddr,
    sessions: AtomicU64,
    failed: AtomicU64,
    failures_in_row: AtomicU32,
    /// In nanoseconds of the run's clock.
    skipped_until: AtomicU64,
}

/// All addresses of a target.
#[derive(Debug)]
pub(super) struct Addresses {
    lists: RwLock<Lists>,
    turn: AtomicUsize,
}

#[derive(Debug)]
struct Lists {
    /// The addresses that sessions connect to.
    current: Arc<[Arc<Address>]>,
    /// The current addresses and all earlier ones, in the order they became
    /// known.
    known: Vec<Arc<Address>>,
}

/// The addresses that one session tries, in order.
#[derive(Debug)]
pub(super) struct Candidates {
    /// The number of this session.
    pub(super) turn: usize,
    pub(super) addresses: Vec<Arc<Address>>,
}

impl Addresses {
    pub(super) fn new(addresses: &[SocketAddr]) -> Self {
        let current: Arc<[_]> = addresses.iter().copied().map(Address::new).collect();
        let known = current.to_vec();
        Self {
            lists: RwLock::new(Lists { current, known }),
            turn: AtomicUsize::new(0),
        }
    }

    /// Each session starts at the next address. If that one fails, the session
    /// tries the others in order (RFC 5321 section 5.1). An address that failed
    /// recently is left out, unless all of them did.
    pub(super) fn candidates(&self, now: Instant) -> Candidates {
        let turn = self.turn.fetch_add(1, Ordering::Relaxed);
        let all = self.current();
        let usable = all.iter().filter(|address| !address.is_skipped(now));
        let mut addresses: Vec<_> = usable.cloned().collect();
        if addresses.is_empty() {
            addresses = all.to_vec();
        }
        let first = turn % addresses.len();
        addresses.rotate_left(first);
        Candidates { turn, addresses }
    }

    /// Applies a new answer of the resolver: an address that is still listed
    /// keeps its position and counts, a new one is appended. An empty answer
    /// changes nothing.
    pub(super) fn replace(&self, found: &[SocketAddr]) {
        if found.is_empty() {
            return;
        }
        let mut lists = self.lists.write().unwrap_or_else(PoisonError::into_inner);
        let stay = lists.current.iter();
        let mut current: Vec<_> = stay
            .filter(|address| found.contains(&address.address))
            .cloned()
            .collect();
        for &address in found {
            if current.iter().any(|each| each.address == address) {
                continue;
            }
            let known = lists.known.iter().find(|each| each.address == address);
            let known = known.cloned().unwrap_or_else(|| Address::new(address));
            if !lists.known.iter().any(|each| each.address == address) {
                lists.known.push(known.clone());
            }
            current.push(known);
        }
        lists.current = current.into();
    }

    /// The addresses that sessions connect to.
    pub(super) fn list(&self) -> Vec<SocketAddr> {
        self.current().iter().map(|each| each.address).collect()
    }

    /// The counts of each address that was ever in the list.
    pub(super) fn stats(&self) -> Vec<AddressStats> {
        let lists = self.lists.read().unwrap_or_else(PoisonError::into_inner);
        lists.known.iter().map(|each| each.stats()).collect()
    }

    /// Resets the counts to zero.
    pub(super) fn reset_counts(&self) {
        let lists = self.lists.read().unwrap_or_else(PoisonError::into_inner);
        for each in &lists.known {
            each.sessions.store(0, Ordering::Relaxed);
            each.failed.store(0, Ordering::Relaxed);
        }
    }

    fn current(&self) -> Arc<[Arc<Address>]> {
        let lists = self.lists.read().unwrap_or_else(PoisonError::into_inner);
        lists.current.clone()
    }
}

impl Address {
    fn new(address: SocketAddr) -> Arc<Self> {
        Arc::new(Self {
            address,
            sessions: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            failures_in_row: AtomicU32::new(0),
            skipped_until: AtomicU64::new(0),
        })
    }

    pub(super) fn on_connected(&self) {
        self.sessions.fetch_add(1, Ordering::Relaxed);
        if self.failures_in_row.load(Ordering::Relaxed) > 0 {
            self.failures_in_row.store(0, Ordering::Relaxed);
            self.skipped_until.store(0, Ordering::Relaxed);
        }
    }

    pub(super) fn on_failed(&self, now: Instant) {
        self.failed.fetch_add(1, Ordering::Relaxed);
        let before = self.failures_in_row.fetch_add(1, Ordering::Relaxed);
        let skip = FIRST_SKIP * 2_u32.pow(before.min(5));
        let until = now + skip.min(MAX_SKIP);
        self.skipped_until.store(until.nanos(), Ordering::Relaxed);
    }

    fn is_skipped(&self, now: Instant) -> bool {
        now.nanos() < self.skipped_until.load(Ordering::Relaxed)
    }

    fn stats(&self) -> AddressStats {
        AddressStats {
            address: self.address,
            sessions: self.sessions.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(host: u8) -> SocketAddr {
        ([127, 0, 0, host], 25).into()
    }

    fn hosts(addresses: &Addresses, now: Instant) -> Vec<u8> {
        let candidates = addresses.candidates(now).addresses;
        let each = candidates.iter().map(|each| match each.address {
            SocketAddr::V4(v4) => v4.ip().octets()[3],
            SocketAddr::V6(_) => 0,
        });
        each.collect()
    }

    fn fail(addresses: &Addresses, host: u8, now: Instant) {
        let all = addresses.current();
        let found = all.iter().find(|each| each.address == address(host));
        found.unwrap().on_failed(now);
    }

    #[test]
    fn each_session_starts_at_the_next_address_and_can_fall_back_to_all() {
        let addresses = Addresses::new(&[1, 2, 3].map(address));
        let now = Instant::ORIGIN;
        assert_eq!(hosts(&addresses, now), [1, 2, 3]);
        assert_eq!(hosts(&addresses, now), [2, 3, 1]);
        assert_eq!(hosts(&addresses, now), [3, 1, 2]);
        assert_eq!(hosts(&addresses, now), [1, 2, 3]);
    }

    #[test]
    fn a_dead_address_is_skipped_for_a_while_that_grows_with_each_failure() {
        let addresses = Addresses::new(&[1, 2].map(address));
        let mut now = Instant::ORIGIN;
        for skip in [10, 20, 40, 80, 160, 300, 300] {
            fail(&addresses, 2, now);
            let end = now + Duration::from_secs(skip);
            let just_before = Instant::from_nanos(end.nanos() - 1);
            assert_eq!(hosts(&addresses, just_before), [1], "{skip} s");
            assert_eq!(hosts(&addresses, end).len(), 2, "{skip} s");
            now = end;
        }
        let all = addresses.current();
        all[1].on_connected();
        fail(&addresses, 2, now);
        let end = now + Duration::from_secs(10);
        assert_eq!(hosts(&addresses, end).len(), 2, "begins again");
    }

    #[test]
    fn sessions_of_a_dead_address_are_spread_over_all_others() {
        let addresses = Addresses::new(&[1, 2, 3, 4].map(address));
        let now = Instant::ORIGIN;
        fail(&addresses, 3, now);
        let firsts: Vec<_> = (0..6).map(|_| hosts(&addresses, now)[0]).collect();
        assert_eq!(firsts, [1, 2, 4, 1, 2, 4]);
    }

    #[test]
    fn if_all_addresses_are_dead_all_are_tried() {
        let addresses = Addresses::new(&[1, 2].map(address));
        let now = Instant::ORIGIN;
        fail(&addresses, 1, now);
        fail(&addresses, 2, now);
        assert_eq!(hosts(&addresses, now), [1, 2]);
        assert_eq!(hosts(&addresses, now), [2, 1]);
    }

    #[test]
    fn a_new_answer_keeps_positions_and_counts() {
        let addresses = Addresses::new(&[1, 2].map(address));
        addresses.current()[1].on_connected();
        fail(&addresses, 1, Instant::ORIGIN);
        addresses.replace(&[3, 2].map(address));
        assert_eq!(addresses.list(), [2, 3].map(address));
        addresses.replace(&[]);
        assert_eq!(addresses.list(), [2, 3].map(address));
        addresses.replace(&[1, 2].map(address));
        assert_eq!(addresses.list(), [2, 1].map(address));
        let stats = |host, sessions, failed| AddressStats {
            address: address(host),
            sessions,
            failed,
        };
        assert_eq!(
            addresses.stats(),
            [stats(1, 0, 1), stats(2, 1, 0), stats(3, 0, 0)]
        );
        addresses.reset_counts();
        assert!(addresses.stats().iter().all(|each| each.failed == 0));
    }
}
