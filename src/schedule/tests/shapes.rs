//! Shapes whose arrivals can be calculated by hand.

use super::*;

fn rate(text: &str) -> Rate {
    text.parse().unwrap()
}

#[test]
fn a_duration_excludes_the_warm_up() {
    let schedule = Schedule::constant(rate("50/s"), SECOND, Length::Duration(SECOND * 2));
    let dues = dues(&schedule);
    assert_eq!((schedule.count(), dues.len()), (150, 150));
    assert_eq!(dues[0], Duration::ZERO);
    assert_eq!(dues[149], Duration::from_millis(2_980));
    assert_eq!(schedule.end(), SECOND * 3);
}

#[test]
fn a_number_of_messages_excludes_the_warm_up() {
    let schedule = Schedule::constant(rate("4/s"), SECOND, Length::Messages(10));
    assert_eq!((schedule.count(), dues(&schedule).len()), (14, 14));
    assert_eq!(schedule.end(), Duration::from_millis(3_500));
    assert_eq!(schedule.mean_rate(SECOND, schedule.end()), 4.0);
}

#[test]
fn a_ramp_from_nothing_comes_at_the_roots_of_its_integral() {
    // Half of t^2 messages in t seconds: message n at the root of 2 n.
    let schedule = staged("{ to = '10/s', over = '10s' }");
    assert_eq!(schedule.count(), 50);
    let dues = dues(&schedule);
    assert_eq!(dues.len(), 50);
    assert_eq!(dues[2], SECOND * 2);
    assert_eq!(dues[8], SECOND * 4);
    assert_eq!(dues[18], SECOND * 6);
    for (n, due) in dues.iter().enumerate() {
        let root = (2.0 * n as f64).sqrt();
        assert!((due.as_secs_f64() - root).abs() < 2e-9, "{n}");
    }
}

#[test]
fn a_ramp_down_mirrors_the_ramp_up() {
    let schedule = staged("{ to = '10/s' }, { to = '0/s', over = '10s' }");
    let dues = dues(&schedule);
    assert_eq!(dues.len(), 50);
    for (n, due) in dues.iter().enumerate() {
        let mirrored = 10.0 - (100.0 - 2.0 * n as f64).sqrt();
        assert!((due.as_secs_f64() - mirrored).abs() < 2e-9, "{n}");
    }
}

#[test]
fn steps_holds_and_pauses_come_when_they_say() {
    let stages = "{ to = '2/s' }, { hold = '1s' }, { to = '0/s' }, { hold = '5s' }, \
                  { to = '4/s' }, { hold = '1s' }";
    let dues = dues(&staged(stages));
    let millis: Vec<_> = dues.iter().map(Duration::as_millis).collect();
    assert_eq!(millis, [0, 500, 6_000, 6_250, 6_500, 6_750]);
}

#[test]
fn bursts_come_at_their_distance_and_the_rate_goes_on_between() {
    let stages = "{ to = '1/s' }, { burst = '4/s', over = '1s', every = '3s', times = 2 }";
    let schedule = staged(stages);
    let millis: Vec<_> = dues(&schedule).iter().map(Duration::as_millis).collect();
    let one = [0, 250, 500, 750, 1_000, 2_000];
    let both = one.iter().copied().chain(one.map(|at| at + 3_000));
    assert_eq!(millis, both.collect::<Vec<_>>());
    assert_eq!(schedule.end(), SECOND * 6);
}

#[test]
fn the_warm_up_is_at_the_rate_the_stages_begin_with() {
    let stages = "load.stages=[{ to = '5/s' }, { to = '15/s', over = '10s' }]";
    let schedule = schedule(&["load.warm_up=2s", stages]);
    assert_eq!(schedule.count_before(SECOND * 2), 10);
    assert_eq!(schedule.count(), 110);
    assert_eq!(schedule.end(), SECOND * 12);
    assert_eq!(schedule.rate_at(SECOND), 5.0);
    assert_eq!(schedule.rate_at(SECOND * 7), 10.0);
    assert_eq!(schedule.mean_rate(SECOND * 2, SECOND * 12), 10.0);
    assert_eq!(schedule.mean_rate(SECOND * 12, SECOND * 13), 0.0);
}

#[test]
fn a_rate_in_recipients_is_shared_among_those_of_a_message() {
    let unit = "load.rate_unit=recipients";
    let schedule = schedule(&["load.rate=14/s", unit, "message.recipients=7"]);
    assert_eq!(schedule.count(), 16);
    assert_eq!(schedule.rate_at(SECOND), 2.0);
    assert_eq!(dues(&schedule)[3], Duration::from_millis(1_500));
}

#[test]
fn a_day_of_a_thousand_a_second_has_no_drift() {
    let stages = "{ to = '1000/s' }, { hold = '12h' }, { to = '3000/s', over = '12h' }";
    let schedule = staged(stages);
    assert_eq!(schedule.count(), 43_200_000 + 86_400_000);
    let half = SECOND * 43_200;
    assert_eq!(schedule.count_before(half), 43_200_000);
}

/// Rates are counted in finer parts only if one has more than three decimals.
#[test]
fn a_rate_with_many_decimals_is_kept_exactly() {
    for text in ["0.0015/s", "0.0004/s", "0.000000001/s"] {
        let hour = Length::Messages(5);
        let schedule = Schedule::constant(rate(text), Duration::ZERO, hour);
        let due: Vec<_> = schedule.arrivals().map(|arrival| arrival.due).collect();
        let exact: Vec<_> = (0..5).map(|index| rate(text).due(index)).collect();
        assert_eq!(due, exact, "{text}");
        assert_eq!(schedule.rate_at(Duration::ZERO), rate(text).hertz());
    }
    let mixed = staged("{ to = '0.0015/s' }, { hold = '4000s' }, { to = '2/s' }, { hold = '10s' }");
    assert_eq!(mixed.count(), 6 + 20);
    let ramp = staged("{ to = '0.0004/s', over = '10000s' }");
    assert_eq!(ramp.expected(Duration::ZERO, ramp.end()), 2.0);
}

#[test]
fn it_is_known_whether_any_message_comes_after_the_warm_up() {
    let any = |text, millis| {
        let length = Length::Duration(Duration::from_millis(millis));
        Schedule::constant(rate(text), SECOND, length).has_any_after(SECOND)
    };
    assert!(any("1/s", 1));
    assert!(!any("59/min", 10));
    assert!(any("59/min", 17));
    assert!(!any("1/h", 3_598_999));
    let two = |index: &str| {
        let shard = index.parse().unwrap();
        let schedule = Schedule::constant(rate("1/s"), Duration::ZERO, Length::Messages(2));
        schedule.shard(shard).has_any_after(Duration::ZERO)
    };
    assert!(two("2/3"));
    assert!(!two("3/3"));
}
