//! The codes of SES's quotas at Service Quotas.
//!
//! Source: the AWS General Reference, "Amazon Simple Email Service endpoints and
//! quotas", and Terraform modules that use them. One guide has another code for the
//! rate, so what prints them also prints the command that lists them.

/// Of the sending rate, in recipients per second.
pub(crate) const RATE_QUOTA_CODE: &str = "L-CDEF9B6B";

/// Of the sending quota, in recipients per 24 hours.
pub(crate) const DAY_QUOTA_CODE: &str = "L-804C8AE8";
