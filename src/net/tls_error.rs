//! Error texts for TLS: what is wrong, and how to correct it.
//!
//! The library's own texts are often the names of its types. All certificate
//! errors have a text here, and so have the other errors that a mail server is
//! likely to cause; the rest are shown as the variant's name, split into words.
//! Texts are stable: no times and no counts, so that the same fault is the same
//! row in a report. What each means for a mail server, and more advice, is
//! `diagnosis`'s.

use std::time::{Duration, SystemTime};

use rustls::pki_types::UnixTime;
use rustls::pki_types::pem;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage};

use crate::text::printable;

/// How many of a certificate's names are shown; some have hundreds.
const MAX_NAMES: usize = 8;

/// Errors of the certificate library for which rustls has no variant, by the
/// variant's name in webpki's `Error`.
const OF_WEBPKI: &[(&str, &str)] = &[
    (
        "CaUsedAsEndEntity",
        "it is a certificate authority's (CA:TRUE), as a self-signed one often is; if it is the \
         right one, pass this certificate itself as the CA file (--ca-file FILE, target.ca_file)",
    ),
    (
        "EndEntityUsedAsCa",
        "its issuer's certificate is not a certificate authority's (CA:FALSE); have it issued by \
         a CA, or pass the server's own certificate as the CA file",
    ),
    ("CertDistrusted", "its key is distrusted; replace it"),
    (
        "EmptyEkuExtension",
        "its extended key usage is empty; reissue it with serverAuth",
    ),
    (
        "RequiredEkuNotFound",
        "its extended key usage does not allow servers; reissue it with serverAuth",
    ),
    (
        "ExtensionValueInvalid",
        "one of its extensions is malformed; reissue it",
    ),
    (
        "InvalidNetworkMaskConstraint",
        "a name constraint of its issuer has a malformed network mask; have the issuer's \
         certificate reissued",
    ),
    (
        "InvalidSerialNumber",
        "its serial number is malformed; reissue it",
    ),
    (
        "MalformedDnsIdentifier",
        "a host name in it is malformed; reissue it with valid names in its subjectAltName",
    ),
    (
        "MalformedExtensions",
        "its extensions are malformed; reissue it",
    ),
    (
        "MalformedNameConstraint",
        "a name constraint of its issuer is malformed; have the issuer's certificate reissued",
    ),
    (
        "MaximumNameConstraintComparisonsExceeded",
        "its chain has too many name constraints to check; configure the server to send a simpler \
         chain",
    ),
    (
        "MaximumPathBuildCallsExceeded",
        "its chain is too complex to check; configure the server to send only its own \
         certificate and the intermediates",
    ),
    (
        "MaximumPathDepthExceeded",
        "its chain is too long; configure the server to send only its own certificate and \
         the intermediates",
    ),
    (
        "MaximumSignatureChecksExceeded",
        "its chain has too many signatures to check; configure the server to send only its \
         own certificate and the intermediates",
    ),
    (
        "NameConstraintViolation",
        "its issuer may not certify this name (name constraints); have it issued by a CA that may",
    ),
    (
        "PathLenConstraintViolated",
        "its chain is longer than one of its issuers allows (pathLenConstraint); have it issued \
         by another CA",
    ),
    (
        "SignatureAlgorithmMismatch",
        "it names two different signature algorithms; reissue it",
    ),
    (
        "UnsupportedCertVersion",
        "it is an X.509 certificate of version 1 or 2; reissue it as version 3, with a \
         subjectAltName",
    ),
    (
        "UnsupportedCriticalExtension",
        "it has an unsupported critical extension; reissue it without",
    ),
    (
        "UnsupportedNameType",
        "it can't be checked for this type of name; connect by a host name or an IP address",
    ),
];

/// Alerts: number, name and meaning (RFC 8446 section 6, RFC 5246 section 7.2).
const ALERTS: &[(u8, &str, &str)] = &[
    (0, "close_notify", "the server closed the TLS session"),
    (
        10,
        "unexpected_message",
        "it received an unexpected message",
    ),
    (20, "bad_record_mac", "a record was modified in transit"),
    (22, "record_overflow", "a record is too long"),
    (
        40,
        "handshake_failure",
        "no version, cipher or key exchange in common",
    ),
    (42, "bad_certificate", "a certificate is invalid"),
    (
        43,
        "unsupported_certificate",
        "a certificate is of an unsupported type",
    ),
    (44, "certificate_revoked", "a certificate was revoked"),
    (45, "certificate_expired", "a certificate has expired"),
    (46, "certificate_unknown", "a certificate is not acceptable"),
    (
        47,
        "illegal_parameter",
        "a field has a value that is not allowed",
    ),
    (
        48,
        "unknown_ca",
        "a certificate's issuer is not trusted by it",
    ),
    (49, "access_denied", "it denies this client access"),
    (50, "decode_error", "a message could not be decoded"),
    (51, "decrypt_error", "a signature or key check failed"),
    (70, "protocol_version", "no TLS version in common"),
    (
        71,
        "insufficient_security",
        "it requires stronger ciphers than were offered",
    ),
    (80, "internal_error", "an internal error of the server"),
    (
        86,
        "inappropriate_fallback",
        "an older version than both support",
    ),
    (90, "user_canceled", "the server canceled the handshake"),
    (109, "missing_extension", "an extension is missing"),
    (
        110,
        "unsupported_extension",
        "an extension it did not expect",
    ),
    (
        112,
        "unrecognized_name",
        "it does not know the requested host name",
    ),
    (
        116,
        "certificate_required",
        "it requires a client certificate, which sesbench does not have",
    ),
    (
        120,
        "no_application_protocol",
        "no application protocol in common",
    ),
];

/// Describes the error in a sentence, without type names of the library.
pub(super) fn describe(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(error) => certificate(error),
        Error::AlertReceived(alert) => received(*alert),
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            "the server sent something that is not a TLS record".to_owned()
        }
        Error::InvalidMessage(InvalidMessage::UnknownProtocolVersion) => {
            "the server sent a record of a protocol version that is not TLS".to_owned()
        }
        Error::InvalidMessage(why) => {
            format!("the server sent a malformed TLS message: {}", words(why))
        }
        Error::PeerIncompatible(why) => incompatible(&format!("{why:?}")),
        Error::PeerMisbehaved(why) => {
            format!("the server violated the TLS protocol: {}", words(why))
        }
        Error::InappropriateMessage { got_type, .. } => {
            format!(
                "the server sent an unexpected TLS message: {}",
                words(got_type)
            )
        }
        Error::InappropriateHandshakeMessage { got_type, .. } => {
            format!(
                "the server sent an unexpected TLS message: {}",
                words(got_type)
            )
        }
        Error::NoCertificatesPresented => "the server sent no certificate".to_owned(),
        Error::UnsupportedNameType => {
            "this name can't be checked against a certificate; connect by a host name or an IP \
             address"
                .to_owned()
        }
        Error::DecryptError => {
            "a TLS record from the server failed to decrypt: it was modified in transit, or was \
             not encrypted"
                .to_owned()
        }
        Error::PeerSentOversizedRecord => {
            "the server sent a TLS record that is too long".to_owned()
        }
        Error::FailedToGetCurrentTime => "the system's clock can't be read".to_owned(),
        Error::FailedToGetRandomBytes => "the system provides no random bytes".to_owned(),
        Error::General(text) => printable(text),
        Error::Other(other) => other_text(&other.to_string()),
        other => words(other),
    }
}

/// Describes why a file of certificates can't be read.
pub(super) fn describe_pem(error: &pem::Error) -> String {
    match error {
        pem::Error::MissingSectionEnd { end_marker } => format!(
            "a certificate is truncated: `-----END {}-----` is missing",
            marker(end_marker)
        ),
        pem::Error::IllegalSectionStart { line } => format!(
            "`{}` does not begin a PEM section; it should be `-----BEGIN CERTIFICATE-----`",
            printable(&String::from_utf8_lossy(line))
        ),
        pem::Error::Base64Decode(_) => {
            "the text between the BEGIN and END lines is not base64".to_owned()
        }
        pem::Error::Io(error) => error.to_string(),
        pem::Error::NoItemsFound => "holds no certificate in PEM".to_owned(),
        pem::Error::SectionTooLarge => "a PEM section is too large".to_owned(),
        other => words(other),
    }
}

fn marker(end_marker: &[u8]) -> String {
    let text = String::from_utf8_lossy(end_marker);
    let text = text.trim().trim_matches('-');
    printable(text.strip_prefix("END ").unwrap_or(text))
}

fn certificate(error: &CertificateError) -> String {
    use CertificateError as Why;
    let why = match error {
        Why::UnknownIssuer => "certificate issuer is not trusted".to_owned(),
        Why::BadSignature => {
            "its signature does not verify: the issuer trusted here has another key".to_owned()
        }
        Why::Expired => "it has expired, or its validity ends before it begins".to_owned(),
        Why::ExpiredContext { not_after, .. } => {
            format!("it has expired: it was valid until {}", moment(*not_after))
        }
        Why::NotValidYet => "it is not valid yet".to_owned(),
        Why::NotValidYetContext { not_before, .. } => {
            format!(
                "it is not valid yet: it is valid from {}",
                moment(*not_before)
            )
        }
        Why::NotValidForName => "it is not valid for the name that was connected to".to_owned(),
        Why::NotValidForNameContext {
            expected,
            presented,
        } => {
            let expected = expected.to_str();
            let names = names(presented);
            format!("it is not valid for the name `{expected}`; it names {names}")
        }
        Why::BadEncoding => "it is malformed; reissue it".to_owned(),
        Why::Revoked => "it was revoked; replace it".to_owned(),
        Why::UnhandledCriticalExtension => {
            "it has an unsupported critical extension; reissue it without".to_owned()
        }
        Why::UnsupportedSignatureAlgorithmContext { .. } => {
            "it, or a certificate of its chain, is signed with an algorithm that is no longer \
             accepted, such as SHA-1; reissue it with SHA-256"
                .to_owned()
        }
        Why::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
            "its signature algorithm does not match its issuer's key type, or that key type is \
             not supported; reissue it with RSA or ECDSA"
                .to_owned()
        }
        Why::InvalidPurpose | Why::InvalidPurposeContext { .. } => {
            "its extended key usage does not allow servers; reissue it with serverAuth".to_owned()
        }
        Why::UnknownRevocationStatus => "its revocation status is unknown".to_owned(),
        Why::ExpiredRevocationList | Why::ExpiredRevocationListContext { .. } => {
            "the certificate revocation list (CRL) has expired".to_owned()
        }
        Why::InvalidOcspResponse => "its OCSP response is malformed".to_owned(),
        Why::ApplicationVerificationFailure => "the verifier refused it".to_owned(),
        Why::Other(other) => other_text(&other.to_string()),
        other => words(other),
    };
    format!("the server's certificate is not accepted: {why}")
}

/// Lists the names of a certificate; the library writes `DnsName("a.example")`.
fn names(presented: &[String]) -> String {
    let bare = |name: &String| {
        let dns = name
            .strip_prefix("DnsName(\"")
            .and_then(|name| name.strip_suffix("\")"));
        let ip = name
            .strip_prefix("IpAddress(")
            .and_then(|name| name.strip_suffix(')'));
        dns.or(ip).map(printable)
    };
    let names: Vec<_> = presented.iter().filter_map(bare).collect();
    let shown = names[..names.len().min(MAX_NAMES)].join(", ");
    match names.len().saturating_sub(MAX_NAMES) {
        0 if names.is_empty() => "no host: host names must be in its subjectAltName, the common \
             name is ignored"
            .to_owned(),
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn received(alert: AlertDescription) -> String {
    let number = u8::from(alert);
    let known = ALERTS.iter().find(|(known, ..)| *known == number);
    match known {
        Some((_, name, meaning)) => format!("the server sent the alert {name}: {meaning}"),
        None => format!("the server sent the alert {number}"),
    }
}

fn incompatible(name: &str) -> String {
    let known = match name {
        "ServerDoesNotSupportTls12Or13" => "it supports neither TLS 1.2 nor 1.3",
        "ServerTlsVersionIsDisabledByOurConfig" => {
            "it chose a TLS version that target.tls_versions leaves out"
        }
        "Tls12NotOffered" | "Tls12NotOfferedOrEnabled" => "it does not support TLS 1.2",
        "NoCipherSuitesInCommon" => "no cipher suite in common",
        "NoKxGroupsInCommon" => "no key exchange group in common (target.key_exchange)",
        "NoSignatureSchemesInCommon" => "no signature scheme in common",
        _ => "",
    };
    let why = match known {
        "" => words_of(name),
        known => known.to_owned(),
    };
    format!("the server's TLS is not compatible: {why}")
}

/// The text of another library's error, or the name of the error.
fn other_text(text: &str) -> String {
    let name = name_of(text);
    match OF_WEBPKI.iter().find(|(known, _)| *known == name) {
        Some((_, sentence)) => (*sentence).to_owned(),
        None if text.contains(' ') && name.contains(' ') => printable(text),
        None => words_of(text),
    }
}

fn words(value: &dyn std::fmt::Debug) -> String {
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

/// Formats a time in UTC (RFC 3339), to the second; later years are shown as 9999.
fn moment(time: UnixTime) -> String {
    const LAST: u64 = 253_402_300_799;
    let since = Duration::from_secs(time.as_secs().min(LAST));
    humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + since).to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::pki_types::{DnsName, ServerName};
    use rustls::{ContentType, HandshakeType, OtherError, PeerIncompatible, PeerMisbehaved};

    use super::*;

    /// An error of webpki as rustls passes it on: its text is its name.
    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Named(&'static str);

    fn other(name: &'static str) -> Error {
        let other = OtherError(Arc::new(Named(name)));
        CertificateError::Other(other).into()
    }

    fn at(seconds: u64) -> UnixTime {
        UnixTime::since_unix_epoch(Duration::from_secs(seconds))
    }

    fn for_name(presented: &[&str]) -> Error {
        let expected = ServerName::DnsName(DnsName::try_from("mx.example").unwrap());
        CertificateError::NotValidForNameContext {
            expected,
            presented: presented.iter().map(|name| (*name).to_owned()).collect(),
        }
        .into()
    }

    fn of_certificates() -> Vec<Error> {
        use CertificateError as Why;
        let (time, not_after, not_before, next_update) = (at(10), at(5), at(15), at(5));
        [
            Why::UnknownIssuer,
            Why::BadSignature,
            Why::Expired,
            Why::ExpiredContext { time, not_after },
            Why::NotValidYet,
            Why::NotValidYetContext { time, not_before },
            Why::NotValidForName,
            Why::BadEncoding,
            Why::Revoked,
            Why::UnhandledCriticalExtension,
            Why::UnsupportedSignatureAlgorithmContext {
                signature_algorithm_id: vec![1],
                supported_algorithms: Vec::new(),
            },
            Why::UnsupportedSignatureAlgorithmForPublicKeyContext {
                signature_algorithm_id: vec![1],
                public_key_algorithm_id: vec![2],
            },
            Why::InvalidPurpose,
            Why::UnknownRevocationStatus,
            Why::ExpiredRevocationList,
            Why::ExpiredRevocationListContext { time, next_update },
            Why::InvalidOcspResponse,
            Why::ApplicationVerificationFailure,
        ]
        .map(Error::from)
        .to_vec()
    }

    fn of_tls() -> Vec<Error> {
        let mut all = vec![
            Error::InappropriateMessage {
                expect_types: vec![ContentType::Handshake],
                got_type: ContentType::ApplicationData,
            },
            Error::InappropriateHandshakeMessage {
                expect_types: vec![HandshakeType::ServerHello],
                got_type: HandshakeType::CertificateStatus,
            },
            InvalidMessage::InvalidContentType.into(),
            InvalidMessage::UnknownProtocolVersion.into(),
            InvalidMessage::MissingData("ServerHelloPayload").into(),
            InvalidMessage::DuplicateExtension(7).into(),
            PeerIncompatible::ServerDoesNotSupportTls12Or13.into(),
            PeerIncompatible::NoCipherSuitesInCommon.into(),
            PeerIncompatible::NoEcPointFormatsInCommon.into(),
            PeerIncompatible::ServerRejectedEncryptedClientHello(None).into(),
            PeerMisbehaved::SelectedUnofferedKxGroup.into(),
            Error::NoCertificatesPresented,
            Error::UnsupportedNameType,
            Error::DecryptError,
            Error::EncryptError,
            Error::PeerSentOversizedRecord,
            Error::HandshakeNotComplete,
            Error::FailedToGetCurrentTime,
            Error::FailedToGetRandomBytes,
            Error::NoApplicationProtocol,
            Error::BadMaxFragmentSize,
            Error::Other(OtherError(Arc::new(Named("SomethingElse(Unknown(7))")))),
        ];
        all.extend((0..=255).map(|number| Error::AlertReceived(AlertDescription::from(number))));
        all
    }

    /// Whether the text has a type's name, `NotValidYet`, or a value, `Other(`.
    fn reads_like_debug(text: &str) -> bool {
        let camel = |word: &str| {
            let mut letters = word.chars();
            let upper = letters.next().is_some_and(char::is_uppercase);
            let lower = letters.next().is_some_and(char::is_lowercase);
            upper && lower && letters.any(char::is_uppercase)
        };
        let called = text
            .as_bytes()
            .windows(2)
            .any(|pair| pair[0].is_ascii_alphanumeric() && matches!(pair[1], b'(' | b'[' | b'{'));
        called || text.contains(" { ") || text.split(|c: char| !c.is_alphanumeric()).any(camel)
    }

    #[test]
    fn no_error_text_has_type_names() {
        let of_webpki = OF_WEBPKI.iter().map(|(name, _)| other(name));
        let unknown = [
            "NewError",
            "NewError(DerTypeId { x: 1 })",
            "words of a sort",
        ];
        let names = [
            for_name(&[]),
            for_name(&[
                "DnsName(\"a.example\")",
                "Unsupported(0x81)",
                "DirectoryName",
            ]),
        ];
        let all = of_certificates().into_iter().chain(of_tls()).chain(names);
        for error in all.chain(of_webpki).chain(unknown.map(other)) {
            let text = describe(&error);
            assert!(!reads_like_debug(&text), "{text}");
            assert!(text.len() > 8, "{error:?}: {text}");
        }
        assert!(reads_like_debug("Other(OtherError(CaUsedAsEndEntity))"));
        assert!(reads_like_debug("invalid peer certificate: BadEncoding"));
        assert!(reads_like_debug("x: { a: 1 }"));
    }

    #[test]
    fn a_certificate_error_states_how_to_correct_it() {
        let prefix = "the server's certificate is not accepted: ";
        for (error, text) in [
            (
                CertificateError::UnknownIssuer.into(),
                "certificate issuer is not trusted",
            ),
            (
                CertificateError::ExpiredContext {
                    time: at(86_400 * 9),
                    not_after: at(86_400),
                }
                .into(),
                "it has expired: it was valid until 1970-01-02T00:00:00Z",
            ),
            (
                for_name(&["DnsName(\"a.example\")", "IpAddress(192.0.2.1)"]),
                "it is not valid for the name `mx.example`; it names a.example, 192.0.2.1",
            ),
            (
                for_name(&[]),
                "it is not valid for the name `mx.example`; it names no host: host names \
                 must be in its subjectAltName, the common name is ignored",
            ),
            (
                other("RequiredEkuNotFoundContext(RequiredEkuNotFoundContext { required: 1 })"),
                "its extended key usage does not allow servers; reissue it with serverAuth",
            ),
            (
                other("certificate had invalid extensions"),
                "certificate had invalid extensions",
            ),
        ] {
            assert_eq!(describe(&error), format!("{prefix}{text}"));
        }
        let ca = describe(&other("CaUsedAsEndEntity"));
        assert!(ca.contains("--ca-file FILE"), "{ca}");
    }

    #[test]
    fn names_of_a_certificate_are_bounded_and_escaped() {
        let many: Vec<_> = (0..20)
            .map(|n| format!("DnsName(\"n{n}\u{1b}\")"))
            .collect();
        let names = names(&many);
        assert!(names.ends_with("n7\\u{1b} and 12 more"), "{names}");
    }

    #[test]
    fn alerts_have_their_standard_names() {
        let alert = |alert| describe(&Error::AlertReceived(alert));
        assert_eq!(
            alert(AlertDescription::HandshakeFailure),
            "the server sent the alert handshake_failure: no version, cipher or key exchange in \
             common"
        );
        assert_eq!(
            alert(AlertDescription::from(200)),
            "the server sent the alert 200"
        );
    }

    #[test]
    fn a_damaged_file_of_certificates_is_described() {
        use rustls::pki_types::CertificateDer;
        use rustls::pki_types::pem::PemObject;
        for (file, text) in [
            (
                "-----BEGIN CERTIFICATE-----\nMIIB\n",
                "a certificate is truncated: `-----END CERTIFICATE-----` is missing",
            ),
            (
                "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
                "the text between the BEGIN and END lines is not base64",
            ),
            ("", "holds no certificate in PEM"),
        ] {
            let error = CertificateDer::from_pem_slice(file.as_bytes()).unwrap_err();
            assert_eq!(describe_pem(&error), text);
        }
    }

    #[test]
    fn any_moment_can_be_formatted() {
        assert_eq!(moment(at(u64::MAX)), "9999-12-31T23:59:59Z");
    }
}
