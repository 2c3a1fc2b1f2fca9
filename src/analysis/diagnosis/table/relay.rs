//! Refusals of this client by relays other than SES (Postfix, Exim, Sendmail,
//! Exchange, Haraka, OpenSMTPD): relaying, greylisting, rate limits, EHLO.

use super::Diagnosis;
use super::account::SPANS;
use crate::analysis::diagnosis::FailureCase;
use crate::vocabulary::{DialogueFailure, Failure, Outcome, Phase};

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "relay-denied",
        title: "the server does not relay for this client",
        meaning: "The recipient's domain is not one of the server's own, and the server relays \
            only for clients that are logged in or whose address it allows.",
        advice: "Log in (SESBENCH_USERNAME and SESBENCH_PASSWORD), or have this machine's address \
            allowed at the server (Postfix: mynetworks).",
        advice_after_login: "Allow this user to relay at the server (Postfix: \
            permit_sasl_authenticated in smtpd_relay_restrictions; Exim: authenticated = * in \
            acl_smtp_rcpt; Exchange: ms-Exch-SMTP-Accept-Any-Recipient), use its submission port \
            (587 or 465), or send to a recipient in one of its own domains.",
        sign: "a 4xx or 5xx: relay access denied, relaying denied, cannot deliver mail for and the like",
        source: "RFC 5321 section 7.1",
        fits: denies_relay,
        detail: |met| {
            let logged_in = "The session is logged in, which is not enough here.";
            met.logged_in().then(|| logged_in.to_owned())
        },
    },
    Diagnosis {
        id: "greylisted",
        title: "greylisted",
        meaning: "The server defers mail from clients that it does not know, and accepts it when \
            they retry later.",
        advice: "Send it again after some minutes (retry.policy), or exempt this machine's address \
            at the server.",
        sign: "421, 450 or 451, naming greylisting",
        source: "RFC 6647 section 2",
        fits: |met| matches!(met.reply_code(), Some(421 | 450 | 451)) && met.says_any(&GREY),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "rate-limited",
        title: "the server rate-limits this client",
        meaning: "The server limits the connections, messages or recipients of each client per \
            period of time, and this client exceeded its limit (Postfix: anvil).",
        advice: "Lower the rate, or have the limit raised for this machine (Postfix: \
            smtpd_client_event_limit_exceptions).",
        sign: "a 4xx: a rate limit, or too many or too much of something; a 5xx: a rate limit; x.7.28",
        source: "Postfix, TUNING_README, \"Measures against clients that make too many connections\"",
        fits: is_rate_limited,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "ehlo-name-refused",
        title: "the server refuses the name given in EHLO",
        meaning: "The server does not accept the name that this client gives in EHLO: it requires \
            a fully qualified host name, one that resolves, or the name of this machine. Postfix \
            and others refuse it only at RCPT.",
        advice: "Set target.ehlo_name to the fully qualified name of this machine, such as \
            mail.example.com, with an address in DNS.",
        sign: "450, 501, 504, 550, 553 or 554, naming HELO or EHLO and its name, at EHLO, MAIL or RCPT",
        source: "Postfix, postconf(5), smtpd_helo_restrictions",
        fits: |met| {
            let codes = matches!(met.reply_code(), Some(450 | 501 | 504 | 550 | 553 | 554));
            let greeting = met.at(Phase::Ehlo) || met.at(Phase::EhloTls);
            let envelope = met.at(Phase::Mail) || met.at(Phase::Rcpt) || met.at(Phase::Data);
            codes
                && ((greeting && met.says_any(&NAME_IN_GREETING))
                    || (envelope && met.says_any(&NAME_REFUSED)))
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "ehlo-unknown",
        title: "the server does not support EHLO",
        meaning: "The server supports only HELO, which has neither STARTTLS nor AUTH; sesbench \
            uses HELO where neither is asked for.",
        advice: "Use another port of the server; or, if plaintext without a log-in is acceptable, \
            --tls none and --set auth.mechanism=none.",
        sign: "500 or 502 to EHLO",
        source: "RFC 5321 section 3.2",
        fits: |met| {
            let greeting = met.at(Phase::Ehlo) || met.at(Phase::EhloTls);
            let unknown = Failure::Dialogue(DialogueFailure::EhloUnknown);
            (greeting && matches!(met.reply_code(), Some(500 | 502)))
                || met.failure() == Some(unknown)
        },
        ..Diagnosis::PLAIN
    },
];

/// Whether the server refuses to relay, rather than to relay without a log-in.
pub(super) fn denies_relay(met: &FailureCase<'_>) -> bool {
    met.is_refused() && says_no_relay(met) && (!met.code(530) || met.logged_in())
}

pub(super) fn says_no_relay(met: &FailureCase<'_>) -> bool {
    met.says_any(&NO_RELAY)
}

fn is_rate_limited(met: &FailureCase<'_>) -> bool {
    let throttled = matches!(met.outcome, Outcome::Throttled | Outcome::Quota);
    let by_ses = met.context.is_ses || met.begins_as_of_ses("Throttling failure");
    let for_now = matches!(met.reply_code(), Some(421 | 450..=452));
    let counted = met.is_policy() && met.says_any(&TOO_MANY);
    let over_time = (met.says("too many") || met.says("exceeded")) && met.says_any(&SPANS);
    let numbered = met.enhanced("4.7.28") || met.enhanced("5.7.28");
    let named = met.says_any(&RATES) || over_time;
    let refused = matches!(met.reply_code(), Some(550 | 552 | 554));
    (throttled && met.code(454) && !by_ses)
        || (for_now && (counted || named))
        || (refused && named)
        || (met.is_refused() && numbered)
}

/// Postfix, Sendmail, Exim, Exchange, Haraka, qmail, Domino, hMailServer, Stalwart.
const NO_RELAY: [&str; 24] = [
    "relay access denied",
    "relaying denied",
    "relay denied",
    "relay not permitted",
    "relaying not permitted",
    "relay not allowed",
    "relaying not allowed",
    "relaying is not allowed",
    "relaying prohibited",
    "relaying is prohibited",
    "relaying temporarily denied",
    "relay rejected",
    "relaying disallowed",
    "unable to relay",
    "not permitted to relay",
    "not allowed to relay",
    "do not relay",
    "does not relay",
    "no relaying",
    "not an open relay",
    "cannot deliver mail for",
    "list of allowed rcpthosts",
    "delivery is not allowed to this address",
    "relay is not allowed",
];

/// In a refusal of EHLO itself (Exim: `Syntactically invalid EHLO argument(s)`).
const NAME_IN_GREETING: [&str; 6] = [
    "helo",
    "ehlo",
    "hostname",
    "host name",
    "domain name",
    "fqdn",
];

/// Postfix (`Helo command rejected: need fully-qualified hostname`, `Host not
/// found`, `Invalid name`), Exim's and rspamd's usual words.
const NAME_REFUSED: [&str; 10] = [
    "helo command rejected",
    "ehlo command rejected",
    "helo name",
    "ehlo name",
    "helo hostname",
    "invalid helo",
    "invalid ehlo",
    "bad helo",
    "bad ehlo",
    "helo/ehlo",
];

const GREY: [&str; 10] = [
    "greylist",
    "greylisted",
    "greylisting",
    "graylist",
    "graylisted",
    "graylisting",
    "grey listed",
    "grey listing",
    "come back in",
    "come back later",
];

/// What Postfix's anvil counts; `too many errors` has a row of its own.
const TOO_MANY: [&str; 8] = [
    "too much mail",
    "too many messages",
    "too many mails",
    "too many recipients",
    "too many connections",
    "too many concurrent connections",
    "too many AUTH commands",
    "too many new TLS sessions",
];

const RATES: [&str; 14] = [
    "rate limit",
    "rate limits",
    "rate limited",
    "rate-limited",
    "rate-limit",
    "ratelimit",
    "ratelimited",
    "rate limiting",
    "rate exceeded",
    "unusual rate",
    "message rate",
    "sending rate",
    "connection rate",
    "throttled",
];
