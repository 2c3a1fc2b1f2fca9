//! A TCP relay that counts how often client and server alternate: each turn
//! costs a round trip, whatever the network.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

/// A relay on a port of its own, which exists as long as the process.
pub(crate) struct Turns {
    port: u16,
    count: Arc<AtomicUsize>,
}

impl Turns {
    /// Relays to that port of this machine.
    pub(crate) fn before(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let count = Arc::new(AtomicUsize::new(0));
        let counted = count.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                let server = TcpStream::connect(("127.0.0.1", server)).unwrap();
                relay(&client.unwrap(), &server, &counted);
            }
        });
        Self { port, count }
    }

    /// The argument for `--target`.
    pub(crate) fn target(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// How often a client sent something after its server had.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

fn relay(client: &TcpStream, server: &TcpStream, count: &Arc<AtomicUsize>) {
    let server_spoke = Arc::new(AtomicBool::new(false));
    let (spoke, count) = (server_spoke.clone(), count.clone());
    pass(client, server, move || {
        if spoke.swap(false, Ordering::SeqCst) {
            count.fetch_add(1, Ordering::SeqCst);
        }
    });
    pass(server, client, move || {
        server_spoke.store(true, Ordering::SeqCst);
    });
}

/// Copies one direction, and calls `tell` before the data is passed on.
fn pass(from: &TcpStream, to: &TcpStream, tell: impl Fn() + Send + 'static) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    to.set_nodelay(true).unwrap();
    thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while let Ok(bytes @ 1..) = from.read(&mut buffer) {
            tell();
            if to.write_all(&buffer[..bytes]).is_err() {
                break;
            }
        }
        // The other direction may be closed already.
        let _ = to.shutdown(Shutdown::Write);
    });
}
