//! mock.

/// Placeholder until the mock lands.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct Settings {}
