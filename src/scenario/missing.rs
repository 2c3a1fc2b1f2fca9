//! What a valid plan needs before it can run: credentials, a verified sender, and an
//! account that can send this much.
//!
//! A scenario for SES can be written, committed and checked without them; a run
//! without them is refused.

use super::{Plan, TargetKind, account};
use crate::message::address;

/// Something that the plan needs before it can run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Missing {
    /// The flag that shows it; `None`: the scenario.
    pub origin: Option<&'static str>,
    /// The key.
    pub key: &'static str,
    /// What is missing, and what to do.
    pub why: String,
}

/// What is missing; empty when the plan can run.
pub(crate) fn missing(plan: &Plan) -> Vec<Missing> {
    if !matches!(plan.target.kind, TargetKind::Ses(_)) {
        return Vec::new();
    }
    [sender(plan), credentials(plan)]
        .into_iter()
        .flatten()
        .chain(account::obstacles(plan))
        .collect()
}

/// No account can have verified an identity at a reserved domain.
fn sender(plan: &Plan) -> Option<Missing> {
    let from = &plan.message.from;
    address::is_nobodys(&address::domain(from)).then(|| Missing {
        origin: None,
        key: "message.from",
        why: format!(
            "`{from}` is a placeholder, and SES accepts mail only from verified identities: \
             set yours with --set message.from=you@your.domain"
        ),
    })
}

fn credentials(plan: &Plan) -> Option<Missing> {
    let given = plan
        .auth
        .as_ref()
        .and_then(|login| login.credentials.as_ref());
    given.is_none().then(|| Missing {
        origin: None,
        key: "auth",
        why: "SES accepts mail only after AUTH: set SESBENCH_USERNAME and SESBENCH_PASSWORD to \
              the SMTP credentials of the region (`sesbench ses password` derives the password \
              from an IAM secret)"
            .to_owned(),
    })
}
