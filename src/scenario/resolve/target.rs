//! Builds the target: its kind, host, port and TLS settings.

use std::path::PathBuf;

use sesbench_mock::settings::plain;

use super::host::DOMAIN_LENGTH;
use super::{ceilings, host, ses};
use crate::net::{TlsSettings, read_certificates};
use crate::scenario::raw::{self, RawScenario};
use crate::scenario::source_document::{SourceDocument, closest};
use crate::scenario::{Error, Target, TargetKind, endpoint};
use crate::smtp::TlsMode;

/// The keys that have no effect without TLS.
pub(in crate::scenario) const TLS_ONLY: &[&str] = &[
    "target.tls_versions",
    "target.key_exchange",
    "target.resumption",
    "target.ca_file",
    "target.insecure",
];

pub(super) fn build(raw: &RawScenario, written: &SourceDocument) -> Result<Target, Error> {
    if raw.target.kind != raw::Kind::Ses {
        ses::refuse(written)?;
    }
    let (kind, tls) = match raw.target.kind {
        raw::Kind::Mock => mock(raw, written)?,
        raw::Kind::Smtp => smtp(raw, written)?,
        raw::Kind::Ses => ses::build(raw, written)?,
    };
    check_ehlo_name(&raw.target.ehlo_name, written)?;
    Ok(Target {
        kind,
        tls,
        tls_settings: tls_settings(&raw.target, tls, written)?,
        ehlo_name: raw.target.ehlo_name.clone(),
        pipelining: raw.target.pipelining,
        source_addresses: raw.target.source_addresses.clone(),
        ceilings: ceilings::build(raw, written)?,
    })
}

fn mock(raw: &RawScenario, written: &SourceDocument) -> Result<(TargetKind, TlsMode), Error> {
    for key in ["target.host", "target.port"] {
        if written.has(key) {
            let why =
                "the mock chooses its own address; set target.kind = \"smtp\" to test a server";
            return Err(written.invalid(key, why));
        }
    }
    if written.has("target.ca_file") {
        let why = "the mock has its own CA, which is trusted; remove this";
        return Err(written.invalid("target.ca_file", why));
    }
    let settings = toml::Value::Table(raw.mock.clone()).try_into();
    let settings: Box<sesbench_mock::Settings> =
        settings.map_err(|error| mock_error(&error, written))?;
    settings.check().map_err(|error| {
        let why = format!("{} {}", error.value, error.allowed);
        written.invalid(&format!("mock.{}", error.key), why)
    })?;
    let tls = raw.target.tls.unwrap_or(TlsMode::Starttls);
    Ok((TargetKind::Mock { settings }, tls))
}

/// An error that names the mock's key behind `mock.`. The path is at the end of
/// the message: "in `latency.dot`".
fn mock_error(error: &toml::de::Error, written: &SourceDocument) -> Error {
    let shown = error.to_string();
    let inner = shown
        .rsplit_once("\nin `")
        .map(|(_, rest)| rest.trim_end().trim_end_matches('`'));
    let path = inner.map_or_else(|| "mock".to_owned(), |inner| format!("mock.{inner}"));
    let message = error.message();
    let Some((name, known)) = unknown_field(message) else {
        return written.invalid(&path, plain(message).replace('\n', ", "));
    };
    // The path ends with the unknown field, or with the table that contains it.
    let table = path.strip_suffix(&format!(".{name}")).unwrap_or(&path);
    let nearest = closest(&name, &known).map(|nearest| format!("{table}.{nearest}"));
    written.unknown(&format!("{table}.{name}"), nearest)
}

/// Parses "unknown field `a`, expected one of `b`, `c`".
fn unknown_field(message: &str) -> Option<(String, Vec<String>)> {
    let rest = message.strip_prefix("unknown field `")?;
    let mut quoted = rest.split('`').step_by(2).map(str::to_owned);
    Some((quoted.next()?, quoted.collect()))
}

fn smtp(raw: &RawScenario, written: &SourceDocument) -> Result<(TargetKind, TlsMode), Error> {
    let Some(host) = &raw.target.host else {
        return Err(written.invalid("target.host", "missing; target.kind = \"smtp\" needs one"));
    };
    if written.has("mock") {
        return Err(written.invalid("mock", "only for target.kind = \"mock\""));
    }
    let host = host::check(host, written)?;
    // As `smtp` it would have neither ceilings nor a confirmation.
    if crate::ses::is_smtp_host(&host) {
        let why = format!(
            "`{host}` is SES: use --target ses:REGION (target.kind = \"ses\"), which requires \
             ceilings"
        );
        return Err(written.invalid("target.host", why));
    }
    let (tls, port) = endpoint::of_smtp(raw.target.tls, host::port(raw, written)?);
    Ok((TargetKind::Smtp { host, port }, tls))
}

fn check_ehlo_name(name: &str, written: &SourceDocument) -> Result<(), Error> {
    let fit = |c: char| c.is_ascii_alphanumeric() || "-.:[]_".contains(c);
    if !name.is_empty() && name.len() <= DOMAIN_LENGTH && name.chars().all(fit) {
        return Ok(());
    }
    let why = format!(
        "invalid EHLO name \"{}\": expected a host name or an address literal",
        name.escape_debug()
    );
    Err(written.invalid("target.ehlo_name", why))
}

fn tls_settings(
    raw: &raw::Target,
    tls: TlsMode,
    written: &SourceDocument,
) -> Result<TlsSettings, Error> {
    if tls == TlsMode::None
        && let Some(key) = TLS_ONLY.iter().find(|key| written.has(key))
    {
        return Err(written.invalid(
            key,
            "has no effect with target.tls = \"none\"; remove one of the two",
        ));
    }
    if raw.tls_versions.is_empty() {
        return Err(written.invalid(
            "target.tls_versions",
            "expected at least one, such as [\"1.3\"]",
        ));
    }
    let ca_file = raw.ca_file.as_ref().map(PathBuf::from);
    if let Some(path) = &ca_file {
        read_certificates(path).map_err(|reason| {
            let why = format!("{}: {reason}", path.display());
            written.invalid("target.ca_file", why)
        })?;
    }
    Ok(TlsSettings {
        versions: raw.tls_versions.clone(),
        key_exchange: raw.key_exchange.clone(),
        resumption: raw.resumption,
        ca_file,
        insecure: raw.insecure,
    })
}
