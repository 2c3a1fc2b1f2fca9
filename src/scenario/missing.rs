//! What a valid plan still lacks to be carried out, and only its owner has.
//!
//! A scenario for SES can be written, committed and checked without the
//! credentials and the verified sender it needs; run, it is refused.

use super::{Plan, TargetKind};
use crate::message::address;

/// Something that is not there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The key it belongs to.
    pub key: &'static str,
    /// What, and what to do.
    pub why: String,
}

/// What is not there yet; empty when the plan can be carried out.
pub fn missing(plan: &Plan) -> Vec<Missing> {
    if !matches!(plan.target.kind, TargetKind::Ses(_)) {
        return Vec::new();
    }
    [sender(plan), credentials(plan)]
        .into_iter()
        .flatten()
        .collect()
}

/// Nobody can have verified an identity at a domain that is nobody's.
fn sender(plan: &Plan) -> Option<Missing> {
    let from = &plan.message.from;
    address::is_nobodys(&address::domain(from)).then(|| Missing {
        key: "message.from",
        why: format!(
            "`{from}` is a placeholder, and SES accepts mail from verified identities only: \
             name yours, with --set message.from=you@your.domain"
        ),
    })
}

fn credentials(plan: &Plan) -> Option<Missing> {
    let given = plan
        .auth
        .as_ref()
        .and_then(|login| login.credentials.as_ref());
    given.is_none().then(|| Missing {
        key: "auth",
        why: "SES accepts mail after AUTH only: set SESBENCH_USERNAME and SESBENCH_PASSWORD to \
              the SMTP credentials of the region (`sesbench ses password` makes the password \
              of an IAM secret)"
            .to_owned(),
    })
}
