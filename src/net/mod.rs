//! The only client sockets: connecting, TLS, and the driver that moves bytes
//! between a dialogue and its connection. `smtp` decides what is sent, `engine`
//! when.

mod addresses;
mod certificate;
mod connector;
mod deadline;
mod driver;
mod facts;
mod lookup;
mod peer_certificates;
mod raw;
mod stream;
#[cfg(test)]
pub(crate) mod tests;
mod tls;
mod tls_error;
mod tls_settings;
mod trusted;

pub use addresses::AddressStats;
pub use certificate::Certificate;
pub use connector::{Connector, ConnectorConfig, Tally, UnknownHost};
pub use driver::{Driver, IdleEnd};
pub use facts::TlsRecord;
pub use lookup::{LookUp, LookUpTimes, system_look_up};
pub use tls::{InvalidTls, key_exchange_names, warm_up};
pub use tls_settings::{TlsSettings, TlsVersion};
