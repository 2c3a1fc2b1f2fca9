//! Causes of a failed login.
//!
//! The reply is a 535 for each of them. The cause is for the report on clients.

/// Why a login was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginFailure {
    /// There is no user with that name.
    UnknownUser,
    /// The password is the user's secret access key itself.
    SecretAsPassword,
    /// The password is the user's for another region.
    OtherRegion(&'static str),
    /// The password is derived from the user's secret in the other version.
    OtherVersion,
    /// The password is something else.
    WrongPassword,
    /// The account has not signed up for SES.
    NotSubscribed,
}
