//! A run is repeatable: it leaves no state in the process.

use std::path::PathBuf;
use std::time::Duration;

use sesbench_mock::{Server, Settings};

use super::*;
use crate::app::results::ResultOptions;
use crate::measure::{Measurements, Second};
use crate::output::Report;
use crate::output::progress::Mode;
use crate::run::Finished;
use crate::scenario::{Override, Source, read};
use crate::vocabulary::StopReason;

/// Five messages to that server, over two sessions.
fn request(server: &Server, out: PathBuf) -> Request {
    let set = [
        "target.kind=smtp".to_owned(),
        "target.host=127.0.0.1".to_owned(),
        format!("target.port={}", server.port(587)),
        "target.insecure=true".to_owned(),
        "load.rate=50/s".to_owned(),
        "load.messages=5".to_owned(),
        "load.warm_up=0s".to_owned(),
        "load.sessions=2".to_owned(),
    ];
    let overrides: Vec<_> = set
        .iter()
        .map(|text| Override::assignment(text).unwrap())
        .collect();
    let environment = |name: &str| match name {
        "SESBENCH_USERNAME" => Some(server.username().to_owned()),
        "SESBENCH_PASSWORD" => Some(server.password().to_owned()),
        _ => None,
    };
    Request {
        plan: read(&Source::BuiltIn, &overrides, &environment).unwrap(),
        source: Source::BuiltIn,
        options: Options {
            out: Some(out),
            result: ResultOptions {
                format: Finished::JSON,
                exports: Vec::new(),
            },
            quiet: true,
            progress: Mode::None,
            ..Options::default()
        },
        secret: None,
    }
}

#[test]
fn a_process_carries_out_one_run_after_another() {
    let server = Server::start(Settings {
        ephemeral: true,
        ..Settings::default()
    })
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut ids = Vec::new();
    for name in ["first", "second"] {
        let mut report = Vec::new();
        let request = request(&server, folder.path().join(name));
        run(request, &Interrupts::default(), &mut report).unwrap();
        // Everything that it prints goes to the caller's writer, and is of this run.
        let json: serde_json::Value = serde_json::from_slice(&report).unwrap();
        assert_eq!(json["totals"]["accepted"], 5, "{json:#}");
        assert_eq!(json["status"], "finished");
        ids.push(json["run_id"].as_str().unwrap().to_owned());
    }
    assert_ne!(ids[0], ids[1]);
    assert_eq!(server.counts().accepted, 10);
}

/// Ends the run at its first complete second.
#[derive(Default)]
struct EndsAtOnce {
    calls: u32,
}

impl Watch for EndsAtOnce {
    fn on_second(&mut self, second: &Second, measured: &Measurements) -> Option<StopReason> {
        assert!(measured.counts().messages.scheduled >= second.counts.messages.scheduled);
        self.calls += 1;
        Some(StopReason::CeilingReached)
    }
}

#[test]
fn a_watch_ends_a_run_early() {
    let server = Server::start(Settings {
        ephemeral: true,
        ..Settings::default()
    })
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut request = request(&server, folder.path().join("watched"));
    request.plan.load.length = crate::schedule::Length::Duration(Duration::from_secs(60));
    let (mut watch, mut report) = (EndsAtOnce::default(), Vec::new());
    let watches: Vec<&mut dyn Watch> = vec![&mut watch];
    run_watched(request, &Interrupts::default(), watches, &mut report).unwrap();
    assert!(watch.calls > 0);
    let json: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let (scheduled, accepted) = (&json["totals"]["scheduled"], &json["totals"]["accepted"]);
    assert!(scheduled.as_u64().unwrap() < 2_000, "of 3,000: {scheduled}");
    assert!(accepted.as_u64().unwrap() > 0);
}
