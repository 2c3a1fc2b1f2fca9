//! The page as a scraper sees it, over HTTP, and the names that the docs use.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::measure::{Timing, channel};
use crate::vocabulary::{Cause, Event, Instant, Observer, Outcome, Phase, SlotId};

/// Sessions that a server refuses with every code there is, in every phase.
fn after_invented_codes() -> Metrics {
    let metrics = Metrics::default();
    let timing = Timing {
        warm_up: Duration::ZERO,
        open_model: true,
        recipients: 1,
    };
    let (collector, mut recorders, timeline) = channel(1, timing);
    timeline.begin(Instant::ORIGIN);
    let mut recorder = recorders.pop().unwrap();
    let slot = SlotId(0);
    for phase in Phase::ALL {
        for code in 0..1_000 {
            let text = format!("text {code}");
            let cause = Cause {
                phase: Some(*phase),
                code: Some(code),
                enhanced: None,
                failure: None,
                detail: None,
                text: &text,
            };
            let began = Instant::ORIGIN;
            let at = began + Duration::from_millis(3);
            recorder.on_event(began, &Event::SessionOpening { slot });
            let phase = *phase;
            recorder.on_event(at, &Event::PhaseEnded { slot, phase, began });
            let ended = Event::SessionEnded {
                slot,
                ready: false,
                failure: Some((Outcome::Rejected, cause)),
            };
            recorder.on_event(at, &ended);
        }
    }
    drop(recorder);
    let load = Load {
        target_rate: Some(50.0),
        generator_busy: Some(0.25),
        machine_busy: Some(0.5),
    };
    let (_, written) = collector.run(|second, _| {
        metrics.second(second, load);
        Ok::<(), ()>(())
    });
    written.unwrap();
    metrics
}

/// The same when the run is over.
fn at_the_end() -> Metrics {
    let metrics = after_invented_codes();
    metrics.found(Findings {
        warning: 2,
        inconclusive: 1,
    });
    metrics
}

fn series(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.starts_with('#')).collect()
}

fn value(text: &str, name: &str) -> f64 {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("{name} in {text}"))
        .parse()
        .unwrap()
}

/// The names of all metrics, with those of the samples of histograms.
fn names() -> BTreeSet<String> {
    let metrics = [after_invented_codes(), at_the_end()];
    let texts = metrics.map(|metrics| metrics.text(TextFormat::Prometheus));
    let name = |line: &str| line.split(['{', ' ']).next().unwrap().to_owned();
    let lines = texts.iter().flat_map(|text| series(text));
    lines.map(name).collect()
}

#[test]
fn a_server_that_invents_codes_adds_no_series_without_limit() {
    let text = after_invented_codes().text(TextFormat::Prometheus);
    let replies: Vec<_> = series(&text)
        .into_iter()
        .filter(|line| line.starts_with("sesbench_replies_total{"))
        .collect();
    assert!(replies.len() <= replies::MAX_SERIES, "{}", replies.len());
    let count = |line: &&str| line.rsplit(' ').next().unwrap().parse::<u64>().unwrap();
    let all: u64 = replies.iter().map(count).sum();
    assert_eq!(all, 1_000 * Phase::COUNT as u64, "none is lost");
    assert!(!text.contains("text "), "no text of a server");
    // As if every phase had values, and with the findings.
    let phases = text.matches("sesbench_phase_seconds_sum{").count();
    assert!(phases > 0, "{phases}");
    let each = buckets::BOUNDS.len() + 3;
    let all = series(&text).len() + (Phase::COUNT - phases) * each + 2;
    assert!(all <= 500, "{all}");
}

#[test]
fn values_are_in_base_units_and_histograms_are_cumulative() {
    let text = at_the_end().text(TextFormat::Prometheus);
    for (name, expected) in [
        ("sesbench_sessions_opened_total", 15_000.0),
        ("sesbench_sessions_failed_total", 15_000.0),
        ("sesbench_messages_total{outcome=\"accepted\"}", 0.0),
        ("sesbench_findings{severity=\"warning\"}", 2.0),
        ("sesbench_findings{severity=\"inconclusive\"}", 1.0),
        // The run is over.
        ("sesbench_target_messages_per_second", 0.0),
        ("sesbench_response_seconds_count", 0.0),
    ] {
        assert_eq!(value(&text, name), expected, "{name}");
    }
    let bucket = |le: &str| {
        let name = "sesbench_phase_seconds_bucket";
        value(&text, &format!("{name}{{phase=\"resolve\",le=\"{le}\"}}"))
    };
    assert_eq!(
        [bucket("0.002"), bucket("0.005"), bucket("+Inf")],
        [0.0, 1e3, 1e3]
    );
    let sum = value(&text, "sesbench_phase_seconds_sum{phase=\"resolve\"}");
    assert!((sum / 3.0 - 1.0).abs() < 1e-3, "{sum}");
}

#[test]
fn the_formats_have_the_same_series() {
    let metrics = after_invented_codes();
    let [prometheus, openmetrics] =
        [TextFormat::Prometheus, TextFormat::OpenMetrics].map(|format| metrics.text(format));
    assert_eq!(series(&prometheus).len(), series(&openmetrics).len());
    assert!(openmetrics.ends_with("# EOF\n"));
}

fn exchanged(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    // It may refuse before it has read everything.
    let _ = stream.write_all(request);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8(bytes).unwrap()
}

#[test]
fn it_is_served_until_it_is_dropped() {
    let metrics = after_invented_codes();
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let server = Server::start(loopback, metrics.clone()).unwrap();
    let address = server.address();
    assert!(
        Server::start(address, metrics.clone()).is_err(),
        "the port is taken"
    );
    // Clients that send nothing do not keep others waiting.
    let silent: Vec<_> = (0..3)
        .map(|_| TcpStream::connect(address).unwrap())
        .collect();
    let response = exchanged(address, b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4"));
    assert_eq!(body, metrics.text(TextFormat::Prometheus));
    let asked = b"GET /metrics HTTP/1.1\r\nAccept: application/openmetrics-text\r\n\r\n";
    let response = exchanged(address, asked);
    assert!(response.contains("Content-Type: application/openmetrics-text; version=1.0.0"));
    assert!(response.ends_with("# EOF\n"));
    let response = exchanged(address, b"GET /other HTTP/1.1\r\n\r\n");
    assert!(
        response.starts_with("HTTP/1.1 404 Not Found\r\n"),
        "{response}"
    );
    drop(server);
    drop(silent);
    assert!(TcpStream::connect(address).is_err(), "the port is free");
}

/// Their time does not pass, so that only the limit of connections can close them.
#[test]
fn clients_that_send_nothing_do_not_keep_a_scrape_waiting_however_many_there_are() {
    let metrics = after_invented_codes();
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    let day = Duration::from_secs(86_400);
    let server = Server::start_with(loopback, metrics.clone(), day).unwrap();
    let address = server.address();
    let mut silent = Vec::new();
    for _ in 0..3 * server::MAX_CONNECTIONS {
        silent.push(TcpStream::connect(address).unwrap());
    }
    let response = exchanged(address, b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!(response.ends_with(&metrics.text(TextFormat::Prometheus)));
    // The scrape was the last connection: the others that are open are the youngest.
    let open = server::MAX_CONNECTIONS - 1;
    let (closed, open) = silent.split_at_mut(3 * server::MAX_CONNECTIONS - open);
    for stream in closed {
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        assert!(matches!(stream.read(&mut [0]), Ok(0)), "closed");
    }
    for stream in open {
        stream.set_nonblocking(true).unwrap();
        let error = stream.read(&mut [0]).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock, "open");
    }
}

fn file(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Every word of a text that begins like a metric.
fn mentioned(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let ours = words.filter(|word| word.starts_with("sesbench_"));
    ours.map(str::to_owned).collect()
}

#[test]
fn the_dashboard_asks_for_metrics_that_exist() {
    let dashboard = file("docs/grafana/sesbench.json");
    let parsed: serde_json::Value = serde_json::from_str(&dashboard).unwrap();
    let panels = parsed["panels"].as_array().unwrap();
    let is_ours = |value: &serde_json::Value| {
        value["datasource"]["uid"] == "${datasource}" && value["datasource"]["type"] == "prometheus"
    };
    let ids: BTreeSet<_> = panels.iter().map(|panel| panel["id"].as_u64()).collect();
    assert!(ids.len() == panels.len() && !ids.contains(&None), "{ids:?}");
    for panel in panels {
        let targets = panel["targets"].as_array().unwrap();
        let names: BTreeSet<_> = targets.iter().map(|it| it["refId"].as_str()).collect();
        assert!(
            names.len() == targets.len() && !names.contains(&None),
            "{panel}"
        );
        assert!(
            is_ours(panel) && targets.iter().all(is_ours),
            "the user chooses the source: {panel}"
        );
        let has_text = panel["title"]
            .as_str()
            .is_some_and(|title| !title.is_empty());
        assert!(has_text && panel["description"].is_string(), "{panel}");
        for target in targets {
            let asked = mentioned(target["expr"].as_str().unwrap());
            assert!(!asked.is_empty(), "{panel}");
        }
    }
    let variables = &parsed["templating"]["list"];
    assert_eq!(variables[0]["name"], "datasource");
    assert_eq!(variables[0]["query"], "prometheus");
    assert_eq!(parsed["uid"], "sesbench");
    let unknown: Vec<_> = mentioned(&dashboard)
        .difference(&names())
        .cloned()
        .collect();
    assert_eq!(unknown, Vec::<String>::new());
}

#[test]
fn the_docs_list_every_metric_and_no_other() {
    let docs = file("docs/metrics.md");
    let rows = docs
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(['`', '{']).next());
    let listed: BTreeSet<String> = rows.map(str::to_owned).collect();
    let base = |name: &String| {
        let suffix = ["_bucket", "_sum", "_count"]
            .iter()
            .find_map(|end| name.strip_suffix(end));
        suffix
            .filter(|name| name.ends_with("_seconds"))
            .unwrap_or(name)
            .to_owned()
    };
    let registered: BTreeSet<String> = names().iter().map(base).collect();
    assert_eq!(listed, registered);
}
