//! Runs commands that need root: Postfix's master, packet captures.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use crate::peer;

/// A command that runs as root: directly, or by sudo if that needs no password,
/// as on CI's runners.
///
/// # Panics
///
/// If neither is possible.
pub(crate) fn command(program: impl AsRef<Path>) -> Command {
    static BY_SUDO: OnceLock<bool> = OnceLock::new();
    let by_sudo = *BY_SUDO.get_or_init(|| !is_root() && sudo_works());
    match by_sudo {
        true => {
            let mut command = Command::new("sudo");
            command.arg("-n").arg(program.as_ref());
            command
        }
        false => Command::new(program.as_ref()),
    }
}

fn is_root() -> bool {
    // The file belongs to the effective user (proc(5)).
    fs::metadata("/proc/self").unwrap().uid() == 0
}

fn sudo_works() -> bool {
    let output = Command::new("sudo").args(["-n", "true"]).output();
    let works = output.is_ok_and(|output| output.status.success());
    assert!(
        works,
        "Postfix and packet captures need root: run these tests as root, \
         or with a sudo that asks for no password"
    );
    works
}

/// Runs a root command until it ends.
///
/// # Panics
///
/// If it fails.
pub(crate) fn run(command: &mut Command) {
    let output = peer::run(command, "");
    assert!(output.success, "{command:?}: {output:?}");
}
