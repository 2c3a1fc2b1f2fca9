//! SES as the target: the endpoint of a region, or the host that the user names.

use super::host;
use crate::scenario::endpoint::{self, Contradiction};
use crate::scenario::keys::Values;
use crate::scenario::plan::{self, TargetKind};
use crate::scenario::source_document::SourceDocument;
use crate::scenario::{Error, Ses};
use crate::ses;
use crate::smtp::TlsMode;

/// The keys that only SES has.
const SES_ONLY: &[&str] = &[
    "target.region",
    "target.fips",
    "target.daily_quota",
    "target.price_per_1000",
];

pub(super) fn build(
    values: &Values,
    written: &SourceDocument,
) -> Result<(TargetKind, TlsMode), Error> {
    let target = &values.target;
    let region = region(values, written)?;
    if written.has("mock") {
        return Err(written.invalid("mock", "only for target.kind = \"mock\""));
    }
    let (tls, port) = endpoint::of_ses(target.tls, host::port(values, written)?)
        .map_err(|why| contradiction(&why, written))?;
    let given = target.host.as_deref();
    let given = given.map(|host| host::check(host, written)).transpose()?;
    if given.is_some() && target.fips {
        let why = "target.host names the endpoint already; remove one of the two";
        return Err(written.invalid("target.fips", why));
    }
    let host = given.unwrap_or_else(|| match target.fips {
        true => ses::fips_host(&region),
        false => ses::smtp_host(&region),
    });
    if target.insecure && !plan::is_this_machine(&host) {
        let why = "the certificate of SES is always verified: otherwise credentials and mail \
                   could go to any server that answers; remove this";
        return Err(written.invalid("target.insecure", why));
    }
    let ses = Ses {
        region,
        host,
        port,
        daily_quota: Some(target.daily_quota).filter(|quota| *quota > 0),
        price_per_1000: target.price_per_1000,
    };
    Ok((TargetKind::Ses(ses), tls))
}

/// The region, validated because it becomes part of a host name.
fn region(values: &Values, written: &SourceDocument) -> Result<String, Error> {
    let Some(region) = &values.target.region else {
        let why = "missing; target.kind = \"ses\" needs one, such as \"us-east-1\"";
        return Err(written.invalid("target.region", why));
    };
    if !ses::is_region_name(region) {
        let why = format!(
            "invalid region \"{}\": expected one such as us-east-1; `sesbench ses endpoints` lists them",
            region.escape_debug()
        );
        return Err(written.invalid("target.region", why));
    }
    Ok(region.clone())
}

fn contradiction(why: &Contradiction, written: &SourceDocument) -> Error {
    let by_port = written.has("target.port") && !written.has("target.tls");
    let key = if by_port { "target.port" } else { "target.tls" };
    written.invalid(key, why)
}

/// Refuses keys that only SES has.
pub(super) fn refuse(written: &SourceDocument) -> Result<(), Error> {
    match SES_ONLY.iter().find(|key| written.has(key)) {
        Some(key) => Err(written.invalid(key, "only for target.kind = \"ses\"")),
        None => Ok(()),
    }
}
