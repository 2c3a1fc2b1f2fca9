//! Values out of their range, and keys that contradict each other.

use super::*;

#[test]
fn contradictions_are_told() {
    for (text, line) in [
        (
            "[load]\nduration = '5s'".to_owned(),
            "x.toml: load.rate: missing; load.model = \"open\" needs one, such as \"50/s\"",
        ),
        (
            with("", "", "model = 'closed'", ""),
            "x.toml: load.rate: load.model = \"closed\" sends as fast as replies come; remove the rate, or use load.model = \"open\"",
        ),
        (
            "[load]\nrate = '5/s'\nduration = '0s'".to_owned(),
            "x.toml: load.duration: must be above zero",
        ),
        (
            "[load]\nrate = '5/s'".to_owned(),
            "x.toml: load.duration: missing; set load.duration or load.messages",
        ),
        (
            with("", "", "messages = 5", ""),
            "x.toml: load.messages: set this or load.duration, not both",
        ),
        (
            with("", "", "sessions = 0", ""),
            "x.toml: load.sessions: must be from 1 to 100000",
        ),
        (
            with("", "", "sessions = 100001", ""),
            "x.toml: load.sessions: must be from 1 to 100000",
        ),
        (
            with("ca_file = 'x'", "", "", ""),
            "x.toml: target.ca_file: the mock has its own CA, which is trusted; remove this",
        ),
        (
            with(
                &format!("{SMTP}\ntls = 'none'\nresumption = true"),
                "",
                "",
                "",
            ),
            "x.toml: target.resumption: has no effect with target.tls = \"none\"; remove one of the two",
        ),
        (
            with("host = 'a'", "", "", ""),
            "x.toml: target.host: the mock chooses its own address; set target.kind = \"smtp\" to test a server",
        ),
        (
            with("kind = 'smtp'", "", "", ""),
            "x.toml: target.host: missing; target.kind = \"smtp\" needs one",
        ),
        (
            "[load]\nmodel = 'closed'\nmessages = 5\n[thresholds]\n'response.p99' = '< 1s'"
                .to_owned(),
            "x.toml: thresholds.response.p99: always empty with load.model = \"closed\", which has no schedule; use service",
        ),
        (
            format!("{LEAST}[thresholds]\n'response.p99' = '< 1'"),
            "x.toml: thresholds.response.p99: invalid limit \"1\" for response.p99: expected a number and a unit, such as 30s, 250ms, 1.5ms, 5min or 1h 30min",
        ),
        (
            with("", "", "", "size = 10"),
            "x.toml: message.size: 10 bytes is too small: the headers alone need 450 bytes",
        ),
        (
            with("", "", "", "from = 'me'"),
            "x.toml: message.from: invalid mail address \"me\": expected NAME@DOMAIN",
        ),
        (
            with("", "", "", "headers = { Date = 'today' }"),
            "x.toml: message.headers.Date: sesbench writes this header itself",
        ),
        (
            with("", "", "", "headers = { \"X-A\" = \"b\\r\\nBcc: c@d\" }"),
            "x.toml: message.headers.X-A: the value contains a line end or another control character",
        ),
        (
            with(&format!("{SMTP}\nca_file = 'missing.pem'"), "", "", ""),
            "x.toml: target.ca_file: missing.pem: No such file or directory (os error 2)",
        ),
        (
            with(&format!("{SMTP}\nca_file = 'Cargo.toml'"), "", "", ""),
            "x.toml: target.ca_file: Cargo.toml: no certificate in PEM found (-----BEGIN CERTIFICATE-----)",
        ),
        (
            with(FAR, "", "", "to = ['you@example.net']"),
            "x.toml: message.to: recipient \"you@example.net\" is not allowed: it is neither at simulator.amazonses.com nor at a domain of allow_recipient_domains, and the target is not on this machine; list \"example.net\" there if you may receive its mail",
        ),
        (
            format!("{LEAST}[timeouts]\nauth = '0s'"),
            "x.toml: timeouts.auth: must be above zero",
        ),
        (
            "name = 'a/b'".to_owned() + "\n" + LEAST,
            "x.toml: name: invalid name \"a/b\": expected 1 to 64 letters, digits, `-`, `_`, `.`",
        ),
    ] {
        assert_eq!(error(&text), line);
    }
}
