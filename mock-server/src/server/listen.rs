//! Listening sockets: SES's five ports, once for each worker.
//!
//! With SO_REUSEPORT all workers can listen on one port, but a second mock of
//! the same user could, too, without an error. So each port is first bound
//! without it, briefly.

use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener};

use socket2::{Domain, Socket, Type};

use super::StartError;
use crate::facts::{PORTS, Port, offset_port};
use crate::settings::Settings;

/// A thousand clients that connect at the same time must not lose a SYN.
const BACKLOG: i32 = 4096;

/// A socket, and the port of SES that it represents.
pub(super) type Listener = (TcpListener, Port);

/// SES's port numbers, and the ports that are listened on.
pub(super) type Ports = BTreeMap<u16, u16>;

/// Opens all ports for `workers` workers.
pub(super) fn listen(
    settings: &Settings,
    workers: usize,
) -> Result<(Ports, Vec<Vec<Listener>>), StartError> {
    let mut ports = BTreeMap::new();
    let mut listeners: Vec<Vec<Listener>> = (0..workers).map(|_| Vec::new()).collect();
    for port in PORTS {
        let wanted = wanted(settings, port);
        let failed = |source| StartError::Port {
            port: wanted,
            source,
        };
        let first = first(SocketAddr::new(settings.bind, wanted)).map_err(failed)?;
        let address = first.local_addr().map_err(failed)?;
        ports.insert(port.number, address.port());
        let mut first = Some(first);
        for worker in &mut listeners {
            let socket = match first.take() {
                Some(socket) => socket,
                None => open(address, true).map_err(failed)?,
            };
            worker.push((socket, port));
        }
    }
    Ok((ports, listeners))
}

/// The port to bind; 0 is a free one chosen by the system.
fn wanted(settings: &Settings, port: Port) -> u16 {
    if settings.ephemeral {
        return 0;
    }
    offset_port(port.number, settings.port_offset).expect("checked with the settings")
}

fn first(address: SocketAddr) -> io::Result<TcpListener> {
    if address.port() != 0 {
        drop(open(address, false)?);
    }
    open(address, true)
}

fn open(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(shared)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}
