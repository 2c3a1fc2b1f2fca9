//! The rate over time: valid shapes, and the exact errors of invalid ones.

use super::*;

fn staged(stages: &str) -> String {
    format!("[load]\nstages = [{stages}]\n")
}

#[test]
fn stages_are_read_as_they_are_written() {
    let text = "{ to = '200/s', over = '1min' }, { hold = '30s' }, { to = '0.5/min' }, \
                { burst = '3/s', over = '2s' }, { to = '0/h', over = '5s' }, \
                { burst = '9/s', over = '2s', every = '10s', times = 6 }";
    let plan = plan(&staged(text));
    let Model::Open {
        shape: Shape::Stages(stages),
        arrivals: Arrivals::Constant,
        rate_unit: RateUnit::Messages,
    } = &plan.load.model
    else {
        panic!("{:?}", plan.load.model);
    };
    let told: Vec<String> = stages.iter().map(ToString::to_string).collect();
    let expected = [
        "to 200/s over 1m",
        "hold 30s",
        "at once to 0.5/min",
        "burst 3/s over 2s",
        "to 0/s over 5s",
        "burst 9/s over 2s every 10s times 6",
    ];
    assert_eq!(told, expected);
    let length = Duration::from_secs(60 + 30 + 2 + 5 + 60);
    assert_eq!(plan.load.length, Length::Duration(length));
    let json = serde_json::to_value(&plan.load.model).unwrap();
    assert_eq!(json["open"]["stages"], serde_json::json!(expected));
}

#[test]
fn a_shape_is_told_in_plain_words() {
    let text = staged("{ to = '10/s', over = '10s' }, { hold = '5s' }")
        + "rate_unit = 'recipients'\narrivals = 'poisson'\n[message]\nrecipients = 2\n";
    let told = description(&plan(&text));
    let line = "  load       from 0/s to 10/s over 10s, hold 5s in recipients, 2 a message on \
                average, at random times, independent of the server, for 15s after 1s of \
                warm-up: about 50 messages measured\n";
    assert!(told.contains(line), "{told}");
}

#[test]
fn a_flag_replaces_a_shape_by_another() {
    let set = |text: &str, flags: &[&str]| read_in(text, flags, &|_| None);
    let stages = staged("{ to = '5/s' }, { hold = '5s' }");
    let plan = set(&stages, &["load.rate=7/s", "load.duration=3s"]).unwrap();
    assert_eq!(plan.load.length, Length::Duration(Duration::from_secs(3)));
    let plan = set(LEAST, &["load.stages=[{ to = '5/s', over = '9s' }]"]).unwrap();
    assert_eq!(plan.load.length, Length::Duration(Duration::from_secs(9)));
    let closed = ["load.model=closed", "load.messages=5"];
    let plan = set(&(stages + "arrivals = 'poisson'"), &closed).unwrap();
    assert_eq!(plan.load.model, Model::Closed);
}

/// A warm-up of the closed model runs at full speed: `--messages 500` once sent
/// thousands.
#[test]
fn a_closed_run_of_so_many_messages_warms_up_only_if_that_is_asked_for() {
    let file = |text: &str| read_in(text, &[], &|_| None).unwrap().load.warm_up;
    let smoke = |flags: &[&str]| {
        let flags: Vec<_> = flags
            .iter()
            .map(|flag| Override::assignment(flag).unwrap())
            .collect();
        let plan = read(&Source::BuiltIn, &flags, &|_| None).unwrap();
        plan.load.warm_up
    };
    let seconds = Duration::from_secs;
    let (closed, messages) = ("load.model=closed", "load.messages=500");
    assert_eq!(smoke(&[closed, messages]), Duration::ZERO);
    assert_eq!(smoke(&[closed, messages, "load.warm_up=3s"]), seconds(3));
    assert_eq!(smoke(&[closed, "load.duration=9s"]), seconds(2));
    assert_eq!(smoke(&[messages]), seconds(2));
    let counted = "[target]\nkind = 'mock'\n[load]\nmodel = 'closed'\nmessages = 500\n";
    assert_eq!(file(counted), Duration::ZERO);
    assert_eq!(file(&format!("{counted}warm_up = '4s'")), seconds(4));
}

#[test]
fn what_is_no_shape_is_told() {
    for (load, why) in [
        (
            "stages = [{ hold = '5s' }]\nrate = '5/s'",
            "load.rate: load.stages contain the rates; remove this, and start them with { to = \"50/s\" }",
        ),
        (
            "stages = [{ to = '5/s', over = '1s' }]\nduration = '5s'",
            "load.duration: load.stages contain the lengths; remove this",
        ),
        (
            "stages = [{ to = '5/s', over = '1s' }]\nmessages = 5",
            "load.messages: load.stages contain the lengths; remove this",
        ),
        (
            "stages = '5/s'",
            "load.stages: found the text \"5/s\", expected a list of stages, such as [{ to = \"200/s\", over = \"60s\" }, { hold = \"30s\" }]",
        ),
        (
            "stages = []",
            "load.stages: the stages take no time: hold the rate, such as { hold = \"30s\" }",
        ),
        (
            "stages = [{ to = '5/s' }]",
            "load.stages: the stages take no time: hold the rate, such as { hold = \"30s\" }",
        ),
        (
            "stages = [{ hold = '5s' }, { to = '5/s' }]",
            "load.stages: no message is ever sent: stages start at 0/s; begin with { to = \"50/s\" }",
        ),
        (
            "stages = [{ to = '5/s' }, { hold = '0s' }]",
            "load.stages: stage 2: hold: must be above zero",
        ),
        (
            "stages = [{ to = '-5/s', over = '1s' }]",
            "load.stages: stage 1: to: invalid rate \"-5/s\": expected a number above 0 and a unit, such as 50/s, 3000/min, 14.5/s or 100000/d",
        ),
        (
            "stages = [{ to = '5/s', over = '-1s' }]",
            "load.stages: stage 1: over: invalid duration \"-1s\": expected a number and a unit, such as 30s, 250ms, 1.5ms, 5min or 1h 30min",
        ),
        (
            "stages = [{ to = 5, over = '1s' }]",
            "load.stages: stage 1: to: invalid value 5: expected a text in quotes",
        ),
        (
            "stages = [{ ramp = '5/s', over = '1s' }]",
            "load.stages: stage 1: unknown key `ramp`: FORMS",
        ),
        (
            "stages = [{ hold = '1s', over = '1s' }]",
            "load.stages: stage 1: unknown key `over` beside `hold`: FORMS",
        ),
        (
            "stages = [{ burst = '5/s' }]",
            "load.stages: stage 1: `over` is missing: FORMS",
        ),
        (
            "stages = [{ burst = '5/s', over = '1s', every = '5s' }]",
            "load.stages: stage 1: `times` is missing: the number of bursts",
        ),
        (
            "stages = [{ burst = '5/s', over = '1s', times = 5 }]",
            "load.stages: stage 1: `every` is missing: the time between bursts",
        ),
        (
            "stages = [{ burst = '5/s', over = '6s', every = '5s', times = 2 }]",
            "load.stages: stage 1: `every` must be at least `over`: it is the time from the start of one burst to the next",
        ),
        (
            "stages = [{ burst = '5/s', over = '1s', every = '5s', times = 0 }]",
            "load.stages: stage 1: times: invalid number 0: expected a whole number from 1 to 10000",
        ),
        (
            "stages = [{ to = '5/s', over = '400d' }]",
            "load.stages: the stages last more than 366 days",
        ),
        (
            "stages = [{ to = '20000000/s', over = '1s' }]",
            "load.stages: 20000000/s is too fast: at most 10000000/s",
        ),
        (
            "rate = '20000000/s'\nduration = '1s'",
            "load.rate: 20000000/s is too fast: at most 10000000/s",
        ),
        (
            "rate = '1/h'\nduration = '8s'\nwarm_up = '2s'",
            "load.rate: 1/h is so slow that no message is due in the 8s after the warm-up: nothing would be measured; use a higher rate, more time, or a number of messages (load.messages)",
        ),
        (
            "rate = '1/d'\nduration = '1s'\nwarm_up = '0s'\narrivals = 'poisson'",
            "load.rate: 1/d is so slow that no message is due in the 1s: nothing would be measured; use a higher rate, more time, or a number of messages (load.messages)",
        ),
        (
            "stages = [{ to = '1/h' }, { hold = '5s' }]",
            "load.stages: the stages are so slow that no message is due in their 5s after the warm-up: nothing would be measured; use a higher rate, more time, or a number of messages (load.messages)",
        ),
        (
            "rate = '0.0000000001/s'\nduration = '1s'",
            "load.rate: invalid rate \"0.0000000001/s\": expected at most 9 decimals; for a slower rate use a longer unit: /min, /h or /d",
        ),
        (
            "rate = '0/s'\nduration = '1s'",
            "load.rate: invalid rate \"0/s\": expected a number above 0",
        ),
        (
            "model = 'closed'\nmessages = 5\nstages = [{ to = '5/s', over = '1s' }]",
            "load.stages: load.model = \"closed\" sends as fast as replies come; remove this, or use load.model = \"open\"",
        ),
        (
            "model = 'closed'\nmessages = 5\narrivals = 'poisson'",
            "load.arrivals: load.model = \"closed\" sends as fast as replies come; remove this, or use load.model = \"open\"",
        ),
        (
            "rate = '5/s'\nduration = '1s'\narrivals = 'random'",
            "load.arrivals: invalid value \"random\": expected one of constant, poisson",
        ),
    ] {
        let why = why.replace("FORMS", &crate::schedule::forms::expected());
        assert_eq!(error(&format!("[load]\n{load}")), format!("x.toml: {why}"));
    }
}
