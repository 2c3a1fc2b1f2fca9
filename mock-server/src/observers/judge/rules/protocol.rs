//! Rules on commands that SES refuses, always or at that point.

use super::{count, refusals};
use crate::observers::judge::Report;
use crate::observers::judge::examine::Rule;
use crate::observers::judge::finding::Severity::{Error, Warning};
use crate::protocol::Reply;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "half_finished_transaction",
        severity: Error,
        seen: |report| {
            times(
                report,
                "MAIL within a transaction",
                &[Reply::SenderSpecified],
            )
        },
        ses: "Answers 503 Sender already specified.; the next message fails because the transaction \
              before it was not finished.",
        change: "Send RSET after any failure between MAIL and the dot, and before a connection goes \
                 back to its pool; or close it.",
    },
    Rule {
        code: "bare_line_feed",
        severity: Error,
        seen: |report| {
            times(
                report,
                "a command line not ended by CRLF",
                &[Reply::NotCrLf],
            )
        },
        ses: "Answers 501 CR and LF must be CRLF paired, and closes the connection.",
        change: "End every line with CRLF. The usual cause is a header or an address that contains a \
                 line feed and is copied into a command (header injection).",
    },
    Rule {
        code: "no_tls",
        severity: Error,
        seen: |report| times(report, "a command before STARTTLS", &[Reply::TlsRequired]),
        ses: "Answers 530 Must issue a STARTTLS command first to everything but EHLO, NOOP, QUIT and \
              STARTTLS.",
        change: "Make STARTTLS mandatory in the client, or use the wrapper port 465.",
    },
    Rule {
        code: "no_login",
        severity: Error,
        seen: |report| {
            times(
                report,
                "a transaction without a login",
                &[Reply::AuthRequired],
            )
        },
        ses: "Answers 530 Authentication required.",
        change: "Log in after each connect. When AUTH fails, stop: do not send MAIL.",
    },
    Rule {
        code: "out_of_order",
        severity: Error,
        seen: |report| {
            let replies = [
                Reply::NeedMail,
                Reply::NeedRcpt,
                Reply::AlreadyAuthenticated,
                Reply::TlsActive,
            ];
            times(report, "a command out of order", &replies)
        },
        ses: "Answers 503, or 454 to a second STARTTLS, and keeps the session open.",
        change: "Read each reply before you send a command that depends on it: RCPT without an \
                 accepted MAIL, or DATA without an accepted RCPT, always fails.",
    },
    Rule {
        code: "bad_address",
        severity: Error,
        seen: |report| {
            let replies = [Reply::InvalidSender, Reply::InvalidRecipient];
            times(report, "an invalid address", &replies)
        },
        ses: "Answers 501 to an invalid address, to <> as the sender, and to a local part that is not \
              ASCII.",
        change: "Check addresses before sending. Give bounces a real sender: SES does not accept an \
                 empty one.",
    },
    Rule {
        code: "line_too_long",
        severity: Error,
        seen: |report| {
            times(
                report,
                "a command line of over 998 characters",
                &[Reply::LineTooLong],
            )
        },
        ses: "Answers 501 and closes the connection.",
        change: "Limit the length of commands. A message sent without DATA has the same effect.",
    },
    Rule {
        code: "not_understood",
        severity: Warning,
        seen: |report| {
            let replies = [
                Reply::UnknownCommand,
                Reply::BadSyntax,
                Reply::VrfyDisabled,
                Reply::EhloSyntax,
                Reply::HeloSyntax,
                Reply::MailSyntax,
                Reply::RcptSyntax,
                Reply::NoParameters,
                Reply::AuthSyntax,
                Reply::UnknownMechanism,
                Reply::NotBase64,
            ];
            times(report, "a command that was not understood", &replies)
        },
        ses: "Answers 500 to 504. It has no PIPELINING, SIZE, DSN, SMTPUTF8, CHUNKING or VRFY, and \
              AUTH only with PLAIN and LOGIN.",
        change: "Use an extension only where EHLO lists it.",
    },
];

fn times(report: &Report, what: &str, replies: &[Reply]) -> Option<String> {
    let times = refusals(report, replies);
    (times > 0).then(|| format!("{}: {what}.", count(times, "time")))
}
