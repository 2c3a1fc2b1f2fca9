//! All rules of the judge: when each applies, and its texts.
//!
//! A finding states what was seen, what SES does about it, and what to change.
//! What SES does is from the SES Developer Guide ("Amazon SES SMTP response
//! codes", "Managing your Amazon SES sending limits", "Increasing throughput")
//! or, where a text says so, from reports of users.

mod connections;
mod logins;
mod messages;
mod protocol;
mod retries;

use super::Report;
use super::examine::Rule;

/// In the order of findings of the same severity.
pub(super) fn all() -> impl Iterator<Item = &'static Rule> {
    let tables = [
        logins::RULES,
        messages::RULES,
        retries::RULES,
        connections::RULES,
        protocol::RULES,
    ];
    tables.into_iter().flatten()
}

/// `1 message`, `2 messages`.
pub(super) fn count(n: u64, noun: &str) -> String {
    match (n, noun.strip_suffix("try")) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{n} {stem}tries"),
        (_, None) => format!("{n} {noun}s"),
    }
}

/// A share (0 to 1) in percent, at least 1: it is only used above 0.
fn percent(share: f64) -> String {
    format!("{:.0} %", (share * 100.0).max(1.0))
}

/// How often these replies were sent to anything but the dot.
fn refusals(report: &Report, replies: &[crate::protocol::Reply]) -> u64 {
    let of = |reply: &crate::protocol::Reply| report.refusals.get(reply.text());
    replies.iter().filter_map(of).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_for_one_finding() {
        let mut codes: Vec<&str> = all().map(|rule| rule.code).collect();
        codes.sort_unstable();
        let many = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), many);
    }

    #[test]
    fn every_text_is_a_sentence() {
        for rule in all() {
            for text in [rule.ses, rule.change] {
                assert!(text.ends_with('.') && !text.contains("  "), "{text}");
                assert!(!text.starts_with(char::is_lowercase), "{text}");
            }
        }
    }

    #[test]
    fn counts_in_plain_english() {
        assert_eq!(count(1, "message"), "1 message");
        assert_eq!(count(2, "message"), "2 messages");
        assert_eq!(count(2, "try"), "2 tries");
    }

    #[test]
    fn golden_of_the_codes() {
        // As the JSON report writes it.
        let severity = |rule: &Rule| serde_json::to_value(rule.severity).unwrap();
        let line = |rule: &Rule| {
            let severity = severity(rule);
            format!("{} {}\n", rule.code, severity.as_str().unwrap())
        };
        let codes: String = all().map(line).collect();
        crate::golden::assert_golden("judge-codes.txt", &codes);
    }
}
