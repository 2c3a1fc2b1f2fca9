//! All sessions are lost at once and reopened later: messages that fall due in
//! between wait, and none is dropped. The release binary once dropped them
//! where the debug build did not (rust-lang/rust issue 158206).

use std::net::{Shutdown, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use crate::support::{RunFolder, Server, Sesbench, Stage, Then};

const SESSIONS: u64 = 3;

/// How long the server is down: several of the slots' tries to reconnect.
const AWAY: Duration = Duration::from_millis(700);

/// A server that drops every connection, and refuses new ones for a while,
/// after it has accepted that many messages.
struct Outage {
    after: u64,
    accepted: AtomicU64,
    away: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Outage {
    fn server(after: u64) -> Server {
        let outage = Arc::new(Self {
            after,
            accepted: AtomicU64::new(0),
            away: AtomicBool::new(false),
            open: Mutex::default(),
        });
        Server::start(move |_, peer| {
            if outage.away.load(Ordering::SeqCst) {
                return;
            }
            outage.open.lock().unwrap().push(peer.connection());
            peer.serve(|stage, peer| {
                if stage != Stage::Accept || !outage.is_last() {
                    return Then::Reply;
                }
                peer.say(stage.reply());
                outage.begin();
                Then::HangUp
            });
        })
    }

    fn is_last(&self) -> bool {
        self.accepted.fetch_add(1, Ordering::SeqCst) + 1 == self.after
    }

    fn begin(self: &Arc<Self>) {
        self.away.store(true, Ordering::SeqCst);
        for connection in self.open.lock().unwrap().drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
        let outage = self.clone();
        thread::spawn(move || {
            thread::sleep(AWAY);
            outage.away.store(false, Ordering::SeqCst);
        });
    }
}

fn scenario(server: &Server, load: &str) -> String {
    format!(
        "[target]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n\
         [load]\nwarm_up = \"0s\"\nsessions = {SESSIONS}\n{load}\n",
        server.address().port()
    )
}

/// More than one worker: messages may return to another thread.
const WORKERS: &str = "--set load.workers=2";

/// All messages, except those that a session may have had in progress when the
/// server went down.
#[track_caller]
fn holds(folder: &RunFolder, scheduled: u64) {
    folder.adds_up();
    assert_eq!(folder.count("/totals/scheduled"), scheduled);
    assert_eq!(folder.count("/totals/unsent"), 0);
    let accepted = folder.count("/totals/accepted");
    assert!(
        accepted >= scheduled - SESSIONS,
        "{accepted} of {scheduled}"
    );
    assert!(folder.count("/sessions/reconnects") >= SESSIONS);
}

#[test]
fn the_open_model_loses_no_message_that_falls_due_meanwhile() {
    let server = Outage::server(50);
    let load = "rate = \"100/s\"\nduration = \"2s\"\ndrain = \"60s\"";
    let done = Sesbench::run_text(&scenario(&server, load), WORKERS).done();
    holds(&done.folder(), 200);
}

#[test]
fn the_closed_model_sends_all_its_messages() {
    let server = Outage::server(50);
    let load = "model = \"closed\"\nmessages = 200\ndrain = \"60s\"";
    let done = Sesbench::run_text(&scenario(&server, load), WORKERS).done();
    holds(&done.folder(), 200);
}

/// Both sessions are closed for idling in the four silent seconds; then more
/// messages fall due than the two can send at once.
#[test]
fn sessions_closed_for_idling_fail_no_message_of_the_next_burst() {
    let text = r#"
[target]
kind = "mock"

[load]
stages = [
    { to = "1/s" }, { hold = "2s" },
    { to = "0/s" }, { hold = "4s" },
    { to = "40/s" }, { hold = "3s" },
]
warm_up = "0s"
sessions = 2
drain = "60s"

[mock]
profile = "unlimited"
idle_timeout = "2s"
latency = { dot = "100ms" }
"#;
    let done = Sesbench::run_text(text, WORKERS).done();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/scheduled"), 122);
    assert_eq!(folder.count("/totals/accepted"), 122);
    // 120 messages of 100 ms over two sessions take twice as long as the burst.
    let rows = folder.rows("summary.csv");
    let response = rows.iter().find(|row| row["metric"] == "response").unwrap();
    let longest_us: f64 = response["max_us"].parse().unwrap();
    assert!(longest_us > 1e6, "{longest_us}");
}
