//! `--target`: the mock, a region of SES, or a server.

use std::net::IpAddr;
use std::str::FromStr;

use crate::scenario::Override;

/// What `--target` names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetArg {
    /// `mock`
    Mock,
    /// `ses:REGION`
    Ses(String),
    /// `HOST:PORT`, `[::1]:25`, or `HOST` for the mode's own port.
    Server {
        /// Name or address, without brackets.
        host: String,
        /// Port, if one was given.
        port: Option<u16>,
    },
}

/// Why a text names no target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write mock, or HOST:PORT such as relay.example.com:587, 127.0.0.1:2525 or [::1]:25")]
pub struct InvalidTarget;

impl FromStr for TargetArg {
    type Err = InvalidTarget;

    fn from_str(text: &str) -> Result<Self, InvalidTarget> {
        if text == "mock" {
            return Ok(Self::Mock);
        }
        if let Some(region) = text.strip_prefix("ses:") {
            return Ok(Self::Ses(region.to_owned()));
        }
        let (host, port) = split(text).ok_or(InvalidTarget)?;
        let port = port
            .map(str::parse)
            .transpose()
            .map_err(|_| InvalidTarget)?;
        if host.is_empty() || port == Some(0) {
            return Err(InvalidTarget);
        }
        Ok(Self::Server {
            host: host.to_owned(),
            port,
        })
    }
}

fn split(text: &str) -> Option<(&str, Option<&str>)> {
    if text.parse::<IpAddr>().is_ok() {
        return Some((text, None));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        return match rest {
            "" => Some((host, None)),
            rest => Some((host, Some(rest.strip_prefix(':')?))),
        };
    }
    match text.split_once(':') {
        Some((_, port)) if port.contains(':') => None,
        Some((host, port)) => Some((host, Some(port))),
        None => Some((text, None)),
    }
}

impl TargetArg {
    pub(super) fn overrides(&self) -> Vec<Override> {
        let set = |key, value: toml::Value| Override::new("--target", &["target", key], value);
        match self {
            Self::Mock => vec![set("kind", "mock".into())],
            Self::Ses(_) => vec![set("kind", "ses".into())],
            Self::Server { host, port } => {
                let mut all = vec![
                    set("kind", "smtp".into()),
                    set("host", host.as_str().into()),
                ];
                all.extend(port.map(|port| set("port", i64::from(port).into())));
                all
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_the_mock_or_a_server() {
        let server = |host: &str, port| TargetArg::Server {
            host: host.to_owned(),
            port,
        };
        for (text, target) in [
            ("mock", TargetArg::Mock),
            ("ses:us-east-1", TargetArg::Ses("us-east-1".to_owned())),
            (
                "relay.example.com:587",
                server("relay.example.com", Some(587)),
            ),
            ("localhost", server("localhost", None)),
            ("127.0.0.1:2525", server("127.0.0.1", Some(2525))),
            ("[::1]:25", server("::1", Some(25))),
            ("[::1]", server("::1", None)),
            ("::1", server("::1", None)),
        ] {
            assert_eq!(text.parse(), Ok(target), "{text}");
        }
        for text in [
            "", ":25", "a:b", "a:0", "a:70000", "[::1]25", "[::1:25", "a:b:c",
        ] {
            assert_eq!(text.parse::<TargetArg>(), Err(InvalidTarget), "{text}");
        }
    }
}
