//! Recognises times, dates and durations at the beginning of a text.
//!
//! A greylisting server counts down, others write the time of day or a date into
//! every refusal. A time with or without its date is one item; a number with a unit
//! of time is a duration, and so is a sequence of them. The caller decides which
//! durations are limits and must be kept.

pub(super) const TIME: &str = "<time>";
pub(super) const DATE: &str = "<date>";
pub(super) const DURATION: &str = "<duration>";

/// The item at the beginning of `text`: its placeholder and its length.
pub(super) fn at_head(text: &str) -> Option<(&'static str, usize)> {
    let first = *text.as_bytes().first()?;
    if !first.is_ascii_digit() && !first.is_ascii_uppercase() {
        return None;
    }
    let found = moment(text).or_else(|| Some((DURATION, durations(text)?)))?;
    ends_here(&text[found.1..]).then_some(found)
}

/// Whether a word ends here.
pub(super) fn ends_here(rest: &str) -> bool {
    let mut bytes = rest.bytes();
    match bytes.next() {
        Some(b'.' | b':' | b',') => !bytes
            .next()
            .is_some_and(|next| next.is_ascii_alphanumeric()),
        Some(b'-' | b'_' | b'/' | b'@' | b'%' | b'=') => false,
        Some(byte) => !byte.is_ascii_alphanumeric(),
        None => true,
    }
}

/// A time of day or a date, or both, including a preceding day of the week.
fn moment(text: &str) -> Option<(&'static str, usize)> {
    let day = weekday(text).unwrap_or(0);
    let rest = &text[day..];
    let Some((date, has_year)) = date(rest) else {
        return time(rest).map(|time| (TIME, day + time));
    };
    let rest = &rest[date..];
    let between = ["T", " at ", ", ", "  ", " "]
        .iter()
        .find(|between| rest.starts_with(**between));
    let with_time = between.and_then(|between| {
        let time = time(&rest[between.len()..]).or_else(|| compact_time(between, rest))?;
        Some(between.len() + time)
    });
    let Some(time) = with_time else {
        return Some((DATE, day + date));
    };
    // ctime(3) writes the year last.
    let year = match has_year {
        true => None,
        false => rest[time..].strip_prefix(' ').and_then(year),
    };
    let year = year.map_or(0, |year| 1 + year);
    Some((TIME, day + date + time + year))
}

/// `150405` after the T of ISO 8601's basic format.
fn compact_time(between: &str, rest: &str) -> Option<usize> {
    let rest = rest.strip_prefix("T").filter(|_| between == "T")?;
    (number(rest)?.0 == 6).then(|| 6 + offset(&rest[6..]))
}

fn weekday(text: &str) -> Option<usize> {
    const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let name = letters(text);
    let short = name.get(..3)?;
    let known = DAYS.iter().any(|day| day.eq_ignore_ascii_case(short));
    let whole = name.len() == 3 || name.to_ascii_lowercase().ends_with("day");
    let rest = &text[name.len()..];
    let blank = [", ", "  ", " "]
        .iter()
        .find(|blank| rest.starts_with(**blank))?;
    (known && whole).then_some(name.len() + blank.len())
}

fn month(text: &str) -> Option<usize> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let name = letters(text);
    let whole =
        |month: &&&str| month.eq_ignore_ascii_case(name) || month[..3].eq_ignore_ascii_case(name);
    // In lower case, `may` is a verb.
    let capital = name.starts_with(|c: char| c.is_ascii_uppercase());
    let found = MONTHS.iter().find(whole);
    found.filter(|_| capital).map(|_| name.len())
}

/// A date, and whether it includes the year.
fn date(text: &str) -> Option<(usize, bool)> {
    if let Some(name) = month(text) {
        return american(text, name);
    }
    let (length, value) = number(text)?;
    if length == 8 {
        let (year, month, day) = (value / 10_000, value / 100 % 100, value % 100);
        return is_date(year, month, day).then_some((8, true));
    }
    let rest = &text[length..];
    let separator = rest.chars().next()?;
    if !matches!(separator, '-' | '/' | '.' | ' ') {
        return None;
    }
    let (second_length, second) = match number(&rest[1..]) {
        None => return european(text, length, value, separator),
        Some(_) if separator == ' ' => return None,
        Some(second) => second,
    };
    let after = rest.get(1 + second_length..)?;
    let (third_length, third) = number(after.strip_prefix(separator)?)?;
    let valid = match (length, third_length) {
        (4, 1 | 2) => is_date(value, second, third),
        (1 | 2, 4) => is_date(third, second, value) || is_date(third, value, second),
        (1 | 2, 2) if separator == '/' => {
            is_date(2000 + third, second, value) || is_date(2000 + third, value, second)
        }
        _ => false,
    };
    valid.then_some((length + second_length + third_length + 2, true))
}

/// `02 Jan 2024`, `2-Jan-24`, `2 January`.
fn european(text: &str, length: usize, day: u32, separator: char) -> Option<(usize, bool)> {
    let name = month(&text[length + 1..])?;
    let end = length + 1 + name;
    if !(1..=31).contains(&day) {
        return None;
    }
    let year = text[end..].strip_prefix(separator).and_then(|rest| {
        let short = separator == '-' && number(rest).is_some_and(|(length, _)| length == 2);
        year(rest).or_else(|| short.then_some(2))
    });
    Some(year.map_or((end, false), |year| (end + 1 + year, true)))
}

/// `Jan  2`, `Jan 2, 2024`; `name` is the length of the month.
fn american(text: &str, name: usize) -> Option<(usize, bool)> {
    let blank = text[name..]
        .bytes()
        .take_while(|byte| *byte == b' ')
        .count();
    let day = &text[name + blank..];
    let (length, value) = number(day)?;
    if !(1..=2).contains(&blank) || length > 2 || !(1..=31).contains(&value) {
        return None;
    }
    let end = name + blank + length;
    let year = [", ", " "].iter().find_map(|between| {
        let rest = text[end..].strip_prefix(between)?;
        Some(between.len() + year(rest)?)
    });
    Some(year.map_or((end, false), |year| (end + year, true)))
}

fn year(text: &str) -> Option<usize> {
    let (length, value) = number(text)?;
    (length == 4 && is_year(value)).then_some(4)
}

fn is_year(value: u32) -> bool {
    (1970..2100).contains(&value)
}

fn is_date(year: u32, month: u32, day: u32) -> bool {
    is_year(year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// `15:04`, `0:04:32`, `15:04:05.000Z`, `3:04 PM +0100`; a countdown has the same
/// form.
fn time(text: &str) -> Option<usize> {
    let (hours, _) = number(text).filter(|(length, _)| *length <= 3)?;
    let minutes = text[hours..].strip_prefix(':')?;
    sixtieth(minutes)?;
    let mut length = hours + 3;
    let seconds = text[length..].strip_prefix(':').and_then(sixtieth);
    if seconds.is_some() {
        length += 3;
        let fraction = text[length..].strip_prefix(['.', ',']).and_then(number);
        length += fraction.map_or(0, |(digits, _)| 1 + digits);
    }
    length += half_of_day(&text[length..]);
    Some(length + offset(&text[length..]))
}

fn sixtieth(text: &str) -> Option<()> {
    let (length, value) = number(text)?;
    (length == 2 && value <= 60).then_some(())
}

fn half_of_day(text: &str) -> usize {
    let halves = [" AM", " PM", "AM", "PM", " am", " pm", "am", "pm"];
    let found = halves.iter().find(|half| text.starts_with(**half));
    found.map_or(0, |half| half.len())
}

/// `Z`, ` +0100`, `-05:00`.
fn offset(text: &str) -> usize {
    if text.starts_with('Z') {
        return 1;
    }
    let signed = text.strip_prefix(' ').unwrap_or(text);
    let Some(zone) = signed.strip_prefix(['+', '-']) else {
        return 0;
    };
    let length = match number(zone) {
        Some((4, _)) => 4,
        Some((2, _)) if zone[2..].strip_prefix(':').and_then(sixtieth).is_some() => 5,
        _ => return 0,
    };
    text.len() - signed.len() + 1 + length
}

/// One duration or a sequence: `300s`, `4 minutes and 32 seconds`, `1h5m`.
fn durations(text: &str) -> Option<usize> {
    let mut length = duration(text)?;
    loop {
        let rest = &text[length..];
        let next = ["", ", and ", ", ", " and ", " "]
            .iter()
            .find_map(|between| Some(between.len() + duration(rest.strip_prefix(between)?)?));
        match next {
            Some(next) => length += next,
            None => return Some(length),
        }
    }
}

fn duration(text: &str) -> Option<usize> {
    let amount = amount(text)?;
    let rest = &text[amount..];
    let unit = rest.strip_prefix(' ').unwrap_or(rest);
    let glued = unit.len() == rest.len();
    let name = letters(unit);
    let known = |units: &[&str]| units.iter().any(|unit| unit.eq_ignore_ascii_case(name));
    // `0000012d` is not a number of days.
    let short = name == "s" || (glued && matches!(name, "m" | "h" | "d" | "us"));
    let short = short && amount <= 6;
    (short || known(&UNITS)).then_some(text.len() - unit.len() + name.len())
}

const UNITS: [&str; 21] = [
    "ms",
    "msec",
    "msecs",
    "millisecond",
    "milliseconds",
    "sec",
    "secs",
    "second",
    "seconds",
    "min",
    "mins",
    "minute",
    "minutes",
    "hr",
    "hrs",
    "hour",
    "hours",
    "day",
    "days",
    "week",
    "weeks",
];

/// The length of a number, which may have a fraction.
pub(super) fn amount(text: &str) -> Option<usize> {
    let (whole, _) = number(text)?;
    let fraction = text[whole..].strip_prefix('.').and_then(number);
    Some(whole + fraction.map_or(0, |(digits, _)| 1 + digits))
}

/// The number of digits at the beginning, and their value; none without digits, or
/// with more than any number here has.
fn number(text: &str) -> Option<(usize, u32)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    let value = text[..length].parse().ok()?;
    Some((length, value))
}

fn letters(text: &str) -> &str {
    let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    &text[..length]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn times_dates_and_durations_are_known_by_their_form() {
        for (text, name) in [
            ("00:04:32", TIME),
            ("15:04", TIME),
            ("3:04 PM", TIME),
            ("2024-01-01T00:00:00.000Z", TIME),
            ("2024-01-01 00:00:00,123", TIME),
            ("20240101T000000Z", TIME),
            ("2024-01-01T00:00:00+01:00", TIME),
            ("Tue, 02 Jan 2024 15:04:05 +0000", TIME),
            ("Tue, 2 Jan 2024 15:04:05 -0800", TIME),
            ("Tue Jan  2 15:04:05 2024", TIME),
            ("Jan 12 15:04:05", TIME),
            ("Tuesday, January 2, 2024 at 15:04", TIME),
            ("Mon 15:04", TIME),
            ("2024-01-01", DATE),
            ("2024/1/1", DATE),
            ("31.12.2024", DATE),
            ("12/31/24", DATE),
            ("1-Jan-2024", DATE),
            ("1-Jan-24", DATE),
            ("2 January 2024", DATE),
            ("Jan 2, 2024", DATE),
            ("20241231", DATE),
            ("300 seconds", DURATION),
            ("5 minutes", DURATION),
            ("0.010 seconds", DURATION),
            ("273s", DURATION),
            ("4m32s", DURATION),
            ("1h 5min", DURATION),
            ("4 min, 32 sec", DURATION),
            ("1 hour, 4 minutes and 32 seconds", DURATION),
            ("250ms", DURATION),
        ] {
            for after in ["", ".", " or so", ")", ", then"] {
                let found = at_head(&format!("{text}{after}"));
                assert_eq!(found, Some((name, text.len())), "{text}{after}");
            }
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "",
            "5",
            "50.",
            "4.7.28",
            "1.2.3.4",
            "1.2.2024.5",
            "41943040",
            "20480000",
            "10:5",
            "10:99",
            "12:30:45:67",
            "10 recipients",
            "5 m",
            "may 5",
            "May",
            "Mon",
            "Sun Microsystems",
            "March on",
            "5mx",
            "2024",
            "554 5.7.1",
            "1/2",
            "32/13/24",
            "12:30/x",
            "Second 5",
            "3 Secure",
        ] {
            assert_eq!(at_head(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_found_ends_at_a_character(text in "([0-9]{1,4}[ :/.T-]{0,2}|Jan|Tue, |[a-zA-Zä:]{1,3}| sec){0,8}") {
            if let Some((_, length)) = at_head(&text) {
                prop_assert!(length > 0 && text.is_char_boundary(length));
            }
        }
    }
}
