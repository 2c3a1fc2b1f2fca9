//! The addresses that recipients are taken from.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::RecipientList;

/// The addresses that recipients are taken from; at least one. Cheap to clone.
#[derive(Clone, Debug)]
pub struct RecipientSource {
    addresses: Arc<[Box<str>]>,
    recipient_list: Option<Arc<RecipientList>>,
}

impl RecipientSource {
    /// Addresses that stand in the scenario, to be taken in turn.
    pub fn listed<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            addresses: addresses.into_iter().map(Box::from).collect(),
            recipient_list: None,
        }
    }

    /// Those of a file.
    pub(crate) fn of_people(recipient_list: RecipientList) -> Self {
        Self {
            addresses: recipient_list.addresses().map(Box::from).collect(),
            recipient_list: Some(Arc::new(recipient_list)),
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.addresses.iter().map(|address| &**address)
    }

    /// The same, to be held by many.
    pub const fn shared(&self) -> &Arc<[Box<str>]> {
        &self.addresses
    }

    /// The file they come from, if they do.
    pub fn recipient_list(&self) -> Option<&RecipientList> {
        self.recipient_list.as_deref()
    }

    /// What each weighs, if they are drawn by weight and not taken in turn.
    pub fn weights(&self) -> Option<&[f64]> {
        self.recipient_list()?.weights()
    }
}

impl Serialize for RecipientSource {
    /// A list, or what the file is: run.json is no place for a hundred
    /// thousand addresses.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.recipient_list {
            Some(recipient_list) => recipient_list.serialize(serializer),
            None => serializer.collect_seq(self.iter()),
        }
    }
}
