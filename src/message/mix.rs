//! The kinds of messages of a plan, and their weights.

use serde::{Serialize, Serializer};

use super::Content;

/// The kinds of messages of a plan: one, or several by weight. Never empty.
#[derive(Clone, Debug)]
pub struct Mix(Vec<Variant>);

/// One kind of message.
#[derive(Clone, Debug, Serialize)]
pub struct Variant {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How often it is drawn, relative to the other weights; above zero.
    pub weight: f64,
    /// Its content.
    #[serde(flatten)]
    pub content: Content,
}

impl Mix {
    /// Messages of one kind.
    pub fn one(content: Content) -> Self {
        Self(vec![Variant {
            name: None,
            weight: 1.0,
            content,
        }])
    }

    /// Messages of several kinds; `None` if the list is empty.
    pub fn several(variants: Vec<Variant>) -> Option<Self> {
        (!variants.is_empty()).then_some(Self(variants))
    }

    /// Every kind, in the order of the scenario.
    pub fn variants(&self) -> &[Variant] {
        &self.0
    }

    pub(crate) fn contents_mut(&mut self) -> impl Iterator<Item = &mut Content> {
        self.0.iter_mut().map(|variant| &mut variant.content)
    }
}

impl Serialize for Mix {
    /// Like the keys of `[message]`: a mix of one kind is written as that kind.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Several<'a> {
            mix: &'a [Variant],
        }
        match self.0.as_slice() {
            [only] => only.content.serialize(serializer),
            mix => Several { mix }.serialize(serializer),
        }
    }
}
