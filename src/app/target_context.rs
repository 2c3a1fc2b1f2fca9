//! What a diagnosis is told of where a run or a probe went.

use super::resolved_target::Site;
use crate::analysis::diagnosis::{Login, Place};
use crate::scenario::{Plan, TargetKind};

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
    Some(Login {
        made_up: plan.auth.as_ref()?.wrong_credentials,
        ..Login::of(credentials, site.secret.as_ref(), region)
    })
}
