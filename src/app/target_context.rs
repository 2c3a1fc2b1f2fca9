//! Collects the facts about the target that a diagnosis needs.

use super::resolved_target::ResolvedTarget;
use crate::analysis::diagnosis::{Login, TargetContext};
use crate::scenario::{Plan, TargetKind};

/// The facts about the plan's target.
pub(super) fn target_context(plan: &Plan, resolved: &ResolvedTarget) -> TargetContext {
    let (is_ses, region) = match &plan.target.kind {
        TargetKind::Mock { settings } => (true, Some(settings.region.clone())),
        TargetKind::Ses(ses) => (true, Some(ses.region.clone())),
        TargetKind::Smtp { .. } => TargetContext::named(&resolved.host),
    };
    TargetContext {
        port: resolved.port,
        tls: plan.target.tls,
        is_ses,
        login: login(plan, resolved, region.as_deref()),
        region,
        sender: plan.message.from.clone(),
    }
}

fn login(plan: &Plan, resolved: &ResolvedTarget, region: Option<&str>) -> Option<Login> {
    let credentials = &resolved.config.sasl.as_ref()?.credentials;
    Some(Login {
        made_up: plan.auth.as_ref()?.wrong_credentials,
        ..Login::of(credentials, resolved.secret.as_ref(), region)
    })
}
