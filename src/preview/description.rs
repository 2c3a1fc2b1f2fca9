//! Describes a plan in text.

use std::fmt::Write;
use std::time::Duration;

use crate::analysis::verdict::Threshold;
use crate::dispatch::{Connect, Retry};
use crate::engine::{Load, Model};
use crate::message::{Content, Form, Message, RecipientSource, added_size};
use crate::net::TlsVersion;
use crate::scenario::{Ceilings, Login, Plan, Target, TargetKind, expected_messages};
use crate::schedule::{Arrivals, Length, RateUnit, Shape, Shard};
use crate::smtp::{Mechanism, TlsMode};
use crate::text::{percent, printable};
use crate::units::Size;

/// What the plan will do: a line or two for each part.
pub(crate) fn description(plan: &Plan) -> String {
    let mut text = format!("{}\n", plan.name);
    let mut line = |label: &str, words: &str| {
        let _ = writeln!(text, "  {label:<10} {words}");
    };
    line("target", &target(&plan.target));
    line("log-in", &log_in(plan.auth.as_ref()));
    line("load", &load(&plan.load));
    if let Some(ceilings) = ceilings(&plan.target.ceilings) {
        line("at most", &ceilings);
    }
    line("sessions", &sessions(&plan.load));
    if let Some(shard) = plan.shard {
        line("shard", &share(shard, &plan.load));
    }
    line("message", &message(&plan.message));
    for (share, content) in kinds(&plan.message) {
        line(&share, &content);
    }
    if let Some(retry) = &plan.retry {
        line("retries", &retries(retry));
    }
    for (position, threshold) in plan.thresholds.iter().enumerate() {
        let label = if position == 0 { "passes if" } else { "and" };
        line(label, &condition(threshold));
    }
    text
}

/// A threshold, and what it does to a run that misses it.
fn condition(threshold: &Threshold) -> String {
    match threshold.abort_after() {
        None => threshold.to_string(),
        Some(delay) if delay.is_zero() => {
            format!("{threshold}; a run that is sure to miss it ends early")
        }
        Some(delay) => {
            let delay = humantime::format_duration(delay);
            format!("{threshold}; a run that is sure to miss it ends early, after {delay}")
        }
    }
}

fn target(target: &Target) -> String {
    let place = match &target.kind {
        TargetKind::Mock { .. } => "the embedded mock of SES".to_owned(),
        TargetKind::Smtp { host, port } => place(host, *port),
        TargetKind::Ses(ses) => format!("SES in {} at {}", ses.region, place(&ses.host, ses.port)),
    };
    let mode = match target.tls {
        TlsMode::Starttls => "STARTTLS",
        TlsMode::Wrapper => "TLS from the first byte",
        TlsMode::None => return format!("{place}, in plaintext"),
    };
    let versions = target
        .tls_settings
        .versions
        .iter()
        .map(|version| match version {
            TlsVersion::V12 => "1.2",
            TlsVersion::V13 => "1.3",
        });
    let versions: Vec<_> = versions.collect();
    format!("{place}, {mode}, TLS {}", versions.join(" or "))
}

/// Host and port, with brackets around an IPv6 address.
pub(super) fn place(host: &str, port: u16) -> String {
    match host.contains(':') {
        true => format!("[{host}]:{port}"),
        false => format!("{host}:{port}"),
    }
}

fn log_in(login: Option<&Login>) -> String {
    let Some(login) = login else {
        return "none".to_owned();
    };
    let mechanism = match login.mechanism {
        Mechanism::Plain => "AUTH PLAIN",
        Mechanism::Login => "AUTH LOGIN",
    };
    let whose = match (&login.credentials, login.wrong_credentials) {
        (_, true) => "invalid credentials, to be refused",
        (None, _) => "the mock's own credentials",
        (Some(_), _) => "the configured credentials",
    };
    format!("{mechanism} with {whose}")
}

fn load(load: &Load) -> String {
    let pace = pace(&load.model);
    let length = match load.length {
        Length::Duration(duration) => time(duration),
        Length::Messages(messages) => format!("{messages} messages"),
    };
    let warm_up = if load.warm_up == Duration::ZERO {
        String::new()
    } else {
        format!(" after {} of warm-up", time(load.warm_up))
    };
    format!("{pace}, for {length}{warm_up}{}", messages(load))
}

fn ceilings(ceilings: &Ceilings) -> Option<String> {
    let rate = ceilings.max_rate.map(|rate| rate.to_string());
    let all = ceilings
        .max_recipients
        .map(|number| format!("{number} in all"));
    let parts: Vec<_> = rate.into_iter().chain(all).collect();
    (!parts.is_empty()).then(|| format!("{}, in recipients, retries included", parts.join(", ")))
}

fn messages(load: &Load) -> String {
    let about = match load.model {
        Model::Open {
            arrivals: Arrivals::Poisson,
            ..
        } => "about ",
        _ => "",
    };
    match expected_messages(load) {
        Some((measured, 0)) => format!(": {about}{measured} messages measured"),
        Some((measured, warm_up)) => {
            format!(": {about}{measured} messages measured, {about}{warm_up} in the warm-up")
        }
        None => String::new(),
    }
}

fn pace(model: &Model) -> String {
    let Model::Open {
        shape,
        arrivals,
        rate_unit,
    } = model
    else {
        return "as fast as replies come".to_owned();
    };
    let mut text = match shape {
        Shape::Rate(rate) => rate.to_string(),
        Shape::Stages(stages) => {
            let each: Vec<_> = stages.iter().map(ToString::to_string).collect();
            format!("from 0/s {}", each.join(", "))
        }
    };
    if let RateUnit::Recipients { per_message } = rate_unit {
        let _ = write!(text, " in recipients, {per_message} a message");
    }
    if *arrivals == Arrivals::Poisson {
        text += " on average, at random times";
    }
    text + ", independent of the server"
}

fn share(shard: Shard, load: &Load) -> String {
    let sessions = shard.share(load.sessions.get().into());
    format!(
        "{shard}: one message in {}, and {sessions} of the sessions",
        shard.of()
    )
}

fn sessions(load: &Load) -> String {
    let opened = match load.connect {
        Connect::Ahead => "opened before the clock starts",
        Connect::OnDemand => "opened when a message needs one",
    };
    let reuse = match load.messages_per_session {
        Some(messages) => format!("reopened after {messages} messages each"),
        None => "kept".to_owned(),
    };
    format!("{}, {opened}, {reuse}", load.sessions)
}

fn time(time: Duration) -> String {
    humantime::format_duration(time).to_string()
}

fn retries(retry: &Retry) -> String {
    let bound = |attempt| retry.bound(attempt).map(time);
    let bounds: Vec<_> = (1..=4).map_while(bound).collect();
    let more = match retry.attempts.get() {
        0..=5 => "",
        _ => " and so on",
    };
    format!(
        "up to {} attempts if throttled or deferred, after waits of up to {}{more}",
        retry.attempts,
        bounds.join(", ")
    )
}

/// One line for one kind of message; with several, each has a line of its own.
fn message(message: &Message) -> String {
    let what = match message.mix.variants() {
        [only] => content(&only.content),
        several => format!("{} kinds", several.len()),
    };
    let recipients = message.recipients.get();
    let plural = if recipients == 1 { "" } else { "s" };
    let (from, whom) = (&message.from, whom(&message.to));
    format!("{what}, from {from} to {whom}, {recipients} recipient{plural} each")
}

fn whom(to: &RecipientSource) -> String {
    let how = match to.weights() {
        Some(_) => "by weight",
        None => "in turn",
    };
    match (to.recipient_list(), to.iter().len()) {
        (Some(recipient_list), count) => {
            format!(
                "{count} addresses of {} {how}",
                printable(&recipient_list.file)
            )
        }
        (None, 1) => to.iter().collect(),
        (None, count) => format!("{count} addresses {how}"),
    }
}

/// The share and the description of each of several kinds.
fn kinds(message: &Message) -> Vec<(String, String)> {
    let variants = message.mix.variants();
    let total: f64 = variants.iter().map(|variant| variant.weight).sum();
    let lines = variants
        .iter()
        .filter(|_| variants.len() > 1)
        .map(|variant| {
            let what = content(&variant.content);
            let what = match &variant.name {
                Some(name) => format!("{}: {what}", printable(name)),
                None => what,
            };
            (percent(variant.weight, total), what)
        });
    lines.collect()
}

fn content(content: &Content) -> String {
    let (size, attachments) = match &content.form {
        Form::Eml { eml } => return format!("{} ({} bytes)", printable(&eml.file), eml.bytes),
        Form::Made { size, attachments } => (size, attachments),
    };
    let with = match attachments.as_slice() {
        [] => return size.to_string(),
        [_] => "an attachment".to_owned(),
        several => format!("{} attachments", several.len()),
    };
    let added = added_size(attachments);
    let (least, most) = (size.least() + added, size.most() + added);
    let range = match least == most {
        true => Size(least).to_string(),
        false => format!("{} to {}", Size(least), Size(most)),
    };
    format!("{size} and {with}: {range} in all")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::testing::plan;

    #[test]
    fn a_plan_is_described() {
        assert_eq!(
            description(&plan(&[])),
            "smoke
  target     the embedded mock of SES, STARTTLS, TLS 1.3 or 1.2
  log-in     AUTH PLAIN with the mock's own credentials
  load       50/s, independent of the server, for 8s after 2s of warm-up: 400 messages measured, 100 in the warm-up
  sessions   10, opened before the clock starts, kept
  message    4 KiB, from sender@example.com to success@simulator.amazonses.com, 1 recipient each
  passes if  outcome.accepted >= 100%
  and        rate.achieved >= 99%
"
        );
    }

    #[test]
    fn ceilings_are_described() {
        let told = |ceilings: &[&str]| description(&plan(ceilings));
        let both = told(&["target.max_rate=60/s", "target.max_recipients=600"]);
        assert!(
            both.contains("\n  at most    60/s, 600 in all, in recipients, retries included\n")
        );
        let one = told(&["target.max_rate=60/s"]);
        assert!(one.contains("\n  at most    60/s, in recipients, retries included\n"));
    }

    #[test]
    fn surprises_are_reported() {
        use crate::preview::warnings;
        assert_eq!(warnings(&plan(&[])), Vec::<String>::new());
        let surprising = plan(&[
            "target.insecure=true",
            "message.recipients=51",
            "thresholds.\"response.p99\"=< 250ms",
        ]);
        assert_eq!(
            warnings(&surprising),
            [
                "certificates are not verified; every report states it",
                "each message repeats addresses: 51 recipients, 1 in the list",
                "SES refuses messages with more than 50 recipients",
                "too few samples for response.p99: 400, at least 1,000 needed",
            ]
        );
    }
}
