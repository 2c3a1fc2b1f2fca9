//! sesbench: a load generator and measuring instrument for Amazon SES's SMTP
//! interface, and for any SMTP relay.

pub mod cli;
pub mod message;
pub mod scenario;
pub mod verdict;
pub mod vocabulary;
