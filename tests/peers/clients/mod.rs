//! Mail clients that are commonly used with SES, in SES's usual failures: what
//! each of them reports, and what the mock counts.
//!
//! Each client has its own table of expectations. `--nocapture` prints the
//! observed results as rows of Markdown.

mod curl;
mod lettre;
mod nodemailer;
mod postfix;
mod smtplib;
mod swaks;

use std::net::TcpStream;

use sesbench_mock::{Counts, Server, Settings};

use crate::mock::{self, MODES, Mode};

const SENDER: &str = "sender@example.com";
const RECIPIENT: &str = "recipient@example.com";

/// The situation that a client gets into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Situation {
    /// One message, accepted.
    Success,
    /// The password is not the user's: 535.
    WrongPassword,
    /// Two messages, where the rate allows one: 454 at the dot.
    Throttled,
    /// The daily quota is spent: the other 454 at the dot.
    QuotaSpent,
    /// The sender is not verified: 554 at the dot.
    NotVerified,
    /// The message is larger than the limit: 552 at the dot.
    TooLong,
    /// The maximum of connections is open: 421 in place of the banner.
    TooManyConnections,
    /// Two messages, where a session may have one: 421 at the next MAIL.
    SessionSpent,
}

/// A situation, and its result with one client.
struct Case {
    situation: Situation,
    /// What the client reports for each message.
    reports: &'static [&'static str],
    /// Some of the mock's counts.
    counted: &'static [(&'static str, u64)],
}

/// What a client has to send.
struct Order<'a> {
    server: &'a Server,
    mode: Mode,
    port: u16,
    password: &'a str,
    messages: usize,
}

/// Runs a client in each situation, in both modes.
///
/// # Panics
///
/// If it reports anything unexpected, or the mock's counts differ.
fn hold(client: &str, cases: &[Case], send: impl Fn(&Order<'_>) -> Vec<String>) {
    for (mode, port) in MODES {
        for case in cases {
            let situation = case.situation;
            let server = situation.server();
            let _place = situation.take_place(&server);
            let order = Order {
                server: &server,
                mode,
                port: server.port(port),
                password: situation.password(&server),
                messages: situation.messages(),
            };
            let reports = send(&order).iter().map(|said| without_id(said)).collect();
            check(client, mode, case, reports, &server.stop());
        }
    }
}

fn check(client: &str, mode: Mode, case: &Case, reports: Vec<String>, counts: &Counts) {
    let situation = case.situation;
    let counts = serde_json::to_value(counts).unwrap();
    let count = |(name, _): &(&str, u64)| format!("{name} {}", counts[name]);
    let counted: Vec<_> = case.counted.iter().map(count).collect();
    println!(
        "| {client} | {mode:?} | {situation:?} | {} | {} |",
        reports.join("; "),
        counted.join(", ")
    );
    assert_eq!(reports, case.reports, "{client} {mode:?} {situation:?}");
    let expected = case.counted.iter().map(|(name, n)| format!("{name} {n}"));
    let expected: Vec<_> = expected.collect();
    assert_eq!(counted, expected, "{client} {mode:?} {situation:?}");
}

impl Situation {
    fn server(self) -> Server {
        mock::with(|settings: &mut Settings| match self {
            Situation::Success | Situation::WrongPassword => {}
            Situation::Throttled => {
                // The next one only after minutes.
                settings.rate = Some(0.01);
                settings.burst = Some(1.0);
            }
            Situation::QuotaSpent => settings.daily = Some(0),
            Situation::NotVerified => settings.unverified = vec![SENDER.to_owned()],
            Situation::TooLong => settings.max_message_size = 10,
            Situation::TooManyConnections => settings.max_connections = Some(1),
            Situation::SessionSpent => settings.messages_per_session = Some(1),
        })
    }

    /// Occupies the only connection that is allowed.
    fn take_place(self, server: &Server) -> Option<TcpStream> {
        (self == Situation::TooManyConnections).then(|| {
            let place = TcpStream::connect(("127.0.0.1", server.port(587))).unwrap();
            // Once its banner is sent, the connection counts.
            place.peek(&mut [0]).unwrap();
            place
        })
    }

    fn password(self, server: &Server) -> &str {
        match self {
            Situation::WrongPassword => "wrong",
            _ => server.password(),
        }
    }

    fn messages(self) -> usize {
        match self {
            Situation::Throttled | Situation::SessionSpent => 2,
            _ => 1,
        }
    }
}

impl Mode {
    /// The name as the scripts expect it.
    fn word(self) -> &'static str {
        match self {
            Mode::StartTls => "starttls",
            Mode::Wrapper => "wrapper",
        }
    }
}

/// The text with `<message id>` in place of a message's id.
fn without_id(text: &str) -> String {
    let is_id = |word: &&str| word.len() == 60 && word.ends_with("-000000");
    let mut words = text.split([' ', '(', ')']);
    words
        .find(is_id)
        .map_or(text.to_owned(), |id| text.replace(id, "<message id>"))
}
