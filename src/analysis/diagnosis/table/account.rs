//! SES took the message and refused it after its final dot: the account's
//! limits and rules.

use super::Diagnosis;
use super::login::asks_for_login;
use super::recipient::is_unknown;
use super::relay::denies_relay;
use super::sender::has_unknown_sender;
use super::session::SESSION_HAD_MESSAGES;
use crate::analysis::diagnosis::FailureCase;
use crate::analysis::diagnosis::failure_case::Reply;
use crate::vocabulary::{DialogueFailure, Failure, Outcome, Phase};

const CODES: &str = "SES Developer Guide, \"Amazon SES SMTP response codes\"";
const QUOTAS: &str = "SES Developer Guide, \"Managing your Amazon SES sending limits\"";
const SERVICE: &str = "SES Developer Guide, \"Service quotas in Amazon SES\"";

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "sending-rate",
        title: "the sending rate was exceeded",
        meaning: "The load exceeded the account's maximum sending rate, which counts recipients \
            per second. SES accepts short bursts above that rate and refuses the rest after the \
            final dot; it queues nothing of what it refuses.",
        advice: "Lower the rate, retry with back-off (retry.policy), or request a higher sending \
            rate for this region from Amazon.",
        sign: "454 Throttling failure, naming the maximum sending rate",
        source: QUOTAS,
        fits: |met| {
            met.outcome == Outcome::Throttled && throttled_by_ses(met) && !met.says("SigV2")
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "daily-quota",
        title: "the daily quota is spent",
        meaning: "In the last 24 hours the account has sent to as many recipients as its daily \
            quota allows. The window is rolling: a message stops counting 24 hours after it was \
            sent.",
        advice: "Wait, or request a higher quota for this region from Amazon; an immediate retry \
            does not help.",
        sign: "454 Throttling failure, naming the daily quota",
        source: QUOTAS,
        fits: |met| met.outcome == Outcome::Quota && throttled_by_ses(met),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "sigv2-rate",
        title: "the sending rate for version 2 credentials was exceeded",
        meaning: "SMTP passwords of the old version 2 have a lower sending rate than the account \
            itself.",
        advice: "Derive a version 4 password from the same secret access key, and use it.",
        sign: "454, naming SigV2",
        source: CODES,
        fits: |met| met.code(454) && met.says("SigV2"),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "temporary-service-failure",
        title: "temporary failure in SES",
        meaning: "SES had a temporary fault, and did not accept the message.",
        advice: "Send it again after 5 s, then 10 s, then 30 s, as Amazon advises; if the failure \
            persists, check the AWS Health Dashboard.",
        sign: "451 or 454 Temporary service failure, from SES",
        source: CODES,
        fits: |met| {
            let words = "Temporary service failure";
            let by_ses = met.is_of_ses(words) || (met.context.is_ses && met.says(words));
            matches!(met.reply_code(), Some(451 | 454)) && by_ses
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "sending-suspended",
        title: "sending is suspended for the account",
        meaning: "Amazon has paused sending for the whole account in this region, usually because \
            of bounces or complaints.",
        advice: "Stop, read the mail that Amazon sent to the account's address, and answer it in \
            the Support Center; retries do not succeed.",
        sign: "554, sending suspended or paused for this account",
        source: "SES Developer Guide, \"Amazon SES sending review process FAQs\"",
        fits: |met| {
            let account = [
                "Message rejected: Sending suspended for this account",
                "Message rejected: Sending paused for this account",
                "Sending suspended for this account",
                "Sending paused for this account",
            ];
            let ses = met.context.is_ses && met.says_any(&["suspended", "sending paused"]);
            met.code(554) && (ses || account.iter().any(|words| met.begins_as_of_ses(words)))
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "identity-not-verified",
        title: "the sender is not verified",
        meaning: "SES sends only from verified addresses and domains, and verifies them in each \
            region separately. While the account is in the sandbox, recipients must be verified \
            too, except those of the mailbox simulator.",
        advice: "Verify the identity in this region, or send from one that is verified (--from, or \
            message.from).",
        sign: "554 Email address is not verified",
        source: "SES Developer Guide, \"Verified identities in Amazon SES\"",
        fits: |met| unverified(met) && !strangers(met),
        detail: identities,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "sandbox-recipient",
        title: "the account is in the sandbox, and a recipient is not verified",
        meaning: "An account in the sandbox may send only to verified addresses and to the mailbox \
            simulator. The identities that failed the check are not the sender's.",
        advice: "Send to success@simulator.amazonses.com, verify the recipients, or request \
            production access for this region from Amazon.",
        sign: "554 Email address is not verified, for another address than the sender's",
        source: "SES Developer Guide, \"Request production access\"",
        fits: |met| unverified(met) && strangers(met),
        detail: identities,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "access-denied",
        title: "the IAM user may not send",
        meaning: "The log-in succeeded, but an IAM policy or a sending authorization policy does \
            not allow ses:SendRawEmail on this identity.",
        advice: "Allow ses:SendRawEmail for the user and the identity that the reply names.",
        sign: "554 Access denied",
        source: "SES Developer Guide, \"Identity and access management in Amazon SES\"",
        fits: |met| {
            let denied = met.says("Access denied") && met.says("not authorized to perform");
            let to_send = |reply: Reply<'_>| reply.text.contains("ses:Send");
            met.code(554) && denied && met.reply().is_some_and(to_send)
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "too-many-recipients",
        title: "too many recipients in one message",
        meaning: "The server limits the recipients of one message (SES: 50), and refused the \
            message for all of them.",
        advice: "Lower message.recipients, and send more messages.",
        sign: "554 Recipient count exceeds, x.5.3 that names neither messages nor a period of \
            time, or more recipients than RCPTMAX or RCPTDOMAINMAX in the reply to EHLO",
        source: SERVICE,
        fits: |met| {
            let bounded = met.enhanced("4.5.3") || met.enhanced("5.5.3");
            let declared = matches!(
                met.failure(),
                Some(Failure::Dialogue(
                    DialogueFailure::TooManyRecipients | DialogueFailure::TooManyDomains
                ))
            );
            met.says("Recipient count exceeds")
                || declared
                || (bounded && !met.says_any(&SPANS) && !met.says_any(&SESSION_HAD_MESSAGES))
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "message-too-long",
        title: "the message is too large",
        meaning: "The message is larger than the server's limit (SES: 40 MB with attachments \
            encoded).",
        advice: "Lower message.size, or have the limit raised.",
        sign: "5.3.4 or 5.2.3, 552 naming the size, or larger than SIZE in the reply to EHLO",
        source: SERVICE,
        fits: |met| {
            let numbered = met.enhanced("5.3.4") || met.enhanced("5.2.3");
            let declared = Failure::Dialogue(DialogueFailure::MessageTooLarge);
            let declared = met.failure() == Some(declared);
            numbered || declared || (met.code(552) && met.says_any(&TOO_LONG))
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "configuration-set",
        title: "the configuration set does not exist",
        meaning: "The header X-SES-CONFIGURATION-SET names a configuration set that does not exist \
            in this region.",
        advice: "Create the set in this region, or remove the header from message.headers.",
        sign: "554 Configuration Set does not exist",
        source: "SES Developer Guide, \"Using configuration sets in Amazon SES\"",
        fits: |met| met.code(554) && met.says("Configuration Set does not exist"),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "duplicate-header",
        title: "a header appears twice",
        meaning: "SES refuses a message in which one of certain headers appears more than once.",
        advice: "Remove the second one from message.headers.",
        sign: "554 Duplicate header",
        source: "SES Developer Guide, \"Header fields in Amazon SES\"",
        fits: |met| {
            let ses = met.context.is_ses && met.says("Duplicate header");
            ses || met.begins_as_of_ses("Transaction failed: Duplicate header")
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "invalid-sender",
        title: "the server refuses the sender as an invalid address",
        meaning: "The server does not accept the envelope sender as an address; SES does not \
            accept an empty sender either.",
        advice: "Set message.from (--from) to an address of a domain that you have verified.",
        sign: "501 or 553 to MAIL, except policy codes (5.7.x)",
        source: CODES,
        fits: |met| met.at(Phase::Mail) && is_no_address(met),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "invalid-recipient",
        title: "the server refuses a recipient as an invalid address",
        meaning: "The server does not accept a recipient as an address; SES accepts only ASCII \
            addresses.",
        advice: "Correct message.to (--to).",
        sign: "501 or 553 to RCPT, except policy codes (5.7.x)",
        source: CODES,
        fits: |met| met.at(Phase::Rcpt) && is_no_address(met),
        ..Diagnosis::PLAIN
    },
];

/// A limit per period of time is a rate limit, not a limit on one message.
pub(super) const SPANS: [&str; 9] = [
    "per second",
    "per minute",
    "per hour",
    "per day",
    "an hour",
    "a minute",
    "hourly",
    "daily",
    "last hour",
];

/// Texts of servers that send no 5.3.4: SES, Exim, Sendmail, Python's smtpd and
/// aiosmtpd.
const TOO_LONG: [&str; 9] = [
    "too much mail data",
    "too much data",
    "maximum permitted",
    "too long",
    "too large",
    "too big",
    "message size",
    "size limit",
    "size exceeds",
];

fn is_no_address(met: &FailureCase<'_>) -> bool {
    let otherwise = denies_relay(met) || has_unknown_sender(met) || asks_for_login(met);
    let otherwise = otherwise || is_unknown(met);
    (met.code(501) || met.code(553)) && !met.is_policy() && !otherwise
}

/// Other servers throttle with a 454 as well.
fn throttled_by_ses(met: &FailureCase<'_>) -> bool {
    met.context.is_ses || met.begins_as_of_ses("Throttling failure")
}

fn unverified(met: &FailureCase<'_>) -> bool {
    let ses = met.context.is_ses && met.says("not verified");
    let words = "Message rejected: Email address is not verified";
    met.code(554) && (ses || met.begins_as_of_ses(words))
}

/// The region and the identities in SES's reply: `... failed the check in region
/// US-EAST-1: a@example.com, b@example.com`.
fn failed<'a>(met: &FailureCase<'a>) -> Option<(&'a str, &'a str)> {
    let (_, rest) = met
        .reply()?
        .text
        .split_once("failed the check in region ")?;
    rest.split_once(": ")
}

/// Whether only identities failed that are not the sender's. False where the
/// addresses in the reply were replaced by placeholders: then it is unknown.
fn strangers(met: &FailureCase<'_>) -> bool {
    let Some((_, identities)) = failed(met) else {
        return false;
    };
    let sender = &met.context.sender;
    let domain = sender.rsplit_once('@').map_or("", |(_, domain)| domain);
    let own = |identity: &str| {
        identity.starts_with('<')
            || identity.eq_ignore_ascii_case(sender)
            || identity.eq_ignore_ascii_case(domain)
    };
    !identities.split(", ").any(own)
}

fn identities(met: &FailureCase<'_>) -> Option<String> {
    let (region, identities) = failed(met)?;
    let region = region.to_ascii_lowercase();
    match identities.starts_with('<') {
        true => Some(format!("The region is {region}.")),
        false => Some(format!("Not verified in {region}: {identities}.")),
    }
}
