//! Deconvolution: the distribution of a delay, from that of the measured sum of
//! delay and floor.
//!
//! A run measures the sum of the server's time and the machine's. Subtracting the
//! median of the latter would leave its spread in the result, and the machine that
//! replays it would add the spread again, so that tails become too long. Instead
//! each quantile is reduced until the sum has the measured distribution. That is
//! iterative: compute the quantiles of the sum, and subtract their errors as well.
//! If the machine's spread alone exceeds the measured one, no delay can correct it.

use std::time::Duration;

use sesbench_mock::settings::Recorded;

/// Number of quantiles at which the sum is compared.
const GRID: usize = 200;

/// Iterations, after which the error is that of the grid.
const TRIES: usize = 12;

/// The distribution whose sum with `own` is distributed as `measured`.
pub(super) fn unmixed(measured: &[(Duration, u64)], own: &Recorded) -> Option<Recorded> {
    let wanted = quantiles(&Recorded::of_counts(measured.iter().copied())?);
    let own = quantiles(own);
    let mut less = vec![own[GRID / 2]; GRID];
    for _ in 0..TRIES {
        let sum = sum(&shorter(&wanted, &less), &own);
        for ((less, is), wanted) in less.iter_mut().zip(sum).zip(&wanted) {
            *less += is - wanted;
        }
    }
    // Undo what was subtracted too much, where a delay fell below that of a lower
    // quantile.
    let left = shorter(&wanted, &less);
    let less: Vec<_> = wanted
        .iter()
        .zip(left)
        .map(|(all, left)| all - left)
        .collect();
    let all: u64 = measured.iter().map(|(_, count)| count).sum();
    let mut below = 0;
    Recorded::of_counts(measured.iter().map(|&(took, count)| {
        let middle = (below as f64 + count as f64 / 2.0) / all as f64;
        below += count;
        let place = ((middle * GRID as f64) as usize).min(GRID - 1);
        let left = (took.as_nanos() as f64 - less[place]).max(0.0);
        (Duration::from_nanos(left as u64), count)
    }))
}

/// Quantiles in nanoseconds, in the middle of each cell of the grid.
fn quantiles(of: &Recorded) -> Vec<f64> {
    let middle = |part: usize| (part as f64 + 0.5) / GRID as f64;
    let nanos = |part| of.quantile(middle(part)).as_nanos() as f64;
    (0..GRID).map(nanos).collect()
}

/// The difference, not below zero and never decreasing.
fn shorter(wanted: &[f64], less: &[f64]) -> Vec<f64> {
    let mut longest = 0.0_f64;
    let each = wanted.iter().zip(less).map(|(wanted, less)| {
        longest = longest.max(wanted - less);
        longest
    });
    each.collect()
}

/// The quantiles of the sum of two independent variables.
fn sum(one: &[f64], other: &[f64]) -> Vec<f64> {
    let mut all: Vec<f64> = one
        .iter()
        .flat_map(|a| other.iter().map(move |b| a + b))
        .collect();
    all.sort_unstable_by(f64::total_cmp);
    (0..GRID).map(|part| all[part * GRID + GRID / 2]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorded(nanos: impl IntoIterator<Item = f64>) -> Recorded {
        let counts = nanos
            .into_iter()
            .map(|n| (Duration::from_nanos(n as u64), 1));
        Recorded::of_counts(counts).unwrap()
    }

    /// Mostly 100 us, with a tail to 3 ms.
    fn jitter() -> Recorded {
        recorded((0..1000).map(|i| 1e5 * (1.0 - f64::from(i) / 1000.0).powf(-0.5)))
    }

    /// The measured sum of `delay` and the jitter.
    fn measured(delay: &Recorded) -> Vec<(Duration, u64)> {
        let nanos = sum(&quantiles(delay), &quantiles(&jitter())).into_iter();
        nanos.map(|n| (Duration::from_nanos(n as u64), 5)).collect()
    }

    #[test]
    fn with_the_floor_added_it_is_as_it_was_measured() {
        let narrow = recorded((0..100).map(|i| 2e6 + 1e3 * f64::from(i)));
        let wide = recorded((0..100).map(|i| 5e6 + 4e5 * f64::from(i)));
        let two = recorded((0..100).map(|i| if i < 90 { 1e7 } else { 1e8 }));
        for delay in [narrow, wide, two] {
            let measured = measured(&delay);
            let found = unmixed(&measured, &jitter()).unwrap();
            let again = sum(&quantiles(&found), &quantiles(&jitter()));
            let before = quantiles(&Recorded::of_counts(measured).unwrap());
            let errors: Vec<_> = [20, 100, 160, 190, 197]
                .iter()
                .map(|part| again[*part] / before[*part] - 1.0)
                .collect();
            let (last, others) = errors.split_last().unwrap();
            assert!(others.iter().all(|error| error.abs() < 0.02), "{errors:?}");
            // The last few values of the jitter are half of the sum.
            assert!(last.abs() < 0.1, "{errors:?}");
        }
    }

    #[test]
    fn a_floor_without_a_spread_is_taken_off_as_it_is() {
        let floor = recorded([1e5]);
        let measured = [(Duration::from_millis(2), 3), (Duration::from_millis(9), 1)];
        let found = unmixed(&measured, &floor).unwrap();
        assert_eq!(found.quantile(0.5), Duration::from_micros(1_900));
        assert_eq!(found.quantile(0.9), Duration::from_micros(8_900));
    }

    #[test]
    fn a_floor_above_all_that_was_measured_leaves_nothing() {
        let found = unmixed(&[(Duration::from_micros(50), 9)], &recorded([1e5])).unwrap();
        assert_eq!(found.quantile(1.0), Duration::ZERO);
        assert_eq!(unmixed(&[], &recorded([1e5])), None);
    }
}
