use std::path::PathBuf;

use super::*;
use crate::analysis::search::{
    Axis, Ending, Next, Question, Search, Step, StepLength, StepOutcome, StepResult, Throttling,
    Vary,
};
use crate::output::paint::Paint;
use crate::run::search_testing::{begun, step};
use crate::run::{AnswerRecord, SearchRecord, Status};

const HELD: StepResult = StepResult {
    outcome: StepOutcome::Held,
    throttling: None,
    throttled: false,
    waited: false,
    sessions_refused: false,
    service_us: None,
};

/// A search that found the quota of 20/s.
fn found() -> SearchRecord {
    let question = Question {
        axis: Axis {
            vary: Vary::Rate,
            easiest: 0.5,
            hardest: 200.0,
            precision: 0.05,
        },
        start: 50.0,
        messages_per_s: 1.0,
        length: StepLength::Messages(100),
        cool_down_s: 1.0,
    };
    let mut search = Search::new(question);
    let mut record = begun();
    while let Next::Step(planned) = search.next() {
        let result = by_quota(&planned);
        search.observe(&planned, &result);
        let mut stored = step(record.steps.len() + 1, planned.load);
        stored.length_s = planned.length_s;
        stored.accepted_per_s = planned.load.min(20.0);
        stored.take(&result);
        if result.outcome == StepOutcome::Failed {
            stored.reason = "outcome.accepted >= 99%: 48 %".to_owned();
        }
        record.steps.push(stored);
    }
    record.answer = AnswerRecord::new(&search.answer(Ending::Found), None);
    record.status = Status::Finished;
    record.recipients = 5_301;
    record
}

fn by_quota(step: &Step) -> StepResult {
    let throttling = Throttling {
        quota: 20.0,
        burst: 4.0,
        accepted: 20.0 * step.length_s,
    };
    match step.load <= 20.0 {
        true => HELD,
        false => StepResult {
            outcome: StepOutcome::Failed,
            throttled: true,
            throttling: Some(throttling),
            ..HELD
        },
    }
}

fn shown(record: &SearchRecord, format: &str) -> String {
    let search = SearchResult {
        folder: PathBuf::from("results/search/x"),
        record: record.clone(),
    };
    let mut to = Vec::new();
    let format = Format::<SearchResult>::from_name(format).unwrap();
    format.write(&search, Paint::default(), &mut to).unwrap();
    String::from_utf8(to).unwrap()
}

fn first_line(record: &SearchRecord) -> String {
    let text = shown(record, "text");
    text.lines().next().unwrap().to_owned()
}

#[test]
fn a_person_sees_the_decision_and_the_steps() {
    let expected = "\
FOUND: 19.4/s hold, 20.6/s do not (limit: rate quota of the account)
  asked       the highest rate up to 200/s, within 5 %
  arrivals    evenly spaced
  threshold   outcome.accepted >= 99%
  quota       20/s and a burst of 4, by the accepted rate after a 454
  recipients  5,301
  files       results/search/x

steps of smoke
       load  time  accepted  result  reason
  1    50/s   5 s      20/s  failed  outcome.accepted >= 99%: 48 %
  2    50/s   5 s      20/s  failed  outcome.accepted >= 99%: 48 %
  3  19.4/s  22 s    19.4/s  held    outcome.accepted 100 %
  4  20.6/s  22 s      20/s  failed  outcome.accepted >= 99%: 48 %
";
    assert_eq!(shown(&found(), "text"), expected);
}

#[test]
fn every_ending_has_a_first_line_that_fits() {
    let record = found();
    let ended = |ending: &str, change: &dyn Fn(&mut SearchRecord)| {
        let mut record = record.clone();
        record.answer.ending = ending.to_owned();
        change(&mut record);
        let line = first_line(&record);
        assert!(line.chars().count() <= 80, "{line}");
        line
    };
    let lines = [
        ended("ceiling_held", &|record| record.answer.failed = None),
        ended("none_holds", &|record| record.answer.held = None),
        ended("generator_limit", &|_| {}),
        ended("generator_limit", &|record| record.answer.held = None),
        ended("few_samples", &|_| {}),
        ended("stopped", &|record| record.status = Status::Interrupted),
        ended("stopped", &|record| record.status = Status::Aborted),
        ended("stopped", &|record| {
            (record.answer.held, record.answer.failed) = (None, None);
        }),
        ended("found", &|record| {
            record.arguments.over = "sessions".to_owned();
            record.arguments.rate = Some("14/s".to_owned());
            record.answer.held.as_mut().unwrap().load = 2.0;
            record.answer.failed.as_mut().unwrap().load = 1.0;
        }),
    ];
    let expected = [
        "CEILING HELD: 19.4/s hold, the highest rate allowed (target.max_rate)",
        "NONE HOLDS: even 20.6/s do not (limit: rate quota of the account)",
        "INCONCLUSIVE: 19.4/s held; beyond, the generator is the limit",
        "INCONCLUSIVE: the generator is the limit already at 20.6/s",
        "INCONCLUSIVE: too few messages in a step for a threshold",
        "INTERRUPTED: 19.4/s hold, 20.6/s do not so far",
        "INCONCLUSIVE: 19.4/s hold, 20.6/s do not so far",
        "INCONCLUSIVE: nothing is decided so far",
        "FOUND: 2 sessions hold, 1 session does not (limit: rate quota of the account)",
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_limit_that_does_not_fit_has_a_line_of_its_own() {
    let mut record = found();
    record.arguments.rate_unit = "recipients".to_owned();
    let text = shown(&record, "text");
    let expected = "\
FOUND: 19.4 recipients/s hold, 20.6 recipients/s do not
  (limit: rate quota of the account)
  asked ";
    assert!(text.starts_with(expected), "{text}");
}

#[test]
fn a_hostile_reason_is_shown_as_text_and_lines_fit_a_terminal() {
    let mut record = found();
    record.answer.reason = Some("554 \u{1b}[31m<b>|x| [y](z)".to_owned());
    record.steps[0].reason = "response.p99 < 250ms ".repeat(9);
    record.scenario.name = "smoke\u{1b}[2J".to_owned();
    let text = shown(&record, "text");
    assert!(text.contains("554 \\u{1b}[31m<b>|x| [y](z)\n"), "{text}");
    for line in text.lines() {
        assert!(!line.contains('\u{1b}'), "{line}");
        assert!(line.chars().count() <= 80, "{line}");
    }
    let markdown = shown(&record, "markdown");
    assert!(
        markdown.contains("&lt;b&gt;\\|x\\| \\[y\\](z)"),
        "{markdown}"
    );
    assert!(!markdown.contains('\u{1b}'));
    assert_eq!(
        markdown
            .lines()
            .filter(|line| line.starts_with('|'))
            .count(),
        6
    );
    assert!(markdown.starts_with("**FOUND**: 19.4/s hold, 20.6/s do not "));
}

#[test]
fn programs_get_the_record_and_the_steps() {
    let record = found();
    let json: SearchRecord = serde_json::from_str(&shown(&record, "json")).unwrap();
    assert_eq!(json, record);
    let csv = shown(&record, "csv");
    assert_eq!(csv.lines().count(), 5);
    assert!(csv.starts_with("step,folder,load,"));
    assert!(csv.contains("\n3,003,19.4,22,"), "{csv}");
}

#[test]
fn a_limit_of_the_generator_and_loads_in_the_wrong_order_are_named() {
    let mut record = found();
    record.answer.limit = Some("generator".to_owned());
    record.answer.not_monotone = Some(crate::run::NotMonotoneRecord {
        held: 31.0,
        failed: 28.0,
    });
    let text = shown(&record, "text");
    assert!(text.contains("between 19.4/s and 20.6/s"), "{text}");
    assert!(
        text.contains("31/s held although 28/s failed twice"),
        "{text}"
    );
}
