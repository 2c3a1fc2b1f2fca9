//! Responses of the endpoint: JSON, text, or an error as one line of JSON.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};
use serde::Serialize;

pub(super) type Answer = Response<Full<Bytes>>;

/// An error response.
#[derive(Serialize)]
struct Problem<'a> {
    error: &'a str,
}

pub(super) fn json(value: &impl Serialize) -> Answer {
    let text = serde_json::to_string(value).expect("plain data has a JSON form");
    typed("application/json", text + "\n")
}

pub(super) fn typed(content_type: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    let content_type = HeaderValue::from_static(content_type);
    answer.headers_mut().insert(CONTENT_TYPE, content_type);
    answer
}

pub(super) fn done() -> Answer {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    answer
}

pub(super) fn problem(status: StatusCode, error: &str) -> Answer {
    let mut answer = json(&Problem { error });
    *answer.status_mut() = status;
    answer
}

/// The path exists, but not with this method.
pub(super) fn not_allowed(methods: &'static str) -> Answer {
    let error = format!("method not allowed: this path supports {methods}");
    let mut answer = problem(StatusCode::METHOD_NOT_ALLOWED, &error);
    let methods = HeaderValue::from_static(methods);
    answer.headers_mut().insert(ALLOW, methods);
    answer
}
