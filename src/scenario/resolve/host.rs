//! Validates a server's name and port.

use crate::scenario::Error;
use crate::scenario::keys::Values;
use crate::scenario::source_document::SourceDocument;

/// RFC 5321 section 4.5.3.1.2
pub(super) const DOMAIN_LENGTH: usize = 255;

/// A name or an address; brackets around it are removed.
pub(super) fn check(host: &str, written: &SourceDocument) -> Result<String, Error> {
    let host = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    let fit = |c: char| c.is_ascii_graphic() && !"/@[]".contains(c);
    if host.is_empty() || host.len() > DOMAIN_LENGTH || !host.chars().all(fit) {
        let why = format!(
            "invalid host \"{}\": expected a host name or an IP address",
            host.escape_debug()
        );
        return Err(written.invalid("target.host", why));
    }
    Ok(host.to_owned())
}

/// The port, if the scenario sets one.
pub(super) fn port(values: &Values, written: &SourceDocument) -> Result<Option<u16>, Error> {
    let Some(port) = values.target.port else {
        return Ok(None);
    };
    let port = u16::try_from(port).ok().filter(|port| *port > 0);
    let port = port.ok_or_else(|| written.invalid("target.port", "must be from 1 to 65535"));
    port.map(Some)
}
