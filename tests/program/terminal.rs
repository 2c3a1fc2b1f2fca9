//! On a real terminal: a progress bar and colour if it supports escape codes,
//! and neither on type `dumb` (terminfo(5)), whichever part of the program
//! prints.

use std::fs::File;
use std::io::Read;
use std::process::Stdio;

use nix::pty::{Winsize, openpty};

use crate::support::Sesbench;

const SCENARIO: &str = "
[load]
rate = \"50/s\"
duration = \"2s\"
warm_up = \"0s\"
[mock]
ephemeral = true
";

/// Everything that is written to a terminal of that type.
fn shown(program: &Sesbench, term: &str) -> String {
    let size = Winsize {
        ws_row: 40,
        ws_col: 120,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    let pty = openpty(&size, None).unwrap();
    let mut command = program.command();
    command
        .env("TERM", term)
        .stdout(Stdio::from(pty.slave.try_clone().unwrap()))
        .stderr(Stdio::from(pty.slave));
    let mut child = command.spawn().unwrap();
    // Holds the other end open, so reading would never end here.
    drop(command);
    let mut shown = Vec::new();
    let mut terminal = File::from(pty.master);
    let mut piece = [0; 4_096];
    // When the last process that has the terminal is gone, Linux reports EIO.
    while let Ok(count @ 1..) = terminal.read(&mut piece) {
        shown.extend_from_slice(&piece[..count]);
    }
    child.wait().unwrap();
    String::from_utf8(shown).unwrap()
}

fn run() -> Sesbench {
    Sesbench::run_text(SCENARIO, "--threshold outcome.accepted>=0%")
}

#[test]
fn a_dumb_terminal_gets_lines_and_no_escape_codes() {
    let shown = shown(&run(), "dumb");
    assert!(!shown.contains('\x1b'), "{shown:?}");
    // The terminal itself ends lines by CR LF; any other CR would redraw a
    // line.
    assert!(!shown.replace("\r\n", "").contains('\r'), "{shown:?}");
    for part in ["opening sessions: ", "started\r\n", "schedule over", "PASS"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("[="), "no bar: {shown}");
}

#[test]
fn a_terminal_that_knows_escape_codes_gets_a_bar_and_colour() {
    let shown = shown(&run(), "xterm");
    let bar = |prefix: &str| {
        let lines = shown.split(['\r', '\n']);
        lines
            .filter(|line| line.contains(prefix) && line.contains('['))
            .count()
    };
    assert!(bar("measuring") + bar("started") > 0, "{shown:?}");
    // It is redrawn in place, and removed before the report.
    assert!(
        shown.contains("\x1b[1A") || shown.contains("\x1b[A"),
        "{shown:?}"
    );
    assert!(
        shown.contains("\x1b[32mPASS\x1b[0m") || shown.contains("\x1b[1m"),
        "{shown:?}"
    );
    assert!(!shown.contains("opening sessions: "), "{shown:?}");
}

#[test]
fn no_part_of_the_program_sends_escape_codes_to_a_dumb_terminal() {
    let scenario = Sesbench::run_text(SCENARIO, "");
    let path = scenario.file("scenario.toml", SCENARIO);
    for words in [
        "--help",
        "run --help",
        "run --no-such-flag",
        "run --rate 0/s",
        "ses endpoints",
        "probe 127.0.0.1:1 --tls none",
        &format!("check {path}"),
    ] {
        // With `CI` set, the parser of flags would use colour on any terminal.
        for program in [Sesbench::new(words), Sesbench::new(words).env("CI", "true")] {
            let shown = shown(&program, "dumb");
            assert!(!shown.is_empty(), "{words}");
            assert!(!shown.contains('\x1b'), "{words}: {shown:?}");
        }
    }
}
