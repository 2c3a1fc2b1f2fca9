//! A server that stalls periodically: `response` shows it, and `service`, the
//! attempts alone, hides it. `src/simulated/tests/periodic_stalls.rs` checks
//! the exact values in injected time, and `benches/stalls/run.py` on a quiet
//! machine.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::support::{RunFolder, Server, Sesbench, Stage, Then};

const EVERY: u64 = 50;
const STALL: Duration = Duration::from_millis(600);

/// Every 50th message stalls every connection.
fn stalling() -> Server {
    let begun = Arc::new(Mutex::new(0_u64));
    Server::start(move |_, peer| {
        let begun = begun.clone();
        peer.serve(|stage, _| {
            // The lock is held during the stall: no other message is answered
            // then.
            let mut begun = begun.lock().unwrap();
            if stage == Stage::Mail {
                *begun += 1;
                if begun.is_multiple_of(EVERY) {
                    thread::sleep(STALL);
                }
            }
            Then::Reply
        });
    })
}

fn p90_us(folder: &RunFolder, metric: &str) -> f64 {
    let rows = folder.rows("summary.csv");
    let row = rows.iter().find(|row| row["metric"] == metric).unwrap();
    row["p90_us"].parse().unwrap()
}

#[test]
fn response_shows_a_stall_of_the_server_and_service_hides_it() {
    let server = stalling();
    let words = format!(
        "--target {} --tls none --rate 50/s --messages 300 --warm-up 0s --sessions 2 \
         --threshold outcome.accepted>=100% --threshold rate.achieved>=0%",
        server.address()
    );
    let done = Sesbench::run(&words).done().passed();
    let folder = done.folder();
    assert_eq!(folder.count("/totals/accepted"), 300);
    let [response, service] = ["response", "service"].map(|span| p90_us(&folder, span));
    // Most messages of each second wait for the end of its stall; of the
    // attempts, only one a session is affected.
    assert!(
        response > 2.0 * service,
        "response {response} us, service {service} us"
    );
}
