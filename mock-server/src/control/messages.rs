//! Serves captured messages: the list, and each message.

use hyper::StatusCode;
use serde::Serialize;

use super::answer::{Answer, json, problem, typed};
use crate::capture::{Capture, Message};
use crate::handle::Handle;

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    sender: &'a str,
    recipients: &'a [String],
    /// Bytes before dot-stuffing.
    size: usize,
    accepted_unix_ms: u64,
}

pub(super) fn list(handle: &Handle) -> Answer {
    if let Some(refusal) = refusal(handle) {
        return refusal;
    }
    let messages = handle.messages();
    let rows: Vec<Row<'_>> = messages.iter().map(|message| row(message)).collect();
    json(&rows)
}

/// A message by its id, or by its number in the list (from 0).
pub(super) fn eml(name: &str, handle: &Handle) -> Answer {
    if let Some(refusal) = refusal(handle) {
        return refusal;
    }
    let name = name.strip_suffix(".eml").unwrap_or(name);
    let messages = handle.messages();
    let numbered = name.parse().ok().and_then(|n: usize| messages.get(n));
    let found = numbered.or_else(|| messages.iter().find(|message| message.id == name));
    let Some(message) = found else {
        return problem(
            StatusCode::NOT_FOUND,
            "no message with this id or number in memory; GET /messages lists them",
        );
    };
    let mut eml = Vec::with_capacity(message.data.len() + 200);
    message
        .write_eml(&mut eml)
        .expect("writing to memory does not fail");
    typed("message/rfc822", eml)
}

fn row(message: &Message) -> Row<'_> {
    Row {
        id: &message.id,
        sender: &message.sender,
        recipients: &message.recipients,
        size: message.data.len(),
        accepted_unix_ms: message.accepted_unix_ms,
    }
}

fn refusal(handle: &Handle) -> Option<Answer> {
    let kept = handle.capture().is_some_and(Capture::in_memory);
    (!kept).then(|| {
        problem(
            StatusCode::NOT_FOUND,
            "messages are not kept in memory; set capture_in_memory = true",
        )
    })
}
