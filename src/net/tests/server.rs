//! A single-threaded server whose replies each test scripts.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

/// Replies of a correct server to the connection, EHLO, MAIL, RCPT, DATA and
/// the dot.
pub(crate) const REPLIES: [&str; 6] = [
    "220 mx.example ESMTP",
    "250 mx.example",
    "250 Ok",
    "250 Ok",
    "354 Go on",
    "250 Ok",
];

/// A server that accepts one connection. Dropping it waits for its thread.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// Dropped first: this releases guests that are held.
    hold: Option<Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

/// The server's end of the connection.
pub(crate) struct Guest {
    stream: BufReader<TcpStream>,
    hold: Receiver<()>,
}

impl Server {
    /// Serves its one client with `act`.
    pub(crate) fn start(act: impl FnOnce(Guest) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, hold) = channel();
        let serve = move || {
            let (stream, _) = listener.accept().unwrap();
            act(Guest::new(stream, hold));
        };
        Self {
            address,
            hold: Some(sender),
            thread: Some(thread::spawn(serve)),
        }
    }

    /// Serves every client with `act`, each in its own thread.
    pub(crate) fn for_all(act: impl Fn(Guest) + Clone + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, hold) = channel::<()>();
        let serve = move || {
            let over = || hold.try_recv() == Err(TryRecvError::Disconnected);
            while let Ok((stream, _)) = listener.accept()
                && !over()
            {
                let act = act.clone();
                thread::spawn(move || act(Guest::new(stream, channel().1)));
            }
        };
        Self {
            address,
            hold: Some(sender),
            thread: Some(thread::spawn(serve)),
        }
    }

    /// Sends that many correct replies, and then does `act`.
    pub(crate) fn after(replies: usize, act: impl FnOnce(Guest) + Send + 'static) -> Self {
        Self::start(move |mut guest| {
            guest.behave(replies);
            act(guest);
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.hold.take();
        // A server without a client must not wait for ever.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            // The server's thread has reported its own panic.
            let _ = thread.join();
        }
    }
}

impl Guest {
    fn new(stream: TcpStream, hold: Receiver<()>) -> Self {
        // A defect in the client must not keep the test from ending.
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        Self {
            stream: BufReader::new(stream),
            hold,
        }
    }

    /// Sends that many of the usual replies, and reads what follows the last
    /// one.
    pub(crate) fn behave(&mut self, replies: usize) {
        for (number, reply) in REPLIES[..replies].iter().enumerate() {
            self.say(&format!("{reply}\r\n"));
            match number {
                4 => {}
                5 => return,
                _ => drop(self.hear()),
            }
        }
        if replies == 5 {
            self.hear_content();
        }
    }

    /// Sends the text; false if the client has closed the connection.
    pub(crate) fn say(&mut self, text: &str) -> bool {
        self.stream.get_mut().write_all(text.as_bytes()).is_ok()
    }

    /// Reads a line.
    pub(crate) fn hear(&mut self) -> String {
        let mut line = String::new();
        let _ = self.stream.read_line(&mut line);
        line
    }

    /// Reads up to the final dot.
    pub(crate) fn hear_content(&mut self) {
        while !matches!(self.hear().as_str(), ".\r\n" | "") {}
    }

    /// Reads until the end of the stream.
    pub(crate) fn hear_out(mut self) -> Vec<u8> {
        let mut heard = Vec::new();
        let _ = self.stream.read_to_end(&mut heard);
        heard
    }

    /// Reads and writes nothing until the test is over.
    pub(crate) fn hold(self) {
        let _ = self.hold.recv();
    }

    /// Closes the sending side, and reads no more.
    pub(crate) fn shut_up(self) {
        let _ = self.stream.get_ref().shutdown(Shutdown::Write);
        self.hold();
    }

    /// Closes the connection by RST.
    pub(crate) fn reset(self) {
        let socket = SockRef::from(self.stream.get_ref());
        socket.set_linger(Some(Duration::ZERO)).unwrap();
    }

    pub(crate) fn stream(&mut self) -> &mut TcpStream {
        self.stream.get_mut()
    }

    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream.into_inner()
    }
}
