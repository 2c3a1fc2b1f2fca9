//! The program's output on stdout and stderr.

use std::fs::File;
use std::process::Stdio;

use crate::support::{Done, Sesbench, scenario};

/// Without a threshold that a busy machine could put in doubt.
const SCENARIO: &str = "
name = \"mine\"
[load]
rate = \"50/s\"
duration = \"1s\"
warm_up = \"200ms\"
[mock]
profile = \"unlimited\"
";

fn run(words: &str) -> Sesbench {
    Sesbench::run_text(SCENARIO, words)
}

/// The first word of each line: numbers differ from run to run.
fn shape(text: &str) -> Vec<&str> {
    let lines = text.lines();
    lines
        .map(|line| line.trim().split("  ").next().unwrap())
        .map(|start| start.split([' ', ':']).next().unwrap())
        .collect()
}

fn in_order(done: &Done, parts: &[&str]) {
    let shape = shape(&done.stdout);
    let mut rest = shape.iter();
    for part in parts {
        assert!(rest.any(|line| line == part), "{part} in {}", done.stdout);
    }
}

#[test]
fn a_screen_that_begins_and_ends_with_the_verdict() {
    let done = run("").done().with(0);
    let expected = [
        &["PASS", "met"][..],
        &[
            "mine",
            "asked",
            "rate",
            "scheduled",
            "accepted",
            "sessions",
            "target",
            "CPU",
        ],
        &["latency", "response", "service", "wait", "slip"],
        &["mail", "rcpt", "data", "body", "accept", "session_setup"],
        // The phases of the set-up, which 10 sessions share.
        &["p50", "files", "PASS"],
    ];
    in_order(&done, &expected.concat());
    let lines: Vec<_> = done.stdout.lines().collect();
    for line in [lines.first(), lines.last()] {
        assert_eq!(line, Some(&"PASS: 1 threshold met"));
    }
    // A finding of a busy machine takes some more.
    let findings = folder_findings(&done);
    assert!(findings > 0 || lines.len() <= 30, "{}", done.stdout);
    let path = done.folder().path().to_str().unwrap().to_owned();
    let mut wide = lines.iter().filter(|line| line.chars().count() > 80);
    assert!(wide.all(|line| line.contains(&path)), "{}", done.stdout);
    assert!(done.stdout.contains(done.folder().path().to_str().unwrap()));
    assert!(done.stdout.lines().all(|line| line == line.trim_end()));
}

fn folder_findings(done: &Done) -> usize {
    done.folder().json()["health"].as_array().unwrap().len()
}

#[test]
fn refusals_are_listed_with_their_text() {
    let done = run("--set mock.rate=0.001")
        .arg("--set")
        .arg("mock.burst=5")
        .done();
    in_order(&done.with(1), &["FAIL", "MISSED", "not", "latency", "FAIL"]);
}

#[test]
fn without_out_results_go_to_a_folder_named_after_the_run() {
    let program = Sesbench::new("run --messages 5 --warm-up 0s");
    let done = program.done();
    let runs = done.directory().join("results/runs");
    let names: Vec<_> = std::fs::read_dir(runs).unwrap().flatten().collect();
    assert_eq!(names.len(), 1);
    let name = names[0].file_name().into_string().unwrap();
    let parts: Vec<_> = name.split('-').collect();
    assert_eq!(
        (parts.len(), parts[1], parts[2].len()),
        (3, "smoke", 4),
        "{name}"
    );
    assert!(parts[0].ends_with('Z') && parts[0].contains('T'), "{name}");
    assert!(done.stdout.contains(&name));
}

#[test]
fn json_is_run_json_and_nothing_else() {
    let done = run("--format json").done().with(0);
    assert_eq!(done.stdout, done.folder().text("run.json"));
}

#[test]
fn progress_is_plain_lines_without_a_terminal() {
    let done = run("").done().with(0);
    assert!(!done.stderr.contains(['\x1b', '\r']), "{:?}", done.stderr);
    for part in [
        "opening sessions: ",
        "started\n",
        "accepted",
        "p99",
        "schedule over",
    ] {
        assert!(done.stderr.contains(part), "{part}: {}", done.stderr);
    }
}

#[test]
fn quiet_prints_nothing_on_stderr() {
    let done = run("--quiet").done().with(0);
    assert_eq!(done.stderr, "");
    assert!(done.stdout.contains("mine"));
}

#[test]
fn colour_can_be_switched_off() {
    let done = run("").env("NO_COLOR", "1").done().with(0);
    assert!(!done.stdout.contains('\x1b'), "{}", done.stdout);
}

#[test]
fn check_describes_what_each_scenario_will_do() {
    for name in [
        "smoke",
        "steady",
        "throttled",
        "bad-credentials",
        "starttls",
        "wrapper",
        "closed-max",
    ] {
        let done = Sesbench::new("check").arg(scenario(name)).done().with(0);
        assert_eq!(done.stderr, "");
        assert!(done.stdout.contains(name), "{name}: {}", done.stdout);
        assert!(done.stdout.contains("mock"), "{name}: {}", done.stdout);
        assert_eq!(std::fs::read_dir(done.directory()).unwrap().count(), 0);
    }
}

#[test]
fn check_takes_the_flags_of_run() {
    let done = Sesbench::new("check --rate 77/s --sessions 33")
        .done()
        .with(0);
    for part in ["77", "33"] {
        assert!(done.stdout.contains(part), "{}", done.stdout);
    }
}

#[test]
fn help_names_every_command_and_every_flag() {
    let done = Sesbench::new("--help").done().with(0);
    for command in ["run", "check", "mock", "Examples:"] {
        assert!(done.stdout.contains(command), "{command}");
    }
    let done = Sesbench::new("run --help").done().with(0);
    for flag in [
        "--target",
        "--tls",
        "--rate",
        "--duration",
        "--messages",
        "--sessions",
        "--size",
        "--model",
        "--messages-per-session",
        "--threshold",
        "--set",
        "--seed",
        "--out",
        "--ca-file",
        "--insecure",
        "--yes",
        "--format",
        "--export",
        "--quiet",
        "--trace",
        "--warm-up",
    ] {
        assert!(
            done.stdout.contains(&format!("{flag} ")) || done.stdout.contains(&format!("{flag}\n")),
            "{flag}"
        );
    }
    assert_eq!(done.stderr, "");
}

/// The parser of flags does not wrap, so each text has to be short enough.
#[test]
fn the_help_of_every_subcommand_fits_80_columns() {
    let mut commands = vec![String::new()];
    while let Some(command) = commands.pop() {
        for flag in ["-h", "--help"] {
            let done = Sesbench::new(&format!("{command} {flag}")).done().with(0);
            for line in done.stdout.lines() {
                let width = line.chars().count();
                assert!(width <= 80, "{command} {flag}: {width} columns: {line}");
            }
            if flag == "-h" {
                let all = subcommands(&done.stdout);
                commands.extend(all.iter().map(|name| format!("{command} {name}")));
            }
        }
    }
}

/// The names in the list of a help text.
fn subcommands(help: &str) -> Vec<&str> {
    let list = help.split("Commands:\n").nth(1).unwrap_or_default();
    let list = list.lines().take_while(|line| !line.is_empty());
    let names = list.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").collect()
}

#[test]
fn the_version_is_the_packages() {
    let done = Sesbench::new("--version").done().with(0);
    assert_eq!(
        done.stdout,
        concat!("sesbench ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

/// Every subcommand that prints and opens no connection.
fn printing() -> impl Iterator<Item = Sesbench> {
    let words = [
        "check",
        "ses endpoints",
        "ses endpoints --format json",
        "ses password --region us-east-1",
    ];
    words.into_iter().map(|words| {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
        Sesbench::new(words).env("AWS_SECRET_ACCESS_KEY", secret)
    })
}

/// Runs the program with `out` as its standard output.
fn printing_to(program: Sesbench, out: Stdio) -> Done {
    let output = program.command().stdout(out).output().unwrap();
    program.ended(output)
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_device_is_reported_in_one_line_with_its_own_exit_code() {
    for program in printing() {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let done = printing_to(program, full.into()).with(7);
        let last = done.stderr.lines().last().unwrap();
        assert!(last.starts_with("sesbench: standard output: "), "{last}");
    }
}

/// As in `sesbench run 2>&1 >/dev/null | head -1`: messages about the run are lost, not
/// the run.
#[test]
fn a_closed_stderr_does_not_end_a_run() {
    let program = run("--metrics 0");
    let mut command = program.command();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(0));
    let text = String::from_utf8(done.stdout).unwrap();
    assert!(text.trim_end().ends_with("met"), "{text}");
}

#[test]
fn a_broken_pipe_on_stdout_is_not_a_failure() {
    for program in printing() {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let done = printing_to(program, writer.into()).with(0);
        assert!(!done.stderr.contains("standard output"), "{}", done.stderr);
    }
}

#[test]
fn a_mix_on_the_command_line_overrides_the_size_of_the_built_in_scenario() {
    let mix = r#"message.mix=[{weight=3,size="2 KiB"},{weight=1,size="9 KiB"}]"#;
    let done = Sesbench::new("check --set").arg(mix).done().with(0);
    assert!(done.stdout.contains("2 kinds"), "{}", done.stdout);
    let probed = Sesbench::new("probe mock --send --set").arg(mix);
    probed.done().with(0);
}
