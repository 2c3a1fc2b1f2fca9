//! Validates settings: first each value by the check of its row in the table, then
//! what depends on several keys.
//!
//! Parsing has already refused unknown keys and wrong types. This refuses values
//! that are not possible, and names the key and what is allowed.

use std::borrow::Cow;

use super::conditions::{above_zero, check_given, demand, is_burst};
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
    /// The first key with an invalid value, in the order of the table; then the
    /// first that does not fit another key.
    pub fn check(&self) -> Result<(), SettingsError> {
        self.latency.check_values()?;
        self.check_values()?;
        self.check_rtt()?;
        self.check_control()?;
        self.check_ports()
    }

    fn check_rtt(&self) -> Result<(), SettingsError> {
        if self.idle_timeout.is_zero() || self.rtt < self.idle_timeout {
            return Ok(());
        }
        Err(wrong(
            "rtt",
            format!("{:?}", duration::format(self.rtt)),
            "must be shorter than idle_timeout; otherwise every session ends before its first command",
        ))
    }

    fn check_control(&self) -> Result<(), SettingsError> {
        match self.control {
            Some(listen) if !cfg!(feature = "control") => Err(wrong(
                "control",
                listen.to_string(),
                "needs the cargo feature `control`, which this build does not have",
            )),
            _ => Ok(()),
        }
    }

    fn check_ports(&self) -> Result<(), SettingsError> {
        let fits = |port: u16| offset_port(port, self.port_offset).is_some();
        if self.ephemeral || PORTS.iter().all(|port| fits(port.number)) {
            return Ok(());
        }
        Err(wrong(
            "port_offset",
            self.port_offset.to_string(),
            "must be at most 62948, because port 2587 plus the offset must be a valid port",
        ))
    }
}

/// Checks the users, and names a wrong one by its number, from 1.
pub(super) fn users(key: &'static str, users: &[UserSettings]) -> Result<(), SettingsError> {
    let demand = |holds: bool, number: usize, allowed| match holds {
        true => Ok(()),
        false => Err(wrong(key, number.to_string(), allowed)),
    };
    demand(
        users.len() <= 1000,
        users.len(),
        "must have at most 1000 users",
    )?;
    for (n, user) in users.iter().enumerate() {
        demand(
            user.secret_env.is_none() || user.secret_file.is_none(),
            n + 1,
            "must have secret_env or secret_file, not both (number of the user, from 1)",
        )?;
        let id = user.access_key_id.as_deref();
        let twice = |other: &UserSettings| id.is_some() && other.access_key_id.as_deref() == id;
        demand(
            id.is_none_or(|id| !id.is_empty()) && !users[..n].iter().any(twice),
            n + 1,
            "must have an access_key_id that is not empty and not used by another user (number of the user, from 1)",
        )?;
        identities(format!("users[{n}].denied"), &user.denied)?;
    }
    Ok(())
}

/// Checks a list of identities, and shows the first that is none.
pub(super) fn identities(
    key: impl Into<Cow<'static, str>>,
    identities: &[String],
) -> Result<(), SettingsError> {
    match identities.iter().find(|text| !is_identity(text)) {
        Some(text) => Err(wrong(key, format!("{text:?}"), identity::ALLOWED)),
        None => Ok(()),
    }
}

pub(super) fn delay(key: &'static str, delay: &Delay) -> Result<(), SettingsError> {
    match delay.objection() {
        Some(allowed) => Err(wrong(key, delay.to_string(), allowed)),
        None => Ok(()),
    }
}

pub(super) const BURST_ALLOWED: &str = "must be at least 1 (recipients)";

/// Checks new limits of a running account. They have no defaults from a profile.
pub(crate) fn check_limits(rate: Option<f64>, burst: Option<f64>) -> Result<(), SettingsError> {
    let allowed = "must be a number above 0 (recipients per second), or null for no limit";
    check_given("rate", rate.as_ref(), demand(above_zero, allowed))?;
    check_given("burst", burst.as_ref(), demand(is_burst, BURST_ALLOWED))
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
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
