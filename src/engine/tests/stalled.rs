//! A server that stalls one session: the others take over the load.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use super::rig::run_against;
use crate::net::tests::server::{Guest, Server};
use crate::vocabulary::Outcome;

const MESSAGES: u64 = 60;
/// How many messages the other session must have sent before the stalled one
/// continues: more than half.
const ENOUGH: u64 = 50;

/// Accepts everything; the first session to send MAIL waits until the others
/// have had enough.
#[derive(Default)]
struct Floor {
    stalled: AtomicBool,
    in_time: AtomicBool,
    accepted: Mutex<u64>,
    changed: Condvar,
    by_the_stalled: AtomicU64,
}

impl Floor {
    fn serve(&self, mut guest: Guest) {
        guest.say("220 mx.example\r\n");
        guest.hear();
        guest.say("250 mx.example\r\n");
        let mut stalled = false;
        while guest.hear().starts_with("MAIL") {
            if !self.stalled.swap(true, Ordering::SeqCst) {
                stalled = true;
                self.wait_for_the_others();
            }
            carry(&mut guest);
            *self.accepted.lock().unwrap() += 1;
            self.changed.notify_all();
            self.by_the_stalled
                .fetch_add(u64::from(stalled), Ordering::SeqCst);
        }
        guest.say("221 Bye\r\n");
    }

    fn wait_for_the_others(&self) {
        let accepted = self.accepted.lock().unwrap();
        let patience = Duration::from_secs(40);
        let waited = self
            .changed
            .wait_timeout_while(accepted, patience, |accepted| *accepted < ENOUGH);
        let in_time = !waited.unwrap().1.timed_out();
        self.in_time.store(in_time, Ordering::SeqCst);
    }
}

/// Serves the rest of a transaction, after MAIL.
fn carry(guest: &mut Guest) {
    guest.say("250 Ok\r\n");
    guest.hear();
    guest.say("250 Ok\r\n");
    guest.hear();
    guest.say("354 Go on\r\n");
    guest.hear_content();
    guest.say("250 Ok\r\n");
}

/// Two workers with a session each. If messages were reserved for the stalled
/// worker, the other could not send them, and the server would wait in vain.
#[test]
fn another_worker_takes_the_load_of_a_stalled_one() {
    let floor = Arc::new(Floor::default());
    let server = {
        let floor = floor.clone();
        Server::for_all(move |guest| floor.serve(guest))
    };
    let (measured, _) = run_against(
        server.address,
        &[
            "load.rate=200/s",
            &format!("load.messages={MESSAGES}"),
            "load.sessions=2",
            "load.workers=2",
            "load.drain=50s",
        ],
    );
    assert!(floor.in_time.load(Ordering::SeqCst), "the load waited");
    let ended = &measured.counts().messages.ended;
    assert_eq!(ended.of(Outcome::Accepted), MESSAGES);
    let by_the_stalled = floor.by_the_stalled.load(Ordering::SeqCst);
    assert!((1..=MESSAGES - ENOUGH).contains(&by_the_stalled));
}
