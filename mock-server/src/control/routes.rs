//! Routes requests by path and method, and validates their bodies.

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
use crate::protocol::Stage;
use crate::settings::{Fault, plain};
use crate::units::optional_per_second;

/// Maximum bytes of a request body: enough for a thousand faults.
const BODY: usize = 1024 * 1024;

const HELP: &str = "\
GET   /metrics          counts and quotas for Prometheus
GET   /state            the same and more as JSON
GET   /report           how clients treat SES: JSON, or text with Accept: text/plain
GET   /quota            what the account can send
PATCH /quota            {\"rate\": 5, \"burst\": 5, \"daily\": null}; null means no limit
PATCH /account          {\"paused\": true}
POST  /reset            resets counts, used quota, report and messages
PUT   /faults           [{\"at\": \"dot\", \"every\": 10, \"action\": \"close\"}]: replaces all rules
GET   /messages         messages kept in memory
GET   /messages/ID.eml  one of them, by id or by number in the list
";

pub(super) async fn answer(request: Request<Incoming>, handle: &Handle) -> Answer {
    if let Some(refusal) = guard::refusal(request.headers()) {
        return problem(StatusCode::FORBIDDEN, refusal);
    }
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            return problem(
                StatusCode::PAYLOAD_TOO_LARGE,
                "request body too large: at most 1 MiB",
            );
        }
        Err(_) => return problem(StatusCode::BAD_REQUEST, "cannot read the request body"),
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
            None => problem(StatusCode::NOT_FOUND, "unknown path; GET / lists all paths"),
        },
    }
}

fn report(headers: &HeaderMap, handle: &Handle) -> Answer {
    let Some(report) = handle.report() else {
        return problem(
            StatusCode::NOT_FOUND,
            "no report: the mock runs with judge = false",
        );
    };
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    if accept.is_some_and(|accept| accept.contains("text/plain")) {
        return typed("text/plain; charset=utf-8", report.to_string());
    }
    answer::json(&report)
}

/// The state after a change, or the error.
fn changed(change: Result<Value, String>) -> Answer {
    match change {
        Ok(value) => answer::json(&value),
        Err(error) => problem(StatusCode::BAD_REQUEST, &error),
    }
}

/// Keys that are not named keep their value, `null` removes a limit (RFC 7396).
fn change_quota(body: &[u8], handle: &Handle) -> Result<Value, String> {
    let mut limits = handle.account().limits();
    for (key, value) in object(body)? {
        match key.as_str() {
            "rate" => limits.rate = rate(&key, value)?,
            "burst" => {
                limits.burst = named(&key, value, "a number, or null for one second of the rate")?
            }
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
    serde_json::from_slice(body).map_err(|error| format!("invalid request body: {error}"))
}

/// A number per second, or a text with a unit of time.
fn rate(key: &str, value: Value) -> Result<Option<f64>, String> {
    let text = value.to_string();
    optional_per_second(value).map_err(|_| {
        format!("{key}: invalid value {text}: must be a number, a rate such as \"14/s\", or null for no limit")
    })
}

/// The value of a key, or the error.
fn named<T: DeserializeOwned>(key: &str, value: Value, allowed: &str) -> Result<T, String> {
    let text = value.to_string();
    serde_json::from_value(value)
        .map_err(|_| format!("{key}: invalid value {text}: must be {allowed}"))
}

fn unknown(key: &str, known: &str) -> String {
    format!("unknown key {key}: expected one of {known}")
}

/// Replaces all rules by the rules of the body, in the form of `[[faults]]`.
fn change_faults(body: &[u8], handle: &Handle) -> Result<Value, String> {
    let rules: Vec<Value> =
        serde_json::from_slice(body).map_err(|error| format!("invalid request body: {error}"))?;
    let faults = rules.iter().enumerate().map(|(n, rule)| fault(n, rule));
    let faults: Vec<Fault> = faults.collect::<Result<_, _>>()?;
    handle
        .set_faults(&faults)
        .map_err(|error| error.to_string())?;
    serde_json::to_value(faults).map_err(|error| error.to_string())
}

/// Parses a rule. To name the key in an error, each key is parsed separately.
fn fault(number: usize, rule: &Value) -> Result<Fault, String> {
    Fault::deserialize(rule).map_err(|error| {
        let alone = |key: &String, value: &Value| match key.as_str() {
            "at" => json!({"at": value}),
            _ => json!({"at": Stage::Dot, key: value}),
        };
        let wrong =
            |(key, value): &(&String, &Value)| Fault::deserialize(alone(key, value)).is_err();
        let keys = rule.as_object().into_iter().flatten();
        let key = keys
            .filter(|pair| wrong(pair))
            .map(|(key, _)| format!(".{key}"));
        let key = key.take(1).collect::<String>();
        format!("faults[{number}]{key}: {}", plain(&error.to_string()))
    })
}

fn change_account(body: &[u8], handle: &Handle) -> Result<Value, String> {
    let mut paused = handle.account().is_paused();
    let changes = object(body)?;
    if changes.is_empty() {
        return Err("invalid request body: it has no key; expected paused".to_owned());
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
