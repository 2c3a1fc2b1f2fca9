//! What other servers than SES say: Postfix, Exim and the like, by the codes
//! of RFC 3463.

use super::Diagnosis;
use super::account::SPANS;
use crate::vocabulary::Phase;

const RFC3463: &str = "RFC 3463 section 3";

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "relay-denied",
        title: "the server does not relay for this client",
        meaning: "The recipient is not the server's own, and it passes mail on only for clients that \
            logged in, or whose address it knows.",
        advice: "Log in (SESBENCH_USERNAME and SESBENCH_PASSWORD), or have this machine's address \
            allowed at the server (Postfix: mynetworks).",
        sign: "454, 550, 551 or 554: relay access denied, relaying denied and the like",
        source: "RFC 5321 section 7.1",
        fits: |met| {
            matches!(met.cause.code, Some(454 | 550 | 551 | 554)) && met.says_any(&NO_RELAY)
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "greylisted",
        title: "greylisted",
        meaning: "The server puts off strangers once, and takes the message when they come back.",
        advice: "Send it again after some minutes (retry.policy), or have this machine's address exempt.",
        sign: "450 or 451, naming greylisting",
        source: "RFC 6647 section 2",
        fits: |met| matches!(met.cause.code, Some(421 | 450 | 451)) && met.says_any(&GREY),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "mailbox-full",
        title: "the mailbox is full",
        meaning: "The recipient's mailbox has no room.",
        advice: "Empty it, or write to another one.",
        sign: "4.2.2 or 5.2.2",
        source: RFC3463,
        fits: |met| met.enhanced("4.2.2") || met.enhanced("5.2.2"),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "server-full",
        title: "the server has no room",
        meaning: "The server's disk or queue is full, so that it takes no mail from anybody.",
        advice: "Make room on the server, and look at what its queue holds.",
        sign: "4.3.1, or 452 naming insufficient storage or disk space",
        source: RFC3463,
        fits: |met| met.enhanced("4.3.1") || (met.code(452) && met.says_any(&FULL)),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "rate-limited",
        title: "the server limits this client",
        meaning: "The server counts connections, messages or recipients of each client over time, and \
            this one is above its limit (Postfix: anvil).",
        advice: "Ask for less, or have the limit raised for this machine (Postfix: \
            smtpd_client_event_limit_exceptions).",
        sign: "a 4xx: a rate limit, or too many or too much of something",
        source: "Postfix, TUNING_README, \"Measures against clients that make too many connections\"",
        fits: |met| {
            let counted = met.is_policy() && met.says_any(&TOO_MANY);
            let over_time = met.says("too many") && met.says_any(&SPANS);
            matches!(met.cause.code, Some(421 | 450..=452))
                && (counted || over_time || met.says_any(&RATES))
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "ehlo-name-refused",
        title: "the server refuses the name given in EHLO",
        meaning: "The server does not take the name that this client gives in EHLO: it wants a full host \
            name, one that resolves, or that of this machine. Postfix and others say so only at RCPT.",
        advice: "Set target.ehlo_name to the full name of this machine, such as mail.example.com, with an \
            address in DNS.",
        sign: "450, 501, 504, 550, 553 or 554, naming HELO or EHLO and its name, at EHLO, MAIL or RCPT",
        source: "Postfix, postconf(5), smtpd_helo_restrictions",
        fits: |met| {
            let codes = matches!(met.cause.code, Some(450 | 501 | 504 | 550 | 553 | 554));
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
        title: "the server does not know EHLO",
        meaning: "The server knows only HELO, with which there is neither STARTTLS nor AUTH; HELO is used \
            where neither is asked for.",
        advice: "Use another port of the server; or, if plaintext without a log-in will do, \
            --tls none and --set auth.mechanism=none.",
        sign: "500 or 502 to EHLO",
        source: "RFC 5321 section 3.2",
        fits: |met| {
            let greeting = met.at(Phase::Ehlo) || met.at(Phase::EhloTls);
            greeting && matches!(met.cause.code, Some(500 | 502))
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "user-unknown",
        title: "there is no such mailbox",
        meaning: "The server is the recipient's own, and knows no such address.",
        advice: "Correct message.to (--to); for load, write to an address that discards its mail.",
        sign: "5.1.1, or 550 naming an unknown user",
        source: RFC3463,
        fits: |met| {
            let unknown = met.says_any(&["user unknown", "unknown user", "no such user"]);
            met.enhanced("5.1.1") || (met.at(Phase::Rcpt) && met.code(550) && unknown)
        },
        ..Diagnosis::PLAIN
    },
];

/// Postfix, Sendmail, Exim, Exchange.
const NO_RELAY: [&str; 12] = [
    "relay access denied",
    "relaying denied",
    "relay denied",
    "relay not permitted",
    "relaying not permitted",
    "relay not allowed",
    "relaying not allowed",
    "relaying is not allowed",
    "relaying prohibited",
    "unable to relay",
    "not permitted to relay",
    "not allowed to relay",
];

/// Of a refusal of EHLO itself (Exim: `Syntactically invalid EHLO argument(s)`).
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

const GREY: [&str; 8] = [
    "greylist",
    "greylisted",
    "greylisting",
    "graylist",
    "graylisted",
    "graylisting",
    "grey listed",
    "grey listing",
];

const FULL: [&str; 4] = [
    "insufficient system storage",
    "insufficient storage",
    "insufficient disk space",
    "space shortage",
];

/// What Postfix's anvil counts; `too many errors` is another matter.
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

const RATES: [&str; 8] = [
    "rate limit",
    "rate limits",
    "rate limited",
    "rate-limited",
    "rate exceeded",
    "message rate",
    "sending rate",
    "connection rate",
];
