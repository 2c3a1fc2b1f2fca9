//! The outcomes of a message.

/// Defines [`Outcome`] from its table; a row is `Variant "name" "meaning"`.
macro_rules! outcomes {
    ($( $variant:ident $name:literal $meaning:literal; )*) => {
        /// How a message ended: every scheduled message ends in exactly one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Outcome {
            $( #[doc = $meaning] $variant, )*
        }

        impl Outcome {
            /// Every outcome, in the order of the tables.
            pub const ALL: &[Self] = &[$( Self::$variant, )*];

            /// The name used in thresholds, CSV files and histogram tags.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $name, )* }
            }

            /// What it means, as a phrase.
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$variant => $meaning, )* }
            }
        }
    };
}

outcomes! {
    Accepted  "accepted"  "the server took responsibility: 250 after the final dot";
    Throttled "throttled" "454 for the sending rate";
    Quota     "quota"     "454 for the daily quota";
    Rejected  "rejected"  "5xx at MAIL, RCPT, DATA or the final dot";
    Auth      "auth"      "5xx at AUTH";
    Deferred  "deferred"  "any other 4xx";
    Timeout   "timeout"   "no reply in time, before the final dot was sent";
    Lost      "lost"      "connection refused, failed or gone before the final dot was sent, or a protocol error";
    Unknown   "unknown"   "no final reply after the socket took the dot: it may have been delivered";
    Unsent    "unsent"    "the run ended first";
}

impl Outcome {
    /// How many outcomes there are.
    pub const COUNT: usize = Self::ALL.len();

    /// Whether a message with this outcome has no latency, because no last
    /// reply was read. In quantiles, such messages count as longer than any
    /// measured latency.
    pub const fn lacks_latency(self) -> bool {
        matches!(
            self,
            Self::Timeout | Self::Lost | Self::Unknown | Self::Unsent
        )
    }

    /// The outcome of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|each| each.name() == name)
    }
}
