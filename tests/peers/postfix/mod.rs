//! A Postfix as server for `sesbench`: the messages counted as accepted are
//! those that its log has as queued and delivered.

mod accounts;
pub(crate) mod config;
mod entry;
mod limits;
pub(crate) mod log;
mod pipelining;
mod probes;
mod refusals;
mod retries;
pub(crate) mod server;

use crate::sesbench::{Program, Run};
use server::Postfix;

/// A run against it in which every message is accepted, and found in its log.
fn accounted(postfix: &Postfix, program: Program, recipients: usize) -> Run {
    let run = program.passes();
    let deliveries = run.total("accepted") as usize * recipients;
    let log = postfix.log(deliveries);
    assert_eq!(log.deliveries(), deliveries);
    let mails = log.mails();
    crate::accounting::agree(&run, mails.values().map(|mail| mail.message_id.as_str()));
    assert!(mails.values().all(|mail| mail.discarded == recipients));
    run
}

/// Its port without TLS, as arguments for `--target` and `--tls`.
fn plain(postfix: &Postfix) -> [String; 4] {
    target(postfix.ports.plain, "none")
}

fn target(port: u16, tls: &str) -> [String; 4] {
    ["--target", &format!("127.0.0.1:{port}"), "--tls", tls].map(str::to_owned)
}

/// A run with those arguments and words.
fn program(target: &[String], words: &str) -> Program {
    let target = target.iter().map(String::as_str);
    let words: Vec<_> = target.chain(words.split_whitespace()).collect();
    Program::run(&words)
}
