//! Axes for charts: seconds, linear numbers, and times and percentiles on a
//! logarithmic scale.

use super::canvas::Axis;
use crate::text::words::rate;

/// From zero to at least `max`, with marks at round numbers.
pub(crate) fn linear(name: &'static str, max: f64, unit: &str) -> Axis {
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

/// Around values that need not be near zero, with marks at round numbers.
pub(crate) fn around(
    name: &'static str,
    values: impl IntoIterator<Item = f64>,
    unit: &str,
) -> Axis {
    let values = values.into_iter();
    let (low, high) = values.fold((f64::MAX, f64::MIN), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let (low, high) = if low <= high { (low, high) } else { (0.0, 1.0) };
    let width = (high - low).max(high.abs() * 0.01).max(1e-9);
    let (_, step) = round_up(width);
    let first = (low / step).floor() as i64;
    let last = ((high / step).ceil() as i64).max(first + 1);
    Axis {
        name,
        from: first as f64 * step,
        to: last as f64 * step,
        is_log: false,
        marks: (first..=last)
            .map(|at| at as f64 * step)
            .map(|at| (at, format!("{}{unit}", decimal(at, step))))
            .collect(),
    }
}

/// Whole numbers from 1, such as those of runs in their order.
pub(crate) fn numbers(name: &'static str, last: usize) -> Axis {
    let last = last.max(1) as f64;
    let (_, step) = round_up(last);
    let step = step.max(1.0);
    let marks = (1..=(last / step).floor() as u32).map(|at| f64::from(at) * step);
    let first = (step > 1.0).then_some(1.0);
    Axis {
        name,
        from: 0.5,
        to: last + 0.5,
        is_log: false,
        marks: first
            .into_iter()
            .chain(marks)
            .map(|at| (at, rate(at)))
            .collect(),
    }
}

/// Numbers on a logarithmic scale with these marks.
pub(crate) fn log_numbers(name: &'static str, marks: impl IntoIterator<Item = u64>) -> Axis {
    let marks: Vec<f64> = marks.into_iter().map(|mark| mark as f64).collect();
    Axis {
        name,
        from: marks.first().copied().unwrap_or(1.0),
        to: marks.last().copied().unwrap_or(10.0),
        is_log: true,
        marks: marks.into_iter().map(|at| (at, rate(at))).collect(),
    }
}

/// The place of a relative change on the axis of [`changes`]: linear around zero and
/// logarithmic beyond 1 %, so that a small floor is seen beside a large change.
pub(crate) fn place_of_change(change: f64) -> f64 {
    (change * 100.0).asinh()
}

/// Relative changes, worse and better; its places are those of [`place_of_change`].
pub(crate) fn changes(values: impl IntoIterator<Item = f64>) -> Axis {
    const PERCENT: [f64; 10] = [
        1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1_000.0,
    ];
    let (low, high) = values.into_iter().fold((-0.01, 0.01), |(low, high), each| {
        (f64::min(low, each), f64::max(high, each))
    });
    let end = |value: f64| {
        let mark = PERCENT.iter().map(|percent| percent / 100.0);
        let mut mark = mark.filter(|mark| *mark >= value.abs());
        mark.next().unwrap_or(value.abs())
    };
    let (from, to) = (place_of_change(-end(low)), place_of_change(end(high)));
    let mut marks = vec![(0.0, "0 %".to_owned())];
    for (direction, sign) in [(1.0, "+"), (-1.0, "-")] {
        let mut last: f64 = 0.0;
        for percent in PERCENT {
            let place = place_of_change(direction * percent / 100.0);
            // Their names must not touch.
            let is_apart = (place - last).abs() >= (to - from) * 0.09;
            if is_apart && (from..=to).contains(&place) {
                marks.push((place, format!("{sign}{percent} %")));
                last = place;
            }
        }
    }
    Axis {
        name: "change, logarithmic beyond 1 %",
        from,
        to,
        is_log: false,
        marks,
    }
}

/// Seconds since the start.
pub(crate) fn seconds(from: f64, to: f64) -> Axis {
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
pub(crate) fn log_millis(values: impl IntoIterator<Item = f64>) -> Axis {
    log(values, |us| format!("{} ms", rate(us / 1e3)))
}

/// A logarithmic scale that holds all the values, with the names of its marks.
pub(crate) fn log(values: impl IntoIterator<Item = f64>, name: impl Fn(f64) -> String) -> Axis {
    let positive = values.into_iter().filter(|value| *value > 0.0);
    let (low, high) = positive.fold((f64::MAX, 0.0_f64), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    let (low, high) = if high > 0.0 { (low, high) } else { (1e3, 1e4) };
    let decades = high.log10() - low.log10();
    let steps: &[f64] = match decades {
        3.0.. => &[1.0],
        0.7.. => &[1.0, 2.0, 5.0],
        _ => &[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0],
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
        marks: marks.map(|at| (at, name(at))).collect(),
    }
}

/// Percentiles by the number of nines: 90 %, 99 %, 99.9 %, each one step.
pub(crate) fn nines(to: f64) -> Axis {
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

/// With as many decimals as the distance of the marks has.
fn decimal(value: f64, step: f64) -> String {
    let decimals = (-step.log10().floor()).clamp(0.0, 9.0) as usize;
    let text = format!("{value:.decimals$}");
    match text.trim_start_matches(['-', '0', '.']).is_empty() {
        true => "0".to_owned(),
        false => text,
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
        assert_eq!(
            names(&log_millis([21_000.0, 42_000.0])),
            ["20 ms", "30 ms", "40 ms", "50 ms"]
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
    fn an_axis_need_not_begin_at_zero() {
        let axis = around("", [5.61, 5.83], " ms");
        assert_eq!(names(&axis)[..2], ["5.60 ms", "5.65 ms"]);
        assert!(axis.from <= 5.61 && axis.to >= 5.83, "{axis:?}");
        assert_eq!(names(&numbers("", 42)), ["1", "10", "20", "30", "40"]);
        assert_eq!(names(&numbers("", 3)), ["1", "2", "3"]);
        assert_eq!(names(&log_numbers("", [1, 10])), ["1", "10"]);
    }

    #[test]
    fn the_zero_of_changes_is_marked_and_the_ends_hold_them() {
        for (low, high) in [(-0.004, 0.002), (-0.3, 0.02), (0.0, 25.0)] {
            let axis = changes([low, high]);
            assert!(axis.marks.len() > 2, "{axis:?}");
            assert!(axis.from <= place_of_change(low) && axis.to >= place_of_change(high));
        }
    }

    #[test]
    fn nothing_and_one_value_have_an_axis_too() {
        let empty: [f64; 0] = [];
        for axis in [
            log_millis([]),
            log_millis([5_000.0]),
            linear("", 0.0, ""),
            around("", empty, ""),
            around("", [5_000.0], ""),
            around("", [0.0], ""),
            changes([]),
        ] {
            assert!(axis.to > axis.from && axis.marks.len() > 1, "{axis:?}");
        }
    }
}
