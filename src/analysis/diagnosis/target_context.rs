//! The facts about the target on which diagnoses depend.

use super::Login;
use crate::smtp::TlsMode;

/// The target of a failure.
#[derive(Clone, Debug)]
pub(crate) struct TargetContext {
    /// TCP port.
    pub port: u16,
    /// The TLS mode that was asked for.
    pub tls: TlsMode,
    /// Whether it is SES, or its mock: by the plan, its name or its greeting.
    pub is_ses: bool,
    /// Region of SES, if known.
    pub region: Option<String>,
    /// Envelope sender.
    pub sender: String,
    /// What is known of the credentials; none without credentials.
    pub login: Option<Login>,
}

/// The region in the name of an endpoint of SES, such as
/// `email-smtp.us-east-1.amazonaws.com` (AWS General Reference, "Amazon SES
/// endpoints and quotas").
pub(crate) fn region_of(host: &str) -> Option<&str> {
    let host = host
        .strip_prefix("email-smtp.")
        .or_else(|| host.strip_prefix("email-smtp-fips."))?;
    let region = host.trim_end_matches('.').strip_suffix(".amazonaws.com")?;
    (!region.is_empty() && !region.contains('.')).then_some(region)
}

impl TargetContext {
    /// Whether a host is SES by its name, and its region.
    pub(crate) fn named(host: &str) -> (bool, Option<String>) {
        let region = region_of(host).map(str::to_owned);
        (region.is_some(), region)
    }
}

/// Whether this is SES's banner, as in `220 email-smtp.amazonaws.com ESMTP
/// SimpleEmailService-d-ABCDEFGHI ...`.
pub(crate) fn greets_as_ses(banner: &str) -> bool {
    let mut words = banner.split(' ');
    let host = words.next().unwrap_or_default();
    let service = words.nth(1).unwrap_or_default();
    host.starts_with("email-smtp")
        && host.ends_with(".amazonaws.com")
        && service.starts_with("SimpleEmailService")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_names_its_region() {
        for (host, region) in [
            ("email-smtp.eu-west-1.amazonaws.com", Some("eu-west-1")),
            (
                "email-smtp-fips.us-gov-west-1.amazonaws.com.",
                Some("us-gov-west-1"),
            ),
            ("email-smtp..amazonaws.com", None),
            ("email-smtp.a.b.amazonaws.com", None),
            ("relay.example.com", None),
        ] {
            assert_eq!(region_of(host), region, "{host}");
        }
    }

    #[test]
    fn ses_is_known_by_its_greeting() {
        for (banner, is_ses) in [
            (
                "email-smtp.amazonaws.com ESMTP SimpleEmailService-d-ABCDEFGHI yyyyYY1yyyYyYyyYyyYy",
                true,
            ),
            ("email-smtp.amazonaws.com ESMTP Postfix", false),
            ("mx.example.com ESMTP SimpleEmailService", false),
            ("mx.example.com", false),
            ("", false),
        ] {
            assert_eq!(greets_as_ses(banner), is_ses, "{banner}");
        }
    }
}
