//! Which certificate the server sends in a handshake.

/// A server's certificates, all signed by its CA.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certificate {
    /// The valid one.
    #[default]
    Valid,
    /// One that expired years ago.
    Expired,
    /// One for a host that does not exist.
    WrongName,
}
