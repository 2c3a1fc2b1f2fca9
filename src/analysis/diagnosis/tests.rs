//! Each failure gets its diagnoses, and no other ones.

mod relays;

use std::collections::HashSet;

use super::*;
use crate::smtp::TlsMode;
use crate::vocabulary::{
    Cause, CertificateFailure, DialogueFailure, Failure, LookupFailure, Outcome, Phase,
    SocketFailure, TlsFailure,
};

fn target_context() -> TargetContext {
    TargetContext {
        port: 587,
        tls: TlsMode::Starttls,
        is_ses: false,
        region: None,
        sender: "sender@example.com".to_owned(),
        login: None,
    }
}

/// The ids of the diagnoses that fit a reply.
fn ids(context: &TargetContext, outcome: Outcome, phase: Phase, said: &str) -> Vec<&'static str> {
    found(context, outcome, phase, said)
        .iter()
        .map(|found| found.diagnosis.id)
        .collect()
}

fn found(context: &TargetContext, outcome: Outcome, phase: Phase, said: &str) -> Vec<Diagnosed> {
    let (code, text) = said.split_at(3);
    let text = text.trim_start();
    let enhanced = text
        .split(' ')
        .next()
        .filter(|word| word.matches('.').count() == 2);
    let enhanced = enhanced.filter(|word| word.starts_with(['4', '5']));
    let cause = Cause {
        phase: Some(phase),
        code: Some(code.parse().unwrap()),
        enhanced,
        failure: None,
        detail: None,
        text,
    };
    diagnose(&FailureCase::new(outcome, cause, context))
}

/// The ids of the diagnoses that fit a failure. Its text, which is for reports,
/// has words that rows look for in replies.
fn ids_of(
    context: &TargetContext,
    outcome: Outcome,
    phase: Phase,
    failure: Failure,
) -> Vec<&'static str> {
    let cause = Cause {
        text: "Relay access denied, greylisted, disk full, connection limit reached",
        ..Cause::local(Some(phase), failure)
    };
    let found = diagnose(&FailureCase::new(outcome, cause, context));
    found.iter().map(|found| found.diagnosis.id).collect()
}

fn login(username: UsernameShape, password: PasswordShape) -> Login {
    Login {
        made_up: false,
        username,
        password,
        belongs: None,
    }
}

#[test]
fn every_id_is_unique_and_a_word() {
    let mut seen = HashSet::new();
    for row in all() {
        let fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(!row.id.is_empty() && row.id.chars().all(fit), "{row:?}");
        assert!(seen.insert(row.id), "{row:?} stands twice");
    }
    assert!(seen.len() > 50);
}

#[test]
fn every_row_is_complete_and_its_text_ends_with_what_to_do() {
    let verbs = [
        "Allow", "Check", "Connect", "Correct", "Create", "Derive", "Empty", "Free", "Log", "Look",
        "Lower", "Make", "Read", "Remove", "Send", "Set", "Sign", "Stop", "Treat", "Trust", "Try",
        "Use", "Verify", "Wait", "Widen",
    ];
    for row in all() {
        let text = Diagnosed {
            diagnosis: row,
            advice: row.advice,
            detail: Some("Something else.".to_owned()),
        }
        .text();
        assert!(text.ends_with(row.advice) && text.ends_with('.'), "{row:?}");
        let advice = [row.advice, row.advice_after_login];
        for advice in advice.iter().filter(|advice| !advice.is_empty()) {
            let verb = advice.split([' ', ',']).next().unwrap();
            assert!(verbs.contains(&verb), "{row:?} begins with `{verb}`");
        }
        for part in [row.title, row.meaning, row.sign, row.source] {
            assert!(!part.is_empty() && !part.contains('\n'), "{row:?}");
        }
        assert!(!row.title.ends_with('.') && !text.contains("  "), "{row:?}");
    }
}

#[test]
fn whatever_goes_wrong_there_is_something_to_say() {
    for &outcome in Outcome::ALL {
        for &phase in Phase::ALL {
            let failure = Failure::Socket(SocketFailure::Other);
            let context = target_context();
            for found in [
                ids(&context, outcome, phase, "554 no"),
                ids(&context, outcome, phase, "451 later"),
                ids_of(&context, outcome, phase, failure),
            ] {
                assert_eq!(
                    found.is_empty(),
                    outcome == Outcome::Accepted,
                    "{outcome:?}"
                );
            }
        }
    }
}

#[test]
fn replies_of_ses_are_recognised() {
    use Outcome::{Auth, Deferred, Lost, Quota, Rejected, Throttled};
    for (outcome, phase, said, id) in [
        (
            Auth,
            Phase::Auth,
            "535 Account not subscribed to SES",
            "not-subscribed",
        ),
        (
            Auth,
            Phase::Auth,
            "530 Must issue a STARTTLS command first",
            "starttls-first",
        ),
        (
            Rejected,
            Phase::Mail,
            "530 Authentication required",
            "authentication-required",
        ),
        (
            Deferred,
            Phase::Auth,
            "454 Temporary authentication failure",
            "temporary-authentication-failure",
        ),
        (
            Auth,
            Phase::Auth,
            "504 The requested authentication mechanism is not supported",
            "mechanism-unknown",
        ),
        (
            Throttled,
            Phase::Accept,
            "454 Throttling failure: Maximum sending rate exceeded.",
            "sending-rate",
        ),
        (
            Quota,
            Phase::Accept,
            "454 Throttling failure: Daily message quota exceeded.",
            "daily-quota",
        ),
        (
            Throttled,
            Phase::Accept,
            "454 Throttling failure: Maximum SigV2 SMTP sending rate exceeded.",
            "sigv2-rate",
        ),
        (
            Deferred,
            Phase::Accept,
            "454 Temporary service failure",
            "temporary-service-failure",
        ),
        (
            Deferred,
            Phase::Accept,
            "451 Temporary service failure",
            "temporary-service-failure",
        ),
        (
            Rejected,
            Phase::Accept,
            "552 Message is too long.",
            "message-too-long",
        ),
        (
            Rejected,
            Phase::Accept,
            "554 Access denied: User `arn:aws:iam::111122223333:user/x' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:us-east-1:111122223333:identity/example.com'",
            "access-denied",
        ),
        (
            Rejected,
            Phase::Accept,
            "554 Message rejected: Sending suspended for this account. For more information, please check the inbox of the email address associated with your AWS account.",
            "sending-suspended",
        ),
        (
            Rejected,
            Phase::Accept,
            "554 Transaction failed: Recipient count exceeds 50.",
            "too-many-recipients",
        ),
        (
            Rejected,
            Phase::Accept,
            "554 Transaction failed: Duplicate header 'DKIM-Signature'.",
            "duplicate-header",
        ),
        (
            Rejected,
            Phase::Accept,
            "554 Configuration Set does not exist: Configuration set <x> does not exist.",
            "configuration-set",
        ),
        (
            Rejected,
            Phase::Mail,
            "501 Invalid MAIL FROM address provided",
            "invalid-sender",
        ),
        (
            Rejected,
            Phase::Rcpt,
            "501 Invalid RCPT TO address provided",
            "invalid-recipient",
        ),
        (
            Deferred,
            Phase::Banner,
            "421 Too many concurrent SMTP connections",
            "too-many-connections",
        ),
        (
            Deferred,
            Phase::Mail,
            "421 Connection closed by server. Maximum message count per session reached.",
            "messages-per-session",
        ),
        (
            Deferred,
            Phase::Mail,
            "451 4.4.2 Timeout waiting for data from client.",
            "idle-timeout",
        ),
        (Lost, Phase::Banner, "554 5.7.1 no", "session-refused"),
    ] {
        assert_eq!(ids(&target_context(), outcome, phase, said), [id], "{said}");
    }
}

/// Texts that only resemble those of a row.
#[test]
fn a_reply_is_not_taken_for_what_it_does_not_say() {
    use Outcome::{Deferred, Rejected};
    for (outcome, phase, said, id) in [
        (
            Deferred,
            Phase::Rcpt,
            "450 4.7.1 <corporate.example.com>: Helo command rejected: Host not found",
            "ehlo-name-refused",
        ),
        (
            Deferred,
            Phase::Mail,
            "421 4.7.0 mx.example Error: too many mistakes",
            "deferred",
        ),
        (
            Rejected,
            Phase::Accept,
            "550 5.7.1 Message rejected by smtp-relay-3.example.net: policy",
            "rejected",
        ),
        (
            Rejected,
            Phase::Accept,
            "552 5.7.0 Illegal attachment",
            "rejected",
        ),
        (
            Rejected,
            Phase::Accept,
            "554 5.2.0 user account suspended",
            "rejected",
        ),
        (
            Rejected,
            Phase::Accept,
            "554 5.7.1 Sender domain not verified",
            "rejected",
        ),
        (
            Rejected,
            Phase::Accept,
            "554 5.6.0 Duplicate header Date",
            "rejected",
        ),
        (
            Deferred,
            Phase::Rcpt,
            "452 4.5.3 Domain has too many recipients per hour",
            "rate-limited",
        ),
        (
            Deferred,
            Phase::Rcpt,
            "452 4.2.2 Over its storage quota",
            "mailbox-full",
        ),
    ] {
        assert_eq!(ids(&target_context(), outcome, phase, said), [id], "{said}");
    }
}

#[test]
fn what_only_ses_means_is_read_so_of_ses() {
    let ses = TargetContext {
        is_ses: true,
        ..target_context()
    };
    for (said, id) in [
        ("554 Account suspended", "sending-suspended"),
        ("554 Identity not verified", "identity-not-verified"),
        ("554 Duplicate header 'Date'", "duplicate-header"),
    ] {
        let at = |context| ids(context, Outcome::Rejected, Phase::Accept, said);
        assert_eq!(at(&ses), [id], "{said}");
        assert_eq!(at(&target_context()), ["rejected"], "{said}");
    }
}

#[test]
fn replies_of_other_servers_are_recognised() {
    use Outcome::{Auth, Deferred, Rejected};
    for (outcome, phase, said, id) in [
        (
            Auth,
            Phase::Auth,
            "535 5.7.8 Error: authentication failed",
            "credentials-refused",
        ),
        (
            Auth,
            Phase::Auth,
            "534 5.7.9 Please log in with your web browser",
            "mechanism-too-weak",
        ),
        (
            Auth,
            Phase::Auth,
            "538 5.7.11 Encryption required",
            "encryption-required",
        ),
        (
            Rejected,
            Phase::Rcpt,
            "554 5.7.1 <a@b.example>: Relay access denied",
            "relay-denied",
        ),
        (
            Rejected,
            Phase::Rcpt,
            "550 relay not permitted",
            "relay-denied",
        ),
        (
            Deferred,
            Phase::Rcpt,
            "450 4.2.0 <a@b.example>: Recipient address rejected: Greylisted",
            "greylisted",
        ),
        (
            Deferred,
            Phase::Rcpt,
            "452 4.2.2 Mailbox full",
            "mailbox-full",
        ),
        (
            Rejected,
            Phase::Rcpt,
            "552 5.2.2 Mailbox full",
            "mailbox-full",
        ),
        (
            Deferred,
            Phase::Mail,
            "452 4.3.1 Insufficient system storage",
            "server-full",
        ),
        (
            Deferred,
            Phase::Mail,
            "421 4.7.0 mx.example Error: too much mail from 192.0.2.1",
            "rate-limited",
        ),
        (
            Deferred,
            Phase::Rcpt,
            "452 4.5.3 Error: too many recipients",
            "too-many-recipients",
        ),
        (
            Rejected,
            Phase::Rcpt,
            "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown",
            "user-unknown",
        ),
        (
            Rejected,
            Phase::Accept,
            "552 5.3.4 Message too big",
            "message-too-long",
        ),
        (Rejected, Phase::Accept, "550 5.7.1 no", "rejected"),
        (Deferred, Phase::Accept, "450 later", "deferred"),
        (
            Deferred,
            Phase::Mail,
            "452 4.5.3 Too many recipients: Too many messages sent",
            "messages-per-session",
        ),
        (
            Deferred,
            Phase::Mail,
            "421 too many messages in this connection",
            "messages-per-session",
        ),
        (
            Rejected,
            Phase::Rcpt,
            "504 5.5.2 <client>: Helo command rejected: need fully-qualified hostname",
            "ehlo-name-refused",
        ),
        (
            Deferred,
            Phase::Rcpt,
            "450 4.7.1 <client.invalid>: Helo command rejected: Host not found",
            "ehlo-name-refused",
        ),
        (
            Rejected,
            Phase::Rcpt,
            "550 5.7.1 <client.invalid>: Helo command rejected: Host not found",
            "ehlo-name-refused",
        ),
    ] {
        assert_eq!(ids(&target_context(), outcome, phase, said), [id], "{said}");
    }
}

#[test]
fn what_the_server_had_declared_is_recognised_without_its_reply() {
    for (failure, id) in [
        (DialogueFailure::MessageTooLarge, "message-too-long"),
        (DialogueFailure::TooManyRecipients, "too-many-recipients"),
        (DialogueFailure::TooManyDomains, "too-many-recipients"),
    ] {
        let failure = Failure::Dialogue(failure);
        let found = ids_of(&target_context(), Outcome::Rejected, Phase::Mail, failure);
        assert_eq!(found, [id]);
    }
}

#[test]
fn what_is_wrong_with_the_greeting_is_recognised() {
    for (said, id) in [
        (
            "501 Syntactically invalid EHLO argument(s)",
            "ehlo-name-refused",
        ),
        (
            "504 5.5.2 client: need a fully qualified hostname",
            "ehlo-name-refused",
        ),
        ("550 Access denied - Invalid HELO name", "ehlo-name-refused"),
        ("502 command not implemented", "ehlo-unknown"),
        ("554 5.7.1 no", "session-refused"),
    ] {
        for phase in [Phase::Ehlo, Phase::EhloTls] {
            assert_eq!(
                ids(&target_context(), Outcome::Lost, phase, said),
                [id],
                "{said}"
            );
        }
    }
    // The reply is quoted in the text of the failure.
    let cause = Cause {
        code: Some(500),
        text: "the server does not know EHLO, which AUTH (RFC 4954) needs: it answered 500 What?",
        ..Cause::local(
            Some(Phase::Ehlo),
            Failure::Dialogue(DialogueFailure::EhloUnknown),
        )
    };
    let context = target_context();
    let found = diagnose(&FailureCase::new(Outcome::Lost, cause, &context));
    assert_eq!(found[0].diagnosis.id, "ehlo-unknown");
    assert_eq!(found.len(), 1);
}

#[test]
fn a_conversation_that_did_not_begin_is_recognised() {
    use Failure::{Certificate, Closed, Dialogue, Lookup, Socket, TimedOut, Tls};
    use Outcome::{Lost, Timeout};
    let at = |port, tls| TargetContext {
        port,
        tls,
        ..target_context()
    };
    let (starttls, wrapper) = (at(587, TlsMode::Starttls), at(465, TlsMode::Wrapper));
    let (plain, port_25) = (at(465, TlsMode::None), at(25, TlsMode::Starttls));
    let unresolved = Lookup(LookupFailure::NotResolved);
    let refused = Socket(SocketFailure::Refused);
    let late = Socket(SocketFailure::TimedOut);
    let no_network = Socket(SocketFailure::NetworkUnreachable);
    let no_host = Socket(SocketFailure::HostUnreachable);
    let no_port = Socket(SocketFailure::OutOfPorts);
    let garbled = Tls(TlsFailure::NotTls);
    let spoken = Tls(TlsFailure::Plaintext);
    let inside = Tls(TlsFailure::PlaintextInside);
    let old = Tls(TlsFailure::AlertProtocolVersion);
    let apart = Tls(TlsFailure::AlertHandshakeFailure);
    let incompatible = Tls(TlsFailure::Incompatible);
    let issuer = Certificate(CertificateFailure::IssuerUnknown);
    let signature = Certificate(CertificateFailure::SignatureInvalid);
    let expired = Certificate(CertificateFailure::Expired);
    let early = Certificate(CertificateFailure::NotYetValid);
    let malformed = Certificate(CertificateFailure::Malformed);
    let no_starttls = Dialogue(DialogueFailure::StarttlsNotOffered);
    let injected = Dialogue(DialogueFailure::PlaintextAfterStarttls);
    let no_auth = Dialogue(DialogueFailure::AuthNotOffered);
    let no_mechanism = Dialogue(DialogueFailure::MechanismNotOffered);
    #[rustfmt::skip]
    let rows = [
        (&starttls, Lost,    Phase::Resolve,  unresolved,   "name-not-resolved"),
        (&starttls, Lost,    Phase::Connect,  refused,      "connection-refused"),
        (&starttls, Timeout, Phase::Connect,  TimedOut,     "connect-timeout"),
        (&starttls, Lost,    Phase::Connect,  late,         "connect-timeout"),
        (&starttls, Lost,    Phase::Connect,  no_network,   "no-route"),
        (&starttls, Lost,    Phase::Connect,  no_host,      "no-route"),
        (&starttls, Lost,    Phase::Connect,  no_port,      "out-of-local-ports"),
        (&port_25,  Timeout, Phase::Connect,  TimedOut,     "port-25-blocked"),
        (&port_25,  Timeout, Phase::Banner,   TimedOut,     "port-25-blocked"),
        (&port_25,  Lost,    Phase::Connect,  late,         "port-25-blocked"),
        (&starttls, Timeout, Phase::Banner,   TimedOut,     "wrapper-port"),
        (&plain,    Lost,    Phase::Banner,   Closed,       "wrapper-port"),
        (&starttls, Lost,    Phase::Banner,   Closed,       "connection-lost"),
        (&wrapper,  Timeout, Phase::Banner,   TimedOut,     "no-answer"),
        (&wrapper,  Lost,    Phase::Tls,      garbled,      "starttls-port"),
        (&wrapper,  Lost,    Phase::Tls,      spoken,       "starttls-port"),
        (&starttls, Lost,    Phase::Tls,      garbled,      "no-tls-after-starttls"),
        (&starttls, Lost,    Phase::Tls,      old,          "tls-not-in-common"),
        (&starttls, Lost,    Phase::Tls,      apart,        "tls-not-in-common"),
        (&starttls, Lost,    Phase::Tls,      incompatible, "tls-not-in-common"),
        (&starttls, Lost,    Phase::Tls,      issuer,       "certificate-unknown-issuer"),
        (&starttls, Lost,    Phase::Tls,      signature,    "certificate-unknown-issuer"),
        (&starttls, Lost,    Phase::Tls,      expired,      "certificate-expired"),
        (&starttls, Lost,    Phase::Tls,      early,        "certificate-not-yet-valid"),
        (&starttls, Lost,    Phase::Tls,      malformed,    "certificate-refused"),
        (&starttls, Lost,    Phase::Mail,     inside,       "plaintext-inside-tls"),
        (&starttls, Lost,    Phase::Starttls, no_starttls,  "starttls-not-offered"),
        (&starttls, Lost,    Phase::Starttls, injected,     "plaintext-injected"),
        (&starttls, Lost,    Phase::EhloTls,  no_auth,      "auth-not-offered"),
        (&starttls, Lost,    Phase::EhloTls,  no_mechanism, "mechanism-unknown"),
    ];
    for (context, outcome, phase, failure, id) in rows {
        let found = ids_of(context, outcome, phase, failure);
        assert_eq!(found, [id], "{failure:?}");
    }
}

/// Failures without a row of their own, each for a reason.
const GENERAL: [(Failure, &str); 25] = {
    use DialogueFailure::{CodesDiffer, NotAReply, ReplyLineTooLong, ReplyTooManyLines};
    use Failure::{Closed, Cut, Dialogue, NeverStarted, Socket, TimedOut, Tls};
    use SocketFailure::{Aborted, BrokenPipe, NetworkDown, NotPermitted, OutOfFiles, OutOfMemory};
    const ANY_TIME: &str = "may happen at any step; the phase and the server's log explain it";
    const ENDED: &str = "the run ended: the row of the outcome";
    const LOCAL: &str = "of this machine; the error names it";
    const FINDING: &str = "a finding of the run has the advice (files_exhausted)";
    const DEFECT: &str = "a defect of the server; the error names it";
    const NAMED: &str = "the text names the reason of the server";
    [
        (TimedOut, ANY_TIME),
        (Closed, ANY_TIME),
        (Cut, ENDED),
        (NeverStarted, ENDED),
        (Socket(SocketFailure::Reset), ANY_TIME),
        (Socket(Aborted), ANY_TIME),
        (Socket(BrokenPipe), ANY_TIME),
        (Socket(NetworkDown), LOCAL),
        (Socket(OutOfFiles), FINDING),
        (Socket(OutOfMemory), LOCAL),
        (Socket(NotPermitted), LOCAL),
        (Socket(SocketFailure::Other), ANY_TIME),
        (Tls(TlsFailure::AlertCertificate), NAMED),
        (Tls(TlsFailure::AlertOther), NAMED),
        (Tls(TlsFailure::NoCertificate), DEFECT),
        (Tls(TlsFailure::Malformed), DEFECT),
        (Tls(TlsFailure::Violation), DEFECT),
        (Tls(TlsFailure::RecordDamaged), DEFECT),
        (Tls(TlsFailure::NameUnsupported), LOCAL),
        (Tls(TlsFailure::NoClockOrRandom), LOCAL),
        (Tls(TlsFailure::Other), ANY_TIME),
        (Dialogue(NotAReply), DEFECT),
        (Dialogue(CodesDiffer), DEFECT),
        (Dialogue(ReplyLineTooLong), DEFECT),
        (Dialogue(ReplyTooManyLines), DEFECT),
    ]
};

/// A new failure does not pass here until it has a row, or a reason for none.
#[test]
fn every_failure_has_a_row_or_is_general_on_purpose() {
    for failure in Failure::all() {
        let (outcome, phase) = match failure {
            Failure::TimedOut => (Outcome::Timeout, Phase::Ehlo),
            Failure::Cut | Failure::NeverStarted => (Outcome::Unsent, Phase::Ehlo),
            Failure::Lookup(_) => (Outcome::Lost, Phase::Resolve),
            Failure::Socket(_) => (Outcome::Lost, Phase::Connect),
            Failure::Tls(_) | Failure::Certificate(_) => (Outcome::Lost, Phase::Tls),
            Failure::Closed | Failure::Dialogue(_) => (Outcome::Lost, Phase::Ehlo),
        };
        let found = ids_of(&target_context(), outcome, phase, failure);
        let fallback = ["no-answer", "connection-lost", "unsent"];
        let general = found.iter().all(|id| fallback.contains(id));
        let listed = GENERAL.iter().any(|(each, _)| *each == failure);
        assert_eq!(general, listed, "{failure:?}: {found:?}");
    }
}

/// The texts of failures quote servers: a row that searched them would take the
/// quotation for a reply.
#[test]
fn no_row_searches_the_text_of_a_failure() {
    for (outcome, phase, said, id) in [
        (
            Outcome::Deferred,
            Phase::Rcpt,
            "450 Greylisted",
            "greylisted",
        ),
        (
            Outcome::Lost,
            Phase::Banner,
            "554 relay access denied",
            "relay-denied",
        ),
    ] {
        let context = target_context();
        assert_eq!(ids(&context, outcome, phase, said), [id]);
        let cause = Cause {
            text: said,
            ..Cause::local(Some(phase), Failure::Dialogue(DialogueFailure::NotAReply))
        };
        let found = diagnose(&FailureCase::new(Outcome::Lost, cause, &context));
        assert_eq!(found[0].diagnosis.id, "connection-lost", "{said}");
    }
}

#[test]
fn a_535_of_ses_is_read_by_the_shape_of_the_credentials() {
    use PasswordShape::{Other, SecretKey, Version2, Version4};
    use UsernameShape::{AccessKey, Temporary};
    let said = "535 Authentication Credentials Invalid";
    for (username, password, expected) in [
        (AccessKey, SecretKey, &["iam-secret-as-password"][..]),
        (AccessKey, Version4, &["wrong-region-password"]),
        (AccessKey, Version2, &["version-2-password"]),
        (AccessKey, Other, &["not-an-smtp-password"]),
        (Temporary, Version4, &["temporary-credentials"]),
        (
            UsernameShape::Other,
            Version4,
            &["username-is-no-access-key"],
        ),
        (
            Temporary,
            SecretKey,
            &["iam-secret-as-password", "temporary-credentials"],
        ),
    ] {
        let context = TargetContext {
            login: Some(login(username, password)),
            ..target_context()
        };
        assert_eq!(ids(&context, Outcome::Auth, Phase::Auth, said), expected);
        // The format of credentials matters only if the server is known to be SES.
        let other = "535 5.7.8 authentication failed";
        let found = ids(&context, Outcome::Auth, Phase::Auth, other);
        assert_eq!(found, ["credentials-refused"]);
        let ses = TargetContext {
            is_ses: true,
            ..context
        };
        assert_eq!(ids(&ses, Outcome::Auth, Phase::Auth, other), expected);
    }
}

#[test]
fn with_the_secret_at_hand_a_535_names_the_region() {
    let region = |name: &str| Some(Belongs::Region(name.to_owned()));
    for (belongs, here, id, says) in [
        (
            region("eu-west-1"),
            Some("us-east-1"),
            "wrong-region-password",
            "belongs to eu-west-1, and the target is in us-east-1.",
        ),
        (
            region("eu-west-1"),
            None,
            "wrong-region-password",
            "This password belongs to eu-west-1.",
        ),
        (
            region("us-east-1"),
            Some("us-east-1"),
            "access-key-refused",
            "inactive",
        ),
        (
            Some(Belongs::Nowhere),
            Some("us-east-1"),
            "password-of-another-secret",
            "for any known region",
        ),
        (
            None,
            Some("us-east-1"),
            "wrong-region-password",
            "another region than us-east-1",
        ),
    ] {
        let context = TargetContext {
            region: here.map(str::to_owned),
            login: Some(Login {
                belongs,
                ..login(UsernameShape::AccessKey, PasswordShape::Version4)
            }),
            ..target_context()
        };
        let said = "535 Authentication Credentials Invalid";
        let found = found(&context, Outcome::Auth, Phase::Auth, said);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].diagnosis.id, id);
        assert!(found[0].text().contains(says), "{}", found[0].text());
    }
}

#[test]
fn credentials_made_up_on_purpose_are_no_riddle() {
    let context = TargetContext {
        is_ses: true,
        login: Some(Login {
            made_up: true,
            ..login(UsernameShape::AccessKey, PasswordShape::Version4)
        }),
        ..target_context()
    };
    let said = "535 Authentication Credentials Invalid";
    let found = ids(&context, Outcome::Auth, Phase::Auth, said);
    assert_eq!(found, ["made-up-credentials"]);
}

#[test]
fn an_unverified_sender_is_told_from_the_sandbox() {
    let head = "554 Message rejected: Email address is not verified. The following identities \
        failed the check in region EU-WEST-1: ";
    for (identities, id, says) in [
        (
            "sender@example.com",
            "identity-not-verified",
            "Not verified in eu-west-1: sender@example.com.",
        ),
        (
            "a@b.example, sender@example.com",
            "identity-not-verified",
            "a@b.example, sender@example.com.",
        ),
        (
            "a@b.example, c@d.example",
            "sandbox-recipient",
            "Not verified in eu-west-1: a@b.example, c@d.example.",
        ),
        (
            "<address>",
            "identity-not-verified",
            "The region is eu-west-1.",
        ),
    ] {
        let said = format!("{head}{identities}");
        let found = found(&target_context(), Outcome::Rejected, Phase::Accept, &said);
        assert_eq!(found[0].diagnosis.id, id, "{identities}");
        assert!(found[0].text().contains(says), "{}", found[0].text());
    }
}

#[test]
fn what_a_failure_is_about_is_shown() {
    let wrapper = TargetContext {
        tls: TlsMode::Wrapper,
        ..target_context()
    };
    for (failure, detail, id, shown) in [
        (
            Failure::Certificate(CertificateFailure::WrongName),
            "a.example, 192.0.2.1",
            "certificate-wrong-name",
            "The certificate names a.example, 192.0.2.1.",
        ),
        (
            Failure::Tls(TlsFailure::Plaintext),
            "`220 mx.example ESMTP`",
            "starttls-port",
            "The server answered in plaintext: `220 mx.example ESMTP`.",
        ),
    ] {
        let cause = Cause {
            detail: Some(detail),
            ..Cause::local(Some(Phase::Tls), failure)
        };
        let found = diagnose(&FailureCase::new(Outcome::Lost, cause, &wrapper));
        assert_eq!(found[0].diagnosis.id, id);
        assert!(found[0].text().contains(shown), "{}", found[0].text());
    }
}

#[test]
fn an_unknown_fate_is_never_taken_for_something_milder() {
    for failure in [Failure::TimedOut, Failure::Closed] {
        let found = ids_of(&target_context(), Outcome::Unknown, Phase::Accept, failure);
        assert_eq!(found, ["fate-unknown"]);
    }
}
