//! What the two commands print, and what they do not.

use serde_json::json;

use super::*;

/// As `aws sesv2 get-account` prints it.
fn get_account() -> Value {
    json!({
        "DedicatedIpAutoWarmupEnabled": false,
        "EnforcementStatus": "HEALTHY",
        "ProductionAccessEnabled": true,
        "SendQuota": {
            "Max24HourSend": 50000.0,
            "MaxSendRate": 14.0,
            "SentLast24Hours": 12100.0
        },
        "SendingEnabled": true,
        "SuppressionAttributes": { "SuppressedReasons": ["BOUNCE", "COMPLAINT"] },
        "Details": {
            "MailType": "TRANSACTIONAL",
            "WebsiteURL": "https://example.com",
            "ContactLanguage": "EN",
            "UseCaseDescription": "receipts",
            "AdditionalContactEmailAddresses": [],
            "ReviewDetails": { "Status": "GRANTED", "CaseId": "1234567890" }
        },
        "VdmAttributes": { "VdmEnabled": "DISABLED" }
    })
}

/// As `aws ses get-send-quota` prints it.
const SEND_QUOTA: &str = "{\n    \"Max24HourSend\": 200.0,\n    \"MaxSendRate\": 1.0,\n    \
                          \"SentLast24Hours\": 1.0\n}\n";

fn with(path: &str, value: Value) -> Result<Account, String> {
    let mut account = get_account();
    *account.pointer_mut(path).unwrap() = value;
    Account::parse(&account.to_string())
}

#[test]
fn what_get_account_prints() {
    let expected = Account {
        rate_per_s: 14.0,
        per_day: Some(50_000),
        sent_last_24h: 12_100,
        production: Some(true),
        sending_enabled: Some(true),
        enforcement: Some(Enforcement::Healthy),
        review: Some(Review {
            status: "GRANTED".to_owned(),
            case_id: Some("1234567890".to_owned()),
        }),
    };
    let parsed = Account::parse(&get_account().to_string());
    assert_eq!(parsed, Ok(expected.clone()));
    assert_eq!(expected.left_of_day(), Some(37_900));
    assert_eq!(expected.blocked(), None);
    assert_eq!(expected.rate(), "14/s");
    let marked = format!("\u{feff}{}", get_account());
    assert_eq!(Account::parse(&marked), Ok(expected));
}

#[test]
fn what_get_send_quota_prints() {
    let expected = Account {
        rate_per_s: 1.0,
        per_day: Some(200),
        sent_last_24h: 1,
        production: None,
        sending_enabled: None,
        enforcement: None,
        review: None,
    };
    assert_eq!(Account::parse(SEND_QUOTA), Ok(expected));
}

/// `--query SendQuota` prints the same three figures.
#[test]
fn a_part_of_get_account_with_the_figures_is_enough() {
    let part = get_account()["SendQuota"].to_string();
    let account = Account::parse(&part).unwrap();
    assert_eq!((account.rate_per_s, account.production), (14.0, None));
}

#[test]
fn an_unlimited_account_has_no_end_of_its_day() {
    for unlimited in [json!(-1), json!(-1.0)] {
        let account = with("/SendQuota/Max24HourSend", unlimited).unwrap();
        assert_eq!((account.per_day, account.left_of_day()), (None, None));
    }
}

#[test]
fn an_overspent_day_has_nothing_left() {
    let account = with("/SendQuota/SentLast24Hours", json!(50_001)).unwrap();
    assert_eq!(account.left_of_day(), Some(0));
}

#[test]
fn figures_are_rounded_to_the_safe_side() {
    let account = with("/SendQuota/SentLast24Hours", json!(0.5)).unwrap();
    assert_eq!(account.sent_last_24h, 1);
    let account = with("/SendQuota/Max24HourSend", json!(200.9)).unwrap();
    assert_eq!(account.per_day, Some(200));
    let account = with("/SendQuota/MaxSendRate", json!(0.123_99)).unwrap();
    assert_eq!(account.rate(), "0.123/s");
}

#[test]
fn an_account_that_cannot_send_is_recognised() {
    for (key, value) in [
        ("EnforcementStatus", json!("SHUTDOWN")),
        ("SendingEnabled", json!(false)),
    ] {
        let account = with(&format!("/{key}"), value).unwrap();
        assert_eq!(account.blocked().map(|(key, _)| key), Some(key));
    }
    for word in ["PROBATION", "HEALTHY", "A_NEW_WORD"] {
        let account = with("/EnforcementStatus", json!(word)).unwrap();
        assert_eq!(account.blocked(), None, "{word}");
    }
}

#[test]
fn another_shape_is_refused_with_what_is_missing_and_the_commands() {
    let commands = "`aws sesv2 get-account` or `aws ses get-send-quota`";
    for (text, what) in [
        ("{}", "`SendQuota` is missing"),
        (
            r#"{"Quota": {"QuotaCode": "L-804C8AE8", "Value": 200.0}}"#,
            "`SendQuota` is missing",
        ),
        (r#"{"SendQuota": null}"#, "`SendQuota` is missing"),
        (r#"{"SendQuota": {}}"#, "`SendQuota.MaxSendRate` is missing"),
        (
            r#"{"SendQuota": {"MaxSendRate": 14}}"#,
            "`SendQuota.Max24HourSend` is missing",
        ),
        (
            r#"{"MaxSendRate": 14, "Max24HourSend": 200}"#,
            "`SentLast24Hours` is missing",
        ),
        ("[]", "found a list"),
        ("\"text\"", "found \"text\""),
        ("14", "found 14"),
    ] {
        let error = Account::parse(text).unwrap_err();
        assert_eq!(error, format!("{what}: expected the JSON of {commands}"));
    }
}

#[test]
fn a_text_that_is_not_json_is_refused_with_its_place() {
    for (text, place) in [
        ("", "empty"),
        ("\n \n", "empty"),
        ("\u{feff}", "empty"),
        ("max_rate = 5", "line 1, column 1: invalid JSON"),
        (
            "{\n \"MaxSendRate\": NaN\n}",
            "line 2, column 17: invalid JSON",
        ),
        (
            "{\n \"MaxSendRate\": 1e999\n}",
            "line 2, column 21: invalid JSON",
        ),
        (
            "{\"SendQuota\": {",
            "line 1: incomplete JSON: the file may be truncated",
        ),
    ] {
        let error = Account::parse(text).unwrap_err();
        assert!(error.starts_with(&format!("{place}: expected")), "{error}");
        assert!(error.contains("aws sesv2 get-account"), "{error}");
    }
    // Deeper than any account, and deep enough to exhaust a stack.
    let deep = "[".repeat(100_000);
    assert!(Account::parse(&deep).is_err());
}

#[test]
fn a_value_that_cannot_be_is_refused_with_its_key() {
    for (path, value, start) in [
        (
            "/SendQuota",
            json!([1]),
            "`SendQuota` is a list: expected an object",
        ),
        (
            "/SendQuota/MaxSendRate",
            json!(0),
            "`SendQuota.MaxSendRate` is 0: expected recipients per second, above 0",
        ),
        (
            "/SendQuota/MaxSendRate",
            json!(-14.0),
            "`SendQuota.MaxSendRate` is -14.0: expected",
        ),
        (
            "/SendQuota/MaxSendRate",
            json!(1e300),
            "`SendQuota.MaxSendRate` is 1e+300: expected",
        ),
        (
            "/SendQuota/MaxSendRate",
            json!("14\u{1b}[31m"),
            "`SendQuota.MaxSendRate` is \"14\\u001b[31m\": expected",
        ),
        (
            "/SendQuota/Max24HourSend",
            json!(-2),
            "`SendQuota.Max24HourSend` is -2: expected a number of recipients from 0 to 10^12, \
             or -1",
        ),
        (
            "/SendQuota/SentLast24Hours",
            json!(-1),
            "`SendQuota.SentLast24Hours` is -1: expected a number of recipients",
        ),
        (
            "/SendQuota/SentLast24Hours",
            json!({}),
            "`SendQuota.SentLast24Hours` is an object: expected",
        ),
        (
            "/ProductionAccessEnabled",
            json!("yes"),
            "`ProductionAccessEnabled` is \"yes\": expected true or false",
        ),
        (
            "/EnforcementStatus",
            json!(7),
            "`EnforcementStatus` is 7: expected text in quotes",
        ),
        (
            "/Details/ReviewDetails",
            json!("GRANTED"),
            "`Details.ReviewDetails` is \"GRANTED\": expected an object",
        ),
        (
            "/Details/ReviewDetails/Status",
            json!(1),
            "`Details.ReviewDetails.Status` is 1: expected text",
        ),
    ] {
        let error = with(path, value).unwrap_err();
        assert!(error.starts_with(start), "{error}");
        assert!(!error.contains('\n'), "{error}");
    }
}

#[test]
fn a_long_value_is_cut() {
    let error = with("/SendingEnabled", json!("x".repeat(10_000))).unwrap_err();
    assert!(error.contains("xxx...: expected true or false"), "{error}");
    assert!(error.len() < 300, "{error}");
}

#[test]
fn a_file_name_is_printed_without_control_characters() {
    let snapshot = |file: Option<&str>| AccountSnapshot {
        account: Account::parse(SEND_QUOTA).unwrap(),
        file: file.map(PathBuf::from),
        age: None,
    };
    let named = snapshot(Some("a\u{1b}[31m.json"));
    assert_eq!(named.origin(), "a\\u{1b}[31m.json");
    assert_eq!(snapshot(None).origin(), "standard input");
}
