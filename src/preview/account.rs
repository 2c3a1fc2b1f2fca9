//! The state of the SES account, for the impact of a run.

use std::time::Duration;

use crate::ses::{AccountSnapshot, Enforcement};
use crate::text::printable;
use crate::text::words::count;

const DAY: Duration = Duration::from_secs(86_400);

/// What is left of the day, the rate, and how old both are.
pub(super) fn state(snapshot: &AccountSnapshot) -> String {
    let account = &snapshot.account;
    let left = match (account.left_of_day(), account.per_day) {
        (Some(left), Some(per_day)) => {
            format!("{} of {} in 24 hours left", count(left), count(per_day))
        }
        _ => "no limit in 24 hours".to_owned(),
    };
    let age = match snapshot.age {
        Some(age) => format!(", {} old", coarse(age)),
        None => String::new(),
    };
    format!(
        "{left}, {} sent; at most {} ({}{age})",
        count(account.sent_last_24h),
        account.rate(),
        snapshot.origin()
    )
}

/// What the user should know of the account before a run.
pub(super) fn remarks(snapshot: &AccountSnapshot) -> Vec<String> {
    let account = &snapshot.account;
    let mut remarks = Vec::new();
    if let Some(age) = snapshot.age.filter(|age| *age >= DAY) {
        let (origin, age) = (snapshot.origin(), coarse(age));
        remarks.push(format!(
            "{origin} is {age} old: what is left of the day is not known from it"
        ));
    }
    match &account.enforcement {
        Some(Enforcement::Probation) => remarks.push(
            "the account is under review (EnforcementStatus is PROBATION): bounces and \
             complaints can make SES pause it"
                .to_owned(),
        ),
        Some(Enforcement::Other(word)) => remarks.push(format!(
            "EnforcementStatus is {}, which this version does not know",
            printable(word)
        )),
        _ => {}
    }
    match account.production {
        Some(false) => remarks.push("the account is in the sandbox".to_owned()),
        None => remarks.push(
            "whether the account can send, and whether it is in the sandbox, is not known: `aws \
             sesv2 get-account` prints both"
                .to_owned(),
        ),
        Some(true) => {}
    }
    remarks
}

/// In the two largest units at most.
fn coarse(age: Duration) -> humantime::FormattedDuration {
    let seconds = age.as_secs();
    let unit = match seconds {
        0..60 => 1,
        60..86_400 => 60,
        _ => 3_600,
    };
    humantime::format_duration(Duration::from_secs(seconds / unit * unit))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::ses::Account;

    const SEND_QUOTA: &str =
        r#"{"Max24HourSend": 50000, "MaxSendRate": 14, "SentLast24Hours": 12100}"#;

    fn snapshot(age_s: Option<u64>) -> AccountSnapshot {
        AccountSnapshot {
            account: Account::parse(SEND_QUOTA).unwrap(),
            file: Some(PathBuf::from("a\u{7}.json")),
            age: age_s.map(Duration::from_secs),
        }
    }

    #[test]
    fn the_state_has_what_is_left_and_its_age() {
        for (age, shown) in [
            (None, ""),
            (Some(0), ", 0s old"),
            (Some(59), ", 59s old"),
            (Some(725), ", 12m old"),
            (Some(86_399), ", 23h 59m old"),
            (Some(100_000), ", 1day 3h old"),
        ] {
            assert_eq!(
                state(&snapshot(age)),
                format!(
                    "37,900 of 50,000 in 24 hours left, 12,100 sent; at most 14/s \
                     (a\\u{{7}}.json{shown})"
                )
            );
        }
        let mut unlimited = snapshot(None);
        unlimited.account.per_day = None;
        unlimited.file = None;
        assert_eq!(
            state(&unlimited),
            "no limit in 24 hours, 12,100 sent; at most 14/s (standard input)"
        );
    }

    #[test]
    fn what_may_surprise_is_remarked() {
        let mut healthy = snapshot(Some(60));
        healthy.account.production = Some(true);
        healthy.account.enforcement = Some(Enforcement::Healthy);
        assert_eq!(remarks(&healthy), [""; 0]);
        assert!(remarks(&snapshot(None))[0].contains("is not known"));
        for (enforcement, part) in [
            (Enforcement::Probation, "under review"),
            (
                Enforcement::Other("NEW\u{7}".to_owned()),
                "NEW\\u{7}, which",
            ),
        ] {
            let mut account = healthy.clone();
            account.account.enforcement = Some(enforcement);
            assert!(remarks(&account)[0].contains(part));
        }
        let mut old = healthy.clone();
        old.age = Some(DAY);
        assert!(remarks(&old)[0].contains("is 1day old: what is left of the day"));
        let mut sandbox = healthy;
        sandbox.account.production = Some(false);
        assert_eq!(remarks(&sandbox), ["the account is in the sandbox"]);
    }
}
