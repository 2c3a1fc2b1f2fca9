//! A small HTTP endpoint to look at a running mock, and to change it.
//!
//! Off unless an address is given, and on loopback unless that says otherwise:
//! whoever reaches it may read every captured message. It has a thread and a
//! runtime of its own, so that sessions never wait for it. What there is to ask
//! and to change is the [`Handle`]'s; here it gets names and formats.

mod answer;
mod guard;
mod messages;
mod metrics;
mod routes;
mod serve;
mod state;

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};

use tokio::runtime;
use tokio::sync::watch;

use crate::handle::Handle;

/// The endpoint, listening until it is dropped.
#[derive(Debug)]
pub(crate) struct Control {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Control {
    /// Listens on `address`; port 0 is a free one.
    ///
    /// # Errors
    ///
    /// When the port or a thread can't be had.
    pub(crate) fn start(address: SocketAddr, handle: Handle) -> io::Result<Control> {
        let listener = TcpListener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, mut stopped) = watch::channel(false);
        let work = move || {
            runtime.block_on(async {
                tokio::select! {
                    () = serve::serve(listener, handle) => {}
                    // An error means that the endpoint is gone, too.
                    _ = stopped.wait_for(|stop| *stop) => {}
                }
            });
        };
        let thread = thread::Builder::new()
            .name("control".to_owned())
            .spawn(work)?;
        Ok(Control {
            address,
            stop,
            thread: Some(thread),
        })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // If it panicked it has said so on stderr.
            let _ = thread.join();
        }
    }
}
