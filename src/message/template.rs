//! The prepared messages of a run.

use std::ops::Range;
use std::sync::Arc;

use super::variant_template::VariantTemplate;
use super::weighted::Weighted;
use super::{Identity, Message, Recipients};
use crate::random::{Draw, bits};

/// The messages of a run. The head of a message and its tail are the bytes that
/// follow the 354, dot-stuffed and with the final dot. Cheap to clone: large
/// parts are shared.
#[derive(Clone, Debug)]
pub struct MessageTemplates {
    variant_templates: Arc<[VariantTemplate]>,
    /// How often each is drawn.
    weights: Weighted,
    seed: u64,
    recipients: Recipients,
}

/// The requested size has no room for the headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message of {size} bytes is too small: the headers alone need {least}")]
pub struct TooSmall {
    /// Bytes requested.
    pub size: u64,
    /// Bytes needed.
    pub least: u64,
}

impl MessageTemplates {
    /// Prepares the messages of a run; the same arguments give the same bytes.
    pub fn new(message: &Message, seed: u64, identity: &Identity) -> Result<Self, TooSmall> {
        let variants = message.mix.variants();
        let variant_templates = variants
            .iter()
            .map(|variant| VariantTemplate::new(message, &variant.content, seed, identity));
        Ok(Self {
            variant_templates: variant_templates.collect::<Result<_, _>>()?,
            weights: Weighted::new(variants.iter().map(|variant| variant.weight)),
            seed,
            recipients: Recipients::new(message, seed),
        })
    }

    /// Appends the head of message `index`, whose `Date` is that many seconds
    /// after the Unix epoch, and returns its tail: part of bytes that many messages
    /// share, empty if the whole message is in the head. The same for every attempt
    /// with the same date. Allocates nothing once `out` has grown to the length of a
    /// head.
    pub fn write(&self, index: u64, date: i64, out: &mut Vec<u8>) -> (&Arc<[u8]>, Range<usize>) {
        let variant_template = self
            .weights
            .pick(bits(self.seed, Draw::VariantTemplate, index));
        self.variant_templates[variant_template].write(index, date, &self.recipients, out)
    }

    /// The smallest size of a message, in bytes as the server counts them.
    pub fn smallest(&self) -> u64 {
        let sizes = self.variant_templates.iter().map(VariantTemplate::smallest);
        sizes.min().unwrap_or_default()
    }

    /// The envelope recipients, which are also in `To:`.
    pub const fn recipients(&self) -> &Recipients {
        &self.recipients
    }
}

#[cfg(test)]
pub(super) mod tests;
