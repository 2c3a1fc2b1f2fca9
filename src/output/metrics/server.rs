//! Serves the metrics over HTTP, in a thread of its own: one request a connection,
//! of limited size and time, and a limited number of connections at once. Where there
//! are more, the oldest is closed: clients that send nothing do not keep a scrape
//! waiting.

use std::collections::VecDeque;
use std::io;
use std::net::{SocketAddr, TcpListener as Listener};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use super::Metrics;
use super::request::{MAX_REQUEST, Parsed, parse, response};

/// Maximum of connections at once.
pub(super) const MAX_CONNECTIONS: usize = 16;

/// Time for a whole connection.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Pause after a failed accept, such as when there are no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The running endpoint; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Listens on the address and serves the metrics.
    pub(crate) fn start(address: SocketAddr, metrics: Metrics) -> io::Result<Self> {
        Self::start_with(address, metrics, TIMEOUT)
    }

    /// The same with another time for a whole connection.
    pub(super) fn start_with(
        address: SocketAddr,
        metrics: Metrics,
        timeout: Duration,
    ) -> io::Result<Self> {
        let listener = Listener::bind(address)?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let listener = {
            let _context = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let thread = thread::Builder::new()
            .name("metrics".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = serve(listener, metrics, timeout) => {}
                        _ = stopped => {}
                    }
                });
            })?;
        Ok(Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// The address, with the port that was taken.
    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The thread ends when the sender is gone.
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // If that thread panicked, the run still goes on.
            let _ = thread.join();
        }
    }
}

async fn serve(listener: TcpListener, metrics: Metrics, timeout: Duration) {
    let mut connections = Connections::default();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        connections.make_room();
        let metrics = metrics.clone();
        let answered = tokio::spawn(async move {
            // A scraper that goes away, or is too slow, asks again.
            let _ = tokio::time::timeout(timeout, answer(stream, &metrics)).await;
        });
        connections.0.push_back(answered.abort_handle());
    }
}

/// The connections, the oldest first.
#[derive(Default)]
struct Connections(VecDeque<AbortHandle>);

impl Connections {
    /// Closes the oldest if there are too many.
    fn make_room(&mut self) {
        self.0.retain(|connection| !connection.is_finished());
        if self.0.len() >= MAX_CONNECTIONS {
            self.0.pop_front().iter().for_each(AbortHandle::abort);
        }
    }
}

async fn answer(mut stream: TcpStream, metrics: &Metrics) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(1024);
    let parsed = loop {
        let room = MAX_REQUEST - bytes.len();
        if (&mut stream).take(room as u64).read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
        match parse(&bytes) {
            Parsed::Incomplete => {}
            parsed => break parsed,
        }
    };
    let bytes = match parsed {
        Parsed::Metrics { format, body } => {
            let text = metrics.text(format);
            response("200 OK", format.content_type(), &text, body)
        }
        Parsed::Refused(status) => {
            let text = format!("{status}\n");
            response(status, "text/plain; charset=utf-8", &text, true)
        }
        Parsed::Incomplete => return Ok(()),
    };
    stream.write_all(&bytes).await?;
    stream.shutdown().await
}
