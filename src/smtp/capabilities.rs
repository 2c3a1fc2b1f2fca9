//! The extensions that a server offers in its reply to EHLO (RFC 5321 section
//! 4.1.1.1).

use super::Mechanism;
use super::limits::Limits;
use super::reply::Reply;

/// The extensions that matter here, and every line as it was received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Capabilities {
    /// STARTTLS (RFC 3207).
    pub starttls: bool,
    /// PIPELINING (RFC 2920).
    pub pipelining: bool,
    /// The mechanisms of AUTH (RFC 4954), in capitals.
    pub auth: Vec<String>,
    /// The limits that the server declares.
    pub limits: Limits,
    /// Every line, the greeting first.
    pub lines: Vec<String>,
}

impl Capabilities {
    /// Reads the capabilities from the reply to EHLO.
    pub(crate) fn of(reply: &Reply) -> Self {
        let mut offers = Self::of_helo(reply);
        for line in reply.lines().iter().skip(1) {
            offers.take(line);
        }
        offers
    }

    /// The capabilities after a reply to HELO, which offers no extensions.
    pub(crate) fn of_helo(reply: &Reply) -> Self {
        Self {
            lines: reply.told().lines().iter().map(str::to_owned).collect(),
            ..Self::default()
        }
    }

    /// Whether a mechanism is offered.
    pub(crate) fn offers(&self, mechanism: Mechanism) -> bool {
        self.auth.iter().any(|offered| offered == name(mechanism))
    }

    fn take(&mut self, line: &str) {
        // Servers wrote `AUTH=PLAIN` before RFC 2554; some still write both
        // forms.
        let mut words = line.split([' ', '=']).map(str::to_ascii_uppercase);
        match words.next().as_deref() {
            Some("STARTTLS") => self.starttls = true,
            Some("PIPELINING") => self.pipelining = true,
            Some("AUTH") => self.auth.extend(words.filter(|word| !word.is_empty())),
            Some(keyword) => {
                let parameters = line.split_ascii_whitespace().skip(1);
                self.limits.add(keyword, parameters);
            }
            None => {}
        }
    }
}

/// The mechanism's name in the protocol.
pub(super) fn name(mechanism: Mechanism) -> &'static str {
    match mechanism {
        Mechanism::Plain => "PLAIN",
        Mechanism::Login => "LOGIN",
    }
}
