//! Rules on credentials: exposed, or refused.

use super::count;
use crate::observers::judge::Report;
use crate::observers::judge::examine::Rule;
use crate::observers::judge::finding::Severity::Error;

/// SES has one reply for all causes.
const ONE_REPLY: &str = "Answers 535 Authentication Credentials Invalid, whatever the cause is.";

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "plaintext_credentials",
        severity: Error,
        seen: |report| {
            let times = report.logins.plaintext;
            (times > 0).then(|| format!("{} sent before TLS.", count(times, "password")))
        },
        ses: "Answers 530 Must issue a STARTTLS command first, but the password was readable on the \
              network.",
        change: "Make TLS mandatory in the client (STARTTLS required, not opportunistic), or use the \
                 wrapper port 465; then replace the password that was sent.",
    },
    Rule {
        code: "login_secret_as_password",
        severity: Error,
        seen: |report| {
            failed(
                report,
                "secret_as_password",
                "with the IAM secret access key itself",
            )
        },
        ses: ONE_REPLY,
        change: "Derive the SMTP password of the endpoint's region from the secret access key, or \
                 create SMTP credentials in the SES console. The secret access key itself is not \
                 accepted as a password.",
    },
    Rule {
        code: "login_other_region",
        severity: Error,
        seen: |report| {
            failed(
                report,
                "other_region",
                "with a password derived for another region",
            )
        },
        ses: ONE_REPLY,
        change: "Use the SMTP password of the endpoint's region: each region has its own, derived \
                 from the same secret access key.",
    },
    Rule {
        code: "login_other_version",
        severity: Error,
        seen: |report| {
            failed(
                report,
                "other_version",
                "with a password of another version",
            )
        },
        ses: ONE_REPLY,
        change: "Derive a version 4 password (44 characters, beginning with B) for the endpoint's \
                 region. Version 2 was discontinued in January 2019.",
    },
    Rule {
        code: "login_unknown_user",
        severity: Error,
        seen: |report| failed(report, "unknown_user", "with an unknown user name"),
        ses: ONE_REPLY,
        change: "Use the access key id (AKIA...) as the user name, not the name of the IAM user or an \
                 email address.",
    },
    Rule {
        code: "login_wrong_password",
        severity: Error,
        seen: |report| failed(report, "wrong_password", "with a wrong password"),
        ses: ONE_REPLY,
        change: "Check the password that the client actually sends: it may be truncated, quoted or \
                 percent-encoded. Do not retry a 535.",
    },
    Rule {
        code: "login_not_subscribed",
        severity: Error,
        seen: |report| failed(report, "not_subscribed", "to an account without SES"),
        ses: "Answers 535 Account not subscribed to SES.",
        change: "Sign up for SES in the AWS account first. Do not retry a 535.",
    },
];

/// Logins that failed for a cause whose name begins with `cause`.
fn failed(report: &Report, cause: &str, how: &str) -> Option<String> {
    let causes = report.logins.failed.iter();
    let causes: Vec<_> = causes.filter(|(name, _)| name.starts_with(cause)).collect();
    let total = causes.iter().map(|(_, times)| **times).sum();
    let regions = causes.iter().filter_map(|(name, _)| name.split(' ').nth(1));
    let regions: Vec<&str> = regions.collect();
    let which = match regions[..] {
        [] => String::new(),
        _ => format!(" ({})", regions.join(", ")),
    };
    (total > 0).then(|| format!("{} failed: {how}{which}.", count(total, "login")))
}
