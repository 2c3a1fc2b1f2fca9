//! Internal errors: a panic becomes one line on stderr and the exit code
//! "inconclusive", because the run has no verdict.

use std::io::{self, Write};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};

use crate::output::screen::clear_after_panic;
use crate::vocabulary::ExitCode;

/// Runs a command; a panic in it gives [`ExitCode::Inconclusive`]. A panic of
/// any thread is reported in one line, unless RUST_BACKTRACE is set.
pub(super) fn guarded(command: impl FnOnce() -> ExitCode) -> ExitCode {
    let is_short = std::env::var_os("RUST_BACKTRACE").is_none();
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        clear_after_panic();
        match is_short {
            // A closed standard error must not cause a second panic.
            true => drop(writeln!(io::stderr(), "sesbench: {}", line(info))),
            false => usual(info),
        }
    }));
    caught(command)
}

fn caught(command: impl FnOnce() -> ExitCode) -> ExitCode {
    // Nothing that the command borrowed is used afterwards.
    panic::catch_unwind(AssertUnwindSafe(command)).unwrap_or(ExitCode::Inconclusive)
}

fn line(info: &PanicHookInfo<'_>) -> String {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("unnamed");
    let at = info.location().map(ToString::to_string);
    let payload = info.payload();
    let what = payload.downcast_ref::<&str>().copied();
    let what = what.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let what = what.unwrap_or("no message");
    describe(name, at.as_deref().unwrap_or("an unknown location"), what)
}

fn describe(thread: &str, at: &str, what: &str) -> String {
    let what = what.replace('\n', " ");
    format!(
        "internal error in thread `{thread}` at {at}: {what}. Please report this line; \
         RUST_BACKTRACE=1 shows more"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_defect_decides_nothing() {
        assert_eq!(caught(|| ExitCode::Missed), ExitCode::Missed);
        let defect = caught(|| panic!("planted by a test"));
        assert_eq!(defect, ExitCode::Inconclusive);
    }

    #[test]
    fn a_defect_is_one_line() {
        let line = describe("worker 0", "src/x.rs:1:2", "left\nright");
        assert!(
            line.starts_with("internal error in thread `worker 0` at src/x.rs:1:2: left right.")
        );
        assert_eq!(line.lines().count(), 1);
    }
}
