//! Properties of every shape, with stages of every form of the registry.

use proptest::prelude::*;
use proptest::strategy::Union;

use super::*;
use crate::schedule::forms::{self, FORMS, FieldValue, FormRow};

/// A random value of the same kind.
fn like(value: &FieldValue) -> BoxedStrategy<FieldValue> {
    let rate = || prop_oneof![0u32..200, 0u32..20_000];
    let millis = || prop_oneof![0u32..500, 0u32..30_000];
    match value {
        FieldValue::Text(text) if text.parse::<Level>().is_ok() => rate()
            .prop_map(|rate| FieldValue::Text(format!("{rate}/min")))
            .boxed(),
        FieldValue::Text(text) if crate::units::duration::parse(text).is_ok() => millis()
            .prop_map(|millis| FieldValue::Text(format!("{millis}ms")))
            .boxed(),
        FieldValue::Integer(_) => (1i64..4).prop_map(FieldValue::Integer).boxed(),
        other => panic!("{other}: no random values for fields of this kind"),
    }
}

/// Random stages of a form: its example with other values, and without some of the
/// keys that may be absent.
fn of_form(form: &'static FormRow) -> BoxedStrategy<Stage> {
    let example = fields(form.example);
    let each: Vec<_> = form
        .keys
        .iter()
        .map(|key| {
            let value = like(example.value(key).unwrap());
            (prop::bool::weighted(0.8), value)
                .prop_map(|(present, value)| present.then(|| ((*key).to_owned(), value)))
        })
        .collect();
    let stage = each.prop_filter_map("refused", |fields| {
        forms::read(&fields.into_iter().flatten().collect()).ok()
    });
    stage.boxed()
}

/// Stages of every form that send messages and last at most minutes.
fn stages() -> impl Strategy<Value = Vec<Stage>> {
    let stage = Union::new(FORMS.iter().map(of_form));
    // A plan by which nothing is sent is refused. The average of random arrivals is
    // 70 here: there are none for one seed in 10^30.
    let begin = ["{ to = '7/s' }", "{ hold = '10s' }"].map(|text| forms::read(&fields(text)));
    let begin = begin.map(Result::unwrap);
    prop::collection::vec(stage, 1..6).prop_map(move |all| [&begin[..], &all[..]].concat())
}

fn schedule_of(stages: &[Stage], arrivals: Arrivals) -> Schedule {
    let length = Length::Duration(segments(stages).iter().map(|each| each.length).sum());
    let shape = Shape::Stages(stages.to_vec());
    Schedule::new(
        &shape,
        arrivals,
        RateUnit::Messages,
        Duration::ZERO,
        length,
        1,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_count_in_any_window_is_the_integral_within_one(
        stages in stages(),
        from in 0.0..1.0,
        to in 0.0..1.0,
    ) {
        let schedule = schedule_of(&stages, Arrivals::Constant);
        let dues = dues(&schedule);
        prop_assert!(dues.is_sorted());
        prop_assert_eq!(dues.len() as u64, schedule.count());
        prop_assert!(dues.last().is_none_or(|last| *last < schedule.end()));
        let at = |share: f64| schedule.end().mul_f64(share);
        let (from, to) = (at(f64::min(from, to)), at(f64::max(from, to)));
        let inside = dues.iter().filter(|due| (from..to).contains(*due)).count();
        let integral = schedule.expected(from, to);
        // Beyond one only by the rounding of the integral to a float.
        prop_assert!((inside as f64 - integral).abs() < 1.0 + 1e-9, "{inside} {integral}");
        let before = dues.iter().filter(|due| **due < to).count() as u64;
        prop_assert_eq!(before, schedule.count_before(to));
    }

    /// What a form calls its rate over time is what is sent.
    #[test]
    fn the_integral_and_the_peak_are_those_of_the_segments(stages in stages()) {
        let schedule = schedule_of(&stages, Arrivals::Constant);
        let (mut at, mut sum, mut peak) = (Duration::ZERO, 0.0, 0.0);
        for segment in segments(&stages) {
            let (from, to) = (segment.from.hertz(), segment.to.hertz());
            sum += (from + to) / 2.0 * segment.length.as_secs_f64();
            at += segment.length;
            let integral = schedule.expected(Duration::ZERO, at);
            prop_assert!((integral - sum).abs() < 1e-6, "{integral} {sum}");
            if !segment.length.is_zero() {
                peak = f64::max(peak, f64::max(from, to));
            }
        }
        prop_assert_eq!(schedule.end(), at);
        let shape = Shape::Stages(stages);
        let length = Length::Duration(at);
        let told = peak_per_s(&shape, RateUnit::Messages, Duration::ZERO, length);
        prop_assert!((told - peak).abs() < 1e-9, "{told} {peak}");
    }

    #[test]
    fn a_constant_shape_is_the_arithmetic_of_its_rate(
        rate in prop_oneof!["[1-9][0-9]{0,4}/s", "[1-9][0-9]{0,5}/min", "[1-9][0-9]{2,6}/h"],
        millis in 1u64..20_000,
    ) {
        let (rate, time) = (rate.parse::<Rate>().unwrap(), Duration::from_millis(millis));
        let schedule = Schedule::constant(rate, Duration::ZERO, Length::Duration(time));
        prop_assert_eq!(schedule.count(), rate.count_before(time));
        prop_assert_eq!(schedule.rate_at(Duration::ZERO), rate.hertz());
        for arrival in schedule.arrivals().step_by(17) {
            prop_assert_eq!(arrival.due, rate.due(arrival.index));
        }
    }

    #[test]
    fn shards_are_disjoint_and_add_up(
        stages in stages(),
        of in 1u32..9,
        poisson: bool,
    ) {
        let arrivals = if poisson { Arrivals::Poisson } else { Arrivals::Constant };
        let whole = schedule_of(&stages, arrivals);
        let shard = |index| whole.clone().shard(format!("{index}/{of}").parse().unwrap());
        let mut all = Vec::new();
        for index in 1..=of {
            let own: Vec<_> = shard(index).arrivals().collect();
            prop_assert_eq!(own.len() as u64, shard(index).count());
            all.extend(own);
        }
        all.sort_by_key(|arrival| arrival.index);
        prop_assert_eq!(all, whole.arrivals().collect::<Vec<_>>());
        let rates: f64 = (1..=of).map(|index| shard(index).rate_at(SECOND)).sum();
        prop_assert!((rates - whole.rate_at(SECOND)).abs() < 1e-6);
    }

    #[test]
    fn a_number_of_messages_is_kept_however_they_come(
        messages in 1u64..500,
        seed in 0u64..1_000_000,
        poisson: bool,
    ) {
        let arrivals = if poisson { "poisson" } else { "constant" };
        let schedule = schedule(&[
            "load.warm_up=2s",
            &format!("load.arrivals={arrivals}"),
            &format!("load.messages={messages}"),
            &format!("seed={seed}"),
        ]);
        let (before, measured): (Vec<_>, Vec<_>) =
            dues(&schedule).into_iter().partition(|due| *due < SECOND * 2);
        prop_assert_eq!(measured.len() as u64, messages);
        prop_assert_eq!((before.len() + measured.len()) as u64, schedule.count());
        prop_assert!(measured.last().unwrap() <= &schedule.end());
    }
}
