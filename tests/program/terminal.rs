//! On a real terminal: a live view and colour if it supports escape codes, and neither
//! on type `dumb` (terminfo(5)), whichever part of the program prints.

use std::fs::File;
use std::io::Read;
use std::process::{Child, Stdio};

use nix::pty::{Winsize, openpty};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::support::Sesbench;

const SCENARIO: &str = "
[load]
rate = \"50/s\"
duration = \"2s\"
warm_up = \"0s\"
[mock]
ephemeral = true
";

/// A terminal of that type and width, and a program on it.
struct OnTerminal {
    child: Child,
    terminal: File,
    shown: Vec<u8>,
}

impl OnTerminal {
    fn start(program: &Sesbench, term: &str, columns: u16) -> Self {
        let size = Winsize {
            ws_row: 40,
            ws_col: columns,
            ws_xpixel: 0,
            ws_ypixel: 0,
        };
        let pty = openpty(&size, None).unwrap();
        let mut command = program.command();
        command
            .env("TERM", term)
            .env("LC_ALL", "C.UTF-8")
            .stdout(Stdio::from(pty.slave.try_clone().unwrap()))
            .stderr(Stdio::from(pty.slave));
        let child = command.spawn().unwrap();
        // The command holds the other end open, so reading would never end: it ends here.
        Self {
            child,
            terminal: File::from(pty.master),
            shown: Vec::new(),
        }
    }

    /// Reads until that text was shown, or to the end.
    fn read_until(&mut self, text: Option<&str>) {
        let mut piece = [0; 4_096];
        let is_shown =
            |shown: &[u8]| text.is_some_and(|text| String::from_utf8_lossy(shown).contains(text));
        // When the last process that has the terminal is gone, Linux reports EIO.
        while !is_shown(&self.shown)
            && let Ok(count @ 1..) = self.terminal.read(&mut piece)
        {
            self.shown.extend_from_slice(&piece[..count]);
        }
    }

    /// Everything that is shown until the program ends.
    fn read_to_end(mut self) -> String {
        self.read_until(None);
        self.child.wait().unwrap();
        String::from_utf8(self.shown).unwrap()
    }
}

/// Everything that is written to a terminal of that type.
fn shown(program: &Sesbench, term: &str) -> String {
    OnTerminal::start(program, term, 120).read_to_end()
}

fn run() -> Sesbench {
    run_with("")
}

fn run_with(words: &str) -> Sesbench {
    Sesbench::run_text(
        SCENARIO,
        &format!("--threshold outcome.accepted>=0% {words}"),
    )
}

/// The codes of a text, such as `[2K`; without those of colours.
fn codes(shown: &str) -> Vec<String> {
    let pieces = shown.split('\x1b').skip(1);
    let code = |piece: &str| {
        let end = piece.find(|c: char| c.is_ascii_alphabetic()).unwrap();
        piece[..=end].to_owned()
    };
    let mut codes: Vec<_> = pieces.map(code).collect();
    codes.retain(|code| !code.ends_with('m'));
    codes
}

/// The rows of all frames, without codes.
fn rows(shown: &str) -> Vec<String> {
    let row = |line: &str| {
        let mut pieces = line.split('\x1b');
        let first = pieces.next().unwrap_or_default().to_owned();
        let rest = pieces.map(|piece| {
            let end = piece.find(|c: char| c.is_ascii_alphabetic()).unwrap();
            &piece[end + 1..]
        });
        first + &rest.collect::<String>()
    };
    shown.split(['\r', '\n']).map(row).collect()
}

/// What was written after the view was removed.
fn after_the_view(shown: &str) -> &str {
    shown.rsplit_once("\x1b[J").expect("a view").1
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
    assert!(!shown.contains('━'), "no bar: {shown}");
}

#[test]
fn a_terminal_that_knows_escape_codes_gets_a_live_view_and_colour() {
    let shown = shown(&run(), "xterm");
    for part in [
        "measuring",
        "rate ",
        "asked ",
        "p99 ",
        "accepted",
        "in flight",
        "━",
    ] {
        assert!(shown.contains(part), "{part}: {shown:?}");
    }
    assert!(!shown.contains("opening sessions: "), "{shown:?}");
    // It is redrawn in place, no mode of the terminal is changed, so that nothing has to
    // be restored, and it is removed before the report.
    let codes = codes(&shown);
    let is_in_place = |code: &String| code.ends_with('A') || code == "[2K" || code == "[J";
    assert!(codes.iter().all(is_in_place), "{codes:?}");
    assert!(codes.iter().any(|code| code.ends_with('A')), "{codes:?}");
    let report = after_the_view(&shown);
    assert!(report.starts_with("\x1b[32mPASS\x1b[0m: "), "{report:?}");
    assert!(report.contains("\r\nfiles  "), "{report:?}");
}

#[test]
fn a_narrow_terminal_gets_no_row_that_is_wider() {
    let shown = OnTerminal::start(&run_with("--quiet"), "xterm", 40).read_to_end();
    assert!(codes(&shown).is_empty(), "--quiet: {shown:?}");
    let shown = OnTerminal::start(&run(), "xterm", 40).read_to_end();
    let view = &shown[..shown.rfind("\x1b[J").unwrap()];
    let widest = rows(view).into_iter().max_by_key(|row| row.chars().count());
    let widest = widest.unwrap();
    assert!((20..40).contains(&widest.chars().count()), "{widest:?}");
}

#[test]
fn lines_can_be_asked_for_and_colour_declined_on_any_terminal() {
    let shown = OnTerminal::start(&run_with("--progress plain"), "xterm", 80).read_to_end();
    assert!(codes(&shown).is_empty(), "{shown:?}");
    assert!(shown.contains("opening sessions: "), "{shown:?}");
    let plain = run().env("NO_COLOR", "1");
    let shown = OnTerminal::start(&plain, "xterm", 80).read_to_end();
    assert!(shown.contains("measuring") && shown.contains("\x1b[2K"));
    assert!(
        !shown.split('\x1b').any(|piece| piece.starts_with("[3")),
        "{shown:?}"
    );
}

/// The last state of the view does not mix with the report.
#[test]
fn ctrl_c_removes_the_view_before_the_report() {
    let program = run_with("--duration 10min");
    let mut running = OnTerminal::start(&program, "xterm", 80);
    running.read_until(Some("measuring"));
    let process = Pid::from_raw(running.child.id().cast_signed());
    kill(process, Signal::SIGINT).unwrap();
    let shown = running.read_to_end();
    let report = after_the_view(&shown);
    assert!(!report.contains("measuring"), "{report:?}");
    assert!(report.contains("(interrupted)\r\n"), "{report:?}");
    assert!(!codes(&shown).iter().any(|code| code.contains('?')));
}

/// The line of the series is above the view of its run; what a run of it found stays.
#[test]
fn a_series_shows_its_line_above_the_view_of_each_run() {
    let words = "ab --factor load.sessions=2,3 --pairs 1 --rate 50/s --duration 1s \
                 --warm-up 0s --cool-down 0s --out series";
    let shown = OnTerminal::start(&Sesbench::new(words), "xterm", 80).read_to_end();
    let rows = rows(&shown);
    let at = |text: &str| rows.iter().position(|row| row.contains(text));
    let heading = at("sesbench: pair 1, ").expect("the line of the series");
    let below: Vec<_> = rows[heading..].iter().take(12).collect();
    assert!(
        below
            .iter()
            .any(|row| row.contains("opening sessions") || row.contains("started")),
        "{below:#?}"
    );
    assert!(
        !after_the_view(&shown).contains("sesbench: pair 1"),
        "{shown:?}"
    );
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
