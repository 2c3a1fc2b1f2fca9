//! The one request of a connection, and its response, as bytes: GET or HEAD of
//! /metrics. Everything else is refused.

use super::TextFormat;

/// Maximum length of a request: larger than what any scraper sends.
pub(super) const MAX_REQUEST: usize = 8 * 1024;

/// Maximum number of header lines.
const MAX_HEADERS: usize = 64;

/// What the bytes read so far are.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// The beginning of a request.
    Incomplete,
    /// A request for the metrics.
    Metrics { format: TextFormat, body: bool },
    /// A request that is refused with this status.
    Refused(&'static str),
}

/// Reads a request.
pub(super) fn parse(bytes: &[u8]) -> Parsed {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(httparse::Status::Partial) if bytes.len() < MAX_REQUEST => return Parsed::Incomplete,
        Ok(httparse::Status::Partial) | Err(httparse::Error::TooManyHeaders) => {
            return Parsed::Refused("431 Request Header Fields Too Large");
        }
        Err(_) => return Parsed::Refused("400 Bad Request"),
        Ok(httparse::Status::Complete(_)) => {}
    }
    let path = request.path.unwrap_or_default();
    let path = path.split('?').next().unwrap_or_default();
    match (request.method, path) {
        (Some(method @ ("GET" | "HEAD")), "/metrics") => Parsed::Metrics {
            format: wanted(request.headers),
            body: method == "GET",
        },
        (Some("GET" | "HEAD"), _) => Parsed::Refused("404 Not Found"),
        _ => Parsed::Refused("405 Method Not Allowed"),
    }
}

/// OpenMetrics only where it is named: every scraper reads the other format.
fn wanted(headers: &[httparse::Header<'_>]) -> TextFormat {
    let names_it = |header: &&httparse::Header<'_>| {
        let value = String::from_utf8_lossy(header.value).to_ascii_lowercase();
        header.name.eq_ignore_ascii_case("accept") && value.contains("application/openmetrics-text")
    };
    match headers.iter().find(names_it) {
        Some(_) => TextFormat::OpenMetrics,
        None => TextFormat::Prometheus,
    }
}

/// A response with that body, or only its head.
pub(super) fn response(status: &str, content_type: &str, text: &str, body: bool) -> Vec<u8> {
    let allow = match status.starts_with("405") {
        true => "Allow: GET, HEAD\r\n",
        false => "",
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\
         {allow}Connection: close\r\n\r\n",
        text.len()
    );
    let text = if body { text } else { "" };
    [head.as_bytes(), text.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(format: TextFormat) -> Parsed {
        Parsed::Metrics { format, body: true }
    }

    #[test]
    fn a_request_is_read_at_its_end_and_not_before() {
        let request = b"GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\n\r\n";
        for end in 0..request.len() {
            assert_eq!(parse(&request[..end]), Parsed::Incomplete, "{end}");
        }
        assert_eq!(parse(request), get(TextFormat::Prometheus));
    }

    #[test]
    fn openmetrics_is_for_those_who_ask() {
        let openmetrics = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.4";
        for (accept, format) in [
            (openmetrics, TextFormat::OpenMetrics),
            ("text/plain;version=0.0.4", TextFormat::Prometheus),
            ("*/*", TextFormat::Prometheus),
        ] {
            let request = format!("GET /metrics HTTP/1.1\r\naccept: {accept}\r\n\r\n");
            assert_eq!(parse(request.as_bytes()), get(format), "{accept}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        let endless = format!("GET /metrics HTTP/1.1\r\nA: {}", "a".repeat(MAX_REQUEST));
        let many = format!(
            "GET / HTTP/1.1\r\n{}\r\n",
            "A: b\r\n".repeat(MAX_HEADERS + 1)
        );
        for (request, status) in [
            ("GET / HTTP/1.1\r\n\r\n", "404 "),
            ("GET /metrics/ HTTP/1.1\r\n\r\n", "404 "),
            ("POST /metrics HTTP/1.1\r\n\r\n", "405 "),
            ("EHLO \u{1b} example\r\n\r\n", "400 "),
            (&endless, "431 "),
            (&many, "431 "),
        ] {
            let Parsed::Refused(found) = parse(request.as_bytes()) else {
                panic!("{request:?}");
            };
            assert!(found.starts_with(status), "{request:?}: {found}");
        }
    }

    #[test]
    fn a_response_to_head_has_the_length_of_the_body_without_it() {
        let [whole, head] = [true, false].map(|body| {
            let bytes = response("200 OK", "text/plain", "abc\n", body);
            String::from_utf8(bytes).unwrap()
        });
        assert_eq!(whole, format!("{head}abc\n"));
        assert!(head.contains("\r\nContent-Length: 4\r\n") && head.ends_with("\r\n\r\n"));
    }
}
