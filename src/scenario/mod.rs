//! From what the user wrote to what it means.

mod plan;
mod rate;

pub use plan::{
    Connect, Credentials, Length, Load, Login, Mechanism, Message, Model, Plan, Target, TargetKind,
    Timeouts, TlsMode, TlsSettings, TlsVersion,
};
pub use rate::{InvalidRate, Rate};
