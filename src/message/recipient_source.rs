//! The addresses from which recipients are taken: a list, or a file.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::RecipientList;

/// The addresses from which recipients are taken; at least one. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RecipientSource {
    addresses: Arc<[Box<str>]>,
    recipient_list: Option<Arc<RecipientList>>,
}

impl RecipientSource {
    /// Addresses of the scenario, taken in turn.
    pub fn listed<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            addresses: addresses.into_iter().map(Box::from).collect(),
            recipient_list: None,
        }
    }

    /// The addresses of a file.
    pub(crate) fn of_people(recipient_list: RecipientList) -> Self {
        Self {
            addresses: recipient_list.addresses().map(Box::from).collect(),
            recipient_list: Some(Arc::new(recipient_list)),
        }
    }

    /// All addresses, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.addresses.iter().map(|address| &**address)
    }

    /// The same as a shared slice.
    pub const fn shared(&self) -> &Arc<[Box<str>]> {
        &self.addresses
    }

    /// The file they come from, if any.
    pub fn recipient_list(&self) -> Option<&RecipientList> {
        self.recipient_list.as_deref()
    }

    /// The weights, if recipients are drawn by weight and not taken in turn.
    pub fn weights(&self) -> Option<&[f64]> {
        self.recipient_list()?.weights()
    }
}

impl Serialize for RecipientSource {
    /// A list, or the facts of the file: run.json must not contain a hundred
    /// thousand addresses.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.recipient_list {
            Some(recipient_list) => recipient_list.serialize(serializer),
            None => serializer.collect_seq(self.iter()),
        }
    }
}
