//! How numbers and texts are written for people: a leaf that every room may use.

pub(crate) mod encoding;
mod percent;

pub(crate) use percent::percent;
