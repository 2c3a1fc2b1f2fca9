//! Times that cover several phases.

/// Defines [`Span`] from its table; a row is `Variant "name" "meaning"`.
macro_rules! spans {
    ($( $variant:ident $name:literal $meaning:literal; )*) => {
        /// A time over several phases, or relative to the schedule.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Span {
            $( #[doc = $meaning] $variant, )*
        }

        impl Span {
            /// Every span, in the order of the tables.
            pub const ALL: &[Self] = &[$( Self::$variant, )*];

            /// The name used in thresholds, CSV files and histogram tags.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }

            /// Where it begins and ends, as a phrase.
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$variant => $meaning, )* }
            }
        }
    };
}

spans! {
    SessionSetup "session_setup" "start of connect to ready for MAIL";
    Transaction  "transaction"   "MAIL to the reply after the final dot";
    Service      "service"       "an attempt taken by a slot to its last reply";
    Wait         "wait"          "intended to started";
    Response     "response"      "intended to the last reply, back-off included";
    Slip         "slip"          "intended to the first byte handed to the socket, where a slot was free";
    Lateness     "lateness"      "how much of response may be the generator's own: late release, stalled threads, and queueing behind either";
    WaitNet      "wait_net"      "wait minus the part of lateness within it: a lower bound of the wait on an ideal generator";
    ResponseNet  "response_net"  "response minus lateness: a lower bound of the response on an ideal generator";
}

impl Span {
    /// How many spans there are.
    pub const COUNT: usize = Self::ALL.len();
}
