//! The CSV files: headers, sums, and reading them back.

use super::*;
use crate::run::summary::write_summary;
use crate::vocabulary::{FigureValue, Metric, Span};

#[test]
fn headers_are_those_of_the_format() {
    let run = written();
    let header = |file| run.text(file).lines().next().unwrap().to_owned();
    assert_eq!(
        header("summary.csv"),
        "metric,count,min_us,mean_us,stddev_us,p50_us,p90_us,p95_us,p99_us,p99_9_us,p99_99_us,max_us"
    );
    assert_eq!(
        header("histogram.csv"),
        "metric,value_us,count,cumulative,quantile"
    );
    assert_eq!(
        header("intervals.csv"),
        "t_s,window,target_rate,scheduled,started,accepted,throttled,quota,rejected,auth,deferred,\
         timeout,lost,unknown,unsent,retries,retrying,in_flight,backlog,sessions_open,\
         response_p50_us,response_p99_us,response_max_us,service_p99_us,slip_p99_us,cpu_percent,machine_percent"
    );
    assert_eq!(
        header("outcomes.csv"),
        "scope,phase,outcome,code,enhanced,text,count,first_s,last_s"
    );
}

#[test]
fn interval_rows_add_up_to_the_totals_of_the_record() {
    let run = written();
    let rows = run.rows("intervals.csv");
    let column = |index: usize| rows.iter().map(move |row| row[index].to_owned());
    let sum = |index| {
        column(index)
            .map(|cell| cell.parse::<u64>().unwrap())
            .sum::<u64>()
    };
    let record = read(&run.path).unwrap().record;
    assert_eq!(sum(3), record.totals.scheduled);
    for (at, outcome) in Outcome::ALL.iter().enumerate() {
        assert_eq!(
            sum(5 + at),
            record.totals.outcomes.of(*outcome),
            "{outcome:?}"
        );
    }
    let windows: Vec<_> = column(1).collect();
    assert_eq!(windows[..2], ["warmup", "measure"]);
    assert_eq!(rows.len(), 7);
    assert_eq!(
        (&rows[3][0], &rows[3][2], &rows[3][25], &rows[3][26]),
        ("3", "10", "12.3", "56.8")
    );
}

#[test]
fn the_record_tells_the_run_from_its_window() {
    let run = written();
    let Finished {
        record,
        summary,
        outcomes,
        folder,
    } = read(&run.path).unwrap();
    assert_eq!(folder, run.path);
    let mut again = Vec::new();
    write_summary(&summary, &mut again).unwrap();
    assert_eq!(String::from_utf8(again).unwrap(), run.text("summary.csv"));
    assert_eq!((record.totals.scheduled, record.window.scheduled), (70, 60));
    assert_eq!(record.window.outcomes.of(Outcome::Timeout), 6);
    assert_eq!(record.start.as_deref(), Some("2023-11-14T22:13:21.000Z"));
    assert_eq!(record.window_s, 6.0);
    assert_eq!(record.rate.goodput_per_s, 9.0);
    assert_eq!(record.rate.achieved_share, Some(1.0));
    let response = summary
        .iter()
        .find(|line| line.metric == Metric::Span(Span::Response));
    let response = response.unwrap();
    assert_eq!(response.count, 54);
    assert!(matches!(response.p90, FigureValue::Value(_)));
    assert!(matches!(response.p99, FigureValue::Above(_)));
    let messages = outcomes.iter().filter(|line| line.scope == "message");
    assert_eq!(messages.map(|line| line.count).sum::<u64>(), 70);
}

#[test]
fn the_histogram_holds_every_value() {
    let run = written();
    let rows = run.rows("histogram.csv");
    let mut of_response = rows.iter().filter(|row| &row[0] == "response");
    let last = of_response.next_back().unwrap();
    assert_eq!((&last[3], &last[4]), ("54", "1.000000"));
}
