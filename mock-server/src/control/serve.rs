//! Accepts connections of the endpoint, with limits on their number and duration.

use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::routes;
use crate::handle::Handle;

/// Maximum number of connections; more wait in the backlog.
const CONNECTIONS: usize = 64;
/// Timeout for a request header, and for an idle connection.
const HEADER: Duration = Duration::from_secs(10);
/// Maximum duration of a connection: ends a body that never ends.
const CONNECTION: Duration = Duration::from_secs(300);
/// Pause before the next accept when the process is out of file descriptors.
const OUT_OF_FILES: Duration = Duration::from_millis(10);

pub(super) async fn serve(listener: TcpListener, handle: Handle) {
    let listener = tokio::net::TcpListener::from_std(listener);
    let listener = listener.expect("a listening socket can be polled");
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        let place = place.expect("the semaphore is never closed");
        match listener.accept().await {
            Ok((socket, _)) => {
                let handle = handle.clone();
                tokio::spawn(async move {
                    connection(socket, &handle).await;
                    drop(place);
                });
            }
            Err(_) => sleep(OUT_OF_FILES).await,
        }
    }
}

async fn connection(socket: TcpStream, handle: &Handle) {
    let service = service_fn(|request| async {
        let answer = routes::answer(request, handle).await;
        Ok::<_, Infallible>(answer)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER)
        .serve_connection(TokioIo::new(socket), service);
    // A client that disconnects is not an error of the server.
    let _ = timeout(CONNECTION, connection).await;
}
