//! `sesbench probe`: its flags, the overrides they make, and the confirmation
//! before a message is sent.

use clap::{Args, ValueEnum};
use toml::Value;

use super::ses::own_secret;
use super::{TargetArg, consent, environment};
use crate::app::AppError;
use crate::app::probe::{Format, Request, probe as carry_out};
use crate::scenario::{self, Environment, Override, Plan, Source};
use crate::vocabulary::ExitCode;

const EXAMPLES: &str = "\
Examples:
  sesbench probe ses:eu-west-1
      Can SES be reached, and are SESBENCH_USERNAME and SESBENCH_PASSWORD valid?
  sesbench probe relay.example.com:465 --tls wrapper --format json
      The same for a relay, as JSON.
  sesbench probe mock --send
      Send one message to the embedded mock, and show every line.

Exit codes:
  0    success
  1    the message was refused
  2    usage error
  3    the target could not be reached, or TLS or the credentials were refused
  7    standard output could not be written
  130  the confirmation before a message was not answered with yes";

/// Headings of the help.
const CONNECTION: &str = "Connection";
const MESSAGE: &str = "Message";
const OUTPUT: &str = "Output";

/// Arguments of `probe`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
// These comments are the help: `[default: ...]` and `<...>` are for a terminal, not
// for rustdoc.
#[allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]
pub struct ProbeArgs {
    /// Server to probe: mock, ses:REGION, or HOST:PORT
    ///
    /// [e.g. ses:us-east-1, relay.example.com:587]
    #[arg(value_name = "TARGET", verbatim_doc_comment)]
    pub target: TargetArg,
    /// TLS mode: starttls, wrapper (implicit TLS) or none
    ///
    /// [default: the port's usual mode, else starttls]
    #[arg(
        long,
        value_name = "MODE",
        value_parser = ["starttls", "wrapper", "none"],
        hide_possible_values = true,
        help_heading = CONNECTION,
        verbatim_doc_comment
    )]
    pub tls: Option<String>,
    /// PEM file of the only certificates to trust
    ///
    /// Issuers, or the server's own certificate.
    /// [default: the platform's roots; e.g. relay-ca.pem]
    #[arg(
        long,
        value_name = "FILE",
        help_heading = CONNECTION,
        verbatim_doc_comment
    )]
    pub ca_file: Option<String>,
    /// Accept any certificate; the output states it
    #[arg(long, help_heading = CONNECTION)]
    pub insecure: bool,
    /// Also send one message
    #[arg(long, help_heading = MESSAGE)]
    pub send: bool,
    /// Sender of the message
    ///
    /// [default: sender@example.com, which SES refuses;
    /// e.g. you@your.domain]
    #[arg(
        long,
        value_name = "ADDRESS",
        requires = "send",
        help_heading = MESSAGE,
        verbatim_doc_comment
    )]
    pub from: Option<String>,
    /// Recipient of the message; repeatable
    ///
    /// [default: success@simulator.amazonses.com]
    #[arg(
        long,
        value_name = "ADDRESS",
        requires = "send",
        help_heading = MESSAGE,
        verbatim_doc_comment
    )]
    pub to: Vec<String>,
    /// Set any key of a scenario; repeatable
    ///
    /// All keys: docs/scenario.md.
    /// [e.g. timeouts.banner=2s]
    #[arg(
        long,
        value_name = "KEY=VALUE",
        value_parser = Override::assignment,
        help_heading = CONNECTION,
        verbatim_doc_comment
    )]
    pub set: Vec<Override>,
    /// Answer yes to the question before mail goes to SES
    #[arg(long, help_heading = MESSAGE)]
    pub yes: bool,
    /// Each step (human), or json at the end [default: human]
    #[arg(
        long,
        value_enum,
        default_value_t,
        hide_default_value = true,
        hide_possible_values = true,
        value_name = "FORMAT",
        help_heading = OUTPUT
    )]
    pub format: ProbeFormat,
}

/// The format of a probe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ProbeFormat {
    /// Text for people
    #[default]
    Human,
    /// JSON for programs
    Json,
}

impl From<ProbeFormat> for Format {
    fn from(format: ProbeFormat) -> Self {
        match format {
            ProbeFormat::Human => Self::Steps,
            ProbeFormat::Json => Self::Json,
        }
    }
}

impl ProbeArgs {
    /// The plan of the built-in scenario on that target. A probe is the first
    /// session of such a run, and at most its first message.
    fn resolve(&self, environment: Environment<'_>) -> Result<Plan, scenario::Error> {
        let plan = scenario::read(&Source::BuiltIn, &self.overrides(), environment)?;
        match scenario::missing(&plan).into_iter().next() {
            Some(missing) if self.send => {
                let of_this = match missing.key {
                    "message.from" => " or --from you@your.domain",
                    _ => "",
                };
                Err(scenario::Error::Invalid {
                    origin: "--send".to_owned(),
                    key: missing.key.to_owned(),
                    why: missing.why + of_this,
                })
            }
            _ => Ok(plan),
        }
    }

    /// A load of one message. SES targets need ceilings, so they are set to what
    /// one message takes.
    fn one_message(&self) -> Vec<Override> {
        let recipients = self.recipients();
        let set =
            |table: &str, key: &str, value: Value| Override::new("probe", &[table, key], value);
        let mut all = vec![
            set("load", "rate", "1/s".into()),
            set("load", "messages", 1.into()),
            set("load", "warm_up", "0s".into()),
        ];
        if matches!(self.target, TargetArg::Ses { .. }) {
            all.push(set("target", "max_rate", format!("{recipients}/s").into()));
            all.push(set("target", "max_recipients", recipients.into()));
        }
        all
    }

    /// The recipients of the message. An invalid number is refused with the plan.
    fn recipients(&self) -> i64 {
        let said = self.set.iter().rev();
        let mut said = said.filter_map(|set| set.value(&["message", "recipients"])?.as_integer());
        let number = said.next().unwrap_or(self.to.len() as i64);
        number.max(1)
    }

    /// The overrides of the flags; `--set` comes last and wins.
    fn overrides(&self) -> Vec<Override> {
        let mut all = self.target.overrides();
        all.extend(self.one_message());
        let texts = [
            ("--tls", ["target", "tls"], &self.tls),
            ("--ca-file", ["target", "ca_file"], &self.ca_file),
            ("--from", ["message", "from"], &self.from),
        ];
        for (flag, path, value) in texts {
            let text = value.as_deref();
            all.extend(text.map(|text| Override::new(flag, &path, text)));
        }
        if self.insecure {
            all.push(Override::new("--insecure", &["target", "insecure"], true));
        }
        if !self.to.is_empty() {
            let to: Vec<Value> = self.to.iter().map(|each| each.as_str().into()).collect();
            let number = to.len() as i64;
            all.push(Override::new("--to", &["message", "to"], to));
            all.push(Override::new("--to", &["message", "recipients"], number));
        }
        all.extend(self.set.iter().cloned());
        all
    }
}

/// Runs the command; returns its exit code. An error is one line on stderr.
pub(super) fn probe(args: &ProbeArgs) -> ExitCode {
    request(args)
        .and_then(carry_out)
        .unwrap_or_else(AppError::report)
}

fn request(args: &ProbeArgs) -> Result<Request, AppError> {
    let plan = args.resolve(&environment);
    let plan = plan.map_err(|error| AppError::new(ExitCode::Usage, error))?;
    if args.send {
        let consent = consent::ask(&plan, args.yes);
        consent.map_err(|none| AppError::new(none.code(), none))?;
    }
    Ok(Request {
        plan,
        send: args.send,
        format: args.format.into(),
        secret: own_secret(&environment),
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::{Cli, Command};

    fn plan(words: &str) -> Result<Plan, String> {
        let words = format!("sesbench probe ses:us-east-1 --from me@corp.internal --send {words}");
        let Command::Probe(args) = Cli::parse_from(words.split_whitespace()).command else {
            unreachable!("{words}");
        };
        let plan = args.resolve(&|_| Some("given".to_owned()));
        plan.map_err(|error| error.to_string())
    }

    #[test]
    fn its_ceilings_are_the_recipients_of_its_one_message() {
        for (words, number) in [
            ("", 1),
            (
                "--to a@simulator.amazonses.com --to b@simulator.amazonses.com",
                2,
            ),
            ("--set message.recipients=5", 5),
            (
                "--to a@simulator.amazonses.com --set message.recipients=3",
                3,
            ),
            ("--set message.recipients=7 --set message.recipients=4", 4),
        ] {
            let plan = plan(words).unwrap();
            assert_eq!(plan.message.recipients.get(), number, "{words}");
            let most = plan.target.ceilings.max_recipients;
            assert_eq!(most, Some(u64::from(number)), "{words}");
        }
    }

    #[test]
    fn a_number_of_recipients_that_can_not_be_is_refused_by_its_own_name() {
        for words in [
            "--set message.recipients=0",
            "--set message.recipients=-1",
            "--set message.recipients=10001",
            "--set message.recipients=many",
        ] {
            let error = plan(words).unwrap_err();
            assert!(error.starts_with("--set: message.recipients: "), "{error}");
        }
    }
}
