//! All settings, with their defaults and the sources of the defaults.
//!
//! [`Settings`] is the `[mock]` table of a scenario, the mock's own TOML file,
//! and the line of JSON that a supervisor sends. It holds the values as given;
//! [`Settings::check`] validates them once, before anything runs. Secrets are
//! not settings: credentials are generated at start, or passed to
//! [`Server::start_with`](crate::Server::start_with).

mod certificate_key;
mod check;
mod conditions;
mod delay;
mod fault;
#[cfg(feature = "cli")]
mod from_table;
mod gaussian;
mod identity;
#[cfg(feature = "cli")]
mod key_lines;
pub mod keys;
mod latency;
mod listen;
mod plain;
mod recorded;
mod rows;
mod seed;
mod table;
mod user;

pub use self::certificate_key::CertificateKey;
pub use self::check::SettingsError;
pub(crate) use self::check::{check_faults, check_limits};
pub use self::delay::Delay;
pub(crate) use self::fault::ActionKind;
pub use self::fault::{Fault, FaultAction, Sessions};
#[cfg(feature = "cli")]
pub use self::from_table::TableError;
#[cfg(feature = "cli")]
pub use self::key_lines::{KeyLines, is_within};
pub use self::listen::Listen;
pub use self::plain::plain;
pub use self::recorded::Recorded;
pub use self::table::{Latency, Settings};
pub use self::user::{PasswordVersion, UserSettings};

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::golden::assert_golden;
    use crate::protocol::Stage;

    #[test]
    fn survives_the_line_of_json() {
        let settings = Settings {
            rate: Some(28.0),
            latency: Latency {
                dot: Duration::from_micros(1500).into(),
                ..Latency::default()
            },
            verified: Some(vec!["example.com".to_owned()]),
            ..Settings::default()
        };
        let line = serde_json::to_string(&settings).unwrap();
        assert!(line.contains(r#""dot":"1.5ms""#), "{line}");
        assert_eq!(serde_json::from_str::<Settings>(&line).unwrap(), settings);
        assert_eq!(
            serde_json::from_str::<Settings>("{}").unwrap(),
            Settings::default()
        );
    }

    #[test]
    fn refuses_unknown_keys_by_name() {
        let error = serde_json::from_str::<Settings>(r#"{"rates":1}"#).unwrap_err();
        assert!(error.to_string().contains("rates"), "{error}");
        let error = serde_json::from_str::<Settings>(r#"{"latency":{"helo":"1ms"}}"#).unwrap_err();
        assert!(error.to_string().contains("helo"), "{error}");
    }

    fn line_of(settings: &Settings) -> String {
        serde_json::to_string_pretty(settings).unwrap() + "\n"
    }

    #[test]
    fn golden_of_the_defaults() {
        assert_golden("settings-default.json", &line_of(&Settings::default()));
    }

    /// With every key set, as read from TOML and as passed on as JSON.
    #[cfg(feature = "cli")]
    #[test]
    fn golden_of_everything_set() {
        let text = include_str!("../../tests/contracts/everything.toml");
        let settings: Settings = toml::from_str(text).unwrap();
        settings.check().unwrap();
        let json = serde_json::to_value(&settings).unwrap();
        for key in keys::KEYS {
            let pointer = format!("/{}", key.name.replace('.', "/"));
            assert!(json.pointer(&pointer).is_some(), "{} is not set", key.name);
        }
        let fault = Fault::new(Stage::Dot);
        let fault = format!("{fault:?}");
        for key in fault.split(' ').filter_map(|word| word.strip_suffix(':')) {
            assert!(
                text.contains(&format!("\n{key} = ")),
                "faults.{key} is not set"
            );
        }
        assert_golden("settings-everything.json", &line_of(&settings));
        let line = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<Settings>(&line).unwrap(), settings);
    }

    /// The text of every error that names a value which is not possible.
    #[cfg(feature = "cli")]
    #[test]
    fn golden_of_refused_values() {
        let cases = include_str!("../../tests/contracts/refused.toml");
        let refusal = |case: &str| {
            let refused = Settings::from_table(case.parse().unwrap()).unwrap_err();
            format!("{case}\n  {refused}\n")
        };
        let refusals: String = cases.trim().split("\n\n").map(refusal).collect();
        assert_golden("settings-refused.txt", &refusals);
    }
}
