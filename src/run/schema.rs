//! The JSON Schema of `run.json`, generated from the tables of the vocabulary.
//!
//! It is published as `results/run.schema.json`. A test keeps that file equal to
//! this code, and another validates real output with it.

use serde_json::{Map, Value, json};

use super::record::SCHEMA_VERSION;
use super::totals::SCHEDULED;
use crate::vocabulary::Outcome;

/// The JSON Schema (2020-12) of `run.json`.
pub(crate) fn schema() -> Value {
    let always = [
        ("schema_version", json!({ "const": SCHEMA_VERSION })),
        (
            "status",
            one_of(&["running", "finished", "interrupted", "aborted"]),
        ),
        ("run_id", string()),
        ("version", string()),
        ("git_commit", optional("string")),
        ("start", optional("string")),
        ("duration_s", amount()),
        ("window_s", amount()),
        (
            "scenario",
            object(&[("name", string()), ("text", optional("string"))]),
        ),
        ("plan", json!({ "type": "object" })),
        ("plan_hash", string()),
        ("seed", count()),
        (
            "shard",
            nullable(object(&[("index", count()), ("of", count())])),
        ),
        ("environment", environment()),
        ("target", target()),
        ("totals", totals()),
        ("window", totals()),
        (
            "sessions",
            counts(&["opened", "ready", "failed", "reconnects"]),
        ),
        ("attempts", counts(&["started", "retries"])),
        ("rate", rate()),
        ("cpu", cpu()),
        ("mock", json!({})),
        ("health", list(finding())),
        ("verdict", nullable(verdict())),
    ];
    let mut schema = grown_object(&always, &[("diagnoses", list(diagnosis()))]);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("run.json of sesbench");
    schema
}

/// An object with exactly these properties.
fn object(properties: &[(&str, Value)]) -> Value {
    grown_object(properties, &[])
}

/// The same, with properties that this version writes and older ones did not.
fn grown_object(properties: &[(&str, Value)], added: &[(&str, Value)]) -> Value {
    let names: Vec<_> = properties.iter().map(|(name, _)| *name).collect();
    let all = properties.iter().chain(added).cloned();
    let all: Map<_, _> = all.map(|(name, value)| (name.to_owned(), value)).collect();
    json!({
        "type": "object",
        "required": names,
        "properties": all,
        "additionalProperties": false,
    })
}

fn totals() -> Value {
    let outcomes = Outcome::ALL.iter().map(|outcome| outcome.name());
    counts(
        &std::iter::once(SCHEDULED)
            .chain(outcomes)
            .collect::<Vec<_>>(),
    )
}

fn counts(names: &[&str]) -> Value {
    let each = names.iter().map(|name| (*name, count()));
    object(&each.collect::<Vec<_>>())
}

fn environment() -> Value {
    object(&[
        ("os", optional("string")),
        ("kernel", optional("string")),
        ("architecture", optional("string")),
        ("cpu_model", optional("string")),
        ("cores", optional("integer")),
        ("memory_bytes", optional("integer")),
        ("congestion_control", optional("string")),
        ("file_limit", optional("integer")),
    ])
}

fn target() -> Value {
    let address = grown_object(
        &[("address", string()), ("sessions", count())],
        &[("failed", count())],
    );
    let tls = object(&[
        ("version", string()),
        ("cipher", string()),
        ("key_exchange", string()),
        ("certificate_key", string()),
        ("verified", boolean()),
        ("full_handshakes", count()),
        ("resumed_handshakes", count()),
        ("hello_retry_requests", count()),
    ]);
    grown_object(
        &[
            ("kind", string()),
            ("host", string()),
            ("port", port()),
            ("mode", string()),
            ("addresses", list(address)),
            ("ehlo", list(string())),
            ("tls", nullable(tls)),
        ],
        &[("region", optional("string"))],
    )
}

fn rate() -> Value {
    object(&[
        ("target_per_s", optional("number")),
        ("achieved_per_s", amount()),
        ("achieved_share", optional("number")),
        ("goodput_per_s", amount()),
    ])
}

fn cpu() -> Value {
    let process = grown_object(
        &[
            ("seconds", amount()),
            ("per_message_us", optional("number")),
            ("per_session_us", optional("number")),
        ],
        &[
            ("background_s", optional("number")),
            ("message_us", optional("number")),
        ],
    );
    object(&[
        ("generator", nullable(process.clone())),
        ("mock", nullable(process)),
        ("machine_s", optional("number")),
    ])
}

fn diagnosis() -> Value {
    object(&[
        ("id", string()),
        ("title", string()),
        ("text", string()),
        ("messages", count()),
        ("sessions", count()),
    ])
}

fn finding() -> Value {
    object(&[
        ("code", string()),
        ("severity", one_of(&["warning", "inconclusive"])),
        ("text", string()),
    ])
}

fn verdict() -> Value {
    let check = object(&[
        ("threshold", string()),
        ("value", string()),
        ("met", boolean()),
        ("in_doubt", boolean()),
    ]);
    object(&[
        ("decision", one_of(&["pass", "fail", "inconclusive"])),
        ("thresholds", list(check)),
    ])
}

fn string() -> Value {
    json!({ "type": "string" })
}

fn boolean() -> Value {
    json!({ "type": "boolean" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn port() -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": u16::MAX })
}

fn amount() -> Value {
    json!({ "type": "number", "minimum": 0 })
}

fn optional(kind: &str) -> Value {
    json!({ "type": [kind, "null"] })
}

fn one_of(words: &[&str]) -> Value {
    json!({ "enum": words })
}

fn list(of: Value) -> Value {
    json!({ "type": "array", "items": of })
}

fn nullable(of: Value) -> Value {
    json!({ "anyOf": [of, { "type": "null" }] })
}
