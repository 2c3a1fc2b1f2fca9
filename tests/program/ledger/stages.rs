//! A run for each kind of fault, with a rule at every stage at which the mock
//! supports it: 200 messages a second over 50 sessions.

use sesbench_mock::Stage;
use sesbench_mock::settings::{Fault, FaultAction};

use super::account::{Account, rows_add_up};
use super::effects::{IN_TIME, Kind, TOO_LATE};
use super::rules::{REFUSED, Rules, TAKEN};
use crate::support::{Done, Sesbench};

/// Whether messages that were refused for now are retried.
#[derive(Clone, Copy, Debug)]
enum Retries {
    On,
    Off,
}

const TLS: [Kind; 4] = [
    Kind::act(FaultAction::TlsAlert),
    Kind::act(FaultAction::ExpiredCertificate),
    Kind::act(FaultAction::WrongNameCertificate),
    Kind::act(FaultAction::NoStarttls),
];

/// Generates a test for each row, and the list of all kinds that have one.
macro_rules! runs {
    ($( $name:ident: $kinds:expr, $retries:ident; )*) => {
        $(
            #[test]
            fn $name() {
                run(&$kinds, Retries::$retries);
            }
        )*

        pub(super) fn kinds() -> impl Iterator<Item = Kind> {
            let mut all = Vec::new();
            $( all.extend($kinds); )*
            all.into_iter()
        }
    };
}

runs! {
    stall: [Kind::act(FaultAction::Stall)], On;
    close: [Kind::act(FaultAction::Close)], On;
    reset: [Kind::act(FaultAction::Reset)], On;
    half_reply: [Kind::act(FaultAction::HalfReply)], On;
    half_reply_and_stall: [Kind::act(FaultAction::HalfReply).and_close(false)], Off;
    garbage: [Kind::act(FaultAction::Garbage)], On;
    garbage_and_close: [Kind::act(FaultAction::Garbage).and_close(true)], Off;
    tls: TLS, On;
    refused_for_now: [Kind::reply("451 4.3.0 Temporary service failure")], On;
    refused_for_now_at_once: [Kind::reply("451 4.3.0 Temporary service failure")], Off;
    refused_for_now_and_close: [Kind::reply("421 4.3.2 Shutting down").and_close(true)], On;
    refused: [Kind::reply("554 5.0.0 Refused")], On;
    refused_and_close: [Kind::reply("554 5.0.0 Refused").and_close(true)], Off;
    another_2xx: [Kind::reply("250 2.0.0 Fine")], On;
    a_3xx_everywhere: [Kind::reply("354 Go on")], Off;
    delayed: [Kind::delay(IN_TIME)], On;
    too_late: [Kind::delay(TOO_LATE)], On;
}

/// The stages that STARTTLS and TLS wrapper do not have in common, or reach in
/// different ways: with TLS from the first byte.
#[test]
fn wrapper_broken() {
    opening_by_wrapper(
        &[FaultAction::Stall, FaultAction::Close, FaultAction::Reset].map(Kind::act),
    );
}

#[test]
fn wrapper_answered() {
    opening_by_wrapper(&[
        Kind::act(FaultAction::Garbage),
        Kind::reply("451 4.3.0 Temporary service failure"),
        Kind::reply("554 5.0.0 Refused"),
    ]);
}

#[track_caller]
fn opening_by_wrapper(kinds: &[Kind]) {
    let wanted = kinds.iter().flat_map(|kind| kind.everywhere());
    let wanted =
        wanted.filter(|rule| matches!(rule.at, Stage::Connect | Stage::Tls | Stage::Banner));
    run_with(kinds, Rules::new(wanted.collect()), Retries::On, "wrapper");
}

#[track_caller]
fn run(kinds: &[Kind], retries: Retries) {
    let mut wanted = Vec::new();
    for kind in kinds {
        let rules = kind.everywhere();
        assert!(!rules.is_empty(), "{kind:?} is possible nowhere");
        // A 5xx to AUTH ends the run: see `stops`.
        let rules = rules.into_iter().filter(|rule| !stops_the_run(rule));
        wanted.extend(rules);
    }
    run_with(kinds, Rules::new(wanted), retries, "starttls");
}

#[track_caller]
fn run_with(kinds: &[Kind], rules: Rules, retries: Retries, tls: &str) {
    let words = format!("--tls {tls} --trace trace");
    // The preflight session has the same short time-out.
    let time_out = match kinds.iter().any(|kind| kind.keeps_waiting()) {
        true => "3s",
        false => "15s",
    };
    let scenario = scenario(&rules, retries, time_out);
    let done = Sesbench::run_text(&scenario, &words).done();
    let replies = rules.false_replies();
    let done = match replies.any() {
        true => differing(done),
        false => done.passed(),
    };
    Account::of(&done).holds(&done, replies);
    rows_add_up(&done.folder());
    assert_eq!(done.folder().count("/mock/faults"), rules.strikes);
}

/// Accepts that the program reports a difference between the mock's count and
/// its own.
#[track_caller]
fn differing(done: Done) -> Done {
    let done = done.with(4);
    let health = done.folder().json()["health"].clone();
    let findings = health.as_array().unwrap();
    let seen = findings.iter().any(|each| each["code"] == "mock_differs");
    assert!(seen, "{health:#}");
    done
}

fn scenario(rules: &Rules, retries: Retries, time_out: &str) -> String {
    let retry = match retries {
        Retries::On => "policy = \"exponential\"\nbase = \"50ms\"\nattempts = 3",
        Retries::Off => "policy = \"none\"",
    };
    let timeouts = [
        "banner", "ehlo", "starttls", "tls", "ehlo_tls", "auth", "mail", "rcpt", "data", "body",
        "accept", "rset", "quit",
    ];
    let timeouts = timeouts
        .map(|phase| format!("{phase} = \"{time_out}\"\n"))
        .concat();
    format!(
        "[target]\nkind = \"mock\"\n\
         [load]\nrate = \"200/s\"\nduration = \"2s\"\nwarm_up = \"0s\"\nsessions = 50\n\
         messages_per_session = 4\ndrain = \"30s\"\n\
         [message]\nto = [\"a@{TAKEN}\", \"b@{TAKEN}\", \"c@{TAKEN}\", \"d@{REFUSED}\"]\n\
         [retry]\n{retry}\n\
         [thresholds]\n\"outcome.accepted\" = \">= 0%\"\n\
         [timeouts]\n{timeouts}\
         [mock]\nprofile = \"unlimited\"\nseed = 39\ncapture = \"captured\"\n\
         {}",
        rules.toml()
    )
}

fn stops_the_run(rule: &Fault) -> bool {
    rule.at == Stage::Auth
        && rule
            .reply
            .as_deref()
            .is_some_and(|reply| reply.starts_with('5'))
}
