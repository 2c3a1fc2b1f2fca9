//! Random arrivals have the distribution of a Poisson process.

use super::*;

/// The Kolmogorov-Smirnov statistic: the largest distance between the empirical
/// distribution of `values` and the expected one.
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

/// The distance that 99 of 100 samples of this size do not exceed (the asymptotic
/// 1.628 of Smirnov's table).
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
        // Neighbours are independent: 3 standard deviations.
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
        // Given their number, the times are independent draws with the
        // distribution of the rate.
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

#[test]
fn random_arrivals_on_a_shape_and_of_a_shard_stay_the_same() {
    let stages = "load.stages=[{ to = '40/s', over = '1s' }, { hold = '1s' }]";
    let whole = schedule(&[stages, "load.arrivals=poisson", "seed=42"]);
    let first = |schedule: &Schedule| {
        let arrivals = schedule.arrivals().take(20);
        arrivals
            .map(|arrival| (arrival.index, arrival.due.as_nanos() as u64))
            .collect::<Vec<_>>()
    };
    let of_whole = first(&whole);
    let of_shard = first(&whole.shard("2/3".parse().unwrap()));
    #[rustfmt::skip]
    let expected = [
        [
            (0, 102_556_906), (1, 171_218_867), (2, 267_414_047), (3, 309_105_869),
            (4, 349_299_627), (5, 399_677_336), (6, 403_212_822), (7, 433_637_628),
            (8, 437_770_444), (9, 446_093_020), (10, 507_136_290), (11, 606_403_844),
            (12, 628_849_218), (13, 676_817_503), (14, 727_144_080), (15, 736_511_847),
            (16, 743_414_142), (17, 780_584_601), (18, 784_881_183), (19, 818_282_465),
        ],
        [
            (1, 171_218_867), (4, 349_299_627), (7, 433_637_628), (10, 507_136_290),
            (13, 676_817_503), (16, 743_414_142), (19, 818_282_465), (22, 938_392_642),
            (25, 1_013_797_406), (28, 1_077_020_038), (31, 1_132_131_580), (34, 1_211_179_555),
            (37, 1_258_331_555), (40, 1_318_545_886), (43, 1_455_755_740), (46, 1_521_135_380),
            (49, 1_612_757_282), (52, 1_633_386_504), (55, 1_733_516_313), (58, 1_827_034_466),
        ],
    ];
    assert_eq!([of_whole, of_shard], expected);
}
