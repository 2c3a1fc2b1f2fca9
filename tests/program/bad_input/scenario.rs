//! Invalid scenarios.

use super::invalid;
use crate::support::Sesbench;

/// A run of a scenario with that text.
fn text(scenario: &str) -> Sesbench {
    let program = Sesbench::new("run");
    let path = program.file("mine.toml", scenario);
    program.arg(path)
}

/// The built-in scenario with a key set.
fn set(assignment: &str) -> Sesbench {
    Sesbench::new("run --set").arg(assignment)
}

#[test]
fn an_unknown_key() {
    invalid(
        text("[load]\nreat = \"5/s\""),
        &["mine.toml", "load.reat", "did you mean load.rate?"],
    );
    invalid(set("load.reat=5/s"), &["--set", "load.reat", "load.rate"]);
    invalid(
        set("mock.latency.dott=1s"),
        &["mock.latency.dott", "mock.latency.dot"],
    );
    invalid(
        text("[laod]\nrate = \"5/s\""),
        &["mine.toml", "laod", "load"],
    );
}

#[test]
fn a_value_of_the_wrong_type() {
    let parts = [
        "mine.toml",
        "load.sessions",
        "\"many\"",
        "a whole number, such as 20",
    ];
    invalid(text("[load]\nsessions = \"many\""), &parts);
    invalid(
        set("load.sessions=2.5"),
        &["--set", "load.sessions", "a whole number"],
    );
    invalid(
        set("target.insecure=1"),
        &["target.insecure", "true or false"],
    );
    invalid(set("load=5"), &["load", "a table"]);
    invalid(set("mock.rate=fast"), &["mock.rate", "\"fast\""]);
}

#[test]
fn a_rate_called_fast() {
    let parts = ["load.rate", "\"fast\"", "such as 50/s"];
    invalid(set("load.rate=fast"), &parts);
    invalid(
        Sesbench::new("run --rate fast"),
        &["--rate", "\"fast\"", "such as 50/s"],
    );
    invalid(Sesbench::new("run --rate 0/s"), &["--rate", "above 0"]);
}

#[test]
fn a_duration_of_zero() {
    invalid(
        Sesbench::new("run --duration 0s"),
        &["--duration", "load.duration", "above zero"],
    );
    invalid(
        Sesbench::new("run --messages 0"),
        &["--messages", "load.messages"],
    );
    invalid(
        text("[load]\nrate = \"5/s\""),
        &["mine.toml", "load.duration", "load.messages"],
    );
}

#[test]
fn numbers_out_of_range() {
    invalid(
        Sesbench::new("run --sessions 0"),
        &["load.sessions", "from 1 to 100000"],
    );
    invalid(
        Sesbench::new("run --sessions 200000"),
        &["load.sessions", "from 1 to 100000"],
    );
    invalid(
        Sesbench::new("run --size 10"),
        &["message.size", "too small", "need"],
    );
    invalid(set("message.recipients=0"), &["message.recipients"]);
    invalid(set("mock.rate=0"), &["mock.rate", "above 0"]);
}

#[test]
fn more_sessions_than_files() {
    let (_, hard) =
        nix::sys::resource::getrlimit(nix::sys::resource::Resource::RLIMIT_NOFILE).unwrap();
    if hard < 100_000 {
        let asked = Sesbench::new(&format!("run --sessions {hard}"));
        invalid(asked, &["open files", "hard limit", "ulimit -Hn"]);
    }
}

#[test]
fn keys_that_contradict_each_other() {
    invalid(
        Sesbench::new("run --model closed --rate 5/s"),
        &["--rate", "load.rate", "closed"],
    );
    invalid(set("target.host=example.com"), &["target.host", "smtp"]);
    let both = Sesbench::new("run --target 127.0.0.1:1 --tls none --insecure");
    invalid(both, &["target.insecure", "none"]);
}

#[test]
fn a_file_that_is_not_there_or_not_toml() {
    invalid(
        Sesbench::new("run absent.toml"),
        &["absent.toml", "cannot be read"],
    );
    invalid(text("[load\n"), &["mine.toml:1:6: not TOML"]);
    invalid(
        Sesbench::new("check absent.toml"),
        &["absent.toml", "cannot be read"],
    );
}

#[test]
fn a_variable_that_is_not_set() {
    let parts = ["auth.username_env", "NOBODY_SETS_THIS", "not set"];
    invalid(set("auth.username_env=NOBODY_SETS_THIS"), &parts);
    let half = Sesbench::new("run --target 127.0.0.1:1").env("SESBENCH_USERNAME", "somebody");
    invalid(half, &["SESBENCH_PASSWORD", "not set"]);
    let empty = Sesbench::new("run --target 127.0.0.1:1").env("SESBENCH_PASSWORD", "");
    invalid(empty, &["SESBENCH_PASSWORD"]);
}

#[test]
fn a_ca_file_without_a_certificate() {
    let absent = Sesbench::new("run --target 127.0.0.1:1 --ca-file absent.pem");
    invalid(
        absent,
        &["--ca-file", "target.ca_file", "absent.pem", "No such file"],
    );
    let program = Sesbench::new("run --target 127.0.0.1:1 --ca-file");
    let path = program.file("empty.pem", "nothing of the kind");
    invalid(program.arg(path), &["empty.pem", "PEM"]);
}

#[test]
fn recipients_that_are_not_allowed() {
    let real =
        Sesbench::new("run --target 192.0.2.1:25 --set").arg("message.to=[\"a@example.com\"]");
    invalid(
        real,
        &["message.to", "a@example.com", "allow_recipient_domains"],
    );
}

#[test]
fn an_invalid_file_of_recipients() {
    let run = |csv: &str, message: &str| {
        let program = Sesbench::new("run");
        program.file("people.csv", csv);
        let scenario = format!("[message]\nrecipients_csv = \"people.csv\"\n{message}");
        let path = program.file("mine.toml", &scenario);
        program.arg(path)
    };
    let where_it_is = ["mine.toml", "message.recipients_csv", "people.csv"];
    let told = |csv: &str, part: &str| {
        invalid(run(csv, ""), &[&where_it_is[..], &[part]].concat());
    };
    told("name\nAnn\n", "`address` or `email`");
    told("email\nann at example.com\n", "line 2, column `email`");
    told("email,weight\na@b,-1\n", "line 2, column `weight`");
    told("email\n", "no recipients");
    let unclosed = "email,name\na@example.com,\"Ann\nb@example.com,Bob\nc@example.com,Cy\n";
    told(
        unclosed,
        "line 2: the quote that opens here is never closed",
    );
    told(
        "email,name\na@b,\"Ann\" B\n",
        "line 2: the cell that starts here",
    );
    told("email,name\na@b,c\nb@b\n", "line 3: expected 2 cells");
    told("email,name\na@b,c\n,d\n", "line 3, column `email`: empty");
    told("email,name\na@b,\0\n", "line 2: contains a NUL");
    told("email,name,Name\n", "duplicate column `Name`");
    told(
        "email\nme@b\u{fc}cher.example\n",
        "me@xn--bcher-kva.example",
    );
    invalid(
        run("email,name\na@b,c\n", "headers = { Subject = \"{nam}\" }"),
        &["message.headers.Subject", "`{nam}`", "`email`, `name`"],
    );
    invalid(
        set("message.recipients_csv=no.csv"),
        &["--set", "no.csv: No such file"],
    );
}

#[test]
fn a_message_that_can_not_be_sent() {
    let program = Sesbench::new("run --set message.eml=a.eml");
    program.file("a.eml", "From: a@b\n\nGr\u{fc}\u{df}e\n");
    invalid(
        program,
        &["--set", "message.eml", "a.eml: line 3", "8-bit", "base64"],
    );
    let program = Sesbench::new("run --set message.eml=a.eml");
    program.file("a.eml", "\u{feff}From: a@b\n\nHello\n");
    invalid(program, &["a.eml: line 1", "byte order mark"]);
    invalid(
        set("message.size={least=\"2 KiB\", most=\"1 KiB\"}"),
        &["message.size", "`least` must not be above `most`"],
    );
    invalid(
        set("message.attachments=[\"big\"]"),
        &["attachment 1", "invalid size \"big\""],
    );
    invalid(
        text("[[message.mix]]\nsize = \"4 KiB\""),
        &["mine.toml", "message.mix", "entry 1", "`weight` is missing"],
    );
}

#[test]
fn a_rate_that_measures_nothing_or_is_not_achieved() {
    for (words, parts) in [
        (
            "--rate 1/h --warm-up 1s --duration 5s",
            &[
                "--rate",
                "load.rate",
                "1/h is so slow",
                "no message is due in the 5s",
            ][..],
        ),
        (
            "--rate 0.0000000001/s",
            &["at most 9 decimals", "/min, /h or /d"],
        ),
        ("--rate 0/s", &["invalid rate \"0/s\"", "above 0"]),
        (
            "--duration 1M",
            &["--duration", "M means months", "1m or 1min"],
        ),
        (
            "--set mock.rate=14/week",
            &[
                "mock.rate",
                "invalid rate \"14/week\": expected a number above 0",
            ],
        ),
        (
            "--set mock.max_recipients=1.5",
            &["mock.max_recipients", "expected a whole number"],
        ),
        (
            "--to me@b\u{fc}cher.example",
            &["--to", "me@xn--bcher-kva.example"],
        ),
        (
            "--target 127.0.0.1:1 --to you@corp.internal",
            &[
                "--to",
                "you@corp.internal",
                "may relay mail",
                "allow_recipient_domains",
            ],
        ),
    ] {
        invalid(Sesbench::new(&format!("run {words}")), parts);
    }
}
