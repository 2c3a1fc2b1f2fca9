//! Fewer local ports than sessions, in a network namespace of its own.

use tempfile::TempDir;

use super::{captured, holds, scenario};
use crate::peer;
use crate::sesbench::Program;

#[test]
#[ignore = "needs root or sudo, and iproute2; .ci/install-peers installs it"]
fn messages_wait_for_a_port_and_are_counted_once() {
    let folder = TempDir::new().unwrap();
    let ip = peer::program("ip", "iproute2");
    // The mock listens on five of the forty ports, and 50 sessions need one
    // each.
    let prepare = format!(
        "{} link set lo up && echo 40000 40039 >/proc/sys/net/ipv4/ip_local_port_range",
        ip.display()
    );
    let path = scenario(folder.path(), "3s", 1);
    let run = Program::run(&[&path]).within("-rn", &prepare).ends();
    assert_eq!(run.total("scheduled"), 600);
    holds(&run, &captured(folder.path()));
    let health = run.record["health"].as_array().unwrap();
    let named = health.iter().any(|each| each["code"] == "ports_exhausted");
    assert!(named, "{health:?}");
    let refused = "lost connect Cannot assign requested address (os error 99)";
    let sessions = run.refusals("session");
    assert!(
        sessions.iter().any(|line| line.ends_with(refused)),
        "{sessions:?}"
    );
}
