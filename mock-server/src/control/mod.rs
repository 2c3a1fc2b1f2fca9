//! A small HTTP endpoint to inspect and change a running mock.
//!
//! It is off unless an address is set, and on loopback by default, because every
//! client that can connect to it can read captured messages. It has its own
//! thread and runtime, so that sessions never wait for it. [`Handle`] decides
//! what can be read and changed; this module maps it to paths and formats.

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

/// The endpoint. It listens until it is dropped.
#[derive(Debug)]
pub(crate) struct Control {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Control {
    /// Listens on `address`; port 0 takes a free port.
    ///
    /// # Errors
    ///
    /// When the port or a thread is not available.
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
                    // An error means that the endpoint is dropped.
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

    /// The address that it listens on.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Control {
    fn drop(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic has already been reported on stderr.
            let _ = thread.join();
        }
    }
}
