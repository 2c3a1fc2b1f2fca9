//! What there is, at which path.

use http_body_util::{BodyExt, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::ACCEPT;
use hyper::{HeaderMap, Method, Request, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::answer::{self, Answer, done, not_allowed, problem, typed};
use super::state::State;
use super::{guard, messages, metrics};
use crate::handle::Handle;
use crate::protocol::FaultStage;
use crate::settings::Fault;

/// Bytes of a request's body: a thousand faults fit.
const BODY: usize = 1024 * 1024;

const HELP: &str = "\
GET   /metrics          counts and quotas for Prometheus
GET   /state            the same and more as JSON
GET   /report           how clients behaved: JSON, or text with Accept: text/plain
GET   /quota            what the account may send
PATCH /quota            {\"rate\": 5, \"burst\": 5, \"daily\": null}; null is no limit
PATCH /account          {\"paused\": true}
POST  /reset            counts, used quota, report and messages begin anew
PUT   /faults           [{\"at\": \"dot\", \"every\": 10, \"action\": \"close\"}]: all rules anew
GET   /messages         messages kept in memory
GET   /messages/ID.eml  one of them, by its id or its number in the list
";

pub(super) async fn answer(request: Request<Incoming>, handle: &Handle) -> Answer {
    if let Some(refusal) = guard::refusal(request.headers()) {
        return problem(StatusCode::FORBIDDEN, refusal);
    }
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            return problem(StatusCode::PAYLOAD_TOO_LARGE, "the body is over 1 MiB");
        }
        Err(_) => return problem(StatusCode::BAD_REQUEST, "the body can't be read"),
    };
    let path = head.uri.path();
    route(&head.method, path, &head.headers, &body, handle)
}

fn route(
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    body: &Bytes,
    handle: &Handle,
) -> Answer {
    let get = matches!(*method, Method::GET | Method::HEAD);
    match path {
        "/" if get => typed("text/plain; charset=utf-8", HELP),
        "/metrics" if get => typed(metrics::CONTENT_TYPE, metrics::text(handle)),
        "/state" if get => answer::json(&State::of(handle)),
        "/report" if get => report(headers, handle),
        "/quota" if get => answer::json(&handle.account().limits()),
        "/messages" if get => messages::list(handle),
        "/" | "/metrics" | "/state" | "/report" | "/messages" => not_allowed("GET"),
        "/quota" if method == Method::PATCH => changed(change_quota(body, handle)),
        "/quota" => not_allowed("GET, PATCH"),
        "/account" if method == Method::PATCH => changed(change_account(body, handle)),
        "/account" => not_allowed("PATCH"),
        "/faults" if method == Method::PUT => changed(change_faults(body, handle)),
        "/faults" => not_allowed("PUT"),
        "/reset" if method == Method::POST => {
            handle.reset();
            done()
        }
        "/reset" => not_allowed("POST"),
        _ => match path.strip_prefix("/messages/") {
            Some(name) if get => messages::eml(name, handle),
            Some(_) => not_allowed("GET"),
            None => problem(
                StatusCode::NOT_FOUND,
                "there is no such path; GET / lists them",
            ),
        },
    }
}

fn report(headers: &HeaderMap, handle: &Handle) -> Answer {
    let Some(report) = handle.report() else {
        return problem(
            StatusCode::NOT_FOUND,
            "nobody is watching the clients: the mock runs with judge = false",
        );
    };
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/plain")) {
        return typed("text/plain; charset=utf-8", report.to_string());
    }
    answer::json(&report)
}

/// The state after a change, or what was wrong with it.
fn changed(change: Result<Value, String>) -> Answer {
    match change {
        Ok(value) => answer::json(&value),
        Err(error) => problem(StatusCode::BAD_REQUEST, &error),
    }
}

/// What is not named stays, `null` takes a limit away (RFC 7396).
fn change_quota(body: &[u8], handle: &Handle) -> Result<Value, String> {
    let mut limits = handle.account().limits();
    for (key, value) in object(body)? {
        match key.as_str() {
            "rate" => limits.rate = named(&key, value, "a number, or null for no limit")?,
            "burst" => limits.burst = named(&key, value, "a number, or null for one second's")?,
            "daily" => limits.daily = named(&key, value, "a whole number, or null for no limit")?,
            _ => return Err(unknown(&key, "rate, burst, daily")),
        }
    }
    handle
        .set_limits(|now| *now = limits)
        .map_err(|error| error.to_string())?;
    serde_json::to_value(limits).map_err(|error| error.to_string())
}

fn object(body: &[u8]) -> Result<Map<String, Value>, String> {
    serde_json::from_slice(body).map_err(|error| format!("the body: {error}"))
}

/// The value of a key, or what is wrong with it.
fn named<T: DeserializeOwned>(key: &str, value: Value, allowed: &str) -> Result<T, String> {
    let text = value.to_string();
    serde_json::from_value(value).map_err(|_| format!("{key} = {text}: must be {allowed}"))
}

fn unknown(key: &str, known: &str) -> String {
    format!("{key}: there is no such key here, but {known}")
}

/// The rules as `[[faults]]` has them, in place of all that were in force.
fn change_faults(body: &[u8], handle: &Handle) -> Result<Value, String> {
    let rules: Vec<Value> =
        serde_json::from_slice(body).map_err(|error| format!("the body: {error}"))?;
    let faults = rules.iter().enumerate().map(|(n, rule)| fault(n, rule));
    let faults: Vec<Fault> = faults.collect::<Result<_, _>>()?;
    handle
        .set_faults(&faults)
        .map_err(|error| error.to_string())?;
    serde_json::to_value(faults).map_err(|error| error.to_string())
}

/// A rule; what is wrong is said with the key that is wrong by itself.
fn fault(number: usize, rule: &Value) -> Result<Fault, String> {
    Fault::deserialize(rule).map_err(|error| {
        let alone = |key: &String, value: &Value| match key.as_str() {
            "at" => json!({"at": value}),
            _ => json!({"at": FaultStage::Dot, key: value}),
        };
        let wrong =
            |(key, value): &(&String, &Value)| Fault::deserialize(alone(key, value)).is_err();
        let keys = rule.as_object().into_iter().flatten();
        let key = keys
            .filter(|pair| wrong(pair))
            .map(|(key, _)| format!(".{key}"));
        let key = key.take(1).collect::<String>();
        format!("faults[{number}]{key}: {error}")
    })
}

fn change_account(body: &[u8], handle: &Handle) -> Result<Value, String> {
    let mut paused = handle.account().is_paused();
    let changes = object(body)?;
    if changes.is_empty() {
        return Err("the body: nothing to change; paused is possible".to_owned());
    }
    for (key, value) in changes {
        match key.as_str() {
            "paused" => paused = named(&key, value, "true or false")?,
            _ => return Err(unknown(&key, "paused")),
        }
    }
    handle.account().pause(paused);
    Ok(json!({"paused": paused}))
}
