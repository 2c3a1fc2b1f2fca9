//! The two lines of JSON on stdout. Their keys are a contract with programs that
//! start the mock.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::Serialize;

use crate::account::User;
use crate::observers::Counts;
use crate::server::Server;

/// Printed once, when clients can connect.
///
/// It is the only place where the password is shown, so it has no `Debug`.
#[derive(Serialize)]
pub struct Ready {
    ready: bool,
    host: IpAddr,
    ports: BTreeMap<u16, u16>,
    ca_file: PathBuf,
    /// Address of the control endpoint, if it is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    control: Option<SocketAddr>,
    region: String,
    seed: u64,
    username: String,
    password: String,
    /// All users, if there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    users: Vec<Login>,
}

#[derive(Serialize)]
struct Login {
    name: String,
    username: String,
    password: String,
}

/// Printed once, when no client can connect any more.
#[derive(Debug, Serialize)]
pub struct Stopped {
    stopped: bool,
    counts: Totals,
}

#[derive(Debug, Serialize)]
struct Totals {
    #[serde(flatten)]
    counts: Counts,
    cpu_us: u64,
}

impl Ready {
    /// The ready line of `server`.
    #[must_use]
    pub fn of(server: &Server) -> Ready {
        Ready {
            ready: true,
            host: server.host(),
            ports: server.ports().clone(),
            ca_file: server.ca_file().to_owned(),
            control: control(server),
            region: server.region().to_owned(),
            seed: server.seed(),
            username: server.username().to_owned(),
            password: server.password().to_owned(),
            users: logins(server),
        }
    }
}

impl Stopped {
    /// The counts, and the CPU time of the process in microseconds.
    #[must_use]
    pub fn new(counts: Counts, cpu_us: u64) -> Stopped {
        Stopped {
            stopped: true,
            counts: Totals { counts, cpu_us },
        }
    }
}

#[cfg(feature = "control")]
fn control(server: &Server) -> Option<SocketAddr> {
    server.control()
}

#[cfg(not(feature = "control"))]
fn control(_: &Server) -> Option<SocketAddr> {
    None
}

fn logins(server: &Server) -> Vec<Login> {
    let login = |user: &User| Login {
        name: user.name().to_owned(),
        username: user.username().to_owned(),
        password: user.password(server.region()).expose().to_owned(),
    };
    let users: Vec<Login> = server.users().map(login).collect();
    if users.len() > 1 { users } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::Credentials;
    use crate::golden::{assert_golden, shape};

    /// The order of their keys, and the types of their values.
    fn golden(name: &str, line: &impl Serialize) {
        let text = serde_json::to_string_pretty(line).unwrap();
        let top = text.lines().filter_map(|line| line.strip_prefix("  \""));
        let order: Vec<_> = top.filter_map(|line| line.split('"').next()).collect();
        let json = serde_json::to_value(line).unwrap();
        let text = format!("order: {}\n{}", order.join(", "), shape(&json));
        assert_golden(name, &text);
    }

    #[test]
    fn golden_of_the_ready_line() {
        let server = Server::builder().seed(7).start().unwrap();
        golden("ready.txt", &Ready::of(&server));
    }

    #[cfg(feature = "control")]
    #[test]
    fn golden_of_the_ready_line_with_users_and_a_control_endpoint() {
        let users = [Credentials::random(), Credentials::random()];
        let server = Server::builder().users(users).control().start().unwrap();
        golden("ready-users-control.txt", &Ready::of(&server));
    }

    #[test]
    fn golden_of_the_stopped_line() {
        let counts = Counts {
            replies: [("250 Ok".to_owned(), 1)].into(),
            ..Counts::default()
        };
        golden("stopped.txt", &Stopped::new(counts, 1));
    }
}
