//! An address to listen on: an address with a port, or a port alone for
//! loopback.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where to listen: `"127.0.0.1:9025"`, or `9025` for the same. Port 0 takes a
/// free port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen(pub SocketAddr);

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(port) = text.parse() {
            return Ok(Listen::on_loopback(port));
        }
        let expected = || {
            format!(
                "invalid address to listen on \"{text}\": expected an IP address and a port, or a port alone, such as \"127.0.0.1:9025\" or 9025"
            )
        };
        text.parse().map(Listen).map_err(|_| expected())
    }
}

impl Listen {
    fn on_loopback(port: u16) -> Listen {
        Listen((Ipv4Addr::LOCALHOST, port).into())
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Listen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Listen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(
            untagged,
            expecting = "invalid address to listen on: expected an IP address and a port, or a port alone, such as \"127.0.0.1:9025\" or 9025"
        )]
        enum Written {
            Port(u16),
            Address(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Port(port) => Ok(Listen::on_loopback(port)),
            Written::Address(text) => text.parse().map_err(serde::de::Error::custom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_on_loopback() {
        for json in ["9025", r#""9025""#, r#""127.0.0.1:9025""#] {
            let listen: Listen = serde_json::from_str(json).unwrap();
            assert_eq!(listen.to_string(), "127.0.0.1:9025", "{json}");
        }
        let all: Listen = "[::]:0".parse().unwrap();
        assert_eq!(serde_json::to_string(&all).unwrap(), r#""[::]:0""#);
    }

    #[test]
    fn an_error_names_the_invalid_address() {
        for json in [r#""here""#, r#""localhost:9025""#, r#""70000""#] {
            let error = serde_json::from_str::<Listen>(json)
                .unwrap_err()
                .to_string();
            assert!(
                error.contains("127.0.0.1:9025") && error.contains(json.trim_matches('"')),
                "{error}"
            );
        }
        assert!(serde_json::from_str::<Listen>("70000").is_err());
    }
}
