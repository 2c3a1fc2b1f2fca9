//! The latencies of a run and its thresholds as one table, for exports.
//!
//! The first columns are those of `summary.csv`; a threshold has its own after them,
//! and nothing in the others.

use std::io::Write;

use super::columns::{Column, columns, header};
use super::read::Finished;
use super::summary::{cells, summary_columns};
use super::verdict_record::{CheckParts, CheckRecord};

/// What the column `metric` has for a threshold.
const THRESHOLD: &str = "threshold";

pub(super) fn threshold_columns() -> Vec<Column> {
    columns(&[
        (
            "threshold",
            "the threshold as in the scenario; empty in the rows of latencies",
        ),
        ("figure", "its figure"),
        (
            "from_s",
            "start of its window; empty: the end of the warm-up",
        ),
        ("to_s", "end of its window; empty: the end of the schedule"),
        ("comparator", "`<`, `<=`, `>` or `>=`"),
        ("limit", "its limit, in `unit`"),
        (
            "value",
            "the measured value in `unit`; `>x`: longer than x; empty: nothing measured",
        ),
        ("unit", "`us`, `share` (0 to 1), `count` or `per_second`"),
        ("met", "`true` or `false`"),
        ("in_doubt", "whether a finding puts it in doubt"),
    ])
}

/// Writes a row for each metric, then one for each threshold.
pub(crate) fn write_latencies_and_thresholds(run: &Finished, to: impl Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    let (of_metrics, of_thresholds) = (summary_columns(), threshold_columns());
    let empty = |columns: &[Column]| vec![String::new(); columns.len()];
    writer.write_record(header(&of_metrics).chain(header(&of_thresholds)))?;
    for line in &run.summary {
        let others = empty(&of_thresholds);
        writer.write_record(cells(line).iter().chain(&others))?;
    }
    let verdict = run.record.verdict.iter();
    for check in verdict.flat_map(|verdict| &verdict.thresholds) {
        let mut others = empty(&of_metrics);
        others[0] = THRESHOLD.to_owned();
        writer.write_record(others.iter().chain(&threshold_cells(check)))?;
    }
    Ok(writer.flush()?)
}

/// Of a run of an older version, only what it has.
fn threshold_cells(check: &CheckRecord) -> [String; 10] {
    let [figure, from, to, comparator, limit, value, unit] =
        check.parts.as_ref().map(part_cells).unwrap_or_default();
    let (met, in_doubt) = (check.met.to_string(), check.in_doubt.to_string());
    let threshold = check.threshold.clone();
    [
        threshold, figure, from, to, comparator, limit, value, unit, met, in_doubt,
    ]
}

fn part_cells(parts: &CheckParts) -> [String; 7] {
    let window = parts.window.unwrap_or_default();
    let number = |number: Option<f64>| number.map(|value| value.to_string()).unwrap_or_default();
    let above = if parts.above { ">" } else { "" };
    [
        parts.figure.clone(),
        number(window.from_s),
        number(window.to_s),
        parts.comparator.clone(),
        number(Some(parts.limit)),
        format!("{above}{}", number(parts.measured)),
        parts.unit.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::run::read;
    use crate::run::verdict_record::PeriodRecord;

    fn rows(run: &Finished) -> Vec<String> {
        let mut table = Vec::new();
        write_latencies_and_thresholds(run, &mut table).unwrap();
        let table = String::from_utf8(table).unwrap();
        table.lines().map(str::to_owned).collect()
    }

    /// Readers of the columns of `summary.csv` find them at the same places.
    #[test]
    fn thresholds_follow_the_latencies_in_columns_of_their_own() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/run");
        let mut run = read(&folder).unwrap();
        let summary = std::fs::read_to_string(folder.join("summary.csv")).unwrap();
        let parts = CheckParts {
            figure: "response.p50".to_owned(),
            window: Some(PeriodRecord {
                from_s: Some(1.5),
                to_s: None,
            }),
            comparator: "<".to_owned(),
            limit: 250_000.0,
            measured: Some(14_016.511),
            above: true,
            unit: "us".to_owned(),
            abort_after_s: None,
        };
        let verdict = run.record.verdict.as_mut().unwrap();
        verdict.thresholds[2].threshold = "response.p50[1.5s..] < 250ms".to_owned();
        verdict.thresholds[2].parts = Some(parts);
        let rows = rows(&run);
        let latencies = rows.iter().zip(summary.lines());
        for (row, line) in latencies {
            assert!(row.starts_with(&format!("{line},")), "{row}");
        }
        let thresholds = &rows[summary.lines().count()..];
        assert_eq!(
            thresholds,
            [
                "threshold,,,,,,,,,,,,outcome.accepted >= 14%,,,,,,,,false,false",
                "threshold,,,,,,,,,,,,outcome.accepted <= 15%,,,,,,,,true,false",
                "threshold,,,,,,,,,,,,response.p50[1.5s..] < 250ms,response.p50,1.5,,<,250000,>14016.511,us,true,true",
            ]
        );
        let commas = |row: &String| row.matches(',').count();
        assert!(rows.iter().all(|row| commas(row) == 21));
    }
}
