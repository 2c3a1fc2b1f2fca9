//! What every form of the registry keeps.

use std::collections::BTreeSet;

use super::*;
use crate::schedule::tests::fields;

#[test]
fn every_row_has_a_name_a_meaning_and_an_example_with_all_its_keys() {
    let mut names = BTreeSet::new();
    for form in FORMS {
        assert!(names.insert(form.name), "{} twice", form.name);
        assert!(form.meaning.ends_with('.'), "{}", form.name);
        let example = fields(form.example);
        let keys: BTreeSet<_> = form.keys.iter().copied().collect();
        assert_eq!(example.keys().collect::<BTreeSet<_>>(), keys);
        let stage = read(&example).unwrap();
        assert_eq!(stage, read(&example).unwrap());
        assert!(!stage.to_string().is_empty());
    }
}

/// Otherwise it would not be clear which form a stage has.
#[test]
fn the_first_key_of_a_form_is_a_key_of_no_other() {
    for (number, form) in FORMS.iter().enumerate() {
        for (other_number, other) in FORMS.iter().enumerate() {
            let shared = other.keys.contains(&form.keys[0]);
            assert_eq!(
                shared,
                number == other_number,
                "{} {}",
                form.name,
                other.name
            );
        }
    }
}

#[test]
fn an_unknown_key_beside_the_keys_of_a_form_is_reported_with_the_nearest_one() {
    for form in FORMS {
        let typed = form.keys.iter().map(|key| (*key, format!("{key}x")));
        for (key, typo) in typed.filter(|(key, _)| key.len() > 2) {
            let example = form.example.trim_end_matches('}');
            let why = read(&fields(&format!("{example}, {typo} = 1 }}"))).unwrap_err();
            let first = form.keys[0];
            let hint = format!("unknown key `{typo}` beside `{first}` (did you mean `{key}`?): ");
            assert_eq!(why, hint + &expected());
        }
    }
}

#[test]
fn a_stage_of_no_form_or_of_two_is_refused_with_all_forms() {
    let forms = expected();
    for (stage, why) in [
        ("{}", "invalid stage: "),
        ("{ over = '5s' }", "invalid stage: "),
        ("{ to = '5/s', hold = '5s' }", "invalid stage: "),
        (
            "{ too = '5/s', over = '5s' }",
            "unknown key `too` (did you mean `to`?): ",
        ),
        ("{ ramp = '5/s' }", "unknown key `ramp`: "),
        (
            "{ hold = '5s', over = '5s' }",
            "unknown key `over` beside `hold`: ",
        ),
    ] {
        assert_eq!(read(&fields(stage)).unwrap_err(), format!("{why}{forms}"));
    }
}

#[test]
fn the_forms_are_listed_by_their_examples() {
    let text = expected();
    let first = r#"expected { to = "200/s", over = "60s" }, { hold = "30s" }"#;
    assert!(text.starts_with(first), "{text}");
    let last = FORMS.last().unwrap().example;
    assert!(text.ends_with(&format!(" or {last}")), "{text}");
}

#[test]
fn stages_that_differ_are_not_equal() {
    let stage = |text: &str| read(&fields(text)).unwrap();
    assert_eq!(stage("{ hold = '60s' }"), stage("{ hold = '1min' }"));
    assert_ne!(stage("{ hold = '60s' }"), stage("{ hold = '61s' }"));
    // Shown alike, with another time until the next stage.
    let once = "{ burst = '5/s', over = '1s', every = '2s', times = 1 }";
    assert_ne!(stage("{ burst = '5/s', over = '1s' }"), stage(once));
}

#[test]
fn a_value_of_the_wrong_kind_is_reported_as_it_is_written() {
    for (stage, why) in [
        (
            "{ to = 5 }",
            "to: invalid value 5: expected a text in quotes",
        ),
        (
            "{ hold = true }",
            "hold: invalid value true: expected a text in quotes",
        ),
        (
            "{ burst = '5/s', over = '1s', every = '2s', times = '2' }",
            "times: invalid number \"2\": expected a whole number from 1 to 10000",
        ),
        (
            "{ burst = '5/s', over = '1s', every = '2s', times = -2 }",
            "times: invalid number -2: expected a whole number from 1 to 10000",
        ),
        (
            "{ burst = '5/s', over = '1s', every = '2s', times = 2.5 }",
            "times: invalid number 2.5: expected a whole number from 1 to 10000",
        ),
    ] {
        assert_eq!(read(&fields(stage)).unwrap_err(), why);
    }
}
