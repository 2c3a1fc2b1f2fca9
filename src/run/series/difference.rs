//! Names what differs between two records of a series, for a refusal to go on with it.

use serde_json::Value;

use crate::text::printable;

/// The first key whose values differ, with both values: a phrase for an error. `path`
/// stands before its name; it may be empty. The earlier record is a file's, so that
/// control characters are escaped.
pub(crate) fn first_difference(path: &str, old: &Value, new: &Value) -> Option<String> {
    let (path, old, new) = differing(path, old, new)?;
    Some(printable(&format!("{path} was {old}, is {new}")))
}

fn differing<'a>(
    path: &str,
    old: &'a Value,
    new: &'a Value,
) -> Option<(String, &'a Value, &'a Value)> {
    if let (Value::Object(before), Value::Object(after)) = (old, new) {
        let keys = before.keys().chain(after.keys());
        return keys.into_iter().find_map(|key| {
            let path = match path {
                "" => key.clone(),
                path => format!("{path}.{key}"),
            };
            let values = [before, after].map(|map| map.get(key).unwrap_or(&Value::Null));
            differing(&path, values[0], values[1])
        });
    }
    (old != new).then(|| (path.to_owned(), old, new))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_key_that_differs_is_named_with_both_values() {
        let old = json!({"a": 1, "b": {"c": "x", "d": [1, 2]}});
        assert_eq!(first_difference("", &old, &old), None);
        for (new, path, difference) in [
            (json!({"a": 2, "b": old["b"]}), "", "a was 1, is 2"),
            (
                json!({"a": 1, "b": {"c": "x", "d": [1]}}),
                "plan",
                "plan.b.d was [1,2], is [1]",
            ),
            (
                json!({"a": 1, "b": old["b"], "e": true}),
                "plan",
                "plan.e was null, is true",
            ),
            (json!(3), "plan", &format!("plan was {old}, is 3")),
        ] {
            let found = first_difference(path, &old, &new);
            assert_eq!(found.as_deref(), Some(difference));
        }
    }

    #[test]
    fn a_hostile_record_does_not_reach_the_terminal() {
        let old = json!({"\u{1b}[2J": "\u{9b}31m"});
        let found = first_difference("", &old, &json!({})).unwrap();
        assert!(!found.contains(char::is_control), "{found}");
    }
}
