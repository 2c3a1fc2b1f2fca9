//! What ends a run before its schedule does.

/// Defines [`StopReason`] from its table; a row is `Variant "meaning"`.
macro_rules! stop_reasons {
    ($( $variant:ident $meaning:literal; )*) => {
        /// Why a run was stopped before its schedule was over.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum StopReason {
            $( #[doc = $meaning] $variant, )*
        }

        impl StopReason {
            /// Every reason.
            pub const ALL: &[Self] = &[$( Self::$variant, )*];

            /// What happened, in a phrase.
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$variant => $meaning, )* }
            }
        }
    };
}

stop_reasons! {
    Interrupted        "it was interrupted (Ctrl-C, SIGTERM or SIGHUP)";
    CredentialsRefused "the server refused the credentials, and going on could lock the account";
    QuotaSpent         "the server says that the quota of the day is spent, and would refuse all that follows";
    AccountSuspended   "the server says that the account may not send any more";
    CeilingReached     "target.max_recipients left no room for more";
    NoSession          "not one session could be opened, or kept";
    StartMissed        "it was not ready at the moment of --start-at";
    WorkerLost         "one of its threads could not start, or ended by a defect of sesbench";
    ResultsUnwritable  "the results could not be written any more";
}

impl StopReason {
    /// Whether what was asked for was given up: the figures are of another run
    /// than the one that was asked for. What the user bounded or ended was not.
    pub const fn gives_up(self) -> bool {
        !matches!(self, Self::Interrupted | Self::CeilingReached)
    }
}
