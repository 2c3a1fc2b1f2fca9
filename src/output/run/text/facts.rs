//! The facts of a run: what was asked, and what happened.

use std::path::Path;

use super::super::asked;
use crate::output::table::{Side, Table};
use crate::run::Record;
use crate::text::printable;
use crate::text::words::{count, plural, rate, share};

/// The name of the last fact: the folder.
pub(super) const FILES: &str = "files";

/// 20 kernel ticks, the resolution of another process's CPU time: an error of one
/// tick is 5 %.
const ENOUGH_TICKS_S: f64 = 0.2;

pub(in crate::output::run) fn facts(record: &Record, folder: &Path) -> Table {
    let mut table = Table::new(&[Side::Left, Side::Left]);
    let mut fact = |name: &str, text: String| table.row([name.to_owned(), text]);
    fact("asked", asked::load(record));
    fact("rate", rates(record));
    fact("scheduled", scheduled(record));
    for (outcome, number) in record.window.outcomes.iter() {
        if number > 0 {
            let share = share(number, record.window.scheduled);
            fact(outcome.name(), format!("{} ({share})", count(number)));
        }
    }
    if record.attempts.retries > 0 {
        fact("attempts", attempts(record));
    }
    fact("sessions", sessions(record));
    fact("target", asked::target(record));
    if let Some(cpu) = cpu(record) {
        fact("CPU", cpu);
    }
    fact(FILES, printable(&folder.display().to_string()));
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

/// Attempts of the whole run, including those that were retried.
fn attempts(record: &Record) -> String {
    let (all, retries) = (record.attempts.started, record.attempts.retries);
    let each = all as f64 / record.totals.scheduled.max(1) as f64;
    format!(
        "{} for {}, {} of them retries: {each:.2} per message",
        count(all),
        plural(record.totals.scheduled, "message"),
        count(retries)
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

/// CPU time of a message, without the generator's background. Old records have only
/// the sum of both.
fn cpu(record: &Record) -> Option<String> {
    let generator = record.cpu.generator?;
    let of_all = generator.per_message_us?;
    let mut text = match (generator.background_s, generator.message_us) {
        (None, _) => format!("{of_all:.0} us per message in the generator"),
        (Some(background), Some(each)) => {
            let share = background / record.window_s * 100.0;
            format!(
                "{each:.0} us per message in the generator, plus {share:.1} % of a core at any load"
            )
        }
        (Some(_), None) => {
            "too few messages to measure the cost per message in the generator".to_owned()
        }
    };
    let mock = record
        .cpu
        .mock
        .filter(|mock| mock.seconds >= ENOUGH_TICKS_S);
    if let Some(mock) = mock.and_then(|mock| mock.per_message_us) {
        text += &format!("; {mock:.0} us in the mock");
    }
    Some(text)
}
