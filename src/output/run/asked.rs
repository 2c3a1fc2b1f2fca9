//! The load and the target of a run in one line each, from the plan in `run.json`.

use std::time::Duration;

use serde_json::Value;

use crate::run::Record;
use crate::text::words::{count, plural};

/// The load: `50/s for 30s after 5s of warm-up, over 20 sessions`.
pub(super) fn load(record: &Record) -> String {
    let load = &record.plan["load"];
    let mut text = format!(
        "{}{}",
        pace(&load["model"]["open"]),
        length(&load["length"])
    );
    if let Some(warm_up) = warm_up(record).filter(|time| !time.is_zero()) {
        text += &format!(" after {} of warm-up", humantime::format_duration(warm_up));
    }
    if let Some(sessions) = load["sessions"].as_u64() {
        text += &format!(", {}", plural(sessions, "session"));
    }
    if let Some(messages) = load["messages_per_session"].as_u64() {
        text += &format!(" of {} each", plural(messages, "message"));
    }
    if let Some(size) = record.plan["message"]["size"].as_u64() {
        text += &format!(", {} bytes a message", count(size));
    }
    text
}

/// The warm-up, where the plan has one.
pub(super) fn warm_up(record: &Record) -> Option<Duration> {
    duration(&record.plan["load"]["warm_up"])
}

/// The target: host, port and TLS; what the plan has of it where the record was
/// written before the target was found, such as that of a run that was killed.
pub(super) fn target(record: &Record) -> String {
    let target = &record.target;
    if target.host.is_empty() {
        return planned_target(&record.plan["target"]);
    }
    let mut text = format!(
        "{} {}:{}, {}",
        target.kind, target.host, target.port, target.mode
    );
    if let Some(tls) = &target.tls {
        text += &format!(
            ", TLS {}, {}, {}, {}",
            tls.version, tls.cipher, tls.key_exchange, tls.certificate_key
        );
        if !tls.verified {
            text += ", CERTIFICATE NOT VERIFIED (--insecure)";
        }
    }
    text
}

/// The target as planned: the mock has no address before it runs.
fn planned_target(target: &Value) -> String {
    let kind = &target["kind"];
    let mut text = kind["kind"].as_str().unwrap_or("unknown").to_owned();
    if let (Some(host), Some(port)) = (kind["host"].as_str(), kind["port"].as_u64()) {
        text += &format!(" {host}:{port}");
    }
    if let Some(mode) = target["tls"].as_str() {
        text += &format!(", {mode}");
    }
    text
}

/// The rate or its stages, what the rate counts, and the arrivals.
fn pace(open: &Value) -> String {
    let stages = open["stages"].as_array().into_iter().flatten();
    let stages: Vec<_> = stages.filter_map(Value::as_str).collect();
    let mut text = match (open["rate"].as_str(), stages.as_slice()) {
        (Some(rate), _) => rate.to_owned(),
        (None, []) => return "as fast as replies come".to_owned(),
        (None, stages) => format!("from 0/s {}", stages.join(", ")),
    };
    if let Some(number) = open["rate_unit"]["recipients"]["per_message"].as_u64() {
        text += &format!(" in recipients, {} a message", count(number));
    }
    if open["arrivals"] == "poisson" {
        text += " on average, at random moments";
    }
    text
}

fn length(length: &Value) -> String {
    if let Some(time) = duration(&length["duration"]) {
        return format!(" for {}", humantime::format_duration(time));
    }
    let messages = length["messages"].as_u64();
    messages
        .map(|messages| format!(", {}", plural(messages, "message")))
        .unwrap_or_default()
}

/// A duration in serde's format.
fn duration(value: &Value) -> Option<Duration> {
    let nanos = u32::try_from(value["nanos"].as_u64()?).ok()?;
    Some(Duration::new(value["secs"].as_u64()?, nanos))
}
