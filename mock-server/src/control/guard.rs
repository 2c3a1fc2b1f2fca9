//! Refuses requests of web pages.
//!
//! A page in a browser on this machine can connect to loopback. It can send a
//! request from its own origin, which the browser sends in `Origin`; or its own
//! name resolves to 127.0.0.1 (DNS rebinding), so that it has the same origin and
//! can read the response, but then its name is in `Host`. The programs that this
//! endpoint is for send no `Origin`, and use an address, `localhost` or the name
//! of a container, which has no dot; a name on the internet has one.

use std::net::{IpAddr, Ipv6Addr};

use hyper::header::{HOST, HeaderMap, ORIGIN};

/// Why a request is refused by its origin, if it is.
pub(super) fn refusal(headers: &HeaderMap) -> Option<&'static str> {
    if headers.contains_key(ORIGIN) {
        return Some("requests from web pages (with an Origin header) are refused");
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let local = host.is_some_and(is_local);
    (!local)
        .then_some("invalid Host header: expected an IP address, localhost or a name without a dot")
}

fn is_local(host: &str) -> bool {
    if let Some(rest) = host.strip_prefix('[') {
        let address = rest.split(']').next().unwrap_or_default();
        return address.parse::<Ipv6Addr>().is_ok();
    }
    let name = host.split(':').next().unwrap_or_default();
    let label = name.strip_suffix(".localhost").unwrap_or(name);
    name.parse::<IpAddr>().is_ok() || (!label.is_empty() && !label.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let parsed = pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        parsed.collect()
    }

    #[test]
    fn programs_on_this_machine_and_in_containers_are_allowed() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:9025",
            "[::1]:9025",
            "10.1.2.3:9025",
            "localhost:9025",
            "mock.localhost",
            "mock:9025",
        ] {
            assert_eq!(refusal(&headers(&[("host", host)])), None, "{host}");
        }
    }

    #[test]
    fn web_pages_are_refused() {
        for host in [
            "evil.example:9025",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "[evil.example]",
            "",
            ":80",
        ] {
            assert!(refusal(&headers(&[("host", host)])).is_some(), "{host}");
        }
        assert!(refusal(&headers(&[])).is_some());
        let page = [("host", "127.0.0.1"), ("origin", "http://127.0.0.1")];
        assert!(refusal(&headers(&page)).unwrap().contains("Origin"));
    }
}
