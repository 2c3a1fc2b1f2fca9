//! Rewrites serde's error messages without the names of Rust types.

/// The same message in terms of the file: `found the text "14/s", expected a
/// number` for `invalid type: string "14/s", expected f64`.
#[must_use]
pub fn plain(message: &str) -> String {
    let lines: Vec<String> = message.split('\n').map(line).collect();
    lines.join("\n")
}

fn line(line: &str) -> String {
    for kind in ["invalid type: ", "invalid value: ", "invalid length "] {
        let parts = line
            .split_once(kind)
            .and_then(|(before, rest)| Some((before, rest.rsplit_once(", expected ")?)));
        if let Some((before, (found, expected))) = parts {
            let found = match kind {
                "invalid length " => format!("a list of {found}"),
                _ => found_value(found),
            };
            let expected = expected_value(expected);
            return format!("{before}found {found}, expected {expected}");
        }
    }
    let variant = line.split_once("unknown variant ");
    if let Some((before, (found, known))) =
        variant.and_then(|(before, rest)| Some((before, rest.split_once(", expected ")?)))
    {
        let (found, known) = (found.replace('`', "\""), known.replace('`', ""));
        return format!("{before}invalid value {found}: expected {known}");
    }
    if line.contains("did not match any variant of untagged enum") {
        return "the value has none of the allowed forms".to_owned();
    }
    if let Some((before, name)) = line.split_once("missing field ") {
        return format!("{before}{name} is missing");
    }
    line.to_owned()
}

/// The found value, as `serde::de::Unexpected` writes it.
fn found_value(found: &str) -> String {
    let quoted = |kind: &str| {
        let rest = found.strip_prefix(kind)?.strip_prefix('`')?;
        rest.strip_suffix('`')
    };
    let number = quoted("integer ").or_else(|| quoted("floating point "));
    if let Some(number) = number {
        return format!("the number {number}");
    }
    if let Some(yes) = quoted("boolean ") {
        return yes.to_owned();
    }
    match found {
        "sequence" => "a list".to_owned(),
        "map" => "a table".to_owned(),
        "unit value" | "Option value" => "no value".to_owned(),
        // The toml crate's name for a value that is not a string where an enum is
        // expected.
        variant if variant.ends_with("variant") => "another kind of value".to_owned(),
        _ => match found.strip_prefix("string ") {
            Some(text) => format!("the text {text}"),
            None => found.to_owned(),
        },
    }
}

fn expected_value(expected: &str) -> String {
    let whole = match expected {
        "u8" => Some(u64::from(u8::MAX)),
        "u16" => Some(u64::from(u16::MAX)),
        "u32" => Some(u64::from(u32::MAX)),
        _ => None,
    };
    if let Some(max) = whole {
        return format!("a whole number from 0 to {max}");
    }
    let words = match expected {
        "f64" | "f32" => "a number",
        "u64" | "usize" | "u128" => "a whole number, 0 or more",
        "i8" | "i16" | "i32" | "i64" | "isize" | "i128" => "a whole number",
        "a string" | "string" | "string only" | "str" | "a borrowed string" => "a text in quotes",
        "a boolean" | "bool" => "true or false",
        text if text.starts_with("a nonzero ") => "a whole number above 0",
        text if text.starts_with("a sequence") || text.starts_with("sequence") => "a list",
        text if text.starts_with("a tuple") || text.starts_with("tuple") => "a list",
        text if text.starts_with("an array") => "a list",
        text if text.starts_with("a map") || text == "map" => "a table",
        text if text.starts_with("struct ") => "a table",
        text if text.starts_with("enum ") || text.contains("variant") => "one of its values",
        text if text.ends_with("string or table") || text == "string or map" => {
            "a text in quotes, or a table"
        }
        other => other,
    };
    words.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_message_names_a_rust_type() {
        for (message, expected) in [
            (
                "invalid type: string \"14/s\", expected f64",
                "found the text \"14/s\", expected a number",
            ),
            (
                "invalid type: floating point `1.5`, expected u64\nin `a.b`\n",
                "found the number 1.5, expected a whole number, 0 or more\nin `a.b`\n",
            ),
            (
                "invalid value: integer `-1`, expected u16",
                "found the number -1, expected a whole number from 0 to 65535",
            ),
            (
                "invalid type: boolean `true`, expected a string",
                "found true, expected a text in quotes",
            ),
            (
                "invalid type: map, expected a sequence",
                "found a table, expected a list",
            ),
            (
                "invalid type: sequence, expected struct Tls",
                "found a list, expected a table",
            ),
            (
                "invalid length 1, expected a tuple of size 2",
                "found a list of 1, expected a list",
            ),
            (
                "unknown variant `x`, expected one of `a`, `b`",
                "invalid value \"x\": expected one of a, b",
            ),
            ("missing field `at`", "`at` is missing"),
            (
                "invalid type: unit variant, expected string only",
                "found another kind of value, expected a text in quotes",
            ),
            (
                "invalid duration \"x\": expected a number and a unit, such as \"250ms\"",
                "invalid duration \"x\": expected a number and a unit, such as \"250ms\"",
            ),
        ] {
            assert_eq!(plain(message), expected);
        }
    }
}
