//! Plans for accounts in every state.

use std::path::PathBuf;

use crate::scenario::testing::plan_for;
use crate::scenario::{Plan, TargetKind, missing};
use crate::ses::{Account, AccountSnapshot};

const PRODUCTION: &str = r#"{
    "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 49900.0},
    "ProductionAccessEnabled": true, "SendingEnabled": true, "EnforcementStatus": "HEALTHY"
}"#;

/// A complete plan for SES, except for what the account fills.
const ON_SES: [&str; 7] = [
    "target.kind=ses",
    "target.region=us-east-1",
    "target.max_recipients=100",
    "load.rate=10/s",
    "load.messages=50",
    "load.warm_up=0s",
    "message.from=me@corp.internal",
];

const OWN: [&str; 2] = [
    "allow_recipient_domains=['corp.internal']",
    "message.to=['you@corp.internal']",
];

fn snapshot(text: &str) -> AccountSnapshot {
    AccountSnapshot {
        account: Account::parse(text).unwrap(),
        file: Some(PathBuf::from("account.json")),
        age: None,
    }
}

fn read(text: &str, assignments: &[&str]) -> Result<Plan, String> {
    plan_for(snapshot(text), assignments).map_err(|error| error.to_string())
}

fn on_ses(text: &str, assignments: &[&str]) -> Result<Plan, String> {
    read(text, &[&ON_SES, assignments].concat())
}

fn daily_quota(plan: &Plan) -> Option<u64> {
    match &plan.target.kind {
        TargetKind::Ses(ses) => ses.daily_quota,
        _ => None,
    }
}

fn max_rate(plan: &Plan) -> String {
    plan.target.ceilings.max_rate.unwrap().to_string()
}

/// Without the credentials, which these plans do not have.
fn obstacles(text: &str, assignments: &[&str]) -> Vec<String> {
    let plan = on_ses(text, assignments).unwrap();
    let all = missing(&plan).into_iter();
    let of_account = all.filter(|missing| missing.origin == Some("--account"));
    of_account
        .map(|missing| format!("{}: {}", missing.key, missing.why))
        .collect()
}

fn changed(from: &str, to: &str) -> String {
    let text = PRODUCTION.replace(from, to);
    assert_ne!(text, PRODUCTION, "{from}");
    text
}

#[test]
fn the_account_fills_what_the_scenario_leaves_open() {
    let plan = on_ses(PRODUCTION, &[]).unwrap();
    assert_eq!(max_rate(&plan), "14/s");
    assert_eq!(daily_quota(&plan), Some(50_000));
    let own = ["target.max_rate=12/s", "target.daily_quota=7"];
    let plan = on_ses(PRODUCTION, &own).unwrap();
    assert_eq!(max_rate(&plan), "12/s");
    assert_eq!(daily_quota(&plan), Some(7));
    let fraction = on_ses(&changed("14.0", "14.5"), &[]).unwrap();
    assert_eq!(max_rate(&fraction), "14.5/s");
    let unlimited = on_ses(&changed("50000.0", "-1.0"), &[]).unwrap();
    assert_eq!(daily_quota(&unlimited), None);
}

#[test]
fn a_rate_above_the_accounts_is_refused() {
    for (given, shown) in [("14.001/s", "14.001/s"), ("841/min", "841/min")] {
        let error = on_ses(PRODUCTION, &[&format!("target.max_rate={given}")]).unwrap_err();
        assert_eq!(
            error,
            format!(
                "--set: target.max_rate: {shown} is above the account's 14/s (MaxSendRate in \
                 account.json): lower it, or leave it out to use the account's"
            )
        );
    }
    let same = on_ses(PRODUCTION, &["target.max_rate=840/min"]).unwrap();
    assert_eq!(max_rate(&same), "840/min");
    let error = on_ses(PRODUCTION, &["load.rate=15/s"]).unwrap_err();
    assert!(
        error.starts_with("--account: target.max_rate: the load exceeds this ceiling of 14/s"),
        "{error}"
    );
}

#[test]
fn other_targets_have_no_account() {
    for target in [
        &["target.kind=mock"][..],
        &["target.kind=smtp", "target.host=127.0.0.1"],
        &[],
    ] {
        let error = read(PRODUCTION, target).unwrap_err();
        let expected = "target.kind: must be \"ses\" with --account";
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_healthy_account_with_enough_left_is_no_obstacle() {
    assert_eq!(obstacles(PRODUCTION, &[]), [""; 0]);
    assert_eq!(obstacles(PRODUCTION, &OWN), [""; 0]);
    let unlimited = changed("50000.0", "-1");
    assert_eq!(obstacles(&unlimited, &OWN), [""; 0]);
    let quota_only = r#"{"Max24HourSend": 50000, "MaxSendRate": 14, "SentLast24Hours": 0}"#;
    assert_eq!(obstacles(quota_only, &OWN), [""; 0]);
}

#[test]
fn more_recipients_than_are_left_of_the_day_are_refused() {
    let spent = changed("49900.0", "49901.0");
    let [only] = &obstacles(&spent, &OWN)[..] else {
        panic!("one obstacle");
    };
    assert_eq!(
        only,
        "target.max_recipients: up to 100 recipients, retries included, and 99 of the 50,000 in \
         24 hours are left (49,901 were sent in the last 24 hours): lower it, or wait"
    );
    // The ceiling binds retries, too.
    let fewer = [OWN[0], OWN[1], "target.max_recipients=99"];
    assert_eq!(obstacles(&spent, &fewer), [""; 0]);
    // Mail to the simulator does not count.
    assert_eq!(obstacles(&spent, &[]), [""; 0]);
    let overspent = changed("49900.0", "60000.0");
    assert!(obstacles(&overspent, &OWN)[0].contains("0 of the 50,000"));
}

#[test]
fn an_account_that_cannot_send_is_refused_even_for_the_simulator() {
    let shut = changed("HEALTHY", "SHUTDOWN");
    let [only] = &obstacles(&shut, &[])[..] else {
        panic!("one obstacle");
    };
    assert!(only.starts_with("EnforcementStatus: SHUTDOWN"), "{only}");
    let paused = changed("\"SendingEnabled\": true", "\"SendingEnabled\": false");
    assert!(obstacles(&paused, &[])[0].starts_with("SendingEnabled: false"));
    assert_eq!(obstacles(&changed("HEALTHY", "PROBATION"), &OWN), [""; 0]);
}

#[test]
fn in_the_sandbox_only_the_simulator_gets_mail() {
    let sandbox = changed(
        "\"ProductionAccessEnabled\": true",
        "\"Details\": {\"ReviewDetails\": {\"Status\": \"DENIED\\u001b\", \"CaseId\": \"1\"}}, \
         \"ProductionAccessEnabled\": false",
    );
    assert_eq!(obstacles(&sandbox, &[]), [""; 0]);
    let [only] = &obstacles(&sandbox, &OWN)[..] else {
        panic!("one obstacle");
    };
    assert!(only.starts_with("ProductionAccessEnabled: false: in the sandbox"));
    assert!(
        only.contains("the request for it is DENIED\\u{1b}, case 1"),
        "{only}"
    );
    let mixed = "message.to=['success@simulator.amazonses.com','you@corp.internal']";
    assert_eq!(obstacles(&sandbox, &[OWN[0], mixed]).len(), 1);
}
