//! The vocabulary of a session: stages, replies, moments and events.
//!
//! It decides what a session can consist of and what each part is called, for
//! all rooms above it. It does not decide what happens: which reply is given,
//! when it leaves and what is counted are the business of the dialogue, the
//! settings and the observers.

pub(crate) mod address;
mod certificate;
mod events;
mod fault_stage;
mod instant;
mod login_failure;
mod observer;
mod reply;
mod stage;
mod tls_version;

pub use self::certificate::Certificate;
pub use self::events::Handshake;
pub(crate) use self::events::{Event, Judged};
pub use self::fault_stage::FaultStage;
pub use self::instant::Instant;
pub(crate) use self::login_failure::LoginFailure;
pub(crate) use self::observer::Interest;
pub use self::observer::Observer;
pub use self::reply::Reply;
pub(crate) use self::stage::Stage;
pub use self::tls_version::TlsVersion;
