//! A target that moves to another address during a run.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::rig::run_against_name;
use crate::engine::Progress;
use crate::net::tests::server::{Guest, Server};
use crate::net::{LookUp, LookUpTimes};
use crate::vocabulary::Outcome;

/// Accepts one message a session.
fn one_message(mut guest: Guest) {
    guest.behave(5);
    guest.say("250 Ok\r\n");
    guest.hear();
    guest.say("221 Bye\r\n");
}

#[test]
fn a_run_follows_its_target_to_another_address() {
    let (old, new) = (Server::for_all(one_message), Server::for_all(one_message));
    let (old_address, new_address) = (old.address, new.address);
    let leads_to = Arc::new(Mutex::new(old_address));
    let look_up: LookUp = Box::new({
        let leads_to = leads_to.clone();
        move || Ok(vec![*leads_to.lock().unwrap()])
    });
    let times = LookUpTimes {
        period: Duration::from_secs(3600),
        min_gap: Duration::ZERO,
    };
    let mut old = Some(old);
    let load = [
        "load.rate=50/s",
        "load.messages=100",
        "load.sessions=4",
        "load.messages_per_session=1",
    ];
    let (measured, _, connector) = run_against_name(
        old_address,
        &load,
        |connector| connector.follow(look_up, times).unwrap(),
        |progress| {
            if progress == Progress::Started {
                *leads_to.lock().unwrap() = new_address;
                drop(old.take());
            }
        },
    );
    let counts = measured.counts();
    assert_eq!(counts.messages.ended.of(Outcome::Accepted), 100);
    let addresses = connector.addresses();
    let of = |address| addresses.iter().find(|each| each.address == address);
    assert!(of(old_address).unwrap().failed >= 1, "{addresses:?}");
    assert!(of(new_address).unwrap().sessions >= 90, "{addresses:?}");
}
