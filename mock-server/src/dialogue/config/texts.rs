//! Texts of replies that depend on the settings only.

use crate::facts;
use crate::settings::Settings;

/// The line of the EHLO reply that offers STARTTLS.
pub(in crate::dialogue) const STARTTLS: &str = "250-STARTTLS\r\n";

#[derive(Debug)]
pub(in crate::dialogue) struct Texts {
    /// The reply to EHLO in plaintext.
    pub(in crate::dialogue) capabilities: String,
    /// The reply to EHLO within TLS.
    pub(in crate::dialogue) capabilities_secure: String,
    pub(in crate::dialogue) region: String,
    pub(in crate::dialogue) region_in_capitals: String,
    pub(in crate::dialogue) account_id: String,
    /// The beginning of message ids.
    pub(in crate::dialogue) id_prefix: String,
}

impl Texts {
    pub(super) fn new(settings: &Settings) -> Texts {
        Texts {
            capabilities: capabilities(settings, true),
            capabilities_secure: capabilities(settings, settings.starttls_after_tls),
            region: settings.region.clone(),
            region_in_capitals: settings.region.to_ascii_uppercase(),
            account_id: settings.account_id.clone(),
            id_prefix: id_prefix(settings),
        }
    }
}

/// The lines in the order seen in 2023 and 2026; SIZE until 2020.
fn capabilities(settings: &Settings, starttls: bool) -> String {
    let lines = [
        ("250-email-smtp.amazonaws.com", true),
        ("250-8BITMIME", true),
        ("250-SIZE 10485760", settings.advertise_size),
        ("250-STARTTLS", starttls),
        ("250-AUTH PLAIN LOGIN", true),
        ("250 Ok", true),
    ];
    let shown = lines.iter().filter(|(_, shown)| *shown);
    shown.map(|(line, _)| format!("{line}\r\n")).collect()
}

fn id_prefix(settings: &Settings) -> String {
    let of = |region: &str| facts::region(region).and_then(|region| region.id_prefix);
    let known = of(&settings.region).or_else(|| of(facts::DEFAULT_REGION));
    let set = settings.id_prefix.as_deref();
    set.or(known).unwrap_or_default().to_owned()
}
