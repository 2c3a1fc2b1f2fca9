//! A machine without memory for another thread: the run reports it, and its
//! verdict is not a pass or a fail.

use std::process::{Command, Stdio};

use crate::support::Sesbench;

/// Stacks of 64 MiB in 2 GiB of address space: some 30 of the 64 workers fit,
/// and so would all other threads, which are started earlier.
const STACK_BYTES: u64 = 64 << 20;
const ADDRESSES_KIB: u64 = 2 << 20;

#[test]
fn a_worker_that_cannot_start_ends_the_run_before_it_begins() {
    let words = "--sessions 64 --set load.workers=64 --set load.connect=on_demand \
                 --set mock.ephemeral=true --duration 1h";
    let program = Sesbench::run(words)
        .env("RUST_MIN_STACK", &STACK_BYTES.to_string())
        // The C library reserves 64 MiB of addresses for each of its arenas.
        .env("MALLOC_ARENA_MAX", "1");
    let output = within_addresses(&program.command()).output().unwrap();
    let done = program.ended(output).with(4);
    let last = done.stderr.lines().last().unwrap();
    for part in [
        "the thread `worker ",
        "could not start",
        "load.workers",
        "ulimit -v",
    ] {
        assert!(last.contains(part), "{part}: {}", done.stderr);
    }
    let folder = done.folder();
    assert_eq!(folder.json()["status"], "aborted");
    assert_eq!(folder.adds_up().count("/totals/scheduled"), 0);
}

/// The same command, run by a shell that limits its memory first.
fn within_addresses(program: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell
        .arg("-c")
        .arg(format!("ulimit -v {ADDRESSES_KIB} && exec \"$0\" \"$@\""))
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(program.get_current_dir().unwrap())
        .stdin(Stdio::null());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    shell
}
