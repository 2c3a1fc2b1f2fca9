//! What there is, at which path.

use http_body_util::{BodyExt, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::ACCEPT;
use hyper::{HeaderMap, Method, Request, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::answer::{Answer, done, json, not_allowed, problem, typed};
use super::state::State;
use super::{guard, messages, metrics};
use crate::account::Limits;
use crate::server::Handle;
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
        "/state" if get => json(&State::of(handle)),
        "/report" if get => report(headers, handle),
        "/quota" if get => json(&handle.account().limits()),
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
    json(&report)
}

/// The state after a change, or what was wrong with it.
fn changed(change: Result<Value, String>) -> Answer {
    match change {
        Ok(value) => json(&value),
        Err(error) => problem(StatusCode::BAD_REQUEST, &error),
    }
}

/// What is not named stays, `null` takes a limit away (RFC 7396).
fn change_quota(body: &[u8], handle: &Handle) -> Result<Value, String> {
    let changes: serde_json::Map<String, Value> =
        serde_json::from_slice(body).map_err(|error| format!("the body: {error}"))?;
    let mut limits =
        serde_json::to_value(handle.account().limits()).map_err(|error| error.to_string())?;
    for (key, value) in changes {
        limits[key] = value;
    }
    let new: Limits = serde_json::from_value(limits).map_err(|error| error.to_string())?;
    handle
        .set_limits(|limits| *limits = new)
        .map_err(|error| error.to_string())?;
    serde_json::to_value(new).map_err(|error| error.to_string())
}

/// The rules as `[[faults]]` has them, in place of all that were in force.
fn change_faults(body: &[u8], handle: &Handle) -> Result<Value, String> {
    let faults: Vec<Fault> =
        serde_json::from_slice(body).map_err(|error| format!("the body: {error}"))?;
    handle
        .set_faults(&faults)
        .map_err(|error| error.to_string())?;
    serde_json::to_value(faults).map_err(|error| error.to_string())
}

#[derive(Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
struct AccountChange {
    paused: bool,
}

fn change_account(body: &[u8], handle: &Handle) -> Result<Value, String> {
    let change: AccountChange =
        serde_json::from_slice(body).map_err(|error| format!("the body: {error}"))?;
    handle.account().pause(change.paused);
    serde_json::to_value(change).map_err(|error| error.to_string())
}
