//! Why a login was refused, as far as the server knows.
//!
//! On the wire each of them is a 535. The cause is for the report on clients.

/// Why a login was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginFailure {
    /// No user has that name.
    UnknownUser,
    /// The user's secret access key itself was the password.
    SecretAsPassword,
    /// The password is the user's for another region.
    OtherRegion(&'static str),
    /// The password is made of the user's secret in the other version.
    OtherVersion,
    /// The password is something else.
    WrongPassword,
    /// The account has not signed up for SES.
    NotSubscribed,
}
