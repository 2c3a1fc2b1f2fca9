//! Formats numbers and texts for people. It depends on nothing but the vocabulary.

pub(crate) mod command_line;
pub(crate) mod encoding;
pub(crate) mod figures;
mod json_error;
mod percent;
mod printable;
mod similar;
pub(crate) mod words;
mod wrap;

pub(crate) use json_error::json_error;
pub(crate) use percent::percent;
pub(crate) use printable::printable;
pub(crate) use similar::most_similar;
pub(crate) use wrap::{cut_words, wrapped};
