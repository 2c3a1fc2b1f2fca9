//! What a diagnosis is told of where a run or a probe went.

use secrecy::SecretString;

use super::environment;
use super::site::Site;
use crate::diagnosis::{Login, Place};
use crate::scenario::{Plan, TargetKind};

/// Holds the secret access key that an SMTP password was derived from, if the
/// user cares to say: then a 535 can be read exactly.
pub(super) const SECRET_ENV: &str = "SESBENCH_SECRET_ACCESS_KEY";

/// Where the plan's sessions go.
pub(super) fn place(plan: &Plan, site: &Site) -> Place {
    let (is_ses, region) = match &plan.target.kind {
        TargetKind::Mock { settings } => (true, Some(settings.region.clone())),
        TargetKind::Ses(ses) => (true, Some(ses.region.clone())),
        TargetKind::Smtp { .. } => Place::named(&site.host),
    };
    Place {
        port: site.port,
        tls: plan.target.tls,
        is_ses,
        login: login(plan, site, region.as_deref()),
        region,
        sender: plan.message.from.clone(),
    }
}

fn login(plan: &Plan, site: &Site, region: Option<&str>) -> Option<Login> {
    let credentials = &site.config.sasl.as_ref()?.credentials;
    let secret = environment(SECRET_ENV).filter(|secret| !secret.is_empty());
    let secret = secret.map(SecretString::from);
    Some(Login {
        made_up: plan.auth.as_ref()?.wrong_credentials,
        ..Login::of(credentials, secret.as_ref(), region)
    })
}
