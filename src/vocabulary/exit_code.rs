//! The program's exit codes and what they mean.

/// Defines [`ExitCode`] from its table; a row is `Variant code "meaning"`. The
/// rows are in order of precedence: if several apply, the first one counts.
macro_rules! exit_codes {
    ($( $variant:ident $code:literal $meaning:literal; )*) => {
        /// The program's exit codes, in order of precedence.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum ExitCode {
            $( #[doc = $meaning] $variant, )*
        }

        impl ExitCode {
            /// Every code, in order of precedence.
            pub const ALL: &[Self] = &[$( Self::$variant, )*];

            /// The number the process ends with.
            pub const fn code(self) -> u8 {
                match self { $( Self::$variant => $code, )* }
            }

            /// What it means, as a phrase.
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$variant => $meaning, )* }
            }
        }
    };
}

exit_codes! {
    Usage        2   "usage or scenario invalid";
    Interrupted  130 "interrupted (Ctrl-C, SIGTERM or SIGHUP); partial results written";
    Unwritable   7   "results could not be written";
    MissedStart  6   "a shard missed the common start";
    Unreachable  3   "target unreachable, TLS or credentials refused before the run began";
    Inconclusive 4   "inconclusive: the generator or the machine was the limit, or too few runs to decide";
    Regression   5   "regression against the baseline";
    Missed       1   "a threshold was missed";
    Pass         0   "pass";
}

impl ExitCode {
    /// The one that takes precedence.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        code.code().into()
    }
}
