//! The forms of a stage of a load: how each is written, the rate over time that it
//! makes, and how it is shown. A new form is a file here and its row in [`FORMS`].
//!
//! What stages mean together (their length, whether anything is sent) is checked
//! where the plan is built.

mod burst;
mod fields;
mod hold;
mod ramp;
mod stage;
#[cfg(test)]
mod tests;

use std::fmt::Write;

pub(crate) use fields::{FieldValue, Fields};
pub(crate) use stage::{Segment, Stage, segments};

use crate::text::most_similar;
use stage::StageForm;

/// Every form of a stage, in the order of errors and documentation.
pub(super) const FORMS: &[FormRow] = &[ramp::ROW, hold::ROW, burst::ROW];

/// A form of a stage.
#[derive(Debug)]
pub(super) struct FormRow {
    /// Its name in the documentation.
    pub(super) name: &'static str,
    /// Its keys. A stage with the first one has this form: it is a key of no other.
    pub(super) keys: &'static [&'static str],
    /// An example with all its keys, as TOML.
    pub(super) example: &'static str,
    /// Its meaning, in a sentence or two.
    meaning: &'static str,
    /// Reads a stage that has no other keys than these.
    read: fn(&Fields) -> Result<Stage, String>,
}

/// Reads a stage. The error states what is wrong and which forms there are.
pub(crate) fn read(fields: &Fields) -> Result<Stage, String> {
    let mut matching = FORMS.iter().filter(|form| fields.has(form.keys[0]));
    match (matching.next(), matching.next()) {
        (Some(form), None) => {
            let beside = format!(" beside `{}`", form.keys[0]);
            known(fields, form.keys, &beside)?;
            (form.read)(fields)
        }
        _ => {
            let keys: Vec<_> = FORMS.iter().flat_map(|form| form.keys).copied().collect();
            known(fields, &keys, "")?;
            Err(format!("invalid stage: {}", expected()))
        }
    }
}

/// Refuses a key that is not one of `keys`.
fn known(fields: &Fields, keys: &[&str], place: &str) -> Result<(), String> {
    let Some(unknown) = fields.keys().find(|key| !keys.contains(key)) else {
        return Ok(());
    };
    let hint = match most_similar(unknown, keys.iter().copied()) {
        Some(key) => format!(" (did you mean `{key}`?)"),
        None => String::new(),
    };
    let expected = expected();
    Err(format!("unknown key `{unknown}`{place}{hint}: {expected}"))
}

/// `expected`, and an example of each form.
pub(crate) fn expected() -> String {
    let mut text = "expected ".to_owned();
    for (number, form) in FORMS.iter().enumerate() {
        text += match number {
            0 => "",
            _ if number + 1 == FORMS.len() => " or ",
            _ => ", ",
        };
        text += form.example;
    }
    text
}

/// The forms as a table in Markdown.
pub(crate) fn markdown() -> String {
    let mut text = "| stage | such as | meaning |\n|---|---|---|\n".to_owned();
    for form in FORMS {
        let (name, example, meaning) = (form.name, form.example, form.meaning);
        let _ = writeln!(text, "| {name} | `{example}` | {meaning} |");
    }
    text
}
