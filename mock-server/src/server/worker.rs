//! A worker: one thread with a runtime, its listeners and its sessions.

use std::io;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime;
use tokio::sync::watch;
use tokio::task::{LocalSet, spawn_local};

use super::acceptors::Acceptors;
use super::driver;
use super::line::Path;
use super::listen::Listener;
use super::timer::{Alarm, Timer};
use crate::account::Account;
use crate::clock::Clock;
use crate::dialogue::{Config, Dialogue};
use crate::facts::{Mode, Port};
use crate::observers::Observers;

/// Pause before the next accept when the process is out of file descriptors.
const OUT_OF_FILES: Duration = Duration::from_millis(10);

/// What all workers share.
pub(super) struct Shared {
    pub(super) config: Arc<Config>,
    pub(super) account: Arc<Account>,
    pub(super) observers: Arc<Observers>,
    pub(super) tls: Acceptors,
    pub(super) clock: Clock,
    /// The simulated path, if any.
    pub(super) path: Option<Path>,
}

/// Starts a worker that serves until `stop` becomes true.
pub(super) fn start(
    listeners: Vec<Listener>,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) -> io::Result<JoinHandle<()>> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let alarm = Alarm::new()?;
    let worker = move || {
        let local = LocalSet::new();
        local.block_on(&runtime, async {
            serve(listeners, alarm, &shared);
            // An error means that the server is dropped.
            let _ = stop.wait_for(|stop| *stop).await;
        });
    };
    thread::Builder::new().name("mock".to_owned()).spawn(worker)
}

fn serve(listeners: Vec<Listener>, alarm: Alarm, shared: &Arc<Shared>) {
    let timer = Timer::start(alarm, shared.clock).expect("a timerfd can be polled");
    for (listener, port) in listeners {
        let listener = TcpListener::from_std(listener).expect("a listening socket can be polled");
        spawn_local(accept(
            listener,
            port,
            Arc::clone(shared),
            Rc::clone(&timer),
        ));
    }
}

async fn accept(listener: TcpListener, port: Port, shared: Arc<Shared>, timer: Rc<Timer>) {
    loop {
        match listener.accept().await {
            Ok((socket, _)) => {
                spawn_local(session(
                    socket,
                    port,
                    Arc::clone(&shared),
                    Rc::clone(&timer),
                ));
            }
            Err(_) => tokio::time::sleep(OUT_OF_FILES).await,
        }
    }
}

async fn session(socket: TcpStream, port: Port, shared: Arc<Shared>, timer: Rc<Timer>) {
    // Replies are small and must be sent immediately. If this fails they are
    // only late.
    let _ = socket.set_nodelay(true);
    let config = Arc::clone(&shared.config);
    let account = Arc::clone(&shared.account);
    let observers = Arc::clone(&shared.observers);
    let wrapper = port.mode == Mode::Wrapper;
    let mut dialogue = Dialogue::new(config, account, observers, wrapper).on_port(port.number);
    let end = driver::drive(socket, &mut dialogue, &shared, &timer).await;
    let ran_out_of_patience = end.is_err_and(|error| error.kind() == io::ErrorKind::TimedOut);
    if !ran_out_of_patience {
        dialogue.hung_up();
    }
}
