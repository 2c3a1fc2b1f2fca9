//! Errors of certificates: which failure each is, and its text.

use std::time::{Duration, SystemTime};

use rustls::pki_types::UnixTime;
use rustls::{CertificateError, OtherError};

use super::{name_of, words, words_of};
use crate::smtp::StepFailure;
use crate::text::printable;
use crate::vocabulary::{CertificateFailure as Why, Failure};

/// How many of a certificate's names are shown; some have hundreds.
const MAX_NAMES: usize = 8;

/// Errors of the certificate library for which rustls has no variant, each with its
/// failure and text.
pub(super) const FROM_WEBPKI: &[(webpki::Error, Why, &str)] = &[
    (
        webpki::Error::CaUsedAsEndEntity,
        Why::AuthorityAsServer,
        "it is a certificate authority's (CA:TRUE), as a self-signed one often is; if it is the \
         right one, pass this certificate itself as the CA file (--ca-file FILE, target.ca_file)",
    ),
    (
        webpki::Error::EndEntityUsedAsCa,
        Why::IssuerNotAuthority,
        "its issuer's certificate is not a certificate authority's (CA:FALSE); have it issued by \
         a CA, or pass the server's own certificate as the CA file",
    ),
    (
        webpki::Error::CertDistrusted,
        Why::Revoked,
        "its key is distrusted; replace it",
    ),
    (
        webpki::Error::EmptyEkuExtension,
        Why::NotForServers,
        "its extended key usage is empty; reissue it with serverAuth",
    ),
    (
        webpki::Error::ExtensionValueInvalid,
        Why::Malformed,
        "one of its extensions is malformed; reissue it",
    ),
    (
        webpki::Error::InvalidNetworkMaskConstraint,
        Why::ChainRefused,
        "a name constraint of its issuer has a malformed network mask; have the issuer's \
         certificate reissued",
    ),
    (
        webpki::Error::InvalidSerialNumber,
        Why::Malformed,
        "its serial number is malformed; reissue it",
    ),
    (
        webpki::Error::MalformedDnsIdentifier,
        Why::Malformed,
        "a host name in it is malformed; reissue it with valid names in its subjectAltName",
    ),
    (
        webpki::Error::MalformedExtensions,
        Why::Malformed,
        "its extensions are malformed; reissue it",
    ),
    (
        webpki::Error::MalformedNameConstraint,
        Why::ChainRefused,
        "a name constraint of its issuer is malformed; have the issuer's certificate reissued",
    ),
    (
        webpki::Error::MaximumNameConstraintComparisonsExceeded,
        Why::ChainRefused,
        "its chain has too many name constraints to check; configure the server to send a simpler \
         chain",
    ),
    (
        webpki::Error::MaximumPathBuildCallsExceeded,
        Why::ChainRefused,
        "its chain is too complex to check; configure the server to send only its own \
         certificate and the intermediates",
    ),
    (
        webpki::Error::MaximumPathDepthExceeded,
        Why::ChainRefused,
        "its chain is too long; configure the server to send only its own certificate and \
         the intermediates",
    ),
    (
        webpki::Error::MaximumSignatureChecksExceeded,
        Why::ChainRefused,
        "its chain has too many signatures to check; configure the server to send only its \
         own certificate and the intermediates",
    ),
    (
        webpki::Error::NameConstraintViolation,
        Why::ChainRefused,
        "its issuer may not certify this name (name constraints); have it issued by a CA that may",
    ),
    (
        webpki::Error::PathLenConstraintViolated,
        Why::ChainRefused,
        "its chain is longer than one of its issuers allows (pathLenConstraint); have it issued \
         by another CA",
    ),
    (
        webpki::Error::SignatureAlgorithmMismatch,
        Why::Malformed,
        "it names two different signature algorithms; reissue it",
    ),
    (
        webpki::Error::UnsupportedCertVersion,
        Why::Unsupported,
        "it is an X.509 certificate of version 1 or 2; reissue it as version 3, with a \
         subjectAltName",
    ),
    (
        webpki::Error::UnsupportedCriticalExtension,
        Why::Unsupported,
        "it has an unsupported critical extension; reissue it without",
    ),
    (
        webpki::Error::UnsupportedNameType,
        Why::Other,
        "it can't be checked for this type of name; connect by a host name or an IP address",
    ),
];

/// What is wrong with the server's certificate.
pub(super) fn translate(error: &CertificateError) -> StepFailure {
    use CertificateError as Error;
    let (why, text) = match error {
        Error::UnknownIssuer => (
            Why::IssuerUnknown,
            "certificate issuer is not trusted".to_owned(),
        ),
        Error::BadSignature => (
            Why::SignatureInvalid,
            "its signature does not verify: the issuer trusted here has another key".to_owned(),
        ),
        Error::Expired => (
            Why::Expired,
            "it has expired, or its validity ends before it begins".to_owned(),
        ),
        Error::ExpiredContext { not_after, .. } => (
            Why::Expired,
            format!("it has expired: it was valid until {}", moment(*not_after)),
        ),
        Error::NotValidYet => (Why::NotYetValid, "it is not valid yet".to_owned()),
        Error::NotValidYetContext { not_before, .. } => {
            let from = moment(*not_before);
            let text = format!("it is not valid yet: it is valid from {from}");
            (Why::NotYetValid, text)
        }
        Error::NotValidForName => (
            Why::WrongName,
            "it is not valid for the name that was connected to".to_owned(),
        ),
        Error::NotValidForNameContext {
            expected,
            presented,
        } => {
            let (expected, names) = (expected.to_str(), names(presented));
            let text = format!("it is not valid for the name `{expected}`; it names {names}");
            return StepFailure {
                detail: Some(names),
                ..refused(Why::WrongName, &text)
            };
        }
        Error::BadEncoding => (Why::Malformed, "it is malformed; reissue it".to_owned()),
        Error::Revoked => (Why::Revoked, "it was revoked; replace it".to_owned()),
        Error::UnhandledCriticalExtension => (
            Why::Unsupported,
            "it has an unsupported critical extension; reissue it without".to_owned(),
        ),
        Error::UnsupportedSignatureAlgorithmContext { .. } => (
            Why::AlgorithmRefused,
            "it, or a certificate of its chain, is signed with an algorithm that is no longer \
             accepted, such as SHA-1; reissue it with SHA-256"
                .to_owned(),
        ),
        Error::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => (
            Why::AlgorithmRefused,
            "its signature algorithm does not match its issuer's key type, or that key type is \
             not supported; reissue it with RSA or ECDSA"
                .to_owned(),
        ),
        Error::InvalidPurpose | Error::InvalidPurposeContext { .. } => (
            Why::NotForServers,
            "its extended key usage does not allow servers; reissue it with serverAuth".to_owned(),
        ),
        Error::UnknownRevocationStatus => (
            Why::RevocationUnknown,
            "its revocation status is unknown".to_owned(),
        ),
        Error::ExpiredRevocationList | Error::ExpiredRevocationListContext { .. } => (
            Why::RevocationUnknown,
            "the certificate revocation list (CRL) has expired".to_owned(),
        ),
        Error::InvalidOcspResponse => (
            Why::RevocationUnknown,
            "its OCSP response is malformed".to_owned(),
        ),
        Error::ApplicationVerificationFailure => (Why::Other, "the verifier refused it".to_owned()),
        Error::Other(other) => from_webpki(other),
        other => (Why::Other, words(other)),
    };
    refused(why, &text)
}

fn refused(why: Why, text: &str) -> StepFailure {
    let text = format!("the server's certificate is not accepted: {text}");
    StepFailure::new(Failure::Certificate(why), text)
}

/// An error of the certificate library that rustls passes on as it is.
fn from_webpki(other: &OtherError) -> (Why, String) {
    let error = other.0.downcast_ref::<webpki::Error>();
    let mut rows = FROM_WEBPKI.iter();
    match rows.find(|(known, ..)| error == Some(known)) {
        Some((_, why, sentence)) => (*why, (*sentence).to_owned()),
        None => (Why::Other, shown(&other.to_string())),
    }
}

/// An unknown error: a sentence as it is, the name of a variant as words.
pub(super) fn shown(text: &str) -> String {
    match text.contains(' ') && name_of(text).contains(' ') {
        true => printable(text),
        false => words_of(text),
    }
}

/// Lists the names of a certificate; the library writes `DnsName("a.example")`.
pub(super) fn names(presented: &[String]) -> String {
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

/// Formats a time in UTC (RFC 3339), to the second; later years are shown as 9999.
pub(super) fn moment(time: UnixTime) -> String {
    const LAST: u64 = 253_402_300_799;
    let since = Duration::from_secs(time.as_secs().min(LAST));
    humantime::format_rfc3339_seconds(SystemTime::UNIX_EPOCH + since).to_string()
}
