//! On which occasions a rule matches, in simulated time.

use std::time::Duration;

use super::*;
use crate::settings::{FaultAction, Sessions};

const SECOND: u64 = 1_000_000_000;

/// A rule that closes the connection at the dot, with a change.
fn rule(change: impl FnOnce(&mut Fault)) -> Fault {
    let mut fault = Fault {
        action: Some(FaultAction::Close),
        ..Fault::new(Stage::Dot)
    };
    change(&mut fault);
    fault
}

fn dot(now: Instant) -> Occasion<'static> {
    Occasion {
        at: Stage::Dot,
        now,
        session: 7,
        port: Some(587),
        secure: true,
        sender: Some("news@shop.example"),
        recipient: Some("a@one.example"),
        recipients: &[],
    }
}

/// The numbers of the first `count` occasions that match, from 1.
fn struck(faults: &Faults, count: u64) -> Vec<u64> {
    let strikes = |_: &u64| faults.match_fault(dot(Instant(0))).is_some();
    (1..=count).filter(strikes).collect()
}

fn struck_by(change: impl FnOnce(&mut Fault)) -> Vec<u64> {
    struck(&Faults::new(&[rule(change)], 1), 10)
}

/// Whether the conditions of a rule hold on that occasion.
fn looks(occasion: Occasion<'_>, change: impl FnOnce(&mut Fault)) -> bool {
    Faults::new(&[rule(change)], 1)
        .match_fault(occasion)
        .is_some()
}

#[test]
fn without_conditions_every_occasion_is_struck() {
    assert_eq!(struck_by(|_| {}), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(struck(&Faults::new(&[], 1), 10), [0; 0]);
}

#[test]
fn occasions_are_counted_from_the_first() {
    assert_eq!(struck_by(|f| f.first = Some(3)), [1, 2, 3]);
    assert_eq!(struck_by(|f| f.after = Some(8)), [9, 10]);
    assert_eq!(struck_by(|f| f.every = Some(4)), [4, 8]);
    let some = struck_by(|f| {
        f.after = Some(2);
        f.first = Some(8);
        f.every = Some(3);
    });
    assert_eq!(some, [3, 6]);
}

#[test]
fn what_is_no_occasion_is_not_counted() {
    let faults = Faults::new(
        &[rule(|f| {
            f.first = Some(1);
            f.session = Some(Sessions::one(8));
            f.from = Some(Duration::from_secs(1));
        })],
        1,
    );
    let of = |session, now| Occasion {
        session,
        ..dot(Instant(now))
    };
    assert_eq!(faults.match_fault(of(7, SECOND)), None);
    assert_eq!(faults.match_fault(of(8, SECOND - 1)), None);
    assert!(faults.match_fault(of(8, SECOND)).is_some());
    assert_eq!(faults.match_fault(of(8, SECOND)), None);
}

#[test]
fn a_window_has_its_start_and_not_its_end() {
    let within = |now| {
        looks(dot(Instant(now)), |f| {
            f.from = Some(Duration::from_secs(10));
            f.until = Some(Duration::from_secs(20));
        })
    };
    let times = [10 * SECOND - 1, 10 * SECOND, 20 * SECOND - 1, 20 * SECOND];
    assert_eq!(times.map(within), [false, true, true, false]);
}

#[test]
fn selectors_pick_sessions_ports_and_stages() {
    let at = |change: fn(&mut Fault)| looks(dot(Instant(0)), change);
    assert!(at(|f| f.session = Some(Sessions::one(7))));
    assert!(at(|f| f.session = Some(Sessions::range(5, 9))));
    assert!(!at(|f| f.session = Some(Sessions::range(8, 9))));
    assert!(at(|f| f.port = Some(587)));
    assert!(!at(|f| f.port = Some(25)));
    assert!(!at(|f| f.at = Stage::Data));
    let nowhere = Occasion {
        port: None,
        ..dot(Instant(0))
    };
    assert!(!looks(nowhere, |f| f.port = Some(587)));
}

#[test]
fn selectors_pick_addresses_and_domains_in_any_case() {
    for (sender, expected) in [
        ("news@shop.example", true),
        ("NEWS@Shop.Example", true),
        ("shop.example", true),
        ("example", true),
        ("other@shop.example", false),
        ("op.example", false),
    ] {
        let found = looks(dot(Instant(0)), |f| f.sender = Some(sender.to_owned()));
        assert_eq!(found, expected, "{sender}");
    }
    let recipients = ["b@two.example".to_owned(), "c@four.example".to_owned()];
    for (recipient, expected) in [
        ("a@one.example", true),
        ("b@two.example", true),
        ("four.example", true),
        ("three.example", false),
        ("shop.example", false),
    ] {
        let several = Occasion {
            recipients: &recipients,
            ..dot(Instant(0))
        };
        let found = looks(several, |f| f.recipient = Some(recipient.to_owned()));
        assert_eq!(found, expected, "{recipient}");
    }
}

#[test]
fn an_ehlo_within_tls_is_no_occasion_to_hide_starttls() {
    let ehlo = |secure| Occasion {
        at: Stage::Ehlo,
        secure,
        ..dot(Instant(0))
    };
    let hide = |f: &mut Fault| {
        f.at = Stage::Ehlo;
        f.action = Some(FaultAction::NoStarttls);
    };
    assert!(looks(ehlo(false), hide) && !looks(ehlo(true), hide));
    assert!(looks(ehlo(true), |f| f.at = Stage::Ehlo));
}

#[test]
fn a_share_of_occasions_is_struck_and_the_same_ones_by_the_same_seed() {
    let faults = |seed| Faults::new(&[rule(|f| f.probability = Some(0.1))], seed);
    let once = struck(&faults(1), 20_000);
    assert!((1_850..2_150).contains(&once.len()), "{}", once.len());
    assert_eq!(once, struck(&faults(1), 20_000));
    assert_ne!(once, struck(&faults(2), 20_000));
    assert_eq!(struck_by(|f| f.probability = Some(1.0)).len(), 10);
}

#[test]
fn rules_draw_apart() {
    let half = || rule(|f| f.probability = Some(0.5));
    let other = |fault| Fault {
        delay: Some(Duration::from_secs(1)),
        ..fault
    };
    let faults = Faults::new(&[half(), other(half())], 1);
    let mut by = [0; 3];
    for _ in 0..4_000 {
        let rule = faults
            .match_fault(dot(Instant(0)))
            .map_or(2, |fault| fault.rule);
        by[rule] += 1;
    }
    // A half; half of the rest; the rest.
    assert!((1_850..2_150).contains(&by[0]), "{by:?}");
    assert!((850..1_150).contains(&by[1]), "{by:?}");
}

#[test]
fn the_first_that_strikes_wins_and_the_others_count_on() {
    let faults = Faults::new(
        &[
            rule(|f| f.every = Some(2)),
            rule(|f| {
                f.every = Some(3);
                f.action = Some(FaultAction::Reset);
            }),
        ],
        1,
    );
    let rules: Vec<Option<usize>> = (0..6)
        .map(|_| faults.match_fault(dot(Instant(0))).map(|fault| fault.rule))
        .collect();
    assert_eq!(rules, [None, Some(0), Some(1), Some(0), None, Some(0)]);
}

#[test]
fn rules_are_replaced_and_count_anew() {
    let faults = Faults::new(&[rule(|f| f.first = Some(1))], 1);
    assert_eq!(struck(&faults, 3), [1]);
    faults.replace(&[rule(|f| f.first = Some(2))]);
    assert_eq!(struck(&faults, 3), [1, 2]);
    assert!(faults.any() && !faults.by_envelope());
    faults.replace(&[rule(|f| f.sender = Some("example".to_owned()))]);
    assert!(faults.any() && faults.by_envelope());
    faults.replace(&[]);
    assert_eq!(struck(&faults, 3), [0; 0]);
    assert!(!faults.any() && !faults.by_envelope());
}

#[test]
fn a_stroke_carries_what_the_rule_says() {
    let fault = |fault: Fault| {
        Faults::new(&[fault], 1)
            .match_fault(dot(Instant(0)))
            .unwrap()
    };
    let reply = fault(rule(|f| {
        f.action = None;
        f.reply = Some("250-one\n250 two".to_owned());
        f.delay = Some(Duration::from_secs(5));
        f.accepted = true;
    }));
    assert_eq!(
        reply,
        InjectedFault {
            rule: 0,
            delay: Duration::from_secs(5),
            effect: Effect::Reply("250-one\r\n250 two\r\n".into()),
            close: false,
            accepted: true,
        }
    );
    assert!(reply.lets_happen() && reply.lets_judge());
    let half = fault(rule(|f| f.action = Some(FaultAction::HalfReply)));
    assert!(half.close && half.lets_happen() && half.lets_judge());
    let refusal = fault(rule(|f| {
        f.action = None;
        f.reply = Some("451 x".to_owned());
    }));
    assert!(!refusal.close && !refusal.lets_happen() && !refusal.lets_judge());
}

#[test]
fn rules_that_are_restarted_count_from_the_first_occasion() {
    let faults = Faults::new(&[rule(|f| f.first = Some(2))], 1);
    assert_eq!(struck(&faults, 4), [1, 2]);
    faults.restart();
    assert_eq!(struck(&faults, 4), [1, 2]);
}
