//! Connections that fail, and servers that send no SMTP greeting.

use std::net::TcpListener;
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use super::{diagnosis, mock, probe, probe_of};
use crate::support::Server;
use sesbench_mock::Settings;

#[test]
fn a_port_without_a_listener() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    diagnosis(probe(&address.to_string()), 3, "connection-refused");
}

/// The kernel has the same error where no local port is free.
#[test]
fn a_source_address_of_another_machine() {
    let server = Server::start(|_, peer| peer.fall_silent());
    let program = probe(&format!("{} --tls none", server.address()))
        .arg("--set")
        .arg(r#"target.source_addresses=["192.0.2.1"]"#);
    let found = diagnosis(program, 3, "out-of-local-ports");
    let advice = found["advice"].as_str().unwrap();
    assert!(advice.contains("ip_local_port_range"), "{advice}");
}

#[test]
fn a_name_that_does_not_resolve() {
    // RFC 6761 section 6.4: it never resolves.
    let program = probe("nowhere.invalid:587");
    diagnosis(program, 3, "name-not-resolved");
}

/// Once a listener's queue is full, Linux drops further connection attempts:
/// the closest to a firewall that loopback offers.
fn silent_listener(address: &str) -> std::io::Result<(Socket, Vec<Socket>, u16)> {
    let address: std::net::SocketAddr = address.parse().unwrap();
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    listener.set_reuse_address(true)?;
    listener.bind(&address.into())?;
    listener.listen(0)?;
    let bound = listener.local_addr()?;
    let knock = || {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let answered = socket.connect_timeout(&bound, Duration::from_millis(300));
        (socket, answered.is_ok())
    };
    let mut waiting = Vec::new();
    while let (socket, true) = knock() {
        waiting.push(socket);
        assert!(waiting.len() < 100, "the queue never fills");
    }
    let port = bound.as_socket().unwrap().port();
    Ok((listener, waiting, port))
}

#[test]
fn a_connection_without_an_answer() {
    let (_listener, _waiting, port) = silent_listener("127.0.0.1:0").unwrap();
    let program = probe(&format!("127.0.0.1:{port} --set timeouts.connect=300ms"));
    diagnosis(program, 3, "connect-timeout");
}

/// Where an ordinary user can't listen on port 25, the unit test of the table
/// has to do.
#[test]
fn port_25_when_it_is_silent() {
    let Ok((_listener, _waiting, _)) = silent_listener("127.25.25.25:25") else {
        return;
    };
    let program = probe("127.25.25.25:25 --set timeouts.connect=300ms");
    diagnosis(program, 3, "port-25-blocked");
}

#[test]
fn a_wrapper_port_spoken_to_in_plaintext() {
    let mock = mock(Settings::default());
    let program = probe_of(&mock, 465, "--set timeouts.banner=300ms");
    let found = diagnosis(program, 3, "wrapper-port");
    assert!(
        found["advice"]
            .as_str()
            .unwrap()
            .starts_with("Use --tls wrapper")
    );
}

#[test]
fn a_starttls_port_spoken_to_as_a_wrapper() {
    let mock = mock(Settings::default());
    let program = probe_of(&mock, 587, "--tls wrapper");
    let found = diagnosis(program, 3, "starttls-port");
    assert!(
        found["advice"]
            .as_str()
            .unwrap()
            .starts_with("Use --tls starttls")
    );
    let meaning = found["meaning"].as_str().unwrap();
    assert!(
        meaning.contains("The server answered in plaintext: `220 email-smtp.amazonaws.com ESMTP"),
        "{meaning}"
    );
}

#[test]
fn a_server_that_closes_the_connection_at_once() {
    let server = Server::start(|_, _| {});
    let program = probe(&format!("{} --tls none", server.address()));
    diagnosis(program, 3, "connection-lost");
}

#[test]
fn a_silent_server_is_explained_during_the_wait() {
    let server = Server::start(|_, peer| peer.fall_silent());
    let program = probe(&format!("{} --set timeouts.banner=5s", server.address()));
    let done = program.done().with(3);
    let lines: Vec<_> = done.stderr.lines().collect();
    let [connecting, waiting] = lines[..] else {
        panic!("{}", done.stderr);
    };
    assert!(connecting.ends_with(&format!("connecting to {} ...", server.address())));
    assert!(waiting.ends_with("if this port speaks TLS from the start, use --tls wrapper"));
}
