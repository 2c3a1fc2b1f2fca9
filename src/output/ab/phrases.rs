//! Words for the result, shared by the formats for people.

use super::{AbArm, AbEnd, AbSeries};
use crate::analysis::comparison::{Answer, Conclusion};
use crate::text::figures::share;
use crate::text::printable;
use crate::text::words::plural;

/// The title: `steady: target.tls, rtt-40ms`.
pub(super) fn title(series: &AbSeries) -> String {
    let condition = series.condition.iter().map(|name| format!(", {name}"));
    let condition: String = condition.collect();
    format!(
        "{}: {}{condition}",
        printable(&series.scenario),
        printable(&series.factor)
    )
}

/// The decision about an arm: `wrapper is better than starttls`.
pub(super) fn decision(series: &AbSeries, arm: &AbArm) -> String {
    let (new, base) = (printable(&arm.value), printable(&series.base));
    match arm.answers.conclusion() {
        Conclusion::Regressed => format!("{new} is worse than {base}"),
        Conclusion::Improved => format!("{new} is better than {base}"),
        Conclusion::Unchanged => format!("{new} does not differ from {base} by the floor or more"),
        Conclusion::Unclear => format!("not decided whether {new} differs from {base}"),
        Conclusion::Described => format!("{new} and {base} are described, not decided"),
    }
}

/// The number of pairs, and why there are not more.
pub(super) fn pairs(series: &AbSeries) -> String {
    let pairs = &series.pairs;
    let used = plural(pairs.used as u64, "pair");
    let dropped = match pairs.run - pairs.used {
        0 => String::new(),
        dropped => format!(" of {}, {dropped} dropped", pairs.run),
    };
    let end = match &series.end {
        AbEnd::Decided if pairs.run < pairs.most => {
            format!("decided at the first look (at most {})", pairs.most)
        }
        AbEnd::Decided => "decided".to_owned(),
        AbEnd::Complete => "all have run".to_owned(),
        AbEnd::Dropped => "over a quarter of them in doubt".to_owned(),
        AbEnd::Interrupted => format!("INTERRUPTED (at most {})", pairs.most),
        AbEnd::Stopped { .. } => format!("STOPPED (at most {})", pairs.most),
    };
    format!("{used}{dropped}: {end}")
}

/// What the runs could have told, and what it takes to tell the floor.
pub(super) fn visible(answer: &Answer) -> Option<String> {
    let visibility = answer.visibility.as_ref()?;
    let floor = share(answer.floor);
    let smallest = match visibility.smallest {
        Some(smallest) => format!("could tell {}", share(smallest)),
        None => "so few pairs can tell nothing".to_owned(),
    };
    let needed = visibility.runs_needed;
    let needed = needed.map(|pairs| format!(", {} tell {floor}", plural(pairs, "pair")));
    Some(format!("{smallest}{}", needed.unwrap_or_default()))
}
