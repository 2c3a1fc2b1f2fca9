//! Limits on open files, and on the size of a file.

use std::io;

use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::Signal;
use tokio::signal::unix::{SignalKind, signal};

/// File descriptors that the program needs in addition to its sessions:
/// standard streams, result files, and a few for each worker's runtime.
const BESIDE_SESSIONS: u64 = 64;

/// The limit on open files is too low.
#[derive(Debug, thiserror::Error)]
#[error(
    "{sessions} sessions need {needed} open files, and the hard limit is {hard}: \
     raise it (`ulimit -Hn {needed}`, or LimitNOFILE= in a systemd unit){}",
    fewer(*possible)
)]
pub(crate) struct TooFewFiles {
    sessions: u32,
    needed: u64,
    hard: u64,
    possible: u64,
}

/// Suggests how many sessions would fit, if any.
fn fewer(possible: u64) -> String {
    match possible {
        0 => "; not even one session fits".to_owned(),
        possible => format!(" or ask for at most {possible} sessions"),
    }
}

/// Raises the soft limit to the hard limit; fails if even that is too low for
/// `sessions` connections. Returns the limit now in force.
pub(crate) fn allow_sessions(sessions: u32) -> Result<u64, TooFewFiles> {
    let hard = raise();
    fit(sessions, hard).map(|()| hard)
}

/// Makes a write that would exceed the file size limit (`ulimit -f`) fail with
/// "File too large", instead of a SIGXFSZ that ends the process without a
/// message. Ignoring the signal would take unsafe code; a handler, once
/// installed, stays.
pub(crate) fn catch_file_size_signal() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()?;
    let _context = runtime.enter();
    signal(SignalKind::from_raw(Signal::SIGXFSZ as i32)).map(drop)
}

fn fit(sessions: u32, hard: u64) -> Result<(), TooFewFiles> {
    let needed = u64::from(sessions) + BESIDE_SESSIONS;
    match hard < needed {
        true => Err(TooFewFiles {
            sessions,
            needed,
            hard,
            possible: hard.saturating_sub(BESIDE_SESSIONS),
        }),
        false => Ok(()),
    }
}

fn raise() -> u64 {
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else {
        return u64::MAX;
    };
    match setrlimit(Resource::RLIMIT_NOFILE, hard, hard) {
        Ok(()) => hard,
        Err(_) => soft,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_sessions_are_advised_only_where_any_fit() {
        let told = |hard| fit(10, hard).unwrap_err().to_string();
        assert!(
            told(70).ends_with(" or ask for at most 6 sessions"),
            "{}",
            told(70)
        );
        for hard in [0, 20, 64] {
            assert!(
                told(hard).ends_with("; not even one session fits"),
                "{}",
                told(hard)
            );
            assert!(told(hard).contains("`ulimit -Hn 74`"));
        }
        assert!(fit(10, 74).is_ok());
    }
}
