//! How many files this process may open.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// File descriptors the program needs beside its sessions: standard streams,
/// result files, and a handful for each worker's runtime.
const BESIDE_SESSIONS: u64 = 64;

/// The limit does not reach.
#[derive(Debug, thiserror::Error)]
#[error(
    "{sessions} sessions need {needed} open files, and the hard limit is {hard}: \
     raise it (`ulimit -Hn {needed}`, or LimitNOFILE= in a systemd unit) or ask for at most {possible} sessions"
)]
pub struct TooFewFiles {
    sessions: u32,
    needed: u64,
    hard: u64,
    possible: u64,
}

/// Raises the soft limit to the hard one, and says so if even that is too low
/// for `sessions` connections. Returns the limit now in force.
pub fn allow_sessions(sessions: u32) -> Result<u64, TooFewFiles> {
    let hard = raise();
    let needed = u64::from(sessions) + BESIDE_SESSIONS;
    if hard < needed {
        return Err(TooFewFiles {
            sessions,
            needed,
            hard,
            possible: hard.saturating_sub(BESIDE_SESSIONS),
        });
    }
    Ok(hard)
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
