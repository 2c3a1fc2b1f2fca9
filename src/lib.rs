//! sesbench: a load generator and measuring instrument for Amazon SES's SMTP
//! interface, and for any SMTP relay.

pub mod cli;
pub mod engine;
pub mod health;
pub mod measure;
pub mod message;
pub mod net;
pub mod report;
pub mod run;
pub mod scenario;
pub mod schedule;
pub mod smtp;
pub mod sys;
pub mod ui;
pub mod verdict;
pub mod vocabulary;

#[cfg(test)]
mod simulated;
