//! `sesbench probe`: what it shows of a session, and that each failure gets its
//! diagnosis.

mod limits;
mod network;
mod passwords;
mod replies;
mod run;
mod session;
mod situations;
mod tls;

use serde_json::Value;
use sesbench_mock::{Credentials, Server, Settings};

use crate::support::{Done, Sesbench};

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";

/// A probe with JSON output.
fn probe(words: &str) -> Sesbench {
    Sesbench::new(&format!("probe {words} --format json"))
}

fn json(done: &Done) -> Value {
    serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {}", done.stderr))
}

/// The ids of the diagnoses.
fn ids(done: &Done) -> Vec<String> {
    let json = json(done);
    let each = json["diagnoses"].as_array().unwrap().iter();
    each.map(|each| each["id"].as_str().unwrap().to_owned())
        .collect()
}

/// The complete diagnosis of a probe that ends with that exit code.
#[track_caller]
fn diagnosis(program: Sesbench, code: i32, id: &str) -> Value {
    let done = program.done().with(code);
    assert_eq!(ids(&done), [id], "{}", done.stdout);
    json(&done)["diagnoses"][0].clone()
}

/// A mock in this process, with known credentials.
fn mock(settings: Settings) -> Server {
    let settings = Settings {
        ephemeral: true,
        workers: Some(1),
        ..settings
    };
    Server::start_with(settings, vec![Credentials::new(ACCESS_KEY, SECRET).into()]).unwrap()
}

/// A probe of that mock, as a server that is not known to be SES.
fn probe_of(mock: &Server, port: u16, words: &str) -> Sesbench {
    let program = probe(&format!("127.0.0.1:{} {words}", mock.port(port)));
    let ca = program.file("ca.pem", mock.ca_pem());
    program.arg("--ca-file").arg(ca)
}

fn with_login(program: Sesbench, username: &str, password: &str) -> Sesbench {
    program
        .env("SESBENCH_USERNAME", username)
        .env("SESBENCH_PASSWORD", password)
}
