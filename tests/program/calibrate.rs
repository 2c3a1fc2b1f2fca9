//! A mock calibrated by a run answers as slowly as that run's target did.

use std::path::Path;

use sesbench_mock::settings::Delay;

use crate::support::{Done, Sesbench, scenario};

/// A run whose target has a long round trip and is slow at MAIL: by so much
/// that even a loaded machine does not take as long without a delay.
const ORIGINAL: &str = "[load]\nrate = \"20/s\"\nduration = \"3s\"\nwarm_up = \"200ms\"\n\
    sessions = 30\nmessages_per_session = 1\n\
    [mock]\nprofile = \"unlimited\"\nrtt = \"40ms\"\n[mock.latency]\n\
    tls = \"7ms\"\nauth = { from = \"10ms\", to = \"30ms\" }\nmail = \"150ms\"\n\
    dot = { median = \"30ms\", p99 = \"90ms\" }\n";

/// The same load, on a mock with the calibration of that run.
fn taught(run: &Path) -> Sesbench {
    let load = ORIGINAL.split("[mock]").next().unwrap();
    let text = format!("{load}[mock]\nprofile = \"unlimited\"\n");
    let run = run.to_str().unwrap().to_owned();
    Sesbench::run_text(&text, "").arg("--calibrate").arg(run)
}

/// A value of a phase, in microseconds.
fn value(done: &Done, phase: &str, column: &str) -> f64 {
    let rows = done.folder().rows("summary.csv");
    let row = rows.iter().find(|row| row["metric"] == phase).unwrap();
    row[column].trim_start_matches('>').parse().unwrap()
}

/// Each phase maps to its stage, and the stage waits as long as it was
/// calibrated. The test asserts only what holds on any machine: no calibrated
/// delay is longer than what was measured, and no reply arrives before its
/// delay is over. `src/analysis/calibration/tests.rs` checks without a clock
/// that quantiles are reproduced.
fn reproduces(tls: &str, phases: &[(&str, &str)]) {
    let original = Sesbench::run_text(ORIGINAL, &format!("--tls {tls}"));
    let original = original.done().passed();
    let run = original.folder().path().to_owned();
    let again = taught(&run).arg("--tls").arg(tls).done().passed();
    again.folder().adds_up();
    let latency = &again.folder().json()["plan"]["target"]["kind"]["settings"]["latency"];
    let at_least = |row: &str, delay_us: f64| {
        let is = value(&again, row, "min_us") * 1.001;
        assert!(is >= delay_us, "{row}: {is} us for {delay_us} us");
    };
    let mut shortest_of_all = 0.0;
    for &(phase, stage) in phases {
        let delay: Delay = serde_json::from_value(latency[stage].clone()).unwrap();
        let [shortest, longest] = [0.0, 1.0].map(|q| delay.quantile(q).as_secs_f64() * 1e6);
        assert!(longest > 0.0, "{stage} was taught nothing");
        // Histograms keep three digits.
        let was = value(&original, phase, "max_us") * 1.001;
        assert!(longest <= was, "{stage}: {longest} us of {was} us");
        // The first two delays begin when the server has accepted the
        // connection or sent its 220, the last when it has received the dot:
        // the client may read its clock later.
        if !["banner", "tls", "accept"].contains(&phase) {
            at_least(phase, shortest);
        }
        if ["mail", "rcpt", "data", "accept"].contains(&phase) {
            shortest_of_all += shortest;
        }
    }
    at_least("transaction", shortest_of_all);
    // A phase that was slow in the original is slow now.
    let [mail, rcpt] = ["mail", "rcpt"].map(|phase| value(&again, phase, "p50_us"));
    assert!(mail > 2.0 * rcpt, "mail {mail} us, rcpt {rcpt} us");
}

#[test]
fn a_run_over_starttls_is_reproduced_phase_by_phase() {
    let phases = [
        ("banner", "banner"),
        ("ehlo", "ehlo"),
        ("starttls", "starttls"),
        ("tls", "tls"),
        ("ehlo_tls", "ehlo_tls"),
        ("auth", "auth"),
        ("mail", "mail"),
        ("rcpt", "rcpt"),
        ("data", "data"),
        ("accept", "dot"),
        ("quit", "quit"),
    ];
    reproduces("starttls", &phases);
}

#[test]
fn a_run_over_the_wrapper_is_reproduced_phase_by_phase() {
    let phases = [
        ("tls", "tls"),
        ("banner", "banner"),
        ("ehlo_tls", "ehlo"),
        ("auth", "auth"),
        ("mail", "mail"),
        ("rcpt", "rcpt"),
        ("data", "data"),
        ("accept", "dot"),
        ("quit", "quit"),
    ];
    reproduces("wrapper", &phases);
}

#[test]
fn a_calibration_can_be_stored_and_used_again() {
    // Far above what a loaded machine takes without a delay, as MAIL is: a
    // distribution below the floor would be stored as zero.
    let slow_dot = "mock.latency.dot={ median = '150ms', p99 = '600ms' }";
    let original = Sesbench::run_text(ORIGINAL, "--duration 1s")
        .arg("--set")
        .arg(slow_dot)
        .done()
        .passed();
    let run = original.folder().path().to_str().unwrap().to_owned();
    let keep = Sesbench::new("mock --write-settings kept.toml --calibrate").arg(run);
    let kept = keep.done().with(0);
    assert_eq!(kept.stdout, "");
    let file = kept.directory().join("kept.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("# Delays of mock 127.0.0.1:"), "{text}");
    let table: toml::Table = text.parse().unwrap();
    assert_eq!(table.keys().collect::<Vec<_>>(), ["latency"]);
    assert!(
        table["latency"]["dot"]["recorded"]
            .as_array()
            .unwrap()
            .len()
            > 2
    );

    // The same file gives the same plan, on every machine and every day.
    let short = |_| taught(&file).arg("--messages").arg("20").done().passed();
    let hashes = [(); 2].map(short).map(|done| {
        assert!(value(&done, "mail", "p50_us") >= 15_000.0);
        done.folder().json()["plan_hash"].clone()
    });
    assert_eq!(hashes[0], hashes[1]);

    let settings = file.to_str().unwrap().to_owned();
    let mock = crate::support::Mock::start(&format!("--settings {settings}"));
    assert_eq!(mock.ready["ready"], true);
}

#[test]
fn a_calibration_replaces_delays_of_the_scenario_but_not_those_of_flags() {
    let original = Sesbench::run_text(ORIGINAL, "--duration 1s")
        .done()
        .passed();
    // A delay of the scenario is replaced, whatever its form; a flag takes
    // precedence.
    let again = Sesbench::run_text(ORIGINAL, "--duration 1s --set mock.latency.mail=60ms")
        .arg("--calibrate")
        .arg(original.folder().path().to_str().unwrap());
    let again = again.done().passed();
    let latency = &again.folder().json()["plan"]["target"]["kind"]["settings"]["latency"];
    assert_eq!(latency["mail"], "60ms");
    assert!(latency["dot"]["recorded"].is_array());
    assert!(value(&again, "mail", "p50_us") >= 60_000.0);
}

#[test]
fn a_run_without_latencies_can_not_calibrate() {
    let refused = Sesbench::run("")
        .arg(scenario("bad-credentials"))
        .done()
        .with(3);
    let folder = refused.folder().path().to_str().unwrap().to_owned();
    for (run, why) in [
        ("nowhere", "nowhere/run.json: No such file"),
        (folder.as_str(), "no message of this run was accepted"),
    ] {
        for words in ["mock --calibrate", "run --calibrate"] {
            let done = Sesbench::new(words).arg(run).done().with(2);
            assert!(done.stderr.contains(why), "{}", done.stderr);
            assert_eq!(done.stderr.lines().count(), 1, "{}", done.stderr);
        }
    }
    let done = Sesbench::new("mock --write-settings x").done().with(2);
    assert!(done.stderr.contains("--calibrate"), "{}", done.stderr);
}
