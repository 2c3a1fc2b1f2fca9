//! From the command line to the plan.

use clap::Parser;

use super::*;
use crate::cli::result_args::FormatArg;
use crate::cli::{Cli, Command};
use crate::engine::Model;
use crate::message::{Form, Sizes};
use crate::scenario::TargetKind;
use crate::schedule::{Arrivals, Length, RateUnit, Shape};
use crate::smtp::TlsMode;

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
    assert_eq!(options.result.format, FormatArg::Human);
}

fn thresholds(plan: &Plan) -> Vec<String> {
    plan.thresholds.iter().map(ToString::to_string).collect()
}

#[test]
fn a_run_by_flags_alone_is_not_the_smoke_test() {
    for flags in [
        "--target 127.0.0.1:25",
        "--set target.kind=smtp --set target.host=127.0.0.1",
    ] {
        let (plan, _) = run(flags).unwrap();
        assert_eq!(plan.name, "flags");
        assert_eq!(thresholds(&plan), ["outcome.accepted >= 99%"]);
        assert_eq!(plan.load.sessions.get(), 10);
    }
    let (plan, _) = run("--target mock --rate 9/s").unwrap();
    assert_eq!(plan.name, "smoke");
    let own = "--target 127.0.0.1:25 --threshold outcome.accepted>=50%";
    assert_eq!(
        thresholds(&run(own).unwrap().0),
        ["outcome.accepted >= 50%"]
    );
}

#[test]
fn the_closed_model_is_not_asked_for_a_rate() {
    let (plan, _) = run("--model closed").unwrap();
    assert_eq!(thresholds(&plan), ["outcome.accepted >= 100%"]);
    let error = run("--model closed --threshold rate.achieved>=99%").unwrap_err();
    assert_eq!(
        error,
        "--threshold: thresholds.rate.achieved: always met with load.model = \"closed\", \
         which has no target rate; use goodput"
    );
}

#[test]
fn sender_and_recipients_have_flags() {
    let (plan, _) = run("--from me@corp.internal --to a@example.com --to b@example.com").unwrap();
    assert_eq!(plan.message.from, "me@corp.internal");
    let to: Vec<_> = plan.message.to.iter().collect();
    assert_eq!(to, ["a@example.com", "b@example.com"]);
    let error = run("--to nobody").unwrap_err();
    assert_eq!(
        error,
        "--to: message.to: invalid mail address \"nobody\": expected NAME@DOMAIN"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    std::fs::write(&path, "email\nann@example.com\n").unwrap();
    let (plan, _) = run(&format!("--recipients {}", path.display())).unwrap();
    assert_eq!(
        plan.message.to.iter().collect::<Vec<_>>(),
        ["ann@example.com"]
    );
    let both = run("--to a@example.com --recipients x.csv").unwrap_err();
    assert!(both.contains("cannot be used with"), "{both}");
}

/// Scripts append flags to override earlier ones.
#[test]
fn of_a_flag_given_twice_the_last_wins() {
    let (plan, options) = run(
        "--rate 5/s --rate 7/s --sessions 3 --sessions 4 --target mock --target 127.0.0.1:2525 \
         --insecure --insecure --quiet --quiet --format human --format json --seed 1 --seed 2 \
         --shard 1/2 --shard 2/2 --to a@example.com --to b@example.com \
         --set load.drain=1s --set load.workers=2 --from a@example.com --from b@example.com",
    )
    .unwrap();
    let shape = Shape::Rate("7/s".parse().unwrap());
    assert!(matches!(&plan.load.model, Model::Open { shape: given, .. } if *given == shape));
    assert_eq!(plan.load.sessions.get(), 4);
    assert!(matches!(
        plan.target.kind,
        TargetKind::Smtp { port: 2525, .. }
    ));
    assert_eq!(
        (options.result.format, options.progress.quiet),
        (FormatArg::Json, true)
    );
    assert_eq!((plan.seed, plan.shard), (2, "2/2".parse().ok()));
    assert_eq!(plan.message.to.iter().len(), 2);
    assert_eq!(plan.load.workers.map(usize::from), Some(2));
    assert_eq!(plan.message.from, "b@example.com");
}

#[test]
fn a_shard_without_a_message_is_refused() {
    let error = run("--shard 4/4 --messages 3 --warm-up 0s").unwrap_err();
    assert!(
        error.starts_with("--shard: load: shard 4/4 has no message to measure"),
        "{error}"
    );
    assert!(run("--shard 3/4 --messages 3 --warm-up 0s").is_ok());
    assert!(run("--shard 4/4 --messages 3 --model closed").is_err());
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
    assert_eq!(plan.load.connect, crate::dispatch::Connect::OnDemand);
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
        ["goodput > 1/s", "goodput < 900/s", "response.p99 < 250ms",]
    );
    assert_eq!(plan.shard, "2/8".parse().ok());
    assert_eq!(options.out, Some(PathBuf::from("/tmp/x")));
    assert_eq!(options.result.format, FormatArg::Json);
    assert!(options.progress.quiet && options.yes && options.trace.is_some());
}

#[test]
fn a_flag_that_means_nothing_is_named() {
    for (flags, line) in [
        (
            "--rate fast",
            "--rate: load.rate: invalid rate \"fast\": expected a number above 0 and a unit, such as 50/s, 3000/min, 14.5/s or 100000/d",
        ),
        (
            "--duration 0s",
            "--duration: load.duration: must be above zero",
        ),
        (
            "--sessions 7 --shard 1/8",
            "--shard: load.sessions: 7 sessions are too few for 8 shards: each needs one",
        ),
        (
            "--sessions 0",
            "--sessions: load.sessions: must be from 1 to 100000",
        ),
        (
            "--target ses:us-east-1",
            "the built-in scenario: target.max_rate: missing; mail to SES costs money and reputation: set the maximum recipients per second, retries included, within your account's quota, such as \"14/s\"",
        ),
        (
            "--target ses:us-east-1:465 --tls starttls",
            "--tls: target.tls: port 465 of SES does not take \"starttls\", which has ports 25, 587, 2587; change one of the two",
        ),
        (
            "--target ses:us-east-1 --max-rate 49/s --max-recipients 500",
            "--max-rate: target.max_rate: the load exceeds this ceiling of 49/s in recipients: it asks for 50/s; lower the load",
        ),
        (
            "--target ses:us-east-1 --max-rate 50/s --max-recipients 499",
            "--max-recipients: target.max_recipients: the load exceeds this ceiling of 499 recipients: 500 messages, warm-up included, to 1 each make 500; shorten the load, or raise this",
        ),
        (
            "--target ses:us-east-1 --max-rate 50/s --max-recipients 500",
            "the built-in scenario: message.from: `sender@example.com` is a placeholder, and SES accepts mail only from verified identities: set yours with --set message.from=you@your.domain",
        ),
        (
            "--target ses:us-east-1 --max-rate 50/s --max-recipients 500 --set message.from=me@corp.internal",
            "the built-in scenario: auth: SES accepts mail only after AUTH: set SESBENCH_USERNAME and SESBENCH_PASSWORD to the SMTP credentials of the region (`sesbench ses password` derives the password from an IAM secret)",
        ),
        (
            "--target relay.example.com:25 --set message.to=['you@example.net']",
            "--set: message.to: recipient \"you@example.net\" is not allowed: it is neither at simulator.amazonses.com nor at a domain of allow_recipient_domains, and the target is not on this machine; list \"example.net\" there if you may receive its mail",
        ),
        (
            "nowhere.toml",
            "nowhere.toml: cannot be read: No such file or directory (os error 2)",
        ),
    ] {
        assert_eq!(run(flags).unwrap_err(), line);
    }
    for (flags, part) in [
        ("--shard 9/8", "expected I/N with I from 1 to N"),
        ("--target a:b:c", "expected mock, ses:REGION"),
        (
            "--threshold respones.p99<1s",
            "did you mean `response.p99`?",
        ),
        (
            "--abort-on-fail rate.achieved>=99%",
            "rate.achieved cannot end a run: messages that are late",
        ),
        ("--set load.rate", "expected KEY=VALUE"),
        ("--duration 5s --messages 5", "cannot be used with"),
        ("--sessions many", "invalid value 'many'"),
    ] {
        let error = run(flags).unwrap_err();
        assert!(error.contains(part), "{error}");
    }
}
