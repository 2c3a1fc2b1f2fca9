//! Axes for charts: seconds, linear numbers, and times and percentiles on a
//! logarithmic scale.

use super::canvas::Axis;
use crate::text::words::rate;

/// From zero to at least `max`, with marks at round numbers.
pub(super) fn linear(name: &'static str, max: f64, unit: &str) -> Axis {
    let (to, step) = round_up(max);
    let number = (to / step).round() as u32;
    let marks = (0..=number).map(|at| f64::from(at) * step);
    Axis {
        name,
        from: 0.0,
        to,
        is_log: false,
        marks: marks
            .map(|at| (at, format!("{}{unit}", rate(at))))
            .collect(),
    }
}

/// Seconds since the start.
pub(super) fn seconds(from: f64, to: f64) -> Axis {
    let to = to.max(from + 1.0);
    let (_, step) = round_up(to - from);
    let step = step.max(1.0);
    let first = (from / step).ceil() as u32;
    let last = (to / step).floor() as u32;
    let marks = (first..=last).map(|at| f64::from(at) * step);
    Axis {
        name: "seconds since the start",
        from,
        to,
        is_log: false,
        marks: marks.map(|at| (at, rate(at))).collect(),
    }
}

/// Milliseconds on a logarithmic scale that holds all the values, which are in
/// microseconds.
pub(super) fn log_millis(values: impl IntoIterator<Item = f64>) -> Axis {
    let positive = values.into_iter().filter(|value| *value > 0.0);
    let (low, high) = positive.fold((f64::MAX, 0.0_f64), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let (low, high) = if high > 0.0 { (low, high) } else { (1e3, 1e4) };
    let decades = high.log10() - low.log10();
    let steps: &[f64] = if decades > 3.0 {
        &[1.0]
    } else {
        &[1.0, 2.0, 5.0]
    };
    let (first, last) = (low.log10().floor() as i32, high.log10().floor() as i32 + 1);
    let all = (first..=last).flat_map(|power| steps.iter().map(move |s| s * 10_f64.powi(power)));
    let all: Vec<f64> = all.collect();
    let from = all
        .iter()
        .copied()
        .rfind(|mark| *mark <= low)
        .unwrap_or(low);
    let to = all.iter().copied().find(|mark| *mark >= high);
    let to = to.unwrap_or(high).max(from * 2.0);
    let marks = all.into_iter().filter(|mark| (from..=to).contains(mark));
    Axis {
        name: "",
        from,
        to,
        is_log: true,
        marks: marks
            .map(|us| (us, format!("{} ms", rate(us / 1e3))))
            .collect(),
    }
}

/// Percentiles by the number of nines: 90 %, 99 %, 99.9 %, each one step.
pub(super) fn nines(to: f64) -> Axis {
    let names = [
        "0 %",
        "90 %",
        "99 %",
        "99.9 %",
        "99.99 %",
        "99.999 %",
        "99.9999 %",
    ];
    let marks = names.iter().enumerate();
    let marks = marks.map(|(at, name)| (at as f64, (*name).to_owned()));
    Axis {
        name: "percentile of the accepted messages",
        from: 0.0,
        to,
        is_log: false,
        marks: marks.filter(|(at, _)| *at <= to).collect(),
    }
}

/// A round number that is not below `max`, and the distance of its marks.
fn round_up(max: f64) -> (f64, f64) {
    let max = if max > 0.0 { max } else { 1.0 };
    let power = 10_f64.powf((max / 5.0).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    let step = steps.into_iter().find(|step| max / step <= 6.0);
    let step = step.unwrap_or(10.0 * power);
    ((max / step).ceil() * step, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(axis: &Axis) -> Vec<&str> {
        axis.marks.iter().map(|(_, name)| name.as_str()).collect()
    }

    #[test]
    fn marks_are_round_and_the_axis_holds_the_values() {
        assert_eq!(
            names(&linear("", 53.0, "/s")),
            ["0/s", "10/s", "20/s", "30/s", "40/s", "50/s", "60/s"]
        );
        let axis = log_millis([700.0, 16_000.0]);
        assert_eq!(
            names(&axis),
            ["0.5 ms", "1 ms", "2 ms", "5 ms", "10 ms", "20 ms"]
        );
        assert_eq!(
            names(&seconds(30.0, 60.0)),
            ["30", "35", "40", "45", "50", "55", "60"]
        );
        assert_eq!(names(&nines(2.5)), ["0 %", "90 %", "99 %"]);
    }

    #[test]
    fn nothing_and_one_value_have_an_axis_too() {
        for axis in [log_millis([]), log_millis([5_000.0]), linear("", 0.0, "")] {
            assert!(axis.to > axis.from && axis.marks.len() > 1, "{axis:?}");
        }
    }
}
