//! How numbers and texts are written for people: a leaf that every room may use.

pub(crate) mod encoding;
pub(crate) mod figures;
mod percent;
mod printable;
pub(crate) mod words;

pub(crate) use percent::percent;
pub(crate) use printable::printable;
