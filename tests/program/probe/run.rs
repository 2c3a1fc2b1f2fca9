//! The same diagnoses in a run.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;

use crate::support::{Done, Server, Sesbench, Stage, Then};

#[test]
fn a_run_explains_its_outcomes_once_each() {
    let words = "--target mock --rate 40/s --messages 20 --warm-up 0s --set mock.profile=production \
        --set mock.rate=1 --set mock.burst=1 --threshold outcome.accepted>=0%";
    let done = Sesbench::run(words).done().passed();
    let folder = done.folder();
    folder.adds_up();
    let json = folder.json();
    let diagnoses = json["diagnoses"].as_array().unwrap();
    assert_eq!(diagnoses.len(), 1, "{diagnoses:?}");
    assert_eq!(diagnoses[0]["id"], "sending-rate");
    assert_eq!(diagnoses[0]["messages"], json["totals"]["throttled"]);
    let line = "\ndiagnoses\n  the sending rate was exceeded: ";
    assert_eq!(done.stdout.matches(line).count(), 1, "{}", done.stdout);
}

#[test]
fn a_run_without_a_failure_has_nothing_to_explain() {
    let words = "--target mock --rate 20/s --messages 5 --warm-up 0s";
    let done = Sesbench::run(words).done().passed();
    assert_eq!(done.folder().json()["diagnoses"], serde_json::json!([]));
    assert!(!done.stdout.contains("\ndiagnoses\n"));
}

#[test]
fn a_run_that_can_not_begin_prints_the_same_advice() {
    let words = "--target mock --set auth.wrong_credentials=true";
    let done = Sesbench::run(words).done().with(3);
    assert!(done.stderr.contains("535"), "{}", done.stderr);
    let advice = "made-up credentials, as asked: Remove auth.wrong_credentials from the scenario";
    assert!(done.stderr.contains(advice), "{}", done.stderr);
    assert_eq!(done.folder().json()["diagnoses"][0]["sessions"], 1);
}

/// A run of 80 messages against a server in the test that sends these replies
/// at a stage; its folder.
fn run_at(at: Stage, reply: impl Fn(usize) -> String + Send + Sync + 'static) -> Done {
    let count = AtomicUsize::new(0);
    let server = Server::start(move |_, peer| {
        peer.serve(|stage, peer| match stage == at {
            true => peer.instead(format!("{}\r\n", reply(count.fetch_add(1, Relaxed)))),
            false => Then::Reply,
        });
    });
    let words = format!(
        "--target {} --tls none --rate 400/s --messages 80 --warm-up 0s --sessions 2 \
         --threshold outcome.accepted>=0%",
        server.address()
    );
    let done = Sesbench::run(&words).done();
    done.folder().adds_up();
    done
}

/// The only row of messages in `outcomes.csv`, shortened.
#[track_caller]
fn only_row(done: &Done) -> String {
    let rows = done.folder().outcomes("message");
    assert_eq!(rows.len(), 1, "{rows:?}");
    let cells = ["phase", "outcome", "code", "enhanced", "text", "count"];
    cells.map(|cell| rows[0][cell].as_str()).join("|")
}

/// Defect: 80 refusals that differed only in a countdown were 73 rows.
#[test]
fn refusals_that_differ_in_a_countdown_are_one_row() {
    let done = run_at(Stage::Rcpt, |n| {
        let (m, s) = (n / 60 + 4, n % 60);
        format!("451 4.7.1 Greylisting in action, please come back in 00:{m:02}:{s:02}")
    });
    let row = "rcpt|deferred|451|4.7.1|Greylisting in action, please come back in <time>|80";
    assert_eq!(only_row(&done), row);
    assert_eq!(done.folder().json()["diagnoses"][0]["id"], "greylisted");
}

/// Defect: 2 in 100 of OpenSMTPD's ids of 8 hex digits had a row each.
#[test]
fn ids_of_accepted_messages_are_one_row_when_all_their_digits_are_decimal() {
    let done = run_at(Stage::Accept, |n| {
        let id = match n % 2 {
            0 => format!("{:08}", 12_345_678 + n),
            _ => format!("{:08x}", 0xabcd_ef00 + n),
        };
        format!("250 2.0.0 {id} Message accepted for delivery")
    });
    let row = "accept|accepted|250|2.0.0|<id> Message accepted for delivery|80";
    assert_eq!(only_row(&done), row);
}
