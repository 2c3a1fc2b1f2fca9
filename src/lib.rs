//! sesbench: a load generator and measuring instrument for Amazon SES's SMTP
//! interface, and for any SMTP relay.

pub mod measure;
pub mod run;
pub mod scenario;
pub mod sys;
pub mod verdict;
pub mod vocabulary;
