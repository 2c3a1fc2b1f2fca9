//! Failures before the SMTP dialogue: name resolution, connection, banner.

use super::Diagnosis;
use crate::analysis::diagnosis::FailureCase;
use crate::smtp::TlsMode;
use crate::vocabulary::{Failure, Phase, SocketFailure};

const CONNECTING: &str = "SES Developer Guide, \"Connecting to an Amazon SES SMTP endpoint\"";

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "name-not-resolved",
        title: "the host name does not resolve",
        meaning: "The name has no address, or the resolver could not be reached.",
        advice: "Check the spelling; for SES, that the region has an SMTP endpoint \
            (email-smtp.<region>.amazonaws.com); and that this machine resolves other names.",
        sign: "an error or a time-out at resolve",
        source: "RFC 5321 section 5.1",
        fits: |met| matches!(met.failure(), Some(Failure::Lookup(_))),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "connection-refused",
        title: "connection refused: no listener on the port",
        meaning: "The host answered and refused the connection: no server listens on this port, or \
            a firewall refuses in its place.",
        advice: "Check the port (SES: 25, 587 and 2587 for STARTTLS, 465 and 2465 for the \
            wrapper), and that the server is running.",
        sign: "connection refused",
        source: CONNECTING,
        fits: |met| connect_failed(met, &[SocketFailure::Refused]),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "port-25-blocked",
        title: "no answer on port 25, which most cloud providers block",
        meaning: "No answer arrived on port 25 within the time-out. Cloud providers, EC2 among \
            them, block or throttle connections to port 25 by default.",
        advice: "Use port 587 or 2587 for STARTTLS, 465 or 2465 for the wrapper; if it must be \
            port 25, ask the provider to open it.",
        sign: "time-out at connect or banner, port 25",
        source: CONNECTING,
        fits: |met| met.context.port == 25 && silent(met),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "connect-timeout",
        title: "connection timed out",
        meaning: "No answer arrived within the time-out: a firewall or security group drops the \
            packets, or no host has this address.",
        advice: "Check the outbound rules for this port (security group, network ACL, proxy), then \
            try another port: SES has 587 and 2587, 465 and 2465.",
        sign: "time-out at connect, any other port",
        source: CONNECTING,
        fits: |met| met.context.port != 25 && met.at(Phase::Connect) && met.timed_out(),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "no-route",
        title: "no route to host",
        meaning: "This machine has no route to the network or to the host; often the name has an \
            IPv6 address and this machine has no IPv6.",
        advice: "Check the routes and the VPN, or use the server's IPv4 address.",
        sign: "network or host unreachable",
        source: "connect(2)",
        fits: |met| {
            let unreachable = [
                SocketFailure::NetworkUnreachable,
                SocketFailure::HostUnreachable,
            ];
            connect_failed(met, &unreachable)
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "out-of-local-ports",
        title: "no local port or address to connect from",
        meaning: "The kernel has no free local port for another connection to this address and \
            port (EADDRNOTAVAIL; EADDRINUSE from a source address of the scenario). A closed \
            session keeps its port for a minute more (TIME_WAIT), so many short sessions use \
            them up. The error is the same where a source address is not an address of this \
            machine, or where the target has an IPv6 address and this machine has none.",
        advice: "Use fewer new sessions: send more messages on each (load.messages_per_session), \
            or lower load.session_rate. Otherwise use more source addresses \
            (target.source_addresses), or a wider range of local ports (sysctl \
            net.ipv4.ip_local_port_range). If it happens to the first session, check that the \
            source addresses are this machine's.",
        sign: "EADDRNOTAVAIL or EADDRINUSE at connect",
        source: "ip(7), ip_local_port_range",
        fits: |met| connect_failed(met, &[SocketFailure::OutOfPorts]),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "wrapper-port",
        title: "this looks like a TLS wrapper port",
        meaning: "The connection is open, but the server sends no banner. A TLS wrapper port (SES: \
            465 and 2465) sends nothing before it has received the client's TLS hello.",
        advice: "Use --tls wrapper on this port, or --tls starttls on port 587. If it is not a \
            wrapper port, the server is slow to send its banner: give it more time with --set \
            timeouts.banner=2min.",
        sign: "no banner, in mode starttls or none",
        source: CONNECTING,
        fits: |met| {
            let plaintext_first = !met.in_mode(TlsMode::Wrapper);
            plaintext_first && met.at(Phase::Banner) && met.context.port != 25 && no_banner(met)
        },
        ..Diagnosis::PLAIN
    },
];

fn connect_failed(met: &FailureCase<'_>, by: &[SocketFailure]) -> bool {
    let failed = |failure| by.iter().any(|each| failure == Failure::Socket(*each));
    met.at(Phase::Connect) && met.failure().is_some_and(failed)
}

fn silent(met: &FailureCase<'_>) -> bool {
    (met.at(Phase::Connect) || met.at(Phase::Banner)) && met.timed_out()
}

/// Whether no banner arrived in time; or, on a wrapper port, the server closed the
/// connection before one.
fn no_banner(met: &FailureCase<'_>) -> bool {
    let wrappers = matches!(met.context.port, 465 | 2465);
    met.timed_out() || (wrappers && met.failure().is_some())
}
