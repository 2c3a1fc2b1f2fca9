//! Keeps the list of diagnoses in `docs/probe.md` equal to the table.

use std::fmt::Write;

use super::all;

const BEGIN: &str = "<!-- begin diagnoses -->\n";
const END: &str = "<!-- end diagnoses -->";

#[test]
fn the_list_in_docs_is_that_of_the_code() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/probe.md");
    let old = std::fs::read_to_string(path).unwrap();
    let (before, rest) = old.split_once(BEGIN).expect("the list begins");
    let (_, after) = rest.split_once(END).expect("the list ends");
    let new = format!("{before}{BEGIN}{}{END}{after}", list());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, &new).unwrap();
    } else {
        let hint = "differs from the code; run UPDATE_DOCS=1 cargo test --lib reference";
        assert!(old == new, "docs/probe.md {hint}");
    }
}

fn list() -> String {
    let mut text = "| id | sign | meaning and advice | source |\n|---|---|---|---|\n".to_owned();
    for row in all() {
        let (title, meaning, advice) = (row.title, row.meaning, row.advice);
        let mut says = format!("**{}.** {meaning} *{advice}*", capital(title));
        if !row.advice_after_login.is_empty() {
            let after = row.advice_after_login;
            says += &format!(" In a session that is logged in: *{after}*");
        }
        let says = says
            .replace("<region>", "REGION")
            .replace("<phase>", "PHASE");
        writeln!(
            text,
            "| `{}` | {} | {says} | {} |",
            row.id, row.sign, row.source
        )
        .unwrap();
    }
    text
}

fn capital(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}
