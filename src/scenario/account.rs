//! `--account`: what the state of an SES account means for a plan.
//!
//! It fills the limits that the scenario leaves open and bounds those that it sets.
//! What the account rules out is no defect of the plan, which may run on another
//! day: [`obstacles`] are reported like missing credentials.

use super::keys::TargetWord;
use super::missing::Missing;
use super::source_document::SourceDocument;
use super::{Error, Plan};
use crate::schedule::Rate;
use crate::ses::{AccountSnapshot, Review};
use crate::text::printable;
use crate::text::words::count;
use crate::units::MAX_DECIMALS;

/// The flag, for errors.
const FLAG: &str = "--account";

const MAX_RATE: &str = "target.max_rate";

/// Fills `target.max_rate` and `target.daily_quota` where nothing else sets them,
/// and refuses a rate above the account's.
pub(super) fn apply(snapshot: &AccountSnapshot, written: &mut SourceDocument) -> Result<(), Error> {
    let kind: TargetWord = written.value("target.kind")?;
    if kind != TargetWord::Ses {
        let why = "must be \"ses\" with --account, which has the quotas of an SES account: use \
                   --target ses:REGION, or leave out --account";
        return Err(written.invalid("target.kind", why));
    }
    let account = &snapshot.account;
    let limit: Rate = account
        .rate()
        .parse()
        .expect("the account's rate is above zero and has three decimals");
    let given: Option<Rate> = written.value(MAX_RATE)?;
    let parts = |rate: Rate| rate.parts_a_day(MAX_DECIMALS);
    if let Some(given) = given.filter(|given| parts(*given) > parts(limit)) {
        let why = format!(
            "{given} is above the account's {limit} (MaxSendRate in {}): lower it, or leave it \
             out to use the account's",
            snapshot.origin()
        );
        return Err(written.invalid(MAX_RATE, why));
    }
    written.set_default(FLAG, MAX_RATE, limit.to_string());
    if let Some(quota) = account.per_day.and_then(|quota| i64::try_from(quota).ok()) {
        written.set_default(FLAG, "target.daily_quota", quota);
    }
    Ok(())
}

/// Why the account cannot do the run as it is; empty without an account.
pub(super) fn obstacles(plan: &Plan) -> Vec<Missing> {
    let Some(snapshot) = &plan.account else {
        return Vec::new();
    };
    let obstacle = |(key, why)| Missing {
        origin: Some(FLAG),
        key,
        why,
    };
    let blocked = snapshot.account.blocked();
    let blocked = blocked.map(|(key, why)| (key, why.to_owned()));
    [blocked, sandbox(plan, snapshot), day(plan, snapshot)]
        .into_iter()
        .flatten()
        .map(obstacle)
        .collect()
}

fn sandbox(plan: &Plan, snapshot: &AccountSnapshot) -> Option<(&'static str, String)> {
    let account = &snapshot.account;
    if account.production != Some(false) || plan.is_to_simulator() {
        return None;
    }
    let request = match &account.review {
        Some(review) => format!("; the request for it is {}", request(review)),
        None => String::new(),
    };
    let why = format!(
        "false: in the sandbox SES accepts mail only to verified identities and the mailbox \
         simulator: send to success@simulator.amazonses.com, or request production \
         access{request} (if every recipient is verified, leave out --account)"
    );
    Some(("ProductionAccessEnabled", why))
}

fn request(review: &Review) -> String {
    let status = printable(&review.status);
    match &review.case_id {
        Some(case) => format!("{status}, case {}", printable(case)),
        None => status,
    }
}

/// The ceiling counts, because it is what the run may send, retries included.
fn day(plan: &Plan, snapshot: &AccountSnapshot) -> Option<(&'static str, String)> {
    let account = &snapshot.account;
    let (left, per_day) = (account.left_of_day()?, account.per_day?);
    let most = plan.target.ceilings.max_recipients.unwrap_or(u64::MAX);
    if most <= left || plan.is_to_simulator() {
        return None;
    }
    let why = format!(
        "up to {} recipients, retries included, and {} of the {} in 24 hours are left ({} were \
         sent in the last 24 hours): lower it, or wait",
        count(most),
        count(left),
        count(per_day),
        count(account.sent_last_24h)
    );
    Some(("target.max_recipients", why))
}

#[cfg(test)]
mod tests;
