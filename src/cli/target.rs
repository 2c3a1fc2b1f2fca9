//! `--target`: the mock, a region of SES, or a server.

use std::net::IpAddr;
use std::str::FromStr;

use crate::scenario::Override;

/// The value of `--target`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetArg {
    /// `mock`
    Mock,
    /// `ses:REGION`, or `ses:REGION:PORT`
    Ses {
        /// Such as `us-east-1`.
        region: String,
        /// Port, if one was given.
        port: Option<u16>,
    },
    /// `HOST:PORT`, `[::1]:25`, or `HOST` for the default port of the TLS mode.
    Server {
        /// Name or address, without brackets.
        host: String,
        /// Port, if one was given.
        port: Option<u16>,
    },
}

/// The text is not a valid `--target`. clap puts the flag and the value before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected mock, ses:REGION such as ses:us-east-1, or HOST:PORT such as \
     relay.example.com:587, 127.0.0.1:2525 or [::1]:25"
)]
pub struct InvalidTarget;

impl FromStr for TargetArg {
    type Err = InvalidTarget;

    fn from_str(text: &str) -> Result<Self, InvalidTarget> {
        if text == "mock" {
            return Ok(Self::Mock);
        }
        let region = text.strip_prefix("ses:");
        let (place, port) = split(region.unwrap_or(text)).ok_or(InvalidTarget)?;
        let port = port
            .map(str::parse)
            .transpose()
            .map_err(|_| InvalidTarget)?;
        if place.is_empty() || port == Some(0) {
            return Err(InvalidTarget);
        }
        let place = place.to_owned();
        Ok(match region {
            Some(_) => Self::Ses {
                region: place,
                port,
            },
            None => Self::Server { host: place, port },
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
        let (kind, place, port) = match self {
            Self::Mock => ("mock", None, &None),
            Self::Ses { region, port } => ("ses", Some(("region", region)), port),
            Self::Server { host, port } => ("smtp", Some(("host", host)), port),
        };
        let mut all = vec![set("kind", kind.into())];
        all.extend(place.map(|(key, name)| set(key, name.as_str().into())));
        all.extend(port.map(|port| set("port", i64::from(port).into())));
        all
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
        let ses = |region: &str, port| TargetArg::Ses {
            region: region.to_owned(),
            port,
        };
        for (text, target) in [
            ("mock", TargetArg::Mock),
            ("ses:us-east-1", ses("us-east-1", None)),
            ("ses:eu-west-3:2465", ses("eu-west-3", Some(2465))),
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
            "",
            ":25",
            "a:b",
            "a:0",
            "a:70000",
            "[::1]25",
            "[::1:25",
            "a:b:c",
            "ses:",
            "ses::25",
            "ses:us-east-1:tls",
            "ses:us-east-1:0",
        ] {
            assert_eq!(text.parse::<TargetArg>(), Err(InvalidTarget), "{text}");
        }
    }
}
