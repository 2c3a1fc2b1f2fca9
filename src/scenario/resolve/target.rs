//! Builds the target: its kind, host, port and TLS settings.

use std::path::PathBuf;

use sesbench_mock::settings::{Settings, TableError};

use super::host::DOMAIN_LENGTH;
use super::{ceilings, host, ses};
use crate::net::{TlsSettings, read_certificates};
use crate::scenario::keys::{self, TargetWord, Values};
use crate::scenario::source_document::SourceDocument;
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

pub(super) fn build(values: &Values, written: &SourceDocument) -> Result<Target, Error> {
    if values.target.kind != TargetWord::Ses {
        ses::refuse(written)?;
    }
    let (kind, tls) = match values.target.kind {
        TargetWord::Mock => mock(values, written)?,
        TargetWord::Smtp => smtp(values, written)?,
        TargetWord::Ses => ses::build(values, written)?,
    };
    check_ehlo_name(&values.target.ehlo_name, written)?;
    Ok(Target {
        kind,
        tls,
        tls_settings: tls_settings(&values.target, tls, written)?,
        ehlo_name: values.target.ehlo_name.clone(),
        pipelining: values.target.pipelining,
        source_addresses: values.target.source_addresses.clone(),
        ceilings: ceilings::build(values, written)?,
    })
}

fn mock(values: &Values, written: &SourceDocument) -> Result<(TargetKind, TlsMode), Error> {
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
    let settings =
        Settings::from_table(values.tables.mock.clone()).map_err(|error| match error {
            TableError::UnknownKey { key, nearest } => {
                let nearest = nearest.map(|nearest| format!("mock.{nearest}"));
                written.unknown(&format!("mock.{key}"), nearest)
            }
            TableError::Invalid { key, why } => written.invalid(&format!("mock.{key}"), why),
        })?;
    let tls = values.target.tls.unwrap_or(TlsMode::Starttls);
    let settings = Box::new(settings);
    Ok((TargetKind::Mock { settings }, tls))
}

fn smtp(values: &Values, written: &SourceDocument) -> Result<(TargetKind, TlsMode), Error> {
    let Some(host) = &values.target.host else {
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
    let (tls, port) = endpoint::of_smtp(values.target.tls, host::port(values, written)?);
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
    target: &keys::Target,
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
    if target.tls_versions.is_empty() {
        return Err(written.invalid(
            "target.tls_versions",
            "expected at least one, such as [\"1.3\"]",
        ));
    }
    let ca_file = target.ca_file.as_ref().map(PathBuf::from);
    // Only checked here: the file may be replaced until the run reads it.
    if let Some(path) = &ca_file {
        read_certificates(path).map_err(|reason| {
            let why = format!("{}: {reason}", path.display());
            written.invalid("target.ca_file", why)
        })?;
    }
    Ok(TlsSettings {
        versions: target.tls_versions.clone(),
        key_exchange: target.key_exchange.0.clone(),
        resumption: target.resumption,
        ca_file,
        insecure: target.insecure,
    })
}
