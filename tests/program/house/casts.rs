//! No bool is cast to a number.

use super::sources::{files, production_code};

/// rustc 1.88 to 1.96 drop `self.count -= usize::from(was_free)` in an
/// optimised build if `was_free` is the result of a comparison and is also
/// branched on (rust-lang/rust issue 158206). Count with `if` instead of any
/// such cast.
#[test]
fn no_bool_is_cast_to_an_integer() {
    for source in files("src").iter().chain(&files("mock-server/src")) {
        let code = production_code(source);
        let cast = bool_cast(&code);
        assert_eq!(cast, None, "{}", source.display());
    }
}

#[test]
fn a_bool_that_is_cast_to_an_integer_is_found() {
    for cast in [
        "count -= usize::from(was_free);",
        "count += u64::from(a.len() > 3)",
        "u8::from(!(open))",
        "u32::from(slot.is_some())",
        "(left == 0) as usize",
        "was_free as u64",
    ] {
        assert!(bool_cast(cast).is_some(), "{cast}");
    }
    for other in [
        "u64::from(recipients)",
        "u64::from(plan.message.recipients.get())",
        "own * u64::from(of) + u64::from(index - 1)",
        "text.len() as u64",
        "lines.filter(|line| line.is_empty()).count() as u64",
    ] {
        assert_eq!(bool_cast(other), None);
    }
}

/// The first cast whose operand looks like a bool: a comparison, a negation, or
/// a predicate's name (`is_`, `was_`, `has_`).
fn bool_cast(code: &str) -> Option<&str> {
    const INTEGERS: [&str; 8] = ["u8", "u16", "u32", "u64", "usize", "i32", "i64", "u128"];
    let from = |integer: &str| format!("{integer}::from(");
    let calls = INTEGERS.iter().flat_map(|integer| {
        let call = from(integer);
        code.match_indices(&call)
            .map(|(at, call)| argument(&code[at + call.len()..]))
            .collect::<Vec<_>>()
    });
    let casts = INTEGERS.iter().flat_map(|integer| {
        code.match_indices(&format!(" as {integer}"))
            .map(|(at, _)| operand(&code[..at]))
            .collect::<Vec<_>>()
    });
    calls.chain(casts).find(|text| reads_like_a_bool(text))
}

fn reads_like_a_bool(text: &str) -> bool {
    let whole = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'));
    let text = without_groups(whole.unwrap_or(text));
    let compares = ["==", "!=", "<=", ">=", " < ", " > ", "&&", "||", "!"];
    let asks = |word: &str| {
        ["is_", "was_", "has_"]
            .iter()
            .any(|ask| word.starts_with(ask))
    };
    compares.iter().any(|sign| text.contains(sign))
        || text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .any(asks)
}

/// The arguments of a call do not show what it returns.
fn without_groups(text: &str) -> String {
    let mut depth = 0;
    let outside = text.chars().filter(|c| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    });
    outside.collect()
}

/// The text up to the parenthesis that closes the call.
fn argument(rest: &str) -> &str {
    let mut depth = 1;
    let end = rest.find(|c| {
        depth += match c {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        depth == 0
    });
    &rest[..end.unwrap_or(rest.len())]
}

/// The operand before ` as usize`: one name with its calls, or a parenthesis.
fn operand(before: &str) -> &str {
    let mut depth = 0;
    let begin = before.rfind(|c: char| {
        depth += match c {
            ')' => 1,
            '(' => -1,
            _ => 0,
        };
        depth < 0 || depth == 0 && c.is_whitespace()
    });
    &before[begin.map_or(0, |at| at + 1)..]
}
