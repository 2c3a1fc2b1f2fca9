//! Windows of thresholds, and thresholds that end a run.

use super::*;

/// A run of 5 s of warm-up and 30 s, with thresholds.
fn judged(load: &str, thresholds: &str) -> String {
    format!("[load]\nwarm_up = '5s'\n{load}\n[thresholds]\n{thresholds}\n")
}

const OPEN: &str = "rate = '50/s'\nduration = '30s'";

#[test]
fn a_threshold_is_a_text_a_table_or_a_list_of_them() {
    let plan = plan(&judged(
        OPEN,
        "'response.p99[10s..20s]' = ['< 250ms', { limit = '< 1s', abort_on_fail = true, delay = '3s' }]\n\
         'outcome.lost' = { limit = '<= 0%', abort_on_fail = true }\n\
         'response.p50[20s..]' = '< 50ms'\n\
         'goodput[10s..20s]' = '> 40/s'",
    ));
    let written = serde_json::to_value(&plan.thresholds).unwrap();
    assert_eq!(
        written,
        serde_json::json!([
            "goodput[10s..20s] > 40/s",
            "outcome.lost <= 0%, abort on fail after 0s",
            "response.p50[20s..] < 50ms",
            "response.p99[10s..20s] < 250ms",
            "response.p99[10s..20s] < 1s, abort on fail after 3s",
        ])
    );
    let windows: Vec<_> = plan.periods().iter().map(|period| period.from).collect();
    let seconds = |time| Some(Duration::from_secs(time));
    assert_eq!(windows, [seconds(10), seconds(20)]);
    let told = description(&plan);
    for line in [
        "outcome.lost <= 0%; a run that is sure to miss it ends early\n",
        "< 1s; a run that is sure to miss it ends early, after 3s\n",
    ] {
        assert!(told.contains(line), "{told}");
    }
    let warned = warnings(&plan).join("\n");
    let few = "too few samples for response.p99[10s..20s]: 500, at least 1,000 needed";
    assert!(warned.contains(few), "{warned}");
}

#[test]
fn what_ends_a_run_is_part_of_the_plans_hash() {
    let hash = |limit: &str| plan_hash(&plan(&judged(OPEN, &format!("'tls.p50' = {limit}"))));
    let plain = hash("'< 1s'");
    assert_eq!(plain, hash("{ limit = '< 1s', abort_on_fail = false }"));
    assert_ne!(plain, hash("{ limit = '< 1s', abort_on_fail = true }"));
}

#[test]
fn a_window_lies_within_the_measured_part_of_the_run() {
    let edges =
        "'goodput[5s..35s]' = '> 1/s'\n'goodput[..6s]' = '> 1/s'\n'goodput[34s..]' = '> 1/s'";
    plan(&judged(OPEN, edges));
    let beyond = "the window is beyond the end of the schedule: must end at 35s or earlier";
    let warm = "the window begins during the warm-up, which is not measured: must begin at load.warm_up (5s) or later";
    for (load, window, why) in [
        (OPEN, "4s..10s", warm),
        (OPEN, "30s..36s", beyond),
        (OPEN, "35s..", beyond),
        (OPEN, "..5s", "the window ends before the warm-up does"),
        ("model = 'closed'\nduration = '30s'", "30s..36s", beyond),
        ("rate = '50/s'\nmessages = 1500", "30s..36s", beyond),
        (
            "stages = [{ to = '50/s' }, { hold = '30s' }]",
            "30s..36s",
            beyond,
        ),
    ] {
        let text = judged(load, &format!("'goodput[{window}]' = '> 1/s'"));
        let expected = format!("x.toml: thresholds.goodput[{window}]: {why}");
        assert_eq!(error(&text), expected);
    }
    // The end is not known.
    for load in [
        "model = 'closed'\nmessages = 100",
        "rate = '50/s'\nmessages = 1500\narrivals = 'poisson'",
    ] {
        plan(&judged(load, "'goodput[30s..1h]' = '> 1/s'"));
    }
}

#[test]
fn too_many_windows_are_refused() {
    let all = |count: u64| -> String {
        let each = (0..count).map(|n| format!("'goodput[{}s..]' = '> 1/s'\n", 10 + n));
        each.collect()
    };
    plan(&judged(OPEN, &all(8)));
    let expected = "x.toml: thresholds.goodput[18s..]: one window too many: at most 8 are measured";
    assert_eq!(error(&judged(OPEN, &all(9))), expected);
}

#[test]
fn the_error_names_the_threshold() {
    for (thresholds, line) in [
        (
            "'rate.achieved' = { limit = '>= 99%', abort_on_fail = true }",
            "x.toml: thresholds.rate.achieved: rate.achieved cannot end a run: messages that are late can still be started until the schedule ends",
        ),
        (
            "'tls.p50' = { limit = '< 1s', delay = '10s' }",
            "x.toml: thresholds: tls.p50: delay has no effect without abort_on_fail = true",
        ),
        (
            "'tls.p50[10s..]' = '< 1s'",
            "x.toml: thresholds.tls.p50[10s..]: tls.p50 has no windows: expected a figure of messages, such as response.p99, outcome.accepted, goodput or rate.achieved",
        ),
        (
            "'tls.p50' = 5",
            "x.toml: thresholds: tls.p50: found the number 5, expected a text in quotes",
        ),
    ] {
        assert_eq!(error(&judged(OPEN, thresholds)), line);
    }
}

#[test]
fn a_flag_replaces_a_threshold_on_the_same_window_in_another_spelling() {
    let text = judged(
        OPEN,
        "'goodput[10s..20000ms]' = '> 1/s'\n'goodput[10s..]' = '> 2/s'",
    );
    let set = "thresholds.\"goodput[10s..20s]\"=> 3/s";
    let plan = read_in(&text, &[set], &|_| None).unwrap();
    let thresholds: Vec<_> = plan.thresholds.iter().map(ToString::to_string).collect();
    assert_eq!(
        thresholds,
        ["goodput[10s..20s] > 3/s", "goodput[10s..] > 2/s"]
    );
}
