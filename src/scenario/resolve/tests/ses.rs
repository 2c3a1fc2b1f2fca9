//! SES as the target: what it requires, and every way around its guards refused.

use super::*;

/// A scenario for SES, with more lines for its tables.
fn ses(target: &str, load: &str, message: &str) -> String {
    let target = format!(
        "kind = 'ses'\nregion = 'us-east-1'\nmax_rate = '50/s'\nmax_recipients = 300\n{target}"
    );
    with(&target, "", load, message)
}

fn error_of(text: &str) -> String {
    let error = error(text);
    error.strip_prefix("x.toml: ").unwrap().to_owned()
}

fn place(target: &str) -> (String, u16, TlsMode) {
    let plan = plan(&ses(target, "", ""));
    let (host, port) = plan.target.kind.place().unwrap();
    (host.to_owned(), port, plan.target.tls)
}

#[test]
fn a_region_is_an_endpoint_and_a_mode_a_port() {
    let host = "email-smtp.us-east-1.amazonaws.com".to_owned();
    let fips = "email-smtp-fips.us-east-1.amazonaws.com".to_owned();
    let own = "vpce-1.email-smtp.us-east-1.vpce.amazonaws.com".to_owned();
    assert_eq!(place(""), (host.clone(), 587, TlsMode::Starttls));
    assert_eq!(
        place("tls = 'wrapper'"),
        (host.clone(), 465, TlsMode::Wrapper)
    );
    assert_eq!(place("port = 2465"), (host, 2465, TlsMode::Wrapper));
    assert_eq!(place("fips = true"), (fips, 587, TlsMode::Starttls));
    let target = format!("host = '{own}'");
    assert_eq!(place(&target), (own, 587, TlsMode::Starttls));
}

#[test]
fn what_ses_needs_is_named() {
    let only = |target: &str| error_of(&with(&format!("kind = 'ses'\n{target}"), "", "", ""));
    assert_eq!(
        only("max_rate = '1/s'\nmax_recipients = 5"),
        "target.region: missing; target.kind = \"ses\" needs one, such as \"us-east-1\""
    );
    assert_eq!(
        only("region = 'us-east-1'\nmax_recipients = 5"),
        "target.max_rate: missing; mail to SES costs money and reputation: set the maximum recipients per second, retries included, within your account's quota, such as \"14/s\""
    );
    assert_eq!(
        only("region = 'us-east-1'\nmax_rate = '1/s'"),
        "target.max_recipients: missing; mail to SES costs money and reputation: set the maximum recipients in total, warm-up and retries included, such as 1000"
    );
    assert_eq!(
        only("region = 'us-east-1.evil.example/'"),
        "target.region: invalid region \"us-east-1.evil.example/\": expected one such as us-east-1; `sesbench ses endpoints` lists them"
    );
}

#[test]
fn ses_takes_no_plaintext_no_wrong_port_and_no_unverified_certificate() {
    for (target, line) in [
        (
            "tls = 'none'",
            "target.tls: SES accepts no mail in plaintext: use \"starttls\" (ports 25, 587, 2587) or \"wrapper\" (ports 465, 2465)",
        ),
        (
            "tls = 'wrapper'\nport = 587",
            "target.tls: port 587 of SES does not take \"wrapper\", which has ports 465, 2465; change one of the two",
        ),
        (
            "insecure = true",
            "target.insecure: the certificate of SES is always verified: otherwise credentials and mail could go to any server that answers; remove this",
        ),
        (
            "insecure = true\nhost = 'proxy.corp.internal'",
            "target.insecure: the certificate of SES is always verified: otherwise credentials and mail could go to any server that answers; remove this",
        ),
        (
            "fips = true\nhost = 'proxy.corp.internal'",
            "target.fips: target.host names the endpoint already; remove one of the two",
        ),
        (
            "price_per_1000 = -0.1",
            "target.price_per_1000: invalid number -0.1: expected 0 or more",
        ),
        (
            "price_per_1000 = 'much'",
            "target.price_per_1000: found the text \"much\", expected a number, such as 0.16",
        ),
        ("port = 0", "target.port: must be from 1 to 65535"),
        (
            "host = 'a b'",
            "target.host: invalid host \"a b\": expected a host name or an IP address",
        ),
    ] {
        assert_eq!(error_of(&ses(target, "", "")), line);
    }
    let unauthorised =
        "kind = 'ses'\nregion = 'us-east-1'\nmax_rate = '50/s'\nmax_recipients = 300";
    assert_eq!(
        error_of(&with(unauthorised, "mechanism = 'none'", "", "")),
        "auth.mechanism: SES accepts mail only after AUTH: use \"plain\" or \"login\""
    );
    assert_eq!(
        error_of(&(ses("", "", "") + "[mock]\nrate = 5.0")),
        "mock: only for target.kind = \"mock\""
    );
}

#[test]
fn a_loopback_host_allows_no_further_recipients_for_ses() {
    let to = "to = ['you@example.net']";
    let line = "message.to: recipient \"you@example.net\" is not allowed: it is neither at simulator.amazonses.com nor at a domain of allow_recipient_domains, and the target is SES; list \"example.net\" there if you may receive its mail";
    for target in ["", "host = '127.0.0.1'", "host = 'localhost'"] {
        let text = ses(target, "", to);
        assert_eq!(error_of(&text), line);
        let allowed = format!("allow_recipient_domains = ['example.net']\n{text}");
        assert!(!plan(&allowed).target.is_loopback());
    }
}

#[test]
fn ses_under_another_name_is_refused() {
    for host in [
        "email-smtp.us-east-1.amazonaws.com",
        "EMAIL-SMTP-FIPS.us-west-2.amazonaws.com.",
    ] {
        let target = format!("kind = 'smtp'\nhost = '{host}'");
        assert_eq!(
            error_of(&with(&target, "", "", "")),
            format!(
                "target.host: `{host}` is SES: use --target ses:REGION (target.kind = \"ses\"), which requires ceilings"
            )
        );
    }
}

#[test]
fn what_only_ses_has_is_refused_elsewhere() {
    for key in [
        "region = 'us-east-1'",
        "fips = true",
        "daily_quota = 5",
        "price_per_1000 = 0.1",
    ] {
        for target in ["kind = 'mock'", SMTP] {
            let line = error_of(&with(&format!("{target}\n{key}"), "", "", ""));
            assert!(line.ends_with(": only for target.kind = \"ses\""), "{line}");
        }
    }
}

#[test]
fn a_load_above_its_ceilings_is_refused_wherever_it_goes() {
    let ceilings = "max_rate = '50/s'\nmax_recipients = 300";
    let targets = [
        format!("kind = 'mock'\n{ceilings}"),
        format!("{SMTP}\n{ceilings}"),
        format!("kind = 'ses'\nregion = 'us-east-1'\n{ceilings}"),
    ];
    for target in &targets {
        let line = |load: &str, message: &str| {
            let head = format!("[target]\n{target}\n[load]\n{load}\n[message]\n{message}\n");
            read_in(&head, &[], &|_| None).map(drop)
        };
        for (load, message) in [
            ("rate = '50/s'\nduration = '5s'", ""),
            ("rate = '3000/min'\nduration = '5s'", ""),
            ("rate = '10/s'\nduration = '5s'", "recipients = 5"),
            (
                "rate = '50/s'\nrate_unit = 'recipients'\nduration = '5s'",
                "recipients = 5",
            ),
            ("model = 'closed'\nduration = '1h'", ""),
            ("model = 'closed'\nmessages = 300", ""),
        ] {
            assert_eq!(line(load, message), Ok(()), "{load}");
        }
        for (load, message, why) in [
            (
                "rate = '50.001/s'\nduration = '5s'",
                "",
                "max_rate: the load exceeds this ceiling of 50/s in recipients: it asks for 50.001/s; lower the load",
            ),
            (
                "rate = '50/s'\nduration = '1s'",
                "recipients = 2",
                "max_rate: the load exceeds this ceiling of 50/s in recipients: it asks for 50/s of messages to 2 recipients each; lower the load",
            ),
            (
                "rate = '51/s'\nrate_unit = 'recipients'\nduration = '1s'",
                "recipients = 3",
                "max_rate: the load exceeds this ceiling of 50/s in recipients: it asks for 51/s; lower the load",
            ),
            (
                "stages = [{ to = '10/s', over = '1s' }, { burst = '51/s', over = '100ms' }]",
                "",
                "max_rate: the load exceeds this ceiling of 50/s in recipients: it asks for 51/s; lower the load",
            ),
            (
                "rate = '50/s'\nduration = '5s'\nwarm_up = '1020ms'",
                "",
                "max_recipients: the load exceeds this ceiling of 300 recipients: 301 messages, warm-up included, to 1 each make 301; shorten the load, or raise this",
            ),
            (
                "rate = '50/s'\nmessages = 251",
                "",
                "max_recipients: the load exceeds this ceiling of 300 recipients: 301 messages, warm-up included, to 1 each make 301; shorten the load, or raise this",
            ),
            (
                "rate = '25/s'\nduration = '6s'",
                "recipients = 2",
                "max_recipients: the load exceeds this ceiling of 300 recipients: 175 messages, warm-up included, to 2 each make 350; shorten the load, or raise this",
            ),
            (
                "rate = '50/s'\narrivals = 'poisson'\nduration = '6s'",
                "",
                "max_recipients: the load exceeds this ceiling of 300 recipients: 350 messages, warm-up included, to 1 each make 350; shorten the load, or raise this",
            ),
            (
                "model = 'closed'\nmessages = 301",
                "",
                "max_recipients: the load exceeds this ceiling of 300 recipients: 301 messages, warm-up included, to 1 each make 301; shorten the load, or raise this",
            ),
        ] {
            let line = line(load, message).unwrap_err();
            assert_eq!(line, format!("x.toml: target.{why}"));
        }
    }
    let none = with(&format!("{SMTP}\nmax_recipients = 0"), "", "", "");
    assert_eq!(error_of(&none), "target.max_recipients: must be above zero");
}

#[test]
fn a_flag_that_changes_the_target_removes_the_keys_of_the_other_one() {
    let set = |text: &str, assignments: &[&str]| read_in(text, assignments, &|_| None);
    let own = ses("host = '127.0.0.1'\nport = 2525\ndaily_quota = 5", "", "");
    let kind = set(&own, &["target.kind=ses"]).unwrap().target.kind;
    assert_eq!(
        kind.place(),
        Some(("email-smtp.us-east-1.amazonaws.com", 587))
    );
    let mocked = set(&own, &["target.kind=mock"]).unwrap();
    assert!(matches!(mocked.target.kind, TargetKind::Mock { .. }));
    assert_eq!(mocked.target.ceilings.max_recipients, Some(300));
    let smtp = ["target.kind=smtp", "target.host=relay.example.com"];
    assert!(set(&own, &smtp).is_ok());
    // The smoke scenario names STARTTLS.
    let wrapped = testing::plan(&["target.kind=smtp", "target.host=::1", "target.port=465"]);
    assert_eq!(wrapped.target.tls, TlsMode::Wrapper);
}

#[test]
fn credentials_and_sender_may_be_missing_from_a_valid_plan() {
    let keys = |text: &str, environment: Environment<'_>| {
        let plan = read_in(text, &[], environment).unwrap();
        missing(&plan)
            .iter()
            .map(|each| each.key)
            .collect::<Vec<_>>()
    };
    let given = |name: &str| name.starts_with("SESBENCH_").then(|| "x".to_owned());
    let from = "from = 'me@corp.internal'";
    assert_eq!(keys(&ses("", "", ""), &|_| None), ["message.from", "auth"]);
    assert_eq!(keys(&ses("", "", ""), &given), ["message.from"]);
    assert_eq!(keys(&ses("", "", from), &|_| None), ["auth"]);
    assert!(keys(&ses("", "", from), &given).is_empty());
    assert!(keys(LEAST, &|_| None).is_empty());
    assert!(keys(&with(SMTP, "", "", ""), &|_| None).is_empty());
}
