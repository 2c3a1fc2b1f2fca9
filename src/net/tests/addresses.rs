//! Connections to several addresses, some of them dead, and to a name whose
//! address changes while sessions are opened.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::session::Client;
use crate::net::{AddressStats, Connector, LookUp, LookUpTimes};
use crate::sys::clock::Clock;

/// Longer than any test should take on any machine.
const WATCH_DOG: Duration = Duration::from_secs(50);

/// Only failures cause a look-up.
const AFTER_FAILURES: LookUpTimes = LookUpTimes {
    period: Duration::from_secs(3600),
    min_gap: Duration::ZERO,
};

fn listener(host: u8) -> TcpListener {
    TcpListener::bind(SocketAddr::from(([127, 0, 0, host], 0))).unwrap()
}

/// A port that is bound without a listener: connections are refused.
fn dead(host: u8) -> (socket2::Socket, SocketAddr) {
    let bound = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    let any = SocketAddr::from(([127, 0, 0, host], 0));
    bound.bind(&any.into()).unwrap();
    let address = bound.local_addr().unwrap().as_socket().unwrap();
    (bound, address)
}

fn connector(addresses: &[SocketAddr]) -> Connector {
    let target = Client::default().target(addresses[0]);
    Connector::new(&target.connector_config(), "mx.example", addresses.to_vec()).unwrap()
}

fn connect(connector: &Connector) -> io::Result<SocketAddr> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let clock = Clock::start();
    let deadline = clock.now() + WATCH_DOG;
    let stream = runtime.block_on(connector.connect(clock, deadline))?;
    stream.stream().peer_addr()
}

fn stats(connector: &Connector, address: SocketAddr) -> AddressStats {
    let all = connector.addresses();
    *all.iter().find(|each| each.address == address).unwrap()
}

#[track_caller]
fn wait_until(mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < WATCH_DOG, "it never holds");
        thread::sleep(Duration::from_millis(2));
    }
}

/// A name that resolves to whatever the test sets.
#[derive(Clone, Default)]
struct Name {
    leads_to: Arc<Mutex<Vec<SocketAddr>>>,
    asked: Arc<AtomicUsize>,
}

impl Name {
    fn set(&self, addresses: &[SocketAddr]) {
        *self.leads_to.lock().unwrap() = addresses.to_vec();
    }

    fn look_up(&self) -> LookUp {
        let name = self.clone();
        Box::new(move || {
            name.asked.fetch_add(1, Ordering::SeqCst);
            match name.leads_to.lock().unwrap().clone() {
                none if none.is_empty() => Err(io::Error::other("no answer")),
                found => Ok(found),
            }
        })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

#[test]
fn a_dead_address_fails_no_session() {
    let live = [1, 2, 4].map(listener);
    let [first, second, fourth] = live.each_ref().map(|each| each.local_addr().unwrap());
    let (_bound, third) = dead(3);
    let connector = connector(&[first, second, third, fourth]);
    for _ in 0..30 {
        connect(&connector).unwrap();
    }
    let dead = stats(&connector, third);
    assert_eq!(dead.sessions, 0);
    assert!(dead.failed >= 1, "it was tried");
    assert!(dead.failed < 15, "it was skipped: {}", dead.failed);
    let live = [first, second, fourth].map(|address| stats(&connector, address));
    assert_eq!(live.map(|each| each.failed), [0, 0, 0]);
    let sessions = live.map(|each| each.sessions);
    assert_eq!(sessions.iter().sum::<u64>(), 30);
    assert!(sessions.iter().all(|&each| each >= 5), "{sessions:?}");
}

#[test]
fn where_no_address_accepts_the_session_fails_and_each_was_tried() {
    let (bound, addresses): (Vec<_>, Vec<_>) = [1, 2].map(dead).into_iter().unzip();
    let connector = connector(&addresses);
    let error = connect(&connector).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
    for address in addresses {
        assert_eq!(stats(&connector, address).failed, 1);
    }
    drop(bound);
}

#[test]
fn a_new_address_of_the_name_is_used_after_a_failed_connection() {
    let (_bound, old) = dead(1);
    let new_home = listener(2);
    let new = new_home.local_addr().unwrap();
    let name = Name::default();
    name.set(&[new]);
    let connector = connector(&[old]);
    connector.follow(name.look_up(), AFTER_FAILURES).unwrap();
    assert_eq!(name.asked(), 0, "nothing has failed yet");
    connect(&connector).unwrap_err();
    wait_until(|| connect(&connector).is_ok_and(|address| address == new));
    assert!(name.asked() >= 1);
    assert_eq!(stats(&connector, old).sessions, 0);
    assert!(stats(&connector, old).failed >= 1, "its count is kept");
    assert_eq!(stats(&connector, new).sessions, 1);
}

#[test]
fn a_name_is_looked_up_periodically_without_failures() {
    let homes = [1, 2].map(listener);
    let [old, new] = homes.each_ref().map(|each| each.local_addr().unwrap());
    let name = Name::default();
    name.set(&[old]);
    let connector = connector(&[old]);
    let often = LookUpTimes {
        period: Duration::from_millis(5),
        min_gap: Duration::ZERO,
    };
    connector.follow(name.look_up(), often).unwrap();
    wait_until(|| name.asked() >= 3);
    assert_eq!(connect(&connector).unwrap(), old);
    name.set(&[new]);
    wait_until(|| connect(&connector).unwrap() == new);
    assert_eq!(stats(&connector, old).failed, 0);
}

#[test]
fn a_resolver_that_does_not_answer_changes_nothing() {
    let home = listener(1);
    let (_bound, dead) = dead(2);
    let address = home.local_addr().unwrap();
    let name = Name::default();
    let connector = connector(&[dead, address]);
    connector.follow(name.look_up(), AFTER_FAILURES).unwrap();
    connect(&connector).unwrap();
    wait_until(|| name.asked() >= 1);
    assert_eq!(connect(&connector).unwrap(), address);
}

#[test]
fn an_address_that_is_new_and_dead_is_left_out() {
    let home = listener(1);
    let (_bound, dead) = dead(2);
    let address = home.local_addr().unwrap();
    let name = Name::default();
    name.set(&[dead, address]);
    let connector = connector(&[address]);
    let often = LookUpTimes {
        period: Duration::from_millis(5),
        min_gap: Duration::ZERO,
    };
    connector.follow(name.look_up(), often).unwrap();
    wait_until(|| name.asked() >= 3);
    for _ in 0..4 {
        assert_eq!(connect(&connector).unwrap(), address);
    }
    assert_eq!(connector.addresses().len(), 1);
}

/// A resolver that answers once for each item in the channel.
fn slow_look_up(asked: Sender<()>, go: Receiver<()>) -> LookUp {
    Box::new(move || {
        let _ = asked.send(());
        let _ = go.recv();
        Err(io::Error::other("no answer"))
    })
}

#[test]
fn sessions_do_not_wait_for_the_resolver_and_their_failures_cause_one_look_up() {
    let (_bound, address) = dead(1);
    let connector = connector(&[address]);
    let ((asked, was_asked), (go, may_go)) = (channel(), channel());
    let look_up = slow_look_up(asked, may_go);
    connector.follow(look_up, AFTER_FAILURES).unwrap();
    for _ in 0..50 {
        connect(&connector).unwrap_err();
    }
    // The first failure woke the thread, which still waits for its answer; the
    // failures since then cause one more look-up.
    was_asked.recv_timeout(WATCH_DOG).unwrap();
    for _ in 0..50 {
        connect(&connector).unwrap_err();
    }
    go.send(()).unwrap();
    was_asked.recv_timeout(WATCH_DOG).unwrap();
    go.send(()).unwrap();
    // The thread ends with its connector, and drops its end of the channel.
    drop(connector);
    assert!(was_asked.recv_timeout(WATCH_DOG).is_err());
}
