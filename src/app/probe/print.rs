//! Prints the end of a probe as text: phases, result and diagnosis.

use super::Probed;
use super::result::ProbeResult;
use crate::analysis::diagnosis::Diagnosed;
use crate::app::{AppError, stdout};
use crate::output::paint::{Colour, Paint};
use crate::output::table::{Side, Table};
use crate::smtp::TlsMode;

/// Columns of a paragraph.
const WIDTH: usize = 78;

/// Prints the summary after all steps are shown.
pub(super) fn print_report(probed: &mut Probed<'_>) -> Result<(), AppError> {
    probed.transcript.view().finish()?;
    let paint = Paint::for_stdout();
    let mut text = "\nphases in ms\n".to_owned();
    for line in phases(probed).lines() {
        text += &format!("  {line}\n");
    }
    let limits = probed.offers.limits.to_string();
    if !limits.is_empty() {
        text += &format!("\nthe server's limits: {limits}\n");
    }
    let (word, colour) = match probed.result {
        ProbeResult::Ready | ProbeResult::Accepted(_) => ("OK", Colour::Green),
        ProbeResult::NotAccepted(_) | ProbeResult::NoSession(_) => ("FAILED", Colour::Red),
    };
    text += &format!("\n{}: {}", paint.paint(colour, word), result(probed));
    for diagnosed in &probed.diagnoses {
        text += &diagnosis(paint, diagnosed);
    }
    text.push('\n');
    stdout::print(&text)
}

fn phases(probed: &Probed<'_>) -> Table {
    let mut table = Table::new(&[Side::Left, Side::Right]);
    for (name, took) in &probed.transcript.phases {
        let millis = took.as_secs_f64() * 1e3;
        table.row([(*name).to_owned(), format!("{millis:.3}")]);
    }
    table
}

/// The result, in a sentence or two.
fn result(probed: &Probed<'_>) -> String {
    let login = match probed.resolved.config.sasl {
        Some(_) => "logged in",
        None => "no credentials were given, so AUTH was not tried",
    };
    let mut text = match &probed.result {
        ProbeResult::Ready => {
            format!("session opened, {login}; nothing was sent: add --send to send one message")
        }
        ProbeResult::Accepted(said) => {
            format!("session opened, {login}; the message was accepted: {said}")
        }
        ProbeResult::NotAccepted(refused) | ProbeResult::NoSession(refused) => {
            return refused.to_string();
        }
    };
    let target = &probed.plan.target;
    if target.tls != TlsMode::None && target.tls_settings.insecure {
        text += ". THE CERTIFICATE WAS NOT VERIFIED (--insecure)";
    }
    text
}

fn diagnosis(paint: Paint, diagnosed: &Diagnosed) -> String {
    let row = diagnosed.diagnosis;
    let title = paint.paint(Colour::Yellow, row.title);
    let mut text = format!("\n\nDiagnosis: {title} ({})", row.id);
    let (meaning, advice) = (
        diagnosed.meaning(),
        format!("What to do: {}", diagnosed.advice),
    );
    for part in [meaning, advice, format!("See: {}", row.source)] {
        for line in wrapped(&part) {
            text += &format!("\n  {line}");
        }
    }
    text
}

/// Wraps text at words.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last().map_or(0, |line| line.chars().count());
        let full = last > 0 && last + 1 + word.chars().count() > WIDTH;
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_keep_to_their_width_and_lose_no_word() {
        let text = "word ".repeat(60) + &"x".repeat(100) + " end";
        let lines = wrapped(&text);
        let too_long = lines.iter().filter(|line| line.chars().count() > WIDTH);
        assert_eq!(too_long.count(), 1, "only the word that is too long itself");
        let again: Vec<_> = lines.iter().flat_map(|line| line.split(' ')).collect();
        assert_eq!(again, text.split_whitespace().collect::<Vec<_>>());
    }
}
