//! Why a run ends before its schedule does.

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

            /// What happened, as a phrase.
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$variant => $meaning, )* }
            }
        }
    };
}

stop_reasons! {
    Interrupted        "it was interrupted (Ctrl-C, SIGTERM or SIGHUP)";
    CredentialsRefused "the server refused the credentials, and further attempts could lock the account";
    QuotaSpent         "the server reports that the daily quota is spent, and would refuse every further message";
    AccountSuspended   "the server reports that sending is suspended for the account";
    CeilingReached     "target.max_recipients left no room for more";
    NoSession          "no session could be opened, or none stayed open";
    BacklogGrew        "more and more messages waited for a session: the load cannot be sustained";
    StartMissed        "it was not ready at the time set by --start-at";
    ThresholdMissed    "a threshold with abort_on_fail was missed";
    WorkerLost         "one of its threads could not start, or ended by a defect in sesbench";
    ResultsUnwritable  "the results could no longer be written";
}

impl StopReason {
    /// Whether the run gave up what was asked for, so that its figures are of
    /// another run than the one asked for. A limit or a stop set by the user is
    /// not giving up, and a missed threshold is a result.
    pub const fn gives_up(self) -> bool {
        !matches!(
            self,
            Self::Interrupted | Self::CeilingReached | Self::BacklogGrew | Self::ThresholdMissed
        )
    }
}
