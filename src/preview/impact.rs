//! The impact of a run on an SES account: recipients, quota and cost, before it
//! starts.
//!
//! The figures are upper bounds from the plan and its ceilings. Where retries or
//! replies decide, the ceiling is the bound.

use std::fmt::Write;

use super::account;
use super::description::place;
use crate::engine::Model;
use crate::message::address;
use crate::scenario::volume::{known_messages, peak};
use crate::scenario::{Ceilings, Plan, Ses, TargetKind};
use crate::schedule::Arrivals;
use crate::ses::{PRICE_LIST_OF, WITHOUT_ENDPOINT, cost_range, region};
use crate::smtp::TlsMode;

/// The impact of the run on the SES account, line by line. `None` for other
/// targets.
pub(crate) fn impact(plan: &Plan) -> Option<String> {
    let TargetKind::Ses(ses) = &plan.target.kind else {
        return None;
    };
    let mut text = "this sends real mail through Amazon SES\n".to_owned();
    let mut line = |label: &str, words: &str| {
        let _ = writeln!(text, "  {label:<10} {words}");
    };
    line("target", &target(plan, ses));
    line("from", &plan.message.from);
    line("to", &whom(plan));
    line("recipients", &recipients(plan));
    line("rate", &rate(plan));
    line("quota", &quota(plan, ses));
    if let Some(snapshot) = &plan.account {
        line("account", &account::state(snapshot));
    }
    line("cost", &cost(plan, ses));
    let of_account = plan.account.iter().flat_map(account::remarks);
    for remark in remarks(ses, plan).into_iter().chain(of_account) {
        line("note", &remark);
    }
    Some(text)
}

fn target(plan: &Plan, ses: &Ses) -> String {
    let mode = match plan.target.tls {
        TlsMode::Wrapper => "TLS from the first byte",
        _ => "STARTTLS",
    };
    format!("{}, {}, {mode}", ses.region, place(&ses.host, ses.port))
}

fn whom(plan: &Plan) -> String {
    let domains = plan.message.to.iter().map(address::domain);
    let domains: std::collections::BTreeSet<_> = domains.collect();
    let named: Vec<_> = domains.iter().take(5).map(String::as_str).collect();
    let more = match domains.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more domains"),
    };
    match plan.message.to.iter().len() {
        1 => plan.message.to.iter().collect(),
        several => format!("{several} addresses at {}{more}", named.join(", ")),
    }
}

/// The maximum recipients; a plan for SES always has this ceiling.
fn most(plan: &Plan) -> u64 {
    plan.target.ceilings.max_recipients.unwrap_or(u64::MAX)
}

/// The recipients of the schedule; `None` where replies decide.
fn asked(plan: &Plan) -> Option<u64> {
    let each = u64::from(plan.message.recipients.get());
    known_messages(&plan.load).map(|messages| messages.saturating_mul(each))
}

fn recipients(plan: &Plan) -> String {
    let most = most(plan);
    let at_most = format!("at most {most}, retries included (target.max_recipients)");
    let about = match plan.load.model {
        Model::Open {
            arrivals: Arrivals::Poisson,
            ..
        } => "about ",
        _ => "",
    };
    match (asked(plan), &plan.load.model) {
        (None, _) => format!("as many as replies allow for; {at_most}"),
        (Some(asked), Model::Closed) => format!("{asked} and those of the warm-up; {at_most}"),
        (Some(asked), _) => format!("{about}{asked}, warm-up included; {at_most}"),
    }
}

fn rate(plan: &Plan) -> String {
    let Ceilings { max_rate, .. } = plan.target.ceilings;
    let ceiling =
        max_rate.map(|rate| format!("at most {rate}, retries included (target.max_rate)"));
    let ceiling = ceiling.unwrap_or_default();
    match peak(&plan.load, &plan.message) {
        None => format!("as fast as replies come; {ceiling}"),
        Some((peak, 1)) => format!("up to {peak}; {ceiling}"),
        Some((peak, each)) => format!("up to {peak}, {each} recipients each; {ceiling}"),
    }
}

fn quota(plan: &Plan, ses: &Ses) -> String {
    if plan.is_to_simulator() {
        return "none of it: mail to the mailbox simulator does not count".to_owned();
    }
    let Some(quota) = ses.daily_quota else {
        return "share not known: set the account's quota in target.daily_quota".to_owned();
    };
    let share = |recipients: u64| recipients as f64 / quota as f64 * 100.0;
    let text = format!("at most {:.1} % of {quota} in 24 hours", share(most(plan)));
    match asked(plan) {
        Some(asked) => format!("{:.1} %, {text}", share(asked)),
        None => text,
    }
}

fn cost(plan: &Plan, ses: &Ses) -> String {
    let most = most(plan);
    if let Some(price) = ses.price_per_1000 {
        let cost = dollars(most as f64 / 1_000.0 * price);
        return format!(
            "at most about {cost}, at ${price} for 1,000 recipients (target.price_per_1000)"
        );
    }
    let bytes = most.saturating_mul(plan.message.largest());
    let [(cheapest, least), (dearest, greatest)] = cost_range(most, bytes);
    format!(
        "at most about {} ({cheapest}) to {} ({dearest}): an estimate, by the price list of \
         {PRICE_LIST_OF} for us-east-1",
        dollars(least),
        dollars(greatest)
    )
}

/// Rounded to the cent, but an amount above zero is at least one cent.
fn dollars(amount: f64) -> String {
    let least = if amount > 0.0 { 0.01 } else { 0.0 };
    format!("${:.2}", amount.max(least))
}

fn remarks(ses: &Ses, plan: &Plan) -> Vec<String> {
    let name = &ses.region;
    let mut remarks = Vec::new();
    match region(name) {
        _ if WITHOUT_ENDPOINT.contains(&name.as_str()) => {
            remarks.push(format!("{name} is reported to have no SMTP endpoint"));
        }
        None => remarks.push(format!(
            "{name} is not in the table of regions (`sesbench ses endpoints`): check the spelling"
        )),
        Some(known) if !known.fips && ses.host == crate::ses::fips_host(name) => {
            remarks.push(format!("{name} is not known to have a FIPS endpoint"));
        }
        Some(_) => {}
    }
    if ses.port == 25 {
        remarks.push("port 25 is throttled from EC2: prefer 587 or 2587".to_owned());
    }
    if plan.target.tls_settings.insecure {
        remarks.push("the certificate is not verified".to_owned());
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::plan;

    fn said(assignments: &[&str]) -> String {
        let least = [
            "target.kind=ses",
            "target.region=us-east-1",
            "target.max_rate=50/s",
            "target.max_recipients=1000",
            "message.from=me@corp.internal",
        ];
        impact(&plan(least.iter().chain(assignments))).unwrap()
    }

    /// The text after a label.
    fn line(label: &str, assignments: &[&str]) -> String {
        let said = said(assignments);
        let line = said
            .lines()
            .find_map(|line| line.trim().strip_prefix(label));
        line.unwrap_or_default().trim().to_owned()
    }

    #[test]
    fn a_run_on_ses_is_described_before_it_starts() {
        assert_eq!(
            said(&[]),
            "this sends real mail through Amazon SES
  target     us-east-1, email-smtp.us-east-1.amazonaws.com:587, STARTTLS
  from       me@corp.internal
  to         success@simulator.amazonses.com
  recipients 500, warm-up included; at most 1000, retries included (target.max_recipients)
  rate       up to 50/s; at most 50/s, retries included (target.max_rate)
  quota      none of it: mail to the mailbox simulator does not count
  cost       at most about $0.10 (a la carte) to $0.23 (Enterprise): an estimate, by the price list of 2026-07-22 for us-east-1
"
        );
    }

    #[test]
    fn other_targets_have_none() {
        let plan = plan(&[]);
        assert_eq!(impact(&plan), None);
    }

    #[test]
    fn the_quota_is_of_mail_that_is_not_the_simulators() {
        let own = "allow_recipient_domains=['corp.internal']";
        let to = "message.to=['a@corp.internal','success@simulator.amazonses.com']";
        assert!(line("quota", &[own, to]).starts_with("share not known"));
        assert_eq!(
            line("quota", &[own, to, "target.daily_quota=2000"]),
            "25.0 %, at most 50.0 % of 2000 in 24 hours"
        );
        let closed = ["load.model=closed", own, to, "target.daily_quota=2000"];
        assert_eq!(line("quota", &closed), "at most 50.0 % of 2000 in 24 hours");
        let both = "2 addresses at corp.internal, simulator.amazonses.com";
        assert_eq!(line("to", &[own, to]), both);
    }

    #[test]
    fn what_is_not_known_before_is_bounded_by_the_ceiling() {
        let at_most = "at most 1000, retries included (target.max_recipients)";
        let closed = line("recipients", &["load.model=closed"]);
        assert_eq!(closed, format!("as many as replies allow for; {at_most}"));
        let poisson = line("recipients", &["load.arrivals=poisson"]);
        assert_eq!(poisson, format!("about 500, warm-up included; {at_most}"));
        let rate = line("rate", &["load.model=closed"]);
        assert!(rate.starts_with("as fast as replies come; at most 50/s"));
    }

    #[test]
    fn a_price_of_ones_own_takes_the_place_of_the_list() {
        assert_eq!(
            line("cost", &["target.price_per_1000=0.5"]),
            "at most about $0.50, at $0.5 for 1,000 recipients (target.price_per_1000)"
        );
        assert_eq!(dollars(0.0001), "$0.01");
        assert_eq!(dollars(0.0), "$0.00");
    }

    #[test]
    fn an_endpoint_that_may_not_exist_has_a_note() {
        for (assignment, part) in [
            ("target.region=us-esat-1", "us-esat-1 is not in the table"),
            ("target.region=mx-central-1", "no SMTP endpoint"),
            ("target.port=25", "throttled from EC2"),
        ] {
            assert!(line("note", &[assignment]).contains(part), "{assignment}");
        }
        let fips = ["target.fips=true", "target.region=eu-west-1"];
        assert!(line("note", &fips).contains("FIPS"));
        assert_eq!(line("note", &["target.fips=true"]), "");
        assert!(line("target", &fips).contains("email-smtp-fips.eu-west-1"));
    }
}
