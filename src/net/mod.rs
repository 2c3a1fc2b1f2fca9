//! The only client sockets: connecting, TLS, and the driver that moves bytes
//! between a dialogue and its connection. `smtp` decides what is sent, `engine`
//! when.

mod addresses;
mod ca_file;
mod certificate;
mod connector;
mod counted;
mod deadline;
mod driver;
mod facts;
mod failure;
mod lookup;
mod peer_certificates;
mod raw;
mod session;
mod stream;
mod tally;
#[cfg(test)]
pub(crate) mod tests;
mod tls;
mod tls_error;
mod tls_settings;
mod trusted;

#[cfg(test)]
pub(crate) use addresses::AddressStats;
pub(crate) use ca_file::read_certificates;
pub(crate) use certificate::Certificate;
pub(crate) use connector::{Connector, ConnectorConfig};
pub(crate) use driver::{Driver, IdleEnd};
pub(crate) use facts::TlsRecord;
#[cfg(test)]
pub(crate) use lookup::LookUp;
pub(crate) use lookup::{LookUpTimes, system_look_up};
pub(crate) use session::Session;
pub(crate) use tls::warm_up;
pub(crate) use tls_settings::{TlsSettings, TlsVersion};
