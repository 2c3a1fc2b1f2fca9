//! What Amazon publishes about SES's SMTP interface, as data and pure functions.
//!
//! Everything here is a fact or a format, with its source. The mock and the load
//! generator decide how to use it.

pub mod limits;
mod message_id;
mod password;
mod ports;
mod quotas;
mod regions;

pub(crate) use message_id::message_id;
pub use password::{smtp_password, smtp_password_v2};
pub(crate) use ports::offset_port;
pub use ports::{Mode, PORTS, Port, mode_of};
pub use quotas::{Profile, Quota};
pub use regions::{
    DEFAULT_REGION, Known, REGIONS, Region, WITHOUT_ENDPOINT, fips_host, is_region_name,
    is_smtp_host, region, smtp_host,
};
