//! A server of one thread that says what a test wants it to say.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;
use std::time::Duration;

use socket2::SockRef;

/// What a well-behaved server says to connection, EHLO, MAIL, RCPT, DATA, dot.
pub(crate) const REPLIES: [&str; 6] = [
    "220 mx.example ESMTP",
    "250 mx.example",
    "250 Ok",
    "250 Ok",
    "354 Go on",
    "250 Ok",
];

/// A server that takes one connection. It is waited for when dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// Dropped first: then guests that are held are let go.
    hold: Option<Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

/// The server's end of the connection.
pub(crate) struct Guest {
    stream: BufReader<TcpStream>,
    hold: Receiver<()>,
}

impl Server {
    /// Meets its one client with `act`.
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

    /// Meets every client with `act`, each in a thread of its own.
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

    /// Behaves well for so many replies, and then does as `act` says.
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
        // A server that nobody came to is not to wait for ever.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            // What went wrong there has been told there.
            let _ = thread.join();
        }
    }
}

impl Guest {
    fn new(stream: TcpStream, hold: Receiver<()>) -> Self {
        // A defect of the client is not to keep the test from ending.
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        Self {
            stream: BufReader::new(stream),
            hold,
        }
    }

    /// Says so many of the usual replies, and hears what comes after the last.
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

    /// Says it, if the client still listens.
    pub(crate) fn say(&mut self, text: &str) -> bool {
        self.stream.get_mut().write_all(text.as_bytes()).is_ok()
    }

    /// Hears a line.
    pub(crate) fn hear(&mut self) -> String {
        let mut line = String::new();
        let _ = self.stream.read_line(&mut line);
        line
    }

    /// Hears as far as the final dot.
    pub(crate) fn hear_content(&mut self) {
        while !matches!(self.hear().as_str(), ".\r\n" | "") {}
    }

    /// Hears everything up to the end.
    pub(crate) fn hear_out(mut self) -> Vec<u8> {
        let mut heard = Vec::new();
        let _ = self.stream.read_to_end(&mut heard);
        heard
    }

    /// Does nothing, and reads nothing, until the test is over.
    pub(crate) fn hold(self) {
        let _ = self.hold.recv();
    }

    /// Says no more, and reads nothing more.
    pub(crate) fn shut_up(self) {
        let _ = self.stream.get_ref().shutdown(Shutdown::Write);
        self.hold();
    }

    /// Hangs up by RST.
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
