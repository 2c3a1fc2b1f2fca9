//! The vocabulary of a session: stages, replies, times and events.
//!
//! It defines the parts of a session and their names for all other modules. The
//! dialogue decides which reply is sent, the settings when, and the observers
//! what is counted.

pub(crate) mod address;
mod certificate;
mod events;
mod instant;
mod login_failure;
mod observer;
mod reply;
mod stage;
mod tls_version;

pub use self::certificate::Certificate;
pub use self::events::Handshake;
pub(crate) use self::events::{Event, Judged};
pub use self::instant::Instant;
pub(crate) use self::login_failure::LoginFailure;
pub(crate) use self::observer::Interest;
pub use self::observer::Observer;
pub use self::reply::Reply;
pub use self::stage::Stage;
pub use self::tls_version::TlsVersion;
