//! Reads the volume of each hour from a CSV file: `hour,recipients`, or recipients
//! alone. An hour is a number or a time such as `2026-11-02T09:00`; each follows the
//! one before, because a gap would lower the sum over 24 hours.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::time::UNIX_EPOCH;

use crate::text::{encoding, printable};

/// Fifty years of hours take less.
const MAX_BYTES: u64 = 32 << 20;

const MAX_VOLUME: f64 = 1e12;

/// A shorter series has no sum over 24 hours.
const MIN_HOURS: usize = 24;

const EXPECTED: &str = "expected a line for each hour, such as 2026-11-02T09:00,12000";

/// Reads the file. The error is one line with the name of the file, and the line.
pub(super) fn read(path: &Path) -> Result<Vec<f64>, String> {
    let name = printable(&path.display().to_string());
    let bytes = content(path).map_err(|why| format!("{name}: {why}"))?;
    encoding::check(&bytes).map_err(|why| format!("{name}: {why}"))?;
    let text = encoding::utf8(&bytes).map_err(|why| format!("{name}: {why}"))?;
    parse(text).map_err(|(line, why)| match line {
        Some(line) => format!("{name}:{line}: {why}"),
        None => format!("{name}: {why}"),
    })
}

fn content(path: &Path) -> Result<Vec<u8>, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    let read = file.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("more than 32 MiB: {EXPECTED}"));
    }
    Ok(bytes)
}

/// A line, if the error is in one, and what is wrong.
type Invalid = (Option<usize>, String);

fn parse(text: &str) -> Result<Vec<f64>, Invalid> {
    let mut hours = Vec::new();
    let mut before: Option<i64> = None;
    let lines = text.lines().enumerate();
    let filled = lines.filter(|(_, line)| !line.trim().is_empty());
    for (place, (at, line)) in filled.enumerate() {
        let invalid = |why| (Some(at + 1), why);
        if line.contains(';') {
            let why = format!("semicolons: expected commas between the columns; {EXPECTED}");
            return Err(invalid(why));
        }
        let cells = cells(line).map_err(invalid)?;
        let is_header = place == 0 && cells.iter().all(|cell| is_name(cell));
        if is_header {
            continue;
        }
        let (hour, volume) = match cells[..] {
            [volume] => (None, volume),
            [hour, volume] => (Some(hour), volume),
            _ => {
                let found = cells.len();
                return Err(invalid(format!("{found} columns: {EXPECTED}")));
            }
        };
        let hour = hour.map(hour_number).transpose().map_err(invalid)?;
        if let Some(why) = gap(before, hour, hours.is_empty()) {
            return Err(invalid(why));
        }
        before = hour;
        hours.push(recipients(volume).map_err(invalid)?);
    }
    match hours.len() {
        0 => Err((None, format!("no hours: {EXPECTED}"))),
        few if few < MIN_HOURS => Err((
            None,
            format!("{few} hours: expected at least 24, for the sum over any 24 hours"),
        )),
        _ => Ok(hours),
    }
}

/// The cells without spaces and quotes; names and numbers need no quotes, so none
/// spans lines.
fn cells(line: &str) -> Result<Vec<&str>, String> {
    let unquoted = |cell: &'_ str| -> Result<(), String> {
        match cell.matches('"').count() {
            0 => Ok(()),
            2 if cell.starts_with('"') && cell.ends_with('"') => Ok(()),
            _ => Err("a quote is not closed: expected plain numbers, without quotes".to_owned()),
        }
    };
    let cells: Vec<&str> = line.split(',').map(str::trim).collect();
    cells.iter().try_for_each(|cell| unquoted(cell))?;
    Ok(cells.iter().map(|cell| cell.trim_matches('"')).collect())
}

fn is_name(cell: &str) -> bool {
    cell.starts_with(|c: char| c.is_alphabetic())
        && !["nan", "inf", "infinity"].contains(&cell.to_ascii_lowercase().as_str())
}

/// What is wrong with an hour after the one before.
fn gap(before: Option<i64>, hour: Option<i64>, is_first: bool) -> Option<String> {
    match (before, hour) {
        _ if is_first => None,
        (None, None) => None,
        (Some(before), Some(hour)) if hour == before.saturating_add(1) => None,
        (Some(before), Some(hour)) if hour > before => {
            let missing = hour - before - 1;
            let are = if missing == 1 { "hour is" } else { "hours are" };
            Some(format!(
                "{missing} {are} missing before this one: expected every hour; write 0 for one \
                 without mail"
            ))
        }
        (Some(_), Some(_)) => {
            Some("the hour is not later than the one before: expected every hour once".to_owned())
        }
        _ => Some(format!("a line with another number of columns: {EXPECTED}")),
    }
}

/// A number of an hour, or the hours since 1970.
fn hour_number(text: &str) -> Result<i64, String> {
    let invalid = || {
        let text = printable(text);
        format!(
            "invalid hour \"{text}\": expected a number, or a time in UTC on the hour such as \
             2026-11-02T09:00"
        )
    };
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().map_err(|_| invalid());
    }
    let text = text.strip_suffix('Z').unwrap_or(text);
    let seconds = if text.matches(':').count() == 1 {
        ":00"
    } else {
        ""
    };
    let time = humantime::parse_rfc3339_weak(&format!("{text}{seconds}"));
    let since = time.map(|time| time.duration_since(UNIX_EPOCH));
    let Ok(Ok(since)) = since else {
        return Err(invalid());
    };
    let on_the_hour = since.as_secs().is_multiple_of(3_600) && since.subsec_nanos() == 0;
    on_the_hour
        .then_some((since.as_secs() / 3_600) as i64)
        .ok_or_else(invalid)
}

fn recipients(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok();
    let number = number.filter(|number| (0.0..=MAX_VOLUME).contains(number));
    number.ok_or_else(|| {
        let text = printable(text);
        format!("invalid volume \"{text}\": expected recipients, from 0 to 10^12")
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn day(line: impl Fn(usize) -> String) -> String {
        (0..24).map(line).collect()
    }

    #[test]
    fn hours_are_numbers_or_times_or_absent() {
        let expected: Vec<f64> = (0..24).map(f64::from).collect();
        for text in [
            day(|hour| format!("{hour}\n")),
            "recipients\n".to_owned() + &day(|hour| format!("{hour}\r\n")),
            "hour,recipients\n".to_owned() + &day(|hour| format!("{}, {hour}\n", hour + 5)),
            day(|hour| format!("2026-02-28T{hour:02}:00Z,\"{hour}\"\n\n")),
            day(|hour| format!("2026-02-28 {hour:02}:00:00,{hour}\n")),
        ] {
            assert_eq!(parse(&text).unwrap(), expected, "{text}");
        }
        let mut midnight = day(|hour| format!("2026-02-28T{hour:02}:00,1\n"));
        let _ = writeln!(midnight, "2026-03-01T00:00,1");
        assert_eq!(parse(&midnight).unwrap().len(), 25);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let full = day(|hour| format!("{hour},1\n"));
        for (text, line, why) in [
            (String::new(), None, "no hours: "),
            ("hour,recipients\n".to_owned(), None, "no hours: "),
            ("1\n2\n".to_owned(), None, "2 hours: "),
            (full.clone() + "26,1\n", Some(25), "2 hours are missing"),
            (full.clone() + "25,1\n", Some(25), "1 hour is missing"),
            ("0;5\n".to_owned(), Some(1), "semicolons: expected commas"),
            (full.clone() + "23,1\n", Some(25), "the hour is not later"),
            (full.clone() + "7\n", Some(25), "a line with another"),
            (full.clone() + "24,-5\n", Some(25), "invalid volume \"-5\""),
            (
                full.clone() + "24,1e300\n",
                Some(25),
                "invalid volume \"1e300\"",
            ),
            (
                full.clone() + "24,NaN\n",
                Some(25),
                "invalid volume \"NaN\"",
            ),
            (full.clone() + "24,\"5\n", Some(25), "a quote is not closed"),
            (full.clone() + "24,5,6\n", Some(25), "3 columns"),
            (
                full.clone() + "later,5\n",
                Some(25),
                "invalid hour \"later\"",
            ),
            (
                full.clone() + "2026-02-30T00:00,5\n",
                Some(25),
                "invalid hour",
            ),
            ("2026-02-28T00:30,5\n".to_owned(), Some(1), "invalid hour"),
            (
                full + "24,\u{1b}[2J\n",
                Some(25),
                "invalid volume \"\\u{1b}[2J\"",
            ),
        ] {
            let (at, found) = parse(&text).unwrap_err();
            assert_eq!(at, line, "{text}: {found}");
            assert!(found.starts_with(why), "{found}");
        }
    }
}
