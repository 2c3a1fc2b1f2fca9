//! The addresses that recipients are taken from.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::People;

/// The addresses that recipients are taken from; at least one. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AddressBook {
    addresses: Arc<[Box<str>]>,
    people: Option<Arc<People>>,
}

impl AddressBook {
    /// Addresses that stand in the scenario, to be taken in turn.
    pub fn listed<'a>(addresses: impl IntoIterator<Item = &'a str>) -> Self {
        Self {
            addresses: addresses.into_iter().map(Box::from).collect(),
            people: None,
        }
    }

    /// Those of a file.
    pub(crate) fn of_people(people: People) -> Self {
        Self {
            addresses: people.addresses().map(Box::from).collect(),
            people: Some(Arc::new(people)),
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
    pub fn people(&self) -> Option<&People> {
        self.people.as_deref()
    }

    /// What each weighs, if they are drawn by weight and not taken in turn.
    pub fn weights(&self) -> Option<&[f64]> {
        self.people()?.weights()
    }
}

impl Serialize for AddressBook {
    /// A list, or what the file is: run.json is no place for a hundred
    /// thousand addresses.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.people {
            Some(people) => people.serialize(serializer),
            None => serializer.collect_seq(self.iter()),
        }
    }
}
