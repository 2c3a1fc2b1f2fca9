//! A server that is down for a while: messages wait, and the slots' back-off
//! does not make the outage longer than it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::rig::run_against;
use crate::net::tests::server::{Guest, Server};
use crate::vocabulary::Outcome;

/// Connections after the first that are closed without a reply. With the slot's
/// back-off alone, that many tries take more than a minute.
const REFUSED: u64 = 20;

/// Serves three messages, closes the next connections, and then serves
/// everything.
#[derive(Default)]
struct Outage(AtomicU64);

impl Outage {
    fn serve(&self, mut guest: Guest) {
        let number = self.0.fetch_add(1, Ordering::SeqCst);
        if (1..=REFUSED).contains(&number) {
            return;
        }
        let most = if number == 0 { 3 } else { u64::MAX };
        guest.say("220 mx.example\r\n");
        guest.hear();
        guest.say("250 mx.example\r\n");
        let mut served = 0;
        while served < most && guest.hear().starts_with("MAIL") {
            guest.say("250 Ok\r\n");
            guest.hear();
            guest.say("250 Ok\r\n");
            guest.hear();
            guest.say("354 Go on\r\n");
            guest.hear_content();
            guest.say("250 Ok\r\n");
            served += 1;
        }
    }
}

/// How many of thirty messages are accepted with twenty seconds of drain.
fn accepted_through_an_outage(overrides: &[&str]) -> u64 {
    let outage = Arc::new(Outage::default());
    let server = {
        let outage = outage.clone();
        Server::for_all(move |guest| outage.serve(guest))
    };
    let always = ["load.messages=30", "load.sessions=1", "load.drain=20s"];
    let overrides = [&always, overrides].concat();
    let (measured, finished) = run_against(server.address, &overrides);
    assert_eq!(finished.stopped, None);
    // The first session, the closed ones, and the one that sends the rest.
    assert_eq!(measured.counts().sessions.opened, REFUSED + 2);
    let ended = &measured.counts().messages.ended;
    // The first session may have lost a message in progress.
    assert!(ended.of(Outcome::Lost) <= 1);
    ended.of(Outcome::Accepted) + ended.of(Outcome::Lost)
}

#[test]
fn while_messages_wait_one_session_is_tried_again_and_again() {
    assert_eq!(accepted_through_an_outage(&["load.rate=100/s"]), 30);
}

#[test]
fn the_closed_model_tries_again_and_again_too() {
    assert_eq!(accepted_through_an_outage(&["load.model=closed"]), 30);
}
