//! The end of a run on a terminal: a table that a person reads in ten seconds.
//!
//! The verdict comes last, where the eye is when the prompt is back.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::table::{Side, Table};
use super::words::{count, millis, plural, rate, share};
use super::{Exporter, asked, explain};
use crate::run::{Finished, OutcomeLine, Record, Status};
use crate::verdict::Quantile;
use crate::vocabulary::Outcome;

/// Rows of replies shown; the rest is in `outcomes.csv`.
const REPLIES_SHOWN: usize = 10;

/// Writes for people.
#[derive(Clone, Copy, Debug, Default)]
pub struct Text {
    /// Whether to use colour.
    pub colour: bool,
}

impl Text {
    /// For standard output: with colour if that is a terminal and `NO_COLOR`
    /// (no-color.org) is not set.
    pub fn for_stdout() -> Self {
        let unwanted = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            colour: !unwanted && io::stdout().is_terminal(),
        }
    }

    fn paint(self, colour: Colour, text: &str) -> String {
        match self.colour {
            true => format!("\x1b[{}m{text}\x1b[0m", colour as u8),
            false => text.to_owned(),
        }
    }
}

/// Codes of ECMA-48, "select graphic rendition".
#[derive(Clone, Copy)]
enum Colour {
    Bold = 1,
    Red = 31,
    Green = 32,
    Yellow = 33,
}

impl Exporter for Text {
    fn export(&self, run: &Finished, folder: &Path, to: &mut dyn Write) -> io::Result<()> {
        let record = &run.record;
        writeln!(to, "{}", self.paint(Colour::Bold, &record.scenario.name))?;
        indented(to, &facts(record, folder))?;
        section(to, "latency in ms", &latencies(run))?;
        section(to, "not accepted", &replies(&run.outcomes, "message"))?;
        explanations(to, record)?;
        section(
            to,
            "sessions that failed",
            &replies(&run.outcomes, "session"),
        )?;
        self.findings(to, record)?;
        self.verdict(to, record)
    }
}

impl Text {
    fn findings(self, to: &mut dyn Write, record: &Record) -> io::Result<()> {
        if !record.health.is_empty() {
            writeln!(to, "\nfindings")?;
        }
        for finding in &record.health {
            let severity = self.paint(Colour::Yellow, &finding.severity);
            writeln!(to, "  {severity} {}: {}", finding.code, finding.text)?;
        }
        Ok(())
    }

    fn verdict(self, to: &mut dyn Write, record: &Record) -> io::Result<()> {
        let Some(verdict) = &record.verdict else {
            return writeln!(to, "\n{}", self.paint(Colour::Yellow, "UNFINISHED"));
        };
        let mut table = Table::new(&[Side::Left, Side::Left, Side::Left]);
        for check in &verdict.thresholds {
            let doubt = if check.in_doubt { ", in doubt" } else { "" };
            let met = if check.met { "met" } else { "MISSED" };
            table.row([
                format!("{met}{doubt}"),
                check.threshold.clone(),
                check.value.clone(),
            ]);
        }
        section(to, "thresholds", &table)?;
        let colour = match verdict.decision.as_str() {
            "pass" => Colour::Green,
            "fail" => Colour::Red,
            _ => Colour::Yellow,
        };
        let line = self.paint(colour, &verdict.decision.to_uppercase());
        writeln!(to, "\n{line}{}", reason(record))
    }
}

/// What the verdict rests on, in a phrase.
fn reason(record: &Record) -> String {
    let Some(verdict) = &record.verdict else {
        return String::new();
    };
    let missed = verdict.thresholds.iter().filter(|check| !check.met).count();
    let of = plural(verdict.thresholds.len() as u64, "threshold");
    let mut reason = match (verdict.decision.as_str(), missed) {
        ("inconclusive", _) => ": the findings say why".to_owned(),
        (_, 0) => format!(": {of} met"),
        (_, missed) => format!(": {missed} of {of} missed"),
    };
    match record.status {
        Status::Interrupted => reason += " (interrupted)",
        Status::Aborted => reason += " (aborted)",
        Status::Running | Status::Finished => {}
    }
    reason
}

fn facts(record: &Record, folder: &Path) -> Table {
    let mut table = Table::new(&[Side::Left, Side::Left]);
    let mut fact = |name: &str, text: String| table.row([name.to_owned(), text]);
    fact("asked", asked::load(record));
    fact("target", asked::target(&record.target));
    fact("scheduled", scheduled(record));
    for (outcome, number) in record.window.outcomes.iter() {
        if number > 0 {
            let share = share(number, record.window.scheduled);
            fact(outcome.name(), format!("{} ({share})", count(number)));
        }
    }
    fact("rate", rates(record));
    fact("sessions", sessions(record));
    if let Some(cpu) = cpu(record) {
        fact("CPU", cpu);
    }
    fact("files", folder.display().to_string());
    table
}

fn scheduled(record: &Record) -> String {
    let window = plural(record.window.scheduled, "message");
    if record.totals.scheduled == record.window.scheduled {
        return window;
    }
    format!(
        "{window} measured, {} with the warm-up",
        count(record.totals.scheduled)
    )
}

fn rates(record: &Record) -> String {
    let rates = &record.rate;
    let achieved = rate(rates.achieved_per_s);
    let goodput = rate(rates.goodput_per_s);
    match (rates.target_per_s, rates.achieved_share) {
        (Some(target), Some(share)) => format!(
            "{}/s asked, {achieved}/s started in time ({:.2} %), {goodput}/s accepted",
            rate(target),
            share * 100.0
        ),
        _ => format!("{achieved}/s started, {goodput}/s accepted"),
    }
}

fn sessions(record: &Record) -> String {
    let sessions = &record.sessions;
    let mut text = format!("{} opened", count(sessions.opened));
    for (number, word) in [
        (sessions.failed, "failed"),
        (sessions.reconnects, "reconnected"),
    ] {
        if number > 0 {
            text += &format!(", {} {word}", count(number));
        }
    }
    if let Some(tls) = &record.target.tls {
        let (full, resumed) = (count(tls.full_handshakes), count(tls.resumed_handshakes));
        text += &format!("; {full} full TLS handshakes, {resumed} resumed");
    }
    text
}

fn cpu(record: &Record) -> Option<String> {
    let generator = record.cpu.generator?.per_message_us?;
    let mut text = format!("{generator:.0} us a message in the generator");
    if let Some(mock) = record.cpu.mock.and_then(|mock| mock.per_message_us) {
        text += &format!(", {mock:.0} us in the mock");
    }
    Some(text)
}

fn latencies(run: &Finished) -> Table {
    let mut table = Table::new(&[
        Side::Left,
        Side::Right,
        Side::Right,
        Side::Right,
        Side::Right,
        Side::Right,
    ]);
    table.row(["", "count", "p50", "p90", "p99", "max"].map(str::to_owned));
    for line in &run.summary {
        let anything = line.count > 0 || line.max != Quantile::Empty;
        if anything {
            let quantiles = [line.p50, line.p90, line.p99, line.max].map(millis);
            let head = [line.metric.name(), count(line.count)];
            table.row(head.into_iter().chain(quantiles));
        }
    }
    table
}

/// How things of one scope ended, other than well.
fn replies(outcomes: &[OutcomeLine], scope: &str) -> Table {
    let mut table = Table::new(&[Side::Right, Side::Left, Side::Left, Side::Left]);
    let badly = |line: &&OutcomeLine| {
        let well = ["", Outcome::Accepted.name()].contains(&line.outcome.as_str());
        line.scope == scope && !well
    };
    let lines: Vec<_> = outcomes.iter().filter(badly).collect();
    for line in lines.iter().take(REPLIES_SHOWN) {
        let reply = [&line.code, &line.enhanced, &line.text].map(String::as_str);
        let reply: Vec<_> = reply.into_iter().filter(|part| !part.is_empty()).collect();
        let words = [line.outcome.clone(), line.phase.clone(), reply.join(" ")];
        table.row(std::iter::once(count(line.count)).chain(words));
    }
    let rest = lines.len().saturating_sub(REPLIES_SHOWN);
    if rest > 0 {
        let more = format!("{} more in outcomes.csv", plural(rest as u64, "row"));
        table.row([String::new(), String::new(), String::new(), more]);
    }
    table
}

/// What each outcome that occurred means.
fn explanations(to: &mut dyn Write, record: &Record) -> io::Result<()> {
    let occurred = record
        .totals
        .outcomes
        .iter()
        .filter(|(_, number)| *number > 0);
    for (outcome, _) in occurred {
        if let Some(text) = explain(outcome) {
            writeln!(to, "  {}: {text}", outcome.name())?;
        }
    }
    Ok(())
}

fn section(to: &mut dyn Write, title: &str, table: &Table) -> io::Result<()> {
    if table.is_empty() {
        return Ok(());
    }
    writeln!(to, "\n{title}")?;
    indented(to, table)
}

fn indented(to: &mut dyn Write, table: &Table) -> io::Result<()> {
    table.lines().try_for_each(|line| writeln!(to, "  {line}"))
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use serde_json::json;

    use super::*;
    use crate::run::{Check, Finding, RunId, Scenario, SummaryLine, TargetFacts, Verdict};
    use crate::vocabulary::{Phase, Span};

    fn finished() -> Finished {
        let id = RunId::new("steady", SystemTime::UNIX_EPOCH, 1);
        let scenario = Scenario {
            name: "steady".to_owned(),
            text: None,
        };
        let plan = json!({
            "load": {
                "model": { "open": { "rate": "50/s" } },
                "length": { "duration": { "secs": 30, "nanos": 0 } },
                "warm_up": { "secs": 5, "nanos": 0 },
                "sessions": 20,
                "messages_per_session": 100,
            },
            "message": { "size": 4096 },
        });
        let mut record = Record::new(&id, scenario, plan, String::new(), 1);
        record.status = Status::Finished;
        record.target = TargetFacts {
            kind: "mock".to_owned(),
            host: "127.0.0.1".to_owned(),
            port: 10_587,
            mode: "starttls".to_owned(),
            ..TargetFacts::default()
        };
        record.totals.scheduled = 1_750;
        record.totals.outcomes.set(Outcome::Throttled, 3);
        record.window.scheduled = 1_500;
        record.window.outcomes.set(Outcome::Accepted, 1_497);
        record.window.outcomes.set(Outcome::Throttled, 3);
        record.rate.target_per_s = Some(50.0);
        record.rate.achieved_per_s = 49.98;
        record.rate.achieved_share = Some(0.9996);
        record.rate.goodput_per_s = 49.9;
        record.sessions.opened = 35;
        record.verdict = Some(Verdict {
            decision: "fail".to_owned(),
            thresholds: vec![Check {
                threshold: "outcome.accepted >= 99.9%".to_owned(),
                value: "99.8 %".to_owned(),
                met: false,
                in_doubt: false,
            }],
        });
        Finished {
            record,
            summary: vec![
                summary(Phase::Mail.into(), 1_497, false),
                summary(Span::Response.into(), 1_497, true),
            ],
            outcomes: vec![throttled()],
        }
    }

    fn summary(metric: crate::vocabulary::Metric, count: u64, over: bool) -> SummaryLine {
        let max = if over {
            Quantile::Over(20_000.0)
        } else {
            Quantile::Value(20_000.0)
        };
        SummaryLine {
            metric,
            count,
            p50: Quantile::Value(1_234.0),
            p90: Quantile::Value(2_000.0),
            p99: Quantile::Value(10_000.0),
            max,
        }
    }

    fn throttled() -> OutcomeLine {
        OutcomeLine {
            scope: "message".to_owned(),
            phase: "accept".to_owned(),
            outcome: "throttled".to_owned(),
            code: "454".to_owned(),
            enhanced: String::new(),
            text: "Throttling failure: Maximum sending rate exceeded.".to_owned(),
            count: 3,
        }
    }

    fn shown(run: &Finished, colour: bool) -> String {
        let mut text = Vec::new();
        Text { colour }
            .export(run, Path::new("results/runs/x"), &mut text)
            .unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_person_sees_what_was_asked_and_what_happened() {
        let expected = "\
steady
  asked      50/s for 30s after 5s of warm-up, 20 sessions of 100 messages each, 4,096 bytes a message
  target     mock 127.0.0.1:10587, starttls
  scheduled  1,500 messages measured, 1,750 with the warm-up
  accepted   1,497 (99.80 %)
  throttled  3 (0.20 %)
  rate       50/s asked, 49.98/s started in time (99.96 %), 49.9/s accepted
  sessions   35 opened
  files      results/runs/x

latency in ms
            count    p50    p90     p99      max
  mail      1,497  1.234  2.000  10.000   20.000
  response  1,497  1.234  2.000  10.000  >20.000

not accepted
  3  throttled  accept  454 Throttling failure: Maximum sending rate exceeded.
  throttled: the account's sending rate was exceeded: ask for less, ask for a higher quota, or retry with back-off

thresholds
  MISSED  outcome.accepted >= 99.9%  99.8 %

FAIL: 1 of 1 threshold missed
";
        assert_eq!(shown(&finished(), false), expected);
    }

    #[test]
    fn colour_is_only_where_it_is_wanted() {
        assert!(!shown(&finished(), false).contains('\x1b'));
        assert!(shown(&finished(), true).contains("\x1b[31mFAIL\x1b[0m"));
    }

    #[test]
    fn findings_say_what_to_do() {
        let mut run = finished();
        run.record.health.push(Finding {
            code: "too_few_samples".to_owned(),
            severity: "inconclusive".to_owned(),
            text: "run longer".to_owned(),
        });
        run.record.verdict.as_mut().unwrap().decision = "inconclusive".to_owned();
        let text = shown(&run, false);
        assert!(text.contains("\nfindings\n  inconclusive too_few_samples: run longer\n"));
        assert!(text.ends_with("\nINCONCLUSIVE: the findings say why\n"));
    }

    #[test]
    fn a_run_that_was_killed_is_unfinished() {
        let mut run = finished();
        run.record.verdict = None;
        assert!(shown(&run, false).ends_with("\nUNFINISHED\n"));
    }

    #[test]
    fn many_replies_are_cut_short() {
        let mut run = finished();
        run.outcomes = vec![throttled(); 14];
        assert!(shown(&run, false).contains("4 rows more in outcomes.csv"));
    }
}
