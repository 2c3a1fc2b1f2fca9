//! Each error has its failure and a text without type names.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{DnsName, ServerName, UnixTime};
use rustls::{
    CertificateError, ContentType, ExtendedKeyPurpose, HandshakeType, OtherError, PeerMisbehaved,
};

use super::certificate::{FROM_WEBPKI, moment, names};
use super::*;
use crate::vocabulary::CertificateFailure;

/// An error of the certificate library as rustls passes it on.
fn passed_on(error: webpki::Error) -> Error {
    CertificateError::Other(OtherError(Arc::new(error))).into()
}

/// An error that is not known here: its text is its name, or a sentence.
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

/// Every error of a certificate that rustls has, and what it is to us.
fn of_certificates() -> Vec<(Error, Failure)> {
    use CertificateError as Error;
    use CertificateFailure as Why;
    let (time, not_after, not_before, next_update) = (at(10), at(5), at(15), at(5));
    let weak = Error::UnsupportedSignatureAlgorithmContext {
        signature_algorithm_id: vec![1],
        supported_algorithms: Vec::new(),
    };
    let key = Error::UnsupportedSignatureAlgorithmForPublicKeyContext {
        signature_algorithm_id: vec![1],
        public_key_algorithm_id: vec![2],
    };
    let purpose = Error::InvalidPurposeContext {
        required: ExtendedKeyPurpose::ServerAuth,
        presented: vec![ExtendedKeyPurpose::ClientAuth],
    };
    let list = Error::ExpiredRevocationListContext { time, next_update };
    [
        (Error::UnknownIssuer, Why::IssuerUnknown),
        (Error::BadSignature, Why::SignatureInvalid),
        (Error::Expired, Why::Expired),
        (Error::ExpiredContext { time, not_after }, Why::Expired),
        (Error::NotValidYet, Why::NotYetValid),
        (
            Error::NotValidYetContext { time, not_before },
            Why::NotYetValid,
        ),
        (Error::NotValidForName, Why::WrongName),
        (Error::BadEncoding, Why::Malformed),
        (Error::Revoked, Why::Revoked),
        (Error::UnhandledCriticalExtension, Why::Unsupported),
        (weak, Why::AlgorithmRefused),
        (key, Why::AlgorithmRefused),
        (Error::InvalidPurpose, Why::NotForServers),
        (purpose, Why::NotForServers),
        (Error::UnknownRevocationStatus, Why::RevocationUnknown),
        (Error::ExpiredRevocationList, Why::RevocationUnknown),
        (list, Why::RevocationUnknown),
        (Error::InvalidOcspResponse, Why::RevocationUnknown),
        (Error::ApplicationVerificationFailure, Why::Other),
    ]
    .map(|(error, why)| (error.into(), Failure::Certificate(why)))
    .to_vec()
}

/// Every other error that a session can meet, each alert included.
fn of_tls() -> Vec<(Error, Failure)> {
    use TlsFailure as Why;
    let unexpected = Error::InappropriateMessage {
        expect_types: vec![ContentType::Handshake],
        got_type: ContentType::ApplicationData,
    };
    let out_of_turn = Error::InappropriateHandshakeMessage {
        expect_types: vec![HandshakeType::ServerHello],
        got_type: HandshakeType::CertificateStatus,
    };
    let ech = PeerIncompatible::ServerRejectedEncryptedClientHello(None);
    let unknown = OtherError(Arc::new(Named("SomethingElse(Unknown(7))")));
    let mut all = vec![
        (unexpected, Why::Violation),
        (out_of_turn, Why::Violation),
        (InvalidMessage::InvalidContentType.into(), Why::NotTls),
        (InvalidMessage::UnknownProtocolVersion.into(), Why::NotTls),
        (InvalidMessage::MissingData("X").into(), Why::Malformed),
        (InvalidMessage::DuplicateExtension(7).into(), Why::Malformed),
        (ech.into(), Why::Incompatible),
        (
            PeerMisbehaved::SelectedUnofferedKxGroup.into(),
            Why::Violation,
        ),
        (Error::NoCertificatesPresented, Why::NoCertificate),
        (Error::UnsupportedNameType, Why::NameUnsupported),
        (Error::DecryptError, Why::RecordDamaged),
        (Error::PeerSentOversizedRecord, Why::RecordDamaged),
        (Error::FailedToGetCurrentTime, Why::NoClockOrRandom),
        (Error::FailedToGetRandomBytes, Why::NoClockOrRandom),
        (Error::EncryptError, Why::Other),
        (Error::HandshakeNotComplete, Why::Other),
        (Error::NoApplicationProtocol, Why::Other),
        (Error::BadMaxFragmentSize, Why::Other),
        (Error::General("something else".to_owned()), Why::Other),
        (Error::Other(unknown), Why::Other),
    ];
    let incompatible = [
        PeerIncompatible::ServerDoesNotSupportTls12Or13,
        PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        PeerIncompatible::Tls12NotOffered,
        PeerIncompatible::NoCipherSuitesInCommon,
        PeerIncompatible::NoKxGroupsInCommon,
        PeerIncompatible::NoSignatureSchemesInCommon,
        PeerIncompatible::NoEcPointFormatsInCommon,
    ];
    all.extend(incompatible.map(|error| (error.into(), Why::Incompatible)));
    all.extend((0..=255).map(|number| {
        let why = match number {
            40 => Why::AlertHandshakeFailure,
            70 => Why::AlertProtocolVersion,
            42..=46 | 48 | 116 => Why::AlertCertificate,
            _ => Why::AlertOther,
        };
        (Error::AlertReceived(AlertDescription::from(number)), why)
    }));
    let each = all.into_iter();
    each.map(|(error, why)| (error, Failure::Tls(why)))
        .collect()
}

#[test]
fn each_error_has_its_failure() {
    for (error, failure) in of_certificates().into_iter().chain(of_tls()) {
        let found = step_failure(&error);
        assert_eq!(found.failure, failure, "{error:?}");
        assert_eq!(found.text, format!("TLS: {}", describe(&error)));
    }
    for (error, why, text) in FROM_WEBPKI {
        let found = step_failure(&passed_on(error.clone()));
        assert_eq!(found.failure, Failure::Certificate(*why), "{error}");
        assert!(found.text.ends_with(text), "{error}");
    }
    let found = step_failure(&other("NewError(DerTypeId { x: 1 })"));
    assert_eq!(
        found.failure,
        Failure::Certificate(CertificateFailure::Other)
    );
}

#[test]
fn the_names_of_a_certificate_are_the_detail_of_its_failure() {
    let found = step_failure(&for_name(&["DnsName(\"a.example\")"]));
    let failure = Failure::Certificate(CertificateFailure::WrongName);
    assert_eq!(found.failure, failure);
    assert_eq!(found.detail.as_deref(), Some("a.example"));
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
    let from_webpki = FROM_WEBPKI
        .iter()
        .map(|(error, ..)| passed_on(error.clone()));
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
    let all = of_certificates().into_iter().chain(of_tls());
    let all = all.map(|(error, _)| error).chain(names);
    for error in all.chain(from_webpki).chain(unknown.map(other)) {
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
            other("certificate had invalid extensions"),
            "certificate had invalid extensions",
        ),
    ] {
        assert_eq!(describe(&error), format!("{prefix}{text}"));
    }
    let ca = describe(&passed_on(webpki::Error::CaUsedAsEndEntity));
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
fn any_moment_can_be_formatted() {
    assert_eq!(moment(at(u64::MAX)), "9999-12-31T23:59:59Z");
}
