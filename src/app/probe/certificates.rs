//! Formats the server's certificates as text and as JSON.

use std::time::{Duration, SystemTime};

use serde_json::{Value, json};

use crate::net::Certificate;
use crate::text::words::plural;

/// The maximum number of names shown per certificate; some have hundreds.
const NAMES: usize = 8;

/// Two or three lines for each, the server's own first.
pub(super) fn lines(chain: &[Certificate]) -> Vec<String> {
    let now = now();
    let each = chain.iter().enumerate();
    each.flat_map(|(number, certificate)| lines_of(number, certificate, now))
        .collect()
}

fn lines_of(number: usize, certificate: &Certificate, now: i64) -> Vec<String> {
    let (subject, issuer) = (&certificate.subject, &certificate.issuer);
    let (from, until) = (day(certificate.not_before), day(certificate.not_after));
    let mut lines = vec![format!("certificate {number}: {subject}, by {issuer}")];
    if !certificate.names.is_empty() {
        lines.push(format!("  for {}", names(certificate)));
    }
    let left = validity(certificate, now);
    lines.push(format!("  {from} to {until} ({left}), {}", certificate.key));
    lines
}

fn names(certificate: &Certificate) -> String {
    let shown = certificate.names.iter().take(NAMES);
    let shown: Vec<_> = shown.map(String::as_str).collect();
    match certificate.names.len().saturating_sub(NAMES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

fn validity(certificate: &Certificate, now: i64) -> String {
    match certificate.days_left(now) {
        _ if now < certificate.not_before => "not valid yet".to_owned(),
        left @ 0.. => format!("{} left", plural(left.unsigned_abs(), "day")),
        _ => "EXPIRED".to_owned(),
    }
}

/// The same as JSON.
pub(super) fn values(chain: &[Certificate]) -> Value {
    let now = now();
    let values = chain.iter().map(|certificate| {
        json!({
            "subject": certificate.subject,
            "issuer": certificate.issuer,
            "names": certificate.names,
            "not_before": moment(certificate.not_before),
            "not_after": moment(certificate.not_after),
            "days_left": certificate.days_left(now),
            "key": certificate.key,
        })
    });
    values.collect()
}

fn day(seconds: i64) -> String {
    moment(seconds).chars().take(10).collect()
}

/// In UTC (RFC 3339); times outside its range are clamped.
fn moment(seconds: i64) -> String {
    /// The last second of the year 9999.
    const LAST: u64 = 253_402_300_799;
    let seconds = u64::try_from(seconds).unwrap_or_default().min(LAST);
    let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    humantime::format_rfc3339_seconds(moment).to_string()
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap_or_default().as_secs().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(names: usize, not_after: i64) -> Certificate {
        Certificate {
            subject: "CN=a".to_owned(),
            issuer: "CN=b".to_owned(),
            names: (0..names).map(|number| format!("n{number}")).collect(),
            not_before: 0,
            not_after,
            key: "RSA 2048".to_owned(),
        }
    }

    #[test]
    fn a_certificate_is_shown_with_names_and_days() {
        let day = 24 * 60 * 60;
        assert_eq!(
            lines_of(0, &certificate(2, 10 * day), 9 * day),
            [
                "certificate 0: CN=a, by CN=b",
                "  for n0, n1",
                "  1970-01-01 to 1970-01-11 (1 day left), RSA 2048"
            ]
        );
    }

    #[test]
    fn an_expired_certificate_and_many_names_are_shown() {
        let lines = lines_of(1, &certificate(11, 10), 11);
        assert!(lines[1].ends_with("n7 and 3 more"), "{lines:?}");
        assert!(lines[2].contains("(EXPIRED)"), "{lines:?}");
        assert!(validity(&certificate(0, 10), -1) == "not valid yet");
    }

    #[test]
    fn no_time_is_out_of_range() {
        assert_eq!(moment(-1), "1970-01-01T00:00:00Z");
        assert_eq!(moment(i64::MAX), "9999-12-31T23:59:59Z");
    }
}
