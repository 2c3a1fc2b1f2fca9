//! Which certificate a handshake shows.

/// A server's certificates, all signed by its CA.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certificate {
    /// Its own.
    #[default]
    Valid,
    /// One that was its own, years ago.
    Expired,
    /// One for a host that does not exist.
    WrongName,
}
