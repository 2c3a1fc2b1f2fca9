//! Translates the errors of rustls: which failure each is, and a text with what
//! is wrong and how to correct it.
//!
//! The library's own texts are often the names of its types. All certificate
//! errors have a text here, and so have the other errors that a mail server is
//! likely to cause; the rest are shown as the variant's name, split into words.
//! Texts are stable: no times and no counts, so that the same fault is the same
//! row in a report. What each means for a mail server, and more advice, is
//! `diagnosis`'s.

mod certificate;
#[cfg(test)]
mod tests;

use rustls::{AlertDescription, Error, InvalidMessage, PeerIncompatible};

use crate::smtp::StepFailure;
use crate::text::printable;
use crate::vocabulary::Failure;
use crate::vocabulary::TlsFailure::{
    self, AlertCertificate, AlertHandshakeFailure, AlertOther, AlertProtocolVersion,
};

/// Alerts: number, name and meaning (RFC 8446 section 6, RFC 5246 section 7.2), and
/// failure. Alerts that no server should send any more are shown by number.
#[rustfmt::skip]
const ALERTS: &[(u8, &str, &str, TlsFailure)] = &[
    (0, "close_notify", "the server closed the TLS session", AlertOther),
    (10, "unexpected_message", "it received an unexpected message", AlertOther),
    (20, "bad_record_mac", "a record was modified in transit", AlertOther),
    (22, "record_overflow", "a record is too long", AlertOther),
    (40, "handshake_failure", "no version, cipher or key exchange in common", AlertHandshakeFailure),
    (42, "bad_certificate", "a certificate is invalid", AlertCertificate),
    (43, "unsupported_certificate", "a certificate is of an unsupported type", AlertCertificate),
    (44, "certificate_revoked", "a certificate was revoked", AlertCertificate),
    (45, "certificate_expired", "a certificate has expired", AlertCertificate),
    (46, "certificate_unknown", "a certificate is not acceptable", AlertCertificate),
    (47, "illegal_parameter", "a field has a value that is not allowed", AlertOther),
    (48, "unknown_ca", "a certificate's issuer is not trusted by it", AlertCertificate),
    (49, "access_denied", "it denies this client access", AlertOther),
    (50, "decode_error", "a message could not be decoded", AlertOther),
    (51, "decrypt_error", "a signature or key check failed", AlertOther),
    (70, "protocol_version", "no TLS version in common", AlertProtocolVersion),
    (71, "insufficient_security", "it requires stronger ciphers than were offered", AlertOther),
    (80, "internal_error", "an internal error of the server", AlertOther),
    (86, "inappropriate_fallback", "an older version than both support", AlertOther),
    (90, "user_canceled", "the server canceled the handshake", AlertOther),
    (109, "missing_extension", "an extension is missing", AlertOther),
    (110, "unsupported_extension", "an extension it did not expect", AlertOther),
    (112, "unrecognized_name", "it does not know the requested host name", AlertOther),
    (116, "certificate_required", "it requires a client certificate, which sesbench does not have", AlertCertificate),
    (120, "no_application_protocol", "no application protocol in common", AlertOther),
];

/// The failure of a step, for reports of a session.
pub(super) fn step_failure(error: &Error) -> StepFailure {
    let found = translate(error);
    StepFailure {
        text: format!("TLS: {}", found.text).into(),
        ..found
    }
}

/// Describes the error in a sentence, without type names of the library.
pub(super) fn describe(error: &Error) -> String {
    translate(error).text.into_owned()
}

fn translate(error: &Error) -> StepFailure {
    let (failure, text) = match error {
        Error::InvalidCertificate(error) => return certificate::translate(error),
        Error::AlertReceived(alert) => received(*alert),
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => (
            TlsFailure::NotTls,
            "the server sent something that is not a TLS record".to_owned(),
        ),
        Error::InvalidMessage(InvalidMessage::UnknownProtocolVersion) => (
            TlsFailure::NotTls,
            "the server sent a record of a protocol version that is not TLS".to_owned(),
        ),
        Error::InvalidMessage(why) => (
            TlsFailure::Malformed,
            format!("the server sent a malformed TLS message: {}", words(why)),
        ),
        Error::PeerIncompatible(why) => (TlsFailure::Incompatible, incompatible(why)),
        Error::PeerMisbehaved(why) => (
            TlsFailure::Violation,
            format!("the server violated the TLS protocol: {}", words(why)),
        ),
        Error::InappropriateMessage { got_type, .. } => (
            TlsFailure::Violation,
            format!(
                "the server sent an unexpected TLS message: {}",
                words(got_type)
            ),
        ),
        Error::InappropriateHandshakeMessage { got_type, .. } => (
            TlsFailure::Violation,
            format!(
                "the server sent an unexpected TLS message: {}",
                words(got_type)
            ),
        ),
        Error::NoCertificatesPresented => (
            TlsFailure::NoCertificate,
            "the server sent no certificate".to_owned(),
        ),
        Error::UnsupportedNameType => (
            TlsFailure::NameUnsupported,
            "this name can't be checked against a certificate; connect by a host name or an IP \
             address"
                .to_owned(),
        ),
        Error::DecryptError => (
            TlsFailure::RecordDamaged,
            "a TLS record from the server failed to decrypt: it was modified in transit, or was \
             not encrypted"
                .to_owned(),
        ),
        Error::PeerSentOversizedRecord => (
            TlsFailure::RecordDamaged,
            "the server sent a TLS record that is too long".to_owned(),
        ),
        Error::FailedToGetCurrentTime => (
            TlsFailure::NoClockOrRandom,
            "the system's clock can't be read".to_owned(),
        ),
        Error::FailedToGetRandomBytes => (
            TlsFailure::NoClockOrRandom,
            "the system provides no random bytes".to_owned(),
        ),
        Error::General(text) => (TlsFailure::Other, printable(text)),
        Error::Other(other) => (TlsFailure::Other, certificate::shown(&other.to_string())),
        other => (TlsFailure::Other, words(other)),
    };
    StepFailure::new(Failure::Tls(failure), text)
}

fn received(alert: AlertDescription) -> (TlsFailure, String) {
    let number = u8::from(alert);
    match ALERTS.iter().find(|(known, ..)| *known == number) {
        Some((_, name, meaning, failure)) => {
            let text = format!("the server sent the alert {name}: {meaning}");
            (*failure, text)
        }
        None => (AlertOther, format!("the server sent the alert {number}")),
    }
}

fn incompatible(why: &PeerIncompatible) -> String {
    use PeerIncompatible as Why;
    let why = match why {
        Why::ServerDoesNotSupportTls12Or13 => "it supports neither TLS 1.2 nor 1.3".to_owned(),
        Why::ServerTlsVersionIsDisabledByOurConfig => {
            "it chose a TLS version that target.tls_versions leaves out".to_owned()
        }
        Why::Tls12NotOffered | Why::Tls12NotOfferedOrEnabled => {
            "it does not support TLS 1.2".to_owned()
        }
        Why::NoCipherSuitesInCommon => "no cipher suite in common".to_owned(),
        Why::NoKxGroupsInCommon => {
            "no key exchange group in common (target.key_exchange)".to_owned()
        }
        Why::NoSignatureSchemesInCommon => "no signature scheme in common".to_owned(),
        other => words(other),
    };
    format!("the server's TLS is not compatible: {why}")
}

/// The name of a variant as words, for errors without a text of their own.
pub(super) fn words(value: &dyn std::fmt::Debug) -> String {
    words_of(&format!("{value:?}"))
}

/// Splits a variant's name into words: `NoCipherSuitesInCommon` becomes
/// `no cipher suites in common`. The variant's fields are left out.
fn words_of(debug: &str) -> String {
    let name = name_of(debug);
    let mut words = String::new();
    let mut after_lower = false;
    for c in name.chars() {
        if c.is_uppercase() && after_lower {
            words.push(' ');
        }
        after_lower = c.is_lowercase() || c.is_ascii_digit();
        words.extend(c.to_lowercase());
    }
    words
}

/// The name of a variant, without its fields and without the suffix `Context`:
/// `RequiredEkuNotFoundContext` is `RequiredEkuNotFound` with fields.
fn name_of(debug: &str) -> &str {
    let end = debug.find(['(', '{']).unwrap_or(debug.len());
    let name = debug[..end].trim();
    name.strip_suffix("Context").unwrap_or(name)
}
