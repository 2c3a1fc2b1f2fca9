//! Random arrivals are as random as they should be, and no more.

use super::*;

/// The largest distance between the share of `values` up to each of them and
/// the share that there should be, as Kolmogorov and Smirnov take it.
fn distance(mut values: Vec<f64>, should_be: impl Fn(f64) -> f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let count = values.len() as f64;
    let each = values.iter().enumerate().map(|(below, value)| {
        let share = should_be(*value);
        let (low, high) = (below as f64 / count, (below as f64 + 1.0) / count);
        (share - low).abs().max((share - high).abs())
    });
    each.fold(0.0, f64::max)
}

/// What the distance may be in 99 of 100 samples of this size, if all is as
/// it should be (the asymptotic 1.628 of Smirnov's table).
fn bound(count: usize) -> f64 {
    1.628 / (count as f64).sqrt()
}

fn gaps(dues: &[Duration]) -> Vec<f64> {
    let pairs = dues.windows(2);
    pairs
        .map(|pair| (pair[1] - pair[0]).as_secs_f64())
        .collect()
}

#[test]
fn gaps_at_a_constant_rate_are_exponential() {
    for seed in 1..=5 {
        let seed = format!("seed={seed}");
        let schedule = schedule(&[
            "load.rate=1000/s",
            "load.duration=20s",
            "load.arrivals=poisson",
            &seed,
        ]);
        let gaps = gaps(&dues(&schedule));
        let far = distance(gaps.clone(), |gap| 1.0 - (-1_000.0 * gap).exp());
        assert!(far < bound(gaps.len()), "{seed}: {far}");
        // Neighbours know nothing of each other: 3 standard deviations.
        let after_short = gaps.windows(2).filter(|pair| pair[0] < 0.5e-3);
        let after_short: Vec<f64> = after_short.map(|pair| pair[1]).collect();
        let mean = after_short.iter().sum::<f64>() / after_short.len() as f64;
        let error = 3e-3 / (after_short.len() as f64).sqrt();
        assert!((mean - 1e-3).abs() < error, "{seed}: {mean}");
    }
}

#[test]
fn on_a_ramp_the_moments_follow_its_integral_and_the_number_is_poissons() {
    for seed in 1..=5 {
        let seed = format!("seed={seed}");
        let stages = "load.stages=[{ to = '1000/s', over = '20s' }, { to = '0/s', over = '20s' }]";
        let schedule = schedule(&[stages, "load.arrivals=poisson", &seed]);
        let dues = dues(&schedule);
        // Given their number, the moments are independent draws with the
        // rate's own distribution.
        let expected = schedule.expected(Duration::ZERO, schedule.end());
        let share =
            |at: f64| schedule.expected(Duration::ZERO, Duration::from_secs_f64(at)) / expected;
        let moments: Vec<f64> = dues.iter().map(Duration::as_secs_f64).collect();
        let far = distance(moments, share);
        assert!(far < bound(dues.len()), "{seed}: {far}");
        let off = (dues.len() as f64 - expected).abs();
        assert!(off < 3.0 * expected.sqrt(), "{seed}: {off}");
    }
}

#[test]
fn the_seed_decides_and_nothing_else() {
    let with = |seed: &str| dues(&schedule(&["load.arrivals=poisson", seed]));
    assert_eq!(with("seed=7"), with("seed=7"));
    assert_ne!(with("seed=7"), with("seed=8"));
}

#[test]
fn the_first_moments_of_a_seed_are_these_on_every_machine() {
    let schedule = schedule(&["load.arrivals=poisson", "load.rate=1/s", "seed=42"]);
    let nanos: Vec<_> = dues(&schedule).iter().map(Duration::as_nanos).collect();
    assert_eq!(nanos[..3], [210_358_382, 586_318_012, 1_430_205_454]);
}
