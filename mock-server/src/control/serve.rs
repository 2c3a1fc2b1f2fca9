//! Connections of the endpoint: a few at a time, none for ever.

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

/// Connections at once; more wait in the backlog.
const CONNECTIONS: usize = 64;
/// How long a request's header may take, and a connection may idle.
const HEADER: Duration = Duration::from_secs(10);
/// How long a connection may last: a body that never ends ends here.
const CONNECTION: Duration = Duration::from_secs(300);
/// How long to leave the listener alone when the process is out of files.
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
    // A client that went away is no news to a server.
    let _ = timeout(CONNECTION, connection).await;
}
