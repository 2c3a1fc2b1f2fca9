//! `--start-at`: the time at which all shards of a plan start together.

use std::str::FromStr;
use std::time::{Duration, SystemTime};

/// A point in wall-clock time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartAt(SystemTime);

/// The text is not a valid `--start-at`. clap puts the flag and the value before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a time in UTC such as 2026-11-22T12:00:00Z, or Unix time such as @1795348800")]
pub struct InvalidStartAt;

impl StartAt {
    /// The time left until then; none when it is past.
    pub(crate) fn after(self, now: SystemTime) -> Option<Duration> {
        self.0.duration_since(now).ok()
    }
}

impl FromStr for StartAt {
    type Err = InvalidStartAt;

    /// Reads RFC 3339 in UTC, or `@` and Unix time, as `date` and `at` do.
    fn from_str(text: &str) -> Result<Self, InvalidStartAt> {
        let moment = match text.strip_prefix('@') {
            Some(seconds) => unix_time(seconds),
            None => humantime::parse_rfc3339(text).ok(),
        };
        // RFC 3339 section 5.6 cannot express a year after 9999.
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_800);
        let moment = moment.filter(|moment| *moment < end);
        moment.map(Self).ok_or(InvalidStartAt)
    }
}

fn unix_time(seconds: &str) -> Option<SystemTime> {
    let seconds: f64 = seconds.parse().ok()?;
    let since = Duration::try_from_secs_f64(seconds).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(since)
}

impl std::fmt::Display for StartAt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        humantime::format_rfc3339(self.0).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_by_the_calendar_and_by_unix_time() {
        let noon: StartAt = "2026-11-22T12:00:00Z".parse().unwrap();
        assert_eq!("@1795348800".parse(), Ok(noon));
        assert_eq!(noon.to_string(), "2026-11-22T12:00:00Z");
        let before = noon.0 - Duration::from_secs(90);
        assert_eq!(noon.after(before), Some(Duration::from_secs(90)));
        assert_eq!(before, noon.0 - noon.after(before).unwrap());
        assert_eq!(noon.after(noon.0 + Duration::from_secs(1)), None);
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "",
            "noon",
            "12:00",
            "@",
            "@x",
            "@-1",
            "@1e400",
            "@300000000000",
            "2026-11-22",
        ] {
            assert!(text.parse::<StartAt>().is_err(), "{text}");
        }
    }
}
