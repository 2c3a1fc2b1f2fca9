//! `sesbench ses endpoints` and `sesbench ses password`.

use serde_json::Value;

use crate::support::Sesbench;

/// Published in the tests of the Terraform AWS provider.
const VECTORS: [(&str, &str, &str); 4] = [
    (
        "eu-central-1",
        "some+secret+key",
        "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2",
    ),
    (
        "eu-central-1",
        "another+secret+key",
        "BBbphbrQmrKMx42d1N6+C7VINYEBGI5v9VsZeTxwskfh",
    ),
    (
        "us-west-1",
        "some+secret+key",
        "BH+jbMzper5WwlwUar9E1ySBqHa9whi0GPo+sJ0mVYJj",
    ),
    (
        "us-west-1",
        "another+secret+key",
        "BKVmjjMDFk/qqw8EROW99bjCS65PF8WKvK5bSr4Y6EqF",
    ),
];

/// With the length of an IAM secret access key.
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn password(words: &str) -> Sesbench {
    Sesbench::new(&format!("ses password {words}"))
}

#[test]
fn a_password_is_the_published_one_wherever_the_secret_comes_from() {
    for (region, secret, expected) in VECTORS {
        let asked = || password(&format!("--region {region}"));
        let with_file = asked().arg("--secret-file");
        let file = with_file.file("secret", &format!("{secret}\n"));
        for program in [
            asked().env("SESBENCH_SECRET_ACCESS_KEY", secret),
            asked().env("AWS_SECRET_ACCESS_KEY", secret),
            with_file.arg(file).env("AWS_SECRET_ACCESS_KEY", SECRET),
        ] {
            let done = program.done().with(0);
            assert_eq!(done.stdout, format!("{expected}\n"));
            assert!(done.stderr.contains("is a secret"), "{}", done.stderr);
            assert!(!done.stderr.contains(secret), "{}", done.stderr);
        }
    }
}

#[test]
fn problems_with_the_key_are_reported() {
    let words = "--region us-east-1";
    let whole = password(words).env("AWS_SECRET_ACCESS_KEY", SECRET);
    let done = whole.done().with(0);
    assert_eq!(done.stderr.lines().count(), 1, "{}", done.stderr);
    let temporary = password(words).env("AWS_SECRET_ACCESS_KEY", SECRET);
    let done = temporary.env("AWS_SESSION_TOKEN", "x").done().with(0);
    assert!(done.stderr.contains("temporary credentials do not work"));
    let half = password(words).env("AWS_SECRET_ACCESS_KEY", &SECRET[..30]);
    assert!(half.done().with(0).stderr.contains("30 characters"));
    let elsewhere = password("--region xx-nowhere-1").env("AWS_SECRET_ACCESS_KEY", SECRET);
    let done = elsewhere.done().with(0);
    assert!(done.stderr.contains("xx-nowhere-1 is not in the table"));
}

#[test]
fn a_secret_that_is_an_argument_is_refused_and_not_repeated() {
    for words in [
        format!("--region us-east-1 {SECRET}"),
        format!("{SECRET} --region us-east-1"),
        format!("--region us-east-1 --secret {SECRET}"),
        format!("--region us-east-1 --secret={SECRET}"),
        format!("--region us-east-1 --secret-file {SECRET}"),
        format!("--region {SECRET}"),
        format!("--region us-east-1 -- {SECRET}"),
        format!("--region us-east-1 {SECRET} {SECRET}"),
    ] {
        let done = password(&words).done().with(2);
        assert_eq!(done.stdout, "", "{words}");
        assert!(!done.stderr.contains(&SECRET[..8]), "{}", done.stderr);
    }
}

#[test]
fn without_a_secret_and_a_terminal_the_error_lists_the_sources_of_a_secret() {
    let done = password("--region us-east-1").done().with(2);
    assert_eq!(done.stderr.lines().count(), 1);
    for part in [
        "SESBENCH_SECRET_ACCESS_KEY",
        "AWS_SECRET_ACCESS_KEY",
        "--secret-file",
    ] {
        assert!(done.stderr.contains(part), "{part}");
    }
    let empty = password("--region us-east-1").env("SESBENCH_SECRET_ACCESS_KEY", "");
    assert_eq!(empty.done().with(2).stderr, done.stderr);
    let (region, secret, expected) = VECTORS[0];
    let other = password(&format!("--region {region}"))
        .env("SESBENCH_SECRET_ACCESS_KEY", "\n")
        .env("AWS_SECRET_ACCESS_KEY", &format!("{secret}\n"));
    assert_eq!(other.done().with(0).stdout, format!("{expected}\n"));
}

#[test]
fn endpoints_are_a_table_and_a_json_array_of_the_same() {
    let table = Sesbench::new("ses endpoints").done().with(0).stdout;
    let json = Sesbench::new("ses endpoints --format json")
        .done()
        .with(0)
        .stdout;
    let endpoints: Vec<Value> = serde_json::from_str(&json).unwrap();
    assert_eq!(endpoints.len(), 20);
    assert_eq!(table.lines().count(), 21);
    for (line, endpoint) in table.lines().skip(1).zip(&endpoints) {
        let region = endpoint["region"].as_str().unwrap();
        assert_eq!(line.split_whitespace().next(), Some(region));
        assert!(line.contains(endpoint["host"].as_str().unwrap()));
        assert_eq!(
            endpoint["starttls_ports"],
            serde_json::json!([25, 587, 2587])
        );
        assert_eq!(endpoint["wrapper_ports"], serde_json::json!([465, 2465]));
    }
    let fips = endpoints.iter().filter(|each| !each["fips_host"].is_null());
    assert_eq!(fips.count(), 3);
    let once = endpoints.iter().filter(|each| each["sources"] == "one");
    assert_eq!(once.count(), 3);
}

#[test]
fn an_endpoint_of_an_unknown_region_is_printed_with_a_note() {
    for (region, remark) in [
        ("xx-new-1", "not in the table"),
        ("mx-central-1", "no SMTP endpoint"),
    ] {
        let done = Sesbench::new(&format!("ses endpoints --region {region}"))
            .done()
            .with(0);
        assert!(
            done.stdout
                .contains(&format!("email-smtp.{region}.amazonaws.com"))
        );
        assert!(done.stderr.contains(remark), "{}", done.stderr);
    }
    let done = Sesbench::new("ses endpoints --region nowhere")
        .done()
        .with(2);
    assert!(done.stderr.contains("such as us-east-1"), "{}", done.stderr);
}
