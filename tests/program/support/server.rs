//! A scripted server: one thread a connection, plaintext.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread;

use super::Peer;

pub(crate) struct Server(SocketAddr);

impl Server {
    /// Serves each connection by `act`, which receives the number of the
    /// connection, from 0. The first connection is the preflight session.
    pub(crate) fn start(conversation: impl Fn(usize, &mut Peer) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let conversation = Arc::new(conversation);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().enumerate() {
                let (Ok(stream), conversation) = (stream, conversation.clone()) else {
                    continue;
                };
                thread::spawn(move || conversation(number, &mut Peer::new(stream)));
            }
        });
        Self(address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.0
    }
}
