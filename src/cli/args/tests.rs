//! What reaches the plan from the command line.

use clap::Parser;

use super::*;
use crate::cli::{Cli, Command};
use crate::scenario::{Arrivals, Form, Length, Model, RateUnit, Shape, Sizes, TargetKind, TlsMode};

fn run(flags: &str) -> Result<(Plan, RunOptions), String> {
    let words = ["sesbench", "run"]
        .into_iter()
        .chain(flags.split_whitespace());
    let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
    let Command::Run(args) = cli.command else {
        return Err("not a run".to_owned());
    };
    args.resolve(&|_| None).map_err(|error| error.to_string())
}

#[test]
fn without_an_argument_it_is_the_smoke_scenario() {
    let (plan, options) = run("").unwrap();
    assert_eq!(plan.name, "smoke");
    assert_eq!(options.format, Format::Human);
}

#[test]
fn every_flag_reaches_the_plan() {
    let (plan, options) = run(
        "--target [::1]:2525 --tls wrapper --max-rate 900/s --max-recipients 5000 --rate 500/s --rate-unit recipients --arrivals poisson --messages 2000 --warm-up 0s \
         --sessions 50 --messages-per-session 7 --size 2KiB --seed 9 --insecure \
         --threshold response.p99<250ms --threshold goodput>1/s --threshold goodput<900/s \
         --set load.connect=on_demand --shard 2/8 --out /tmp/x --format json --quiet --trace t --yes",
    )
    .unwrap();
    let TargetKind::Smtp { host, port } = &plan.target.kind else {
        panic!("{:?}", plan.target.kind);
    };
    assert_eq!((host.as_str(), *port), ("::1", 2525));
    assert_eq!(plan.target.tls, TlsMode::Wrapper);
    let ceilings = plan.target.ceilings;
    assert_eq!(ceilings.max_rate, "900/s".parse().ok());
    assert_eq!(ceilings.max_recipients, Some(5_000));
    assert!(plan.target.tls_settings.insecure);
    let per_message = std::num::NonZeroU32::MIN;
    let shape = Shape::Rate("500/s".parse().unwrap());
    let (arrivals, rate_unit) = (Arrivals::Poisson, RateUnit::Recipients { per_message });
    assert_eq!(
        plan.load.model,
        Model::Open {
            shape,
            arrivals,
            rate_unit
        }
    );
    assert_eq!(plan.load.length, Length::Messages(2_000));
    assert_eq!(plan.load.sessions.get(), 50);
    assert_eq!(plan.load.messages_per_session.map(u32::from), Some(7));
    assert_eq!(plan.load.connect, crate::scenario::Connect::OnDemand);
    let content = &plan.message.mix.variants()[0].content;
    assert!(matches!(
        content.form,
        Form::Made {
            size: Sizes::Fixed(2_048),
            ..
        }
    ));
    assert_eq!(plan.seed, 9);
    let thresholds: Vec<String> = plan.thresholds.iter().map(ToString::to_string).collect();
    assert_eq!(
        thresholds,
        [
            "goodput > 1/s",
            "goodput < 900/s",
            "outcome.accepted >= 100%",
            "rate.achieved >= 99%",
            "response.p99 < 250ms",
        ]
    );
    assert_eq!(plan.shard, "2/8".parse().ok());
    assert_eq!(options.out, Some(PathBuf::from("/tmp/x")));
    assert_eq!(options.format, Format::Json);
    assert!(options.quiet && options.yes && options.trace.is_some());
}

#[test]
fn a_flag_that_means_nothing_is_named() {
    for (flags, line) in [
        (
            "--rate fast",
            "--rate: load.rate: `fast` is not a rate: write a number above 0 and a unit, such as 50/s, 3000/min, 14.5/s, 100000/d",
        ),
        (
            "--duration 0s",
            "--duration: load.duration: must be above zero",
        ),
        (
            "--sessions 7 --shard 1/8",
            "--shard: load.sessions: 7 are too few for 8 shards: each needs one",
        ),
        (
            "--sessions 0",
            "--sessions: load.sessions: must be from 1 to 100000",
        ),
        (
            "--target ses:us-east-1",
            "the built-in scenario: target.max_rate: missing; mail to SES costs money and reputation: say how many recipients a second at most, retries included, within your account's quota, such as \"14/s\"",
        ),
        (
            "--target ses:us-east-1:465 --tls starttls",
            "--tls: target.tls: port 465 of SES is not for \"starttls\", which has ports 25, 587, 2587; change one of the two",
        ),
        (
            "--target ses:us-east-1 --max-rate 49/s --max-recipients 500",
            "--max-rate: target.max_rate: 49/s in recipients is less than the load asks for: 50/s; lower the load",
        ),
        (
            "--target ses:us-east-1 --max-rate 50/s --max-recipients 499",
            "--max-recipients: target.max_recipients: 499 recipients in all are less than the load asks for: 500 messages, warm-up included, to 1 each make 500; make it shorter, or raise this",
        ),
        (
            "--target ses:us-east-1 --max-rate 50/s --max-recipients 500",
            "the built-in scenario: message.from: `sender@example.com` is a placeholder, and SES accepts mail from verified identities only: name yours, with --set message.from=you@your.domain",
        ),
        (
            "--target ses:us-east-1 --max-rate 50/s --max-recipients 500 --set message.from=me@corp.internal",
            "the built-in scenario: auth: SES accepts mail after AUTH only: set SESBENCH_USERNAME and SESBENCH_PASSWORD to the SMTP credentials of the region (`sesbench ses password` makes the password of an IAM secret)",
        ),
        (
            "--target relay.example.com:25 --set message.to=['you@example.net']",
            "--set: message.to: `you@example.net` is neither at simulator.amazonses.com nor at a domain of allow_recipient_domains, and the target is not on this machine; list \"example.net\" there if its mail is yours to receive",
        ),
        (
            "nowhere.toml",
            "nowhere.toml: cannot be read: No such file or directory (os error 2)",
        ),
    ] {
        assert_eq!(run(flags).unwrap_err(), line);
    }
    for (flags, part) in [
        ("--shard 9/8", "write which, from 1, and of how many"),
        ("--target a:b:c", "write mock, ses:REGION"),
        (
            "--threshold respones.p99<1s",
            "did you mean `response.p99`?",
        ),
        ("--set load.rate", "`load.rate` sets nothing"),
        ("--duration 5s --messages 5", "cannot be used with"),
        ("--sessions many", "invalid value 'many'"),
    ] {
        let error = run(flags).unwrap_err();
        assert!(error.contains(part), "{error}");
    }
}
