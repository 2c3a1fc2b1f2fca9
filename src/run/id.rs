//! The id of a run.

use std::fmt;
use std::time::SystemTime;

/// `<UTC time>-<scenario>-<4 hex>`: names the run, its folder, and the
/// `X-Sesbench-Run` header of its messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunId(String);

impl RunId {
    /// The id of a run of `scenario` that starts at `now`; `salt` distinguishes runs
    /// that start in the same second.
    pub fn new(scenario: &str, now: SystemTime, salt: u16) -> Self {
        let time = humantime::format_rfc3339_seconds(now).to_string();
        let time = time.replace(['-', ':'], "");
        Self(format!("{time}-{}-{salt:04x}", file_name(scenario)))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A scenario's name as part of a file name and of a mail header.
fn file_name(scenario: &str) -> String {
    let fit = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    let name: String = scenario.chars().take(40).map(fit).collect();
    if name.is_empty() {
        "run".to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_id_sorts_by_time_and_is_fit_for_a_file_name() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        assert_eq!(
            RunId::new("../my steady", now, 0xa).as_str(),
            "20231114T221320Z----my-steady-000a"
        );
    }
}
