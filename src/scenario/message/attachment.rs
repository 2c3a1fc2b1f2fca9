//! Parses `message.attachments`.

use toml::{Table, Value};

use crate::message::Attachment;
use crate::scenario::keys::{self, KeyValue, Kind, ValueError};

/// The valid forms of an attachment.
const FORMS: &str = "expected a size, such as \"1 MiB\", or \
                     { size = \"1 MiB\", name = \"report.pdf\", type = \"application/pdf\" }";

impl KeyValue for Vec<Attachment> {
    const KIND: Kind = Kind::Attachments;

    fn read(value: &Value) -> Result<Self, ValueError> {
        read(value.as_array().ok_or(ValueError::Type)?)
    }
}

/// Reads a list of attachments.
fn read(list: &[Value]) -> Result<Vec<Attachment>, ValueError> {
    let numbered = (1..).zip(list);
    numbered
        .map(|(number, value)| {
            let attachment = attachment(number, value);
            attachment.map_err(|why| ValueError::Value(format!("attachment {number}: {why}")))
        })
        .collect()
}

fn attachment(number: usize, value: &Value) -> Result<Attachment, String> {
    let (table, size) = match value {
        Value::Table(table) => (table, table.get("size")),
        bare => (&Table::new(), Some(bare)),
    };
    let keys = ["size", "name", "type"];
    if let Some(unknown) = table.keys().find(|key| !keys.contains(&key.as_str())) {
        return Err(format!("unknown key `{unknown}`: {FORMS}"));
    }
    let size = size.ok_or_else(|| format!("`size` is missing: {FORMS}"))?;
    let size = keys::size(size).ok_or_else(|| format!("invalid size {size}: {FORMS}"))??;
    if size.0 == 0 {
        return Err("must be above 0 bytes".to_owned());
    }
    let name = text(table, "name")?.unwrap_or(format!("attachment-{number}.bin"));
    let media_type = text(table, "type")?.unwrap_or("application/octet-stream".to_owned());
    check_name(&name)?;
    check_type(&media_type)?;
    Ok(Attachment {
        size: size.0,
        name,
        media_type,
    })
}

fn text(table: &Table, key: &str) -> Result<Option<String>, String> {
    match table.get(key) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(format!(
            "{key}: invalid value {other}: expected a text in quotes"
        )),
    }
}

/// The longest file name on most file systems.
const NAME_LENGTH: usize = 255;

fn check_name(name: &str) -> Result<(), String> {
    let unfit = |c: char| c.is_control() || c == '/' || c == '\\';
    if name.is_empty() || name.len() > NAME_LENGTH || name.contains(unfit) {
        let name = name.escape_debug();
        return Err(format!(
            "name: invalid file name \"{name}\": expected 1 to {NAME_LENGTH} bytes, without slashes and control characters"
        ));
    }
    Ok(())
}

fn check_type(media_type: &str) -> Result<(), String> {
    // RFC 6838 section 4.2: names of at most 127 of these characters.
    let fit = |c: char| c.is_ascii_alphanumeric() || "!#$&-^_.+".contains(c);
    let name = |name: &str| (1..=127).contains(&name.len()) && name.chars().all(fit);
    let parts = media_type.split_once('/');
    if parts.is_some_and(|(kind, subtype)| name(kind) && name(subtype)) {
        return Ok(());
    }
    let shown = media_type.escape_debug();
    Err(format!(
        "type: invalid media type \"{shown}\": expected one such as application/pdf"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_toml(text: &str) -> Result<Vec<Attachment>, ValueError> {
        let value: Value = text.parse().unwrap();
        read(value.as_array().unwrap())
    }

    #[test]
    fn attachments_are_read_as_they_are_written() {
        let text = "['1 MiB', 200, { size = '2 KiB', name = 'a b.pdf', type = 'application/pdf' }]";
        let told: Vec<_> = read_toml(text).unwrap();
        let told = told
            .iter()
            .map(|each| (each.size, &*each.name, &*each.media_type));
        let binary = "application/octet-stream";
        let expected = [
            (1 << 20, "attachment-1.bin", binary),
            (200, "attachment-2.bin", binary),
            (2_048, "a b.pdf", "application/pdf"),
        ];
        assert!(told.eq(expected));
    }

    #[test]
    fn an_invalid_attachment_is_reported() {
        for (text, why) in [
            (
                "['big']",
                "attachment 1: invalid size \"big\": expected a whole number of bytes",
            ),
            (
                "['1 KiB', true]",
                "attachment 2: invalid size true: expected a size",
            ),
            ("[0]", "attachment 1: must be above 0 bytes"),
            ("[-1]", "attachment 1: invalid number -1"),
            (
                "[{ name = 'a' }]",
                "attachment 1: `size` is missing: expected",
            ),
            (
                "[{ size = 1, nmae = 'a' }]",
                "attachment 1: unknown key `nmae`",
            ),
            (
                "[{ size = 1, name = 5 }]",
                "attachment 1: name: invalid value 5: expected a text in quotes",
            ),
            (
                "[{ size = 1, name = 'a/b' }]",
                "attachment 1: name: invalid file name \"a/b\"",
            ),
            (
                "[{ size = 1, type = 'pdf' }]",
                "attachment 1: type: invalid media type \"pdf\"",
            ),
            (
                "[{ size = 1, type = 'a/b; c' }]",
                "attachment 1: type: invalid media type \"a/b; c\"",
            ),
        ] {
            let Err(ValueError::Value(told)) = read_toml(text) else {
                panic!("{text}");
            };
            assert!(told.starts_with(why), "{text}: {told}");
        }
    }
}
