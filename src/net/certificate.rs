//! The fields of a certificate that people read: names, issuer, validity, key.
//!
//! The verifier decides whether to trust it.

use std::net::IpAddr;

use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::x509::X509Name;

use super::facts::key_kind;
use crate::text::printable;

/// The fields of a certificate (RFC 5280 section 4.1.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    /// The subject's name.
    pub subject: String,
    /// The issuer's name.
    pub issuer: String,
    /// The hosts it is valid for: DNS names and IP addresses of the
    /// subjectAltName.
    pub names: Vec<String>,
    /// Not valid before, in seconds since 1970.
    pub not_before: i64,
    /// Not valid after, in seconds since 1970.
    pub not_after: i64,
    /// Kind of its key, such as `ECDSA P-256`.
    pub key: String,
}

impl Certificate {
    /// Parses a certificate; `None` if it is not one.
    pub(super) fn read(der: &[u8]) -> Option<Self> {
        let (_, read) = X509Certificate::from_der(der).ok()?;
        Some(Self {
            subject: name(read.subject()),
            issuer: name(read.issuer()),
            names: names(&read),
            not_before: read.validity().not_before.timestamp(),
            not_after: read.validity().not_after.timestamp(),
            key: key_kind(read.public_key()),
        })
    }

    /// Whole days from `now` (seconds since 1970) to the end of its validity;
    /// negative once it has expired.
    pub(crate) fn days_left(&self, now: i64) -> i64 {
        (self.not_after - now).div_euclid(24 * 60 * 60)
    }
}

/// The full distinguished name, such as `CN=Amazon RSA 2048 M01, O=Amazon`.
fn name(name: &X509Name<'_>) -> String {
    match name.to_string() {
        text if text.is_empty() => "(no name)".to_owned(),
        text => printable(&text),
    }
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(alternative)) = certificate.subject_alternative_name() else {
        return Vec::new();
    };
    let names = alternative.value.general_names.iter();
    names
        .filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(printable(name)),
            GeneralName::IPAddress(octets) => address(octets),
            _ => None,
        })
        .collect()
}

fn address(octets: &[u8]) -> Option<String> {
    let v4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    let v6 = <[u8; 16]>::try_from(octets).map(IpAddr::from);
    v4.or(v6).ok().map(|address| address.to_string())
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn names_issuer_validity_and_key_are_read() {
        let names = ["mail.example.com".to_owned(), "127.0.0.1".to_owned()];
        let mut params = CertificateParams::new(names).unwrap();
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "mail \u{1b}[31m");
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2026, 1, 11);
        let key = KeyPair::generate().unwrap();
        let made = params.self_signed(&key).unwrap();
        let read = Certificate::read(made.der()).unwrap();
        assert_eq!(read.names, ["mail.example.com", "127.0.0.1"]);
        assert!(read.subject.contains("\\u{1b}"), "{}", read.subject);
        assert_eq!(read.issuer, read.subject);
        assert_eq!(read.key, "ECDSA P-256");
        let day = 24 * 60 * 60;
        assert_eq!(read.not_after - read.not_before, 10 * day);
        assert_eq!(read.days_left(read.not_after - day), 1);
        assert_eq!(read.days_left(read.not_after - day + 1), 0);
        assert_eq!(read.days_left(read.not_after + 1), -1);
    }

    #[test]
    fn data_that_is_not_a_certificate_is_none() {
        assert_eq!(Certificate::read(b"x"), None);
    }
}
