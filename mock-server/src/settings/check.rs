//! Validates settings, in one place.
//!
//! Parsing has already refused unknown keys and wrong types. This refuses values
//! that are not possible, and names the key and what is allowed.

use std::borrow::Cow;
use std::fmt::Debug;
use std::path::PathBuf;

use super::identity::{self, is_identity};
use super::{Delay, Fault, Settings, UserSettings};
use crate::facts::{PORTS, offset_port};
use crate::units::duration;

/// Why settings are invalid. The text names the key and what is allowed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{key}: invalid value {value}: {allowed}")]
pub struct SettingsError {
    /// The key, as it is written in the file.
    pub key: Cow<'static, str>,
    /// Its value.
    pub value: String,
    /// What is allowed.
    pub allowed: &'static str,
}

impl Settings {
    /// Checks what the types cannot.
    ///
    /// # Errors
    ///
    /// The first key with an invalid value.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.check_account()?;
        self.check_identity()?;
        self.check_time()?;
        self.check_server()?;
        self.check_capture()?;
        check_faults(&self.faults)
    }

    fn check_account(&self) -> Result<(), SettingsError> {
        let rate = "must be a number above 0 (recipients per second); for no limit use profile = \"unlimited\"";
        check_rate(self.rate, rate)?;
        check_burst(self.burst)?;
        demand(
            self.sigv2_rate.is_none_or(above_zero),
            "sigv2_rate",
            self.sigv2_rate,
            "must be a number above 0 (recipients per second); leave it out for no limit",
        )?;
        demand(
            self.max_recipients > 0,
            "max_recipients",
            0,
            "must be at least 1",
        )?;
        demand(
            self.max_message_size > 0,
            "max_message_size",
            0,
            "must be at least 1 (byte)",
        )?;
        demand(
            self.messages_per_session != Some(0),
            "messages_per_session",
            0,
            "must be at least 1; leave it out for no limit",
        )?;
        demand(
            self.max_connections != Some(0),
            "max_connections",
            0,
            "must be at least 1; leave it out for no limit",
        )
    }

    fn check_identity(&self) -> Result<(), SettingsError> {
        let in_host_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        demand(
            !self.region.is_empty()
                && self.region.len() < 40
                && self.region.chars().all(in_host_name),
            "region",
            &self.region,
            "must be the name of a region, such as \"us-east-1\" (lower case, digits, hyphens)",
        )?;
        let is_prefix =
            |p: &String| p.len() == 4 && p.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
        demand(
            self.account_id.len() == 12 && self.account_id.bytes().all(|b| b.is_ascii_digit()),
            "account_id",
            &self.account_id,
            "must be the number of an AWS account, twelve digits",
        )?;
        self.check_users()?;
        check_identities("verified", self.verified.as_deref().unwrap_or_default())?;
        check_identities("unverified", &self.unverified)?;
        demand(
            self.id_prefix.as_ref().is_none_or(is_prefix),
            "id_prefix",
            &self.id_prefix,
            "must be four lower-case hexadecimal digits",
        )
    }

    fn check_time(&self) -> Result<(), SettingsError> {
        let refused = |(key, delay): (&'static str, &Delay)| {
            Some(wrong(key, delay.to_string(), delay.objection()?))
        };
        demand(
            self.idle_timeout.is_zero() || self.rtt < self.idle_timeout,
            "rtt",
            duration::format(self.rtt),
            "must be shorter than idle_timeout; otherwise every session ends before its first command",
        )?;
        match self.latency.keyed().find_map(refused) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn check_users(&self) -> Result<(), SettingsError> {
        demand(
            self.users.len() <= 1000,
            "users",
            self.users.len(),
            "must have at most 1000 users",
        )?;
        for (n, user) in self.users.iter().enumerate() {
            demand(
                user.secret_env.is_none() || user.secret_file.is_none(),
                "users",
                n + 1,
                "must have secret_env or secret_file, not both (number of the user, from 1)",
            )?;
            let id = user.access_key_id.as_deref();
            let twice = |other: &UserSettings| id.is_some() && other.access_key_id.as_deref() == id;
            demand(
                id.is_none_or(|id| !id.is_empty()) && !self.users[..n].iter().any(twice),
                "users",
                n + 1,
                "must have an access_key_id that is not empty and not used by another user (number of the user, from 1)",
            )?;
            check_identities(format!("users[{n}].denied"), &user.denied)?;
        }
        Ok(())
    }

    fn check_capture(&self) -> Result<(), SettingsError> {
        let named = |path: &PathBuf| !path.as_os_str().is_empty();
        demand(
            self.capture.as_ref().is_none_or(named),
            "capture",
            &self.capture,
            "must be the path of a folder; leave it out to write no files",
        )?;
        demand(
            self.ca_file.as_ref().is_none_or(named),
            "ca_file",
            &self.ca_file,
            "must be the path of a file; leave it out for a temporary one",
        )?;
        // The newest message is always kept.
        demand(
            self.capture_messages > 0,
            "capture_messages",
            self.capture_messages,
            "must be at least 1; to keep none, leave out capture_in_memory",
        )?;
        demand(
            self.capture_bytes > 0,
            "capture_bytes",
            self.capture_bytes,
            "must be at least 1; to keep none, leave out capture_in_memory",
        )
    }

    fn check_server(&self) -> Result<(), SettingsError> {
        let is_name = |name: &String| {
            let fits = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
            !name.is_empty() && name.len() <= 253 && name.chars().all(fits)
        };
        demand(
            self.host_names.iter().all(is_name),
            "host_names",
            &self.host_names,
            "must be a list of host names or IP addresses",
        )?;
        demand(
            !self.tls_versions.is_empty(),
            "tls_versions",
            &self.tls_versions,
            "must contain \"1.3\", \"1.2\" or both",
        )?;
        demand(
            self.workers
                .is_none_or(|workers| (1..=256).contains(&workers)),
            "workers",
            self.workers,
            "must be from 1 to 256",
        )?;
        demand(
            self.control.is_none() || cfg!(feature = "control"),
            "control",
            self.control.map(|listen| listen.0),
            "needs the cargo feature `control`, which this build does not have",
        )?;
        let fits = |port: u16| offset_port(port, self.port_offset).is_some();
        demand(
            self.ephemeral || PORTS.iter().all(|port| fits(port.number)),
            "port_offset",
            self.port_offset,
            "must be at most 62948, because port 2587 plus the offset must be a valid port",
        )
    }
}

fn check_identities(
    key: impl Into<Cow<'static, str>>,
    identities: &[String],
) -> Result<(), SettingsError> {
    match identities.iter().find(|text| !is_identity(text)) {
        Some(text) => Err(wrong(key, format!("{text:?}"), identity::ALLOWED)),
        None => Ok(()),
    }
}

/// Checks new limits of a running account. They have no defaults from a profile.
pub(crate) fn check_limits(rate: Option<f64>, burst: Option<f64>) -> Result<(), SettingsError> {
    let allowed = "must be a number above 0 (recipients per second), or null for no limit";
    check_rate(rate, allowed)?;
    check_burst(burst)
}

fn check_rate(rate: Option<f64>, allowed: &'static str) -> Result<(), SettingsError> {
    demand(rate.is_none_or(above_zero), "rate", rate, allowed)
}

fn check_burst(burst: Option<f64>) -> Result<(), SettingsError> {
    let enough = |burst: f64| burst.is_finite() && burst >= 1.0;
    let allowed = "must be at least 1 (recipients)";
    demand(burst.is_none_or(enough), "burst", burst, allowed)
}

fn above_zero(rate: f64) -> bool {
    rate.is_finite() && rate > 0.0
}

/// Checks rules. An error names the rule by its number, from 0.
pub(crate) fn check_faults(faults: &[Fault]) -> Result<(), SettingsError> {
    let mut rules = faults.iter().enumerate();
    rules.try_for_each(|(number, fault)| fault.check(number))
}

/// An error for the value of `key`, as the user wrote it.
pub(super) fn wrong(
    key: impl Into<Cow<'static, str>>,
    value: String,
    allowed: &'static str,
) -> SettingsError {
    SettingsError {
        key: key.into(),
        value,
        allowed,
    }
}

fn demand(
    holds: bool,
    key: &'static str,
    value: impl Debug,
    allowed: &'static str,
) -> Result<(), SettingsError> {
    if holds {
        return Ok(());
    }
    // The error shows the value as the user wrote it, without `Some`.
    let value = format!("{value:?}");
    let written = value
        .strip_prefix("Some(")
        .and_then(|inner| inner.strip_suffix(')'))
        .unwrap_or(&value);
    Err(wrong(key, written.to_owned(), allowed))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn defaults_are_fine() {
        assert_eq!(Settings::default().check(), Ok(()));
    }

    #[test]
    fn names_the_key_and_what_is_allowed() {
        let settings = Settings {
            rate: Some(0.0),
            ..Settings::default()
        };
        let text = settings.check().unwrap_err().to_string();
        assert!(
            text.starts_with("rate: invalid value 0.0: must be a number above 0"),
            "{text}"
        );
    }

    #[test]
    fn names_the_stage_of_a_delay_that_makes_no_sense() {
        let mut settings = Settings::default();
        settings.latency.dot = Delay::Uniform {
            from: Duration::from_millis(2),
            to: Duration::from_millis(1),
        };
        assert_eq!(
            settings.check().unwrap_err().to_string(),
            "latency.dot: invalid value { from = \"2ms\", to = \"1ms\" }: `from` must be at most `to`"
        );
    }

    #[test]
    fn refuses_what_is_impossible() {
        let key = |change: fn(&mut Settings)| {
            let mut settings = Settings::default();
            change(&mut settings);
            settings.check().unwrap_err().key
        };
        assert_eq!(key(|s| s.rate = Some(f64::NAN)), "rate");
        assert_eq!(key(|s| s.burst = Some(0.5)), "burst");
        assert_eq!(key(|s| s.region = "US East".to_owned()), "region");
        assert_eq!(key(|s| s.id_prefix = Some("xyz".to_owned())), "id_prefix");
        assert_eq!(key(|s| s.tls_versions = Vec::new()), "tls_versions");
        assert_eq!(key(|s| s.workers = Some(0)), "workers");
        assert_eq!(key(|s| s.port_offset = 63_000), "port_offset");
        assert_eq!(
            key(|s| s.messages_per_session = Some(0)),
            "messages_per_session"
        );
        assert_eq!(key(|s| s.max_connections = Some(0)), "max_connections");
        assert_eq!(key(|s| s.capture = Some(PathBuf::new())), "capture");
        assert_eq!(key(|s| s.ca_file = Some(PathBuf::new())), "ca_file");
        assert_eq!(key(|s| s.capture_messages = 0), "capture_messages");
        assert_eq!(key(|s| s.capture_bytes = 0), "capture_bytes");
    }

    #[test]
    fn names_what_is_no_identity() {
        let refusal = |change: fn(&mut Settings, Vec<String>)| {
            let mut settings = Settings::default();
            let list = ["example.com", "not an identity @@"];
            change(&mut settings, list.map(str::to_owned).to_vec());
            settings.check().unwrap_err().to_string()
        };
        for (key, text) in [
            ("verified", refusal(|s, list| s.verified = Some(list))),
            ("unverified", refusal(|s, list| s.unverified = list)),
            (
                "users[0].denied",
                refusal(|s, denied| {
                    s.users = vec![UserSettings {
                        denied,
                        ..UserSettings::default()
                    }];
                }),
            ),
        ] {
            let begin = format!("{key}: invalid value \"not an identity @@\": must be an address");
            assert!(text.starts_with(&begin), "{text}");
        }
    }
}
