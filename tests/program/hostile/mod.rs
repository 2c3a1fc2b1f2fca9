//! Servers that misbehave: every message still gets an outcome with phase and
//! text, and the program does not hang, panic or report success.
//!
//! The first session of each is correct, so that the run begins; the following
//! sessions fail.

mod between;
mod content;
mod measured;
mod opening;
mod replies;

use crate::support::{Done, Peer, Row, Server, Sesbench, Stage, Then};

/// Two messages, one after another, each on its own session.
const ON_DEMAND: &str = "--messages 2 --set load.connect=on_demand";

/// Two messages shortly after each other, in plaintext, with a login, on one
/// session.
fn run(server: &Server, words: &str) -> Sesbench {
    let scenario = format!(
        "[target]\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n\
         [load]\nrate = \"20/s\"\nwarm_up = \"0s\"\nsessions = 1\n",
        server.address().port()
    );
    Sesbench::run_text(&scenario, words)
        .env("SESBENCH_USERNAME", "somebody")
        .env("SESBENCH_PASSWORD", "something")
}

/// A server whose every session but the first runs `turn` at `stage`.
fn wrong_at(stage: Stage, turn: impl Fn(&mut Peer) -> Then + Send + Sync + 'static) -> Server {
    Server::start(move |number, peer| {
        peer.serve(|at, peer| match number > 0 && at == stage {
            true => turn(peer),
            false => Then::Reply,
        });
    })
}

/// The one row of that scope.
#[track_caller]
fn only(done: &Done, scope: &str) -> Row {
    let rows = done.folder().outcomes(scope);
    assert_eq!(rows.len(), 1, "{rows:#?}\n{}", done.stdout);
    rows.into_iter().next().unwrap()
}
