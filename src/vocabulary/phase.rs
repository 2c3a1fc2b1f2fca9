//! The timed steps of a session.

use std::time::Duration;

/// Whether a phase belongs to the session or to the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The session: measured when the phase has ended, whatever becomes of the
    /// session.
    Session,
    /// The message: measured for each attempt, whatever its outcome.
    Message,
}

/// Defines [`Phase`] from its table; a row is
/// `Variant "name" Scope time-out in seconds "meaning"`.
macro_rules! phases {
    ($( $variant:ident $name:literal $scope:ident $timeout:literal $meaning:literal; )*) => {
        /// One timed step of a session, in protocol order. For TLS wrapper,
        /// `tls` comes before `banner` and [`Phase::EhloTls`] is the only EHLO.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Phase {
            $( #[doc = $meaning] $variant, )*
        }

        impl Phase {
            /// Every phase, in protocol order.
            pub const ALL: &[Self] = &[$( Self::$variant, )*];

            /// The name used in scenarios, CSV files and histogram tags.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }

            /// Where the phase begins and ends, as a phrase.
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$variant => $meaning, )* }
            }

            /// Whether it is measured per session or per attempt.
            pub const fn scope(self) -> Scope {
                match self { $( Self::$variant => Scope::$scope, )* }
            }

            /// Its time-out unless the scenario sets one: the minimum of RFC
            /// 5321 section 4.5.3.2, if that specifies one.
            pub const fn default_timeout(self) -> Duration {
                Duration::from_secs(match self { $( Self::$variant => $timeout, )* })
            }
        }
    };
}

phases! {
    Resolve  "resolve"  Session 10  "host name looked up";
    Connect  "connect"  Session 30  "TCP connection established";
    Banner   "banner"   Session 300 "connected (wrapper: TLS established) to the 220 read";
    Ehlo     "ehlo"     Session 300 "EHLO in plaintext to its reply";
    Starttls "starttls" Session 120 "STARTTLS to its 220";
    Tls      "tls"      Session 30  "TLS handshake, first byte to established";
    EhloTls  "ehlo_tls" Session 300 "EHLO under TLS to its reply";
    Auth     "auth"     Session 300 "first AUTH command to the reply that accepts or refuses";
    Mail     "mail"     Message 300 "MAIL to its reply";
    Rcpt     "rcpt"     Message 300 "each RCPT to its reply";
    Data     "data"     Message 120 "DATA to the 354";
    Body     "body"     Message 180 "354 read to the last byte handed to the socket";
    Accept   "accept"   Message 600 "last byte handed to the socket to the reply after the dot";
    Rset     "rset"     Session 300 "RSET to its reply";
    Quit     "quit"     Session 120 "QUIT to its reply";
}

impl Phase {
    /// How many phases there are.
    pub const COUNT: usize = Self::ALL.len();

    /// The phase of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|phase| phase.name() == name)
    }
}
