//! The confirmation before a run, on a terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::process::{Child, Stdio};

use nix::pty::openpty;

use super::on_mock;
use crate::support::{Mock, Sesbench};

/// Runs the program on a terminal and types `answer` at the prompt; returns the
/// exit code, and everything that the terminal showed.
fn typed(program: &Sesbench, answer: &str) -> (Option<i32>, String) {
    let terminal = openpty(None, None).unwrap();
    let mut user = File::from(terminal.master);
    let slave = File::from(terminal.slave);
    let mut command = program.command();
    command
        .stdin(Stdio::from(slave.try_clone().unwrap()))
        .stderr(Stdio::from(slave))
        .stdout(Stdio::null());
    let mut child: Child = command.spawn().unwrap();
    // It also holds the other end of the terminal.
    drop(command);
    let mut shown = Vec::new();
    let mut chunk = [0; 4096];
    let mut asked = false;
    // On Linux, reading ends with an error when no process holds the terminal.
    while let Ok(length @ 1..) = user.read(&mut chunk) {
        shown.extend_from_slice(&chunk[..length]);
        if !asked && String::from_utf8_lossy(&shown).contains("Send? [y/N] ") {
            asked = true;
            user.write_all(answer.as_bytes()).unwrap();
        }
    }
    let shown = String::from_utf8_lossy(&shown).into_owned();
    assert!(asked, "{shown}");
    (child.wait().unwrap().code(), shown)
}

#[test]
fn a_yes_sends() {
    let mock = Mock::start("");
    let (code, shown) = typed(&on_mock(&mock, ""), "y\n");
    assert!(matches!(code, Some(0 | 4)), "{code:?}: {shown}");
    assert!(shown.contains("this sends real mail"), "{shown}");
    let (said, _) = mock.stop();
    assert_eq!(said["counts"]["accepted_recipients"], 15);
}

#[test]
fn anything_else_sends_nothing_and_leaves_nothing() {
    // Byte 4 is Ctrl-D, the end of the input.
    for answer in ["n\n", "\n", "sure\n", "\u{4}"] {
        let mock = Mock::start("");
        let program = on_mock(&mock, "");
        let (code, shown) = typed(&program, answer);
        assert_eq!(code, Some(130), "{shown}");
        assert!(shown.contains("nothing was sent"), "{shown}");
        assert!(!program.out().exists());
        let (said, _) = mock.stop();
        assert_eq!(said["counts"]["connections"], 0);
    }
}
