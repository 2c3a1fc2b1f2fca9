//! Failures of a server that the latencies of answered messages alone would
//! hide.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::run;
use crate::support::{Done, Server, Stage, Then};

/// A threshold as run.json has it: the measured value, whether it was met, and
/// whether it is in doubt.
#[track_caller]
fn check(done: &Done, threshold: &str) -> (String, bool, bool) {
    let json = done.folder().json();
    let all = json["verdict"]["thresholds"].as_array().unwrap().clone();
    let check = all.iter().find(|check| check["threshold"] == threshold);
    let check = check.unwrap_or_else(|| panic!("no {threshold} in {all:?}"));
    let flag = |name: &str| check[name].as_bool().unwrap();
    let value = check["value"].as_str().unwrap().to_owned();
    (value, flag("met"), flag("in_doubt"))
}

fn codes(done: &Done) -> Vec<String> {
    let health = done.folder().json()["health"].clone();
    let codes = health.as_array().unwrap().iter();
    codes
        .map(|finding| finding["code"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn sessions_that_time_out_at_the_banner_do_not_meet_a_limit_on_the_set_up() {
    let server = Server::start(|number, peer| match number % 2 {
        0 => peer.serve(|_, _| Then::Reply),
        _ => peer.fall_silent(),
    });
    let words = "--messages 10 --sessions 6 --set timeouts.banner=1s \
                 --threshold session_setup.max<1000s --threshold banner.max<1000s \
                 --threshold auth.max<1000s --threshold connect.max<1000s";
    let done = run(&server, words).done();
    let folder = done.folder();
    folder.adds_up();
    assert!(folder.count("/sessions/failed") > 0);
    for missed in ["session_setup", "banner", "auth"] {
        let (value, met, _) = check(&done, &format!("{missed}.max < 1000s"));
        assert!(value.starts_with('>') && !met, "{missed}: {value}");
    }
    let (value, met, _) = check(&done, "connect.max < 1000s");
    assert!(met, "every connection was made: {value}");
    assert!(folder.values("connect") > folder.values("banner"));
}

#[test]
fn messages_lost_at_the_dot_miss_a_limit_on_the_dot_and_on_no_phase_before() {
    let dots = AtomicUsize::new(0);
    let server = Server::start(move |_, peer| {
        peer.serve(|stage, _| match stage {
            Stage::Accept if dots.fetch_add(1, Ordering::SeqCst) % 2 == 1 => Then::HangUp,
            _ => Then::Reply,
        });
    });
    let words = "--messages 10 --sessions 3 --threshold outcome.unknown>=50% \
                 --threshold mail.max<1000s --threshold data.max<1000s \
                 --threshold accept.max<1000s --threshold response.mean<1000s";
    let done = run(&server, words).done();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/totals/unknown"), 5);
    assert_eq!((folder.values("mail"), folder.values("accept")), (10, 5));
    for met in ["mail.max < 1000s", "data.max < 1000s"] {
        assert!(check(&done, met).1, "{met}");
    }
    for missed in ["accept.max < 1000s", "response.mean < 1000s"] {
        let (value, met, _) = check(&done, missed);
        assert!(value.starts_with('>') && !met, "{missed}: {value}");
    }
}

#[test]
fn the_goodput_of_a_slow_server_is_not_the_rate_asked_for() {
    let server = Server::start(|_, peer| {
        peer.serve(|stage, _| {
            if stage == Stage::Accept {
                thread::sleep(Duration::from_millis(200));
            }
            Then::Reply
        });
    });
    let words = "--duration 2s --threshold goodput>=19/s --threshold outcome.accepted>=100%";
    let done = run(&server, words).done();
    let folder = done.folder();
    folder.adds_up();
    assert_eq!(folder.count("/window/accepted"), 40, "in the end");
    assert!(!check(&done, "goodput >= 19/s").1, "{}", done.stdout);
    let goodput = folder.json()["rate"]["goodput_per_s"].clone();
    assert!(
        goodput.as_f64().is_some_and(|rate| rate <= 5.0),
        "{goodput}"
    );
}

#[test]
fn ten_messages_do_not_pass_a_limit_on_a_p99() {
    let server = Server::start(|_, peer| peer.serve(|_, _| Then::Reply));
    let words = "--messages 10 --threshold response.p99<1000s";
    let done = run(&server, words).done().with(4);
    let (_, met, in_doubt) = check(&done, "response.p99 < 1000s");
    assert!(met && in_doubt);
    assert!(codes(&done).contains(&"few_samples".to_owned()));
}

#[test]
fn a_handful_of_messages_is_too_few_to_measure_the_processor_time_of_one() {
    let server = Server::start(|_, peer| peer.serve(|_, _| Then::Reply));
    let done = run(&server, "--messages 10").done();
    let generator = done.folder().json()["cpu"]["generator"].clone();
    assert!(generator["background_s"].is_number(), "{generator}");
    assert_eq!(generator["message_us"], Value::Null, "{generator}");
    let shown = "too few messages to measure the cost per message in the generator";
    assert!(done.stdout.contains(shown), "{}", done.stdout);
}
