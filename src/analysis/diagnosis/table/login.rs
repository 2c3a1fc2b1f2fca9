//! AUTH failed for a reason other than the credentials, or the server requires
//! STARTTLS or AUTH first.

use super::Diagnosis;
use super::relay::says_no_relay;
use crate::analysis::diagnosis::FailureCase;
use crate::vocabulary::{DialogueFailure, Failure, Phase};

const CODES: &str = "SES Developer Guide, \"Amazon SES SMTP response codes\"";
const RFC4954: &str = "RFC 4954 section 6";

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "made-up-credentials",
        title: "made-up credentials, as asked",
        meaning: "The scenario logs in with made-up credentials (auth.wrong_credentials), and the \
            server refused them, as expected.",
        advice: "Remove auth.wrong_credentials from the scenario to log in with real credentials.",
        sign: "a 5xx to AUTH, with auth.wrong_credentials",
        source: "docs/scenario.md",
        fits: |met| {
            let made_up = met
                .context
                .login
                .as_ref()
                .is_some_and(|login| login.made_up);
            made_up && met.at(Phase::Auth)
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "not-subscribed",
        title: "the account is not signed up for SES",
        meaning: "The credentials are valid, but their AWS account is not signed up for Amazon \
            SES.",
        advice: "Sign the account up for SES in the console, or use the credentials of an account \
            that is.",
        sign: "535 Account not subscribed to SES",
        source: CODES,
        fits: |met| {
            let by_ses = met.context.is_ses && met.says("not subscribed");
            met.code(535) && (by_ses || met.is_of_ses("Account not subscribed to SES"))
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "starttls-first",
        title: "the server requires STARTTLS first",
        meaning: "The server accepts neither a log-in nor mail in plaintext; the connection must \
            be encrypted first.",
        advice: "Use --tls starttls on this port.",
        sign: "530, naming STARTTLS, or a refusal that says TLS is required",
        source: CODES,
        fits: misses_tls,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "authentication-required",
        title: "the server requires authentication",
        meaning: "The session sent mail without AUTH, and the server does not accept mail from \
            unauthenticated clients.",
        advice: "Set SESBENCH_USERNAME and SESBENCH_PASSWORD, and check that auth.mechanism is not \
            none.",
        sign: "530 that does not name STARTTLS, or a refusal that says authentication is required, \
            in a session that is not logged in",
        source: CODES,
        fits: misses_login,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "encryption-required",
        title: "the mechanism requires encryption",
        meaning: "The server accepts this authentication mechanism only over TLS.",
        advice: "Use --tls starttls or --tls wrapper.",
        sign: "538",
        source: RFC4954,
        fits: |met| met.code(538),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "mechanism-too-weak",
        title: "the mechanism is too weak for the server",
        meaning: "The server's policy requires a stronger authentication mechanism than PLAIN or \
            LOGIN, for this user or for all.",
        advice: "Allow PLAIN or LOGIN for this user at the server (usually with an application \
            password); sesbench supports no other mechanism.",
        sign: "534",
        source: RFC4954,
        fits: |met| met.code(534),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "mechanism-unknown",
        title: "the server does not support the mechanism",
        meaning: "The server offers AUTH, but not with the mechanism that was asked for.",
        advice: "Try the other one: --set auth.mechanism=login, or plain.",
        sign: "504 to AUTH, or a list of mechanisms in EHLO without it",
        source: RFC4954,
        fits: |met| {
            let missing = Failure::Dialogue(DialogueFailure::MechanismNotOffered);
            (met.at(Phase::Auth) && met.code(504)) || met.failure() == Some(missing)
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "auth-not-offered",
        title: "the server does not offer AUTH",
        meaning: "Credentials are set, but the server's reply to EHLO does not list AUTH, or lists \
            it only after TLS.",
        advice: "Use --tls starttls or --tls wrapper if TLS is off; otherwise run without \
            credentials, with --set auth.mechanism=none.",
        sign: "no AUTH in the reply to EHLO, although credentials are set",
        source: "RFC 4954 section 3",
        fits: |met| met.failure() == Some(Failure::Dialogue(DialogueFailure::AuthNotOffered)),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "temporary-authentication-failure",
        title: "the server could not check the credentials",
        meaning: "Authentication failed for a reason on the server's side; the credentials may be \
            right.",
        advice: "Try again in a few minutes.",
        sign: "a 4xx to AUTH, such as 454 Temporary authentication failure",
        source: CODES,
        fits: |met| {
            met.at(Phase::Auth) && matches!(met.reply_code(), Some(400..=499)) && !met.code(421)
        },
        ..Diagnosis::PLAIN
    },
];

fn misses_login(met: &FailureCase<'_>) -> bool {
    asks_for_login(met) && !met.logged_in()
}

pub(super) fn asks_for_login(met: &FailureCase<'_>) -> bool {
    let asked = met.in_transaction() && met.is_refused() && met.says_any(&LOGIN_REQUIRED);
    (met.code(530) || (asked && !says_no_relay(met))) && !misses_tls(met)
}

fn misses_tls(met: &FailureCase<'_>) -> bool {
    let asked = met.in_transaction() && met.is_refused() && met.says_any(&TLS_REQUIRED);
    (met.code(530) && met.says("STARTTLS")) || asked
}

/// Exchange, hMailServer, MailEnable, Gmail and others.
const LOGIN_REQUIRED: [&str; 9] = [
    "authentication required",
    "authentication is required",
    "requires authentication",
    "must authenticate",
    "must be authenticated",
    "authenticate first",
    "SMTP AUTH is required",
    "not authenticated",
    "log in first",
];

/// Postfix, Exchange, Exim's recipes.
const TLS_REQUIRED: [&str; 9] = [
    "must issue a STARTTLS command first",
    "must issue STARTTLS",
    "STARTTLS is required",
    "STARTTLS required",
    "TLS required",
    "TLS is required",
    "requires TLS",
    "encryption required",
    "encryption is required",
];
