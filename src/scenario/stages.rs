//! Parses `load.stages`. What stages mean together is checked in `resolve`.

use std::time::Duration;

use toml::{Table, Value};

use super::keys::{KeyValue, Kind, ValueError};
use crate::schedule::Stage;
use crate::units::duration;

/// The valid forms of a stage.
const FORMS: &str = "expected { to = \"200/s\", over = \"60s\" }, { hold = \"30s\" } or \
                     { burst = \"500/s\", over = \"2s\", every = \"10s\", times = 6 }";

/// More bursts than this are better written as a rate.
const MOST_BURSTS: i64 = 10_000;

impl KeyValue for Vec<Stage> {
    const KIND: Kind = Kind::Stages;

    fn read(value: &Value) -> Result<Self, ValueError> {
        read(value.as_array().ok_or(ValueError::Type)?)
    }
}

/// Reads a list of stages.
fn read(list: &[Value]) -> Result<Vec<Stage>, ValueError> {
    let numbered = (1..).zip(list);
    numbered
        .map(|(number, value)| {
            let table = value.as_table().ok_or(ValueError::Type)?;
            stage(table).map_err(|why| ValueError::Value(format!("stage {number}: {why}")))
        })
        .collect()
}

fn stage(table: &Table) -> Result<Stage, String> {
    let forms = [
        ("to", ["to", "over", "", ""]),
        ("hold", ["hold", "", "", ""]),
        ("burst", ["burst", "over", "every", "times"]),
    ];
    let mut named = forms.iter().filter(|(name, _)| table.contains_key(*name));
    let (Some((form, keys)), None) = (named.next(), named.next()) else {
        return Err(format!("invalid stage: {FORMS}"));
    };
    if let Some(unknown) = table.keys().find(|key| !keys.contains(&key.as_str())) {
        return Err(format!("unknown key `{unknown}` beside `{form}`: {FORMS}"));
    }
    match *form {
        "to" => ramp(table),
        "hold" => Ok(Stage::Hold {
            hold: above_zero(table, "hold")?,
        }),
        _ => burst(table),
    }
}

fn ramp(table: &Table) -> Result<Stage, String> {
    Ok(Stage::Ramp {
        to: level(table, "to")?,
        over: match table.contains_key("over") {
            true => time(table, "over")?,
            false => Duration::ZERO,
        },
    })
}

fn burst(table: &Table) -> Result<Stage, String> {
    let over = above_zero(table, "over")?;
    let (every, times) = match (table.contains_key("every"), table.get("times")) {
        (false, None) => (over, 1),
        (true, Some(times)) => (time(table, "every")?, number(times)?),
        (true, None) => return Err("`times` is missing: the number of bursts".to_owned()),
        (false, Some(_)) => return Err("`every` is missing: the time between bursts".to_owned()),
    };
    if every < over {
        return Err("`every` must be at least `over`: it is the time from the start of one burst to the next".to_owned());
    }
    Ok(Stage::Burst {
        burst: level(table, "burst")?,
        over,
        every,
        times,
    })
}

fn level(table: &Table, key: &str) -> Result<crate::schedule::Level, String> {
    let read = text(table, key)?.parse();
    read.map_err(|error| format!("{key}: {error}"))
}

fn time(table: &Table, key: &str) -> Result<Duration, String> {
    duration::parse(text(table, key)?).map_err(|error| format!("{key}: {error}"))
}

fn above_zero(table: &Table, key: &str) -> Result<Duration, String> {
    let time = time(table, key)?;
    match time.is_zero() {
        true => Err(format!("{key}: must be above zero")),
        false => Ok(time),
    }
}

fn text<'a>(table: &'a Table, key: &str) -> Result<&'a str, String> {
    let value = table
        .get(key)
        .ok_or_else(|| format!("`{key}` is missing: {FORMS}"))?;
    let text = value.as_str();
    text.ok_or_else(|| format!("{key}: invalid value {value}: expected a text in quotes"))
}

fn number(value: &Value) -> Result<u32, String> {
    let number = value.as_integer();
    let number = number.filter(|number| (1..=MOST_BURSTS).contains(number));
    let number = number.and_then(|number| u32::try_from(number).ok());
    number.ok_or_else(|| {
        format!("times: invalid number {value}: expected a whole number from 1 to {MOST_BURSTS}")
    })
}
