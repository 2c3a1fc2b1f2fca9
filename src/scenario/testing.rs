//! Plans, and fields of stages, for the unit tests of every folder.

pub(crate) use super::stages::fields;
use super::{Override, Plan, Source, read};

/// The plan of the built-in scenario with these `key=value`, in their order.
pub(crate) fn plan<'a>(assignments: impl IntoIterator<Item = &'a &'a str>) -> Plan {
    let overrides = assignments
        .into_iter()
        .map(|text| Override::assignment(text).unwrap());
    let overrides: Vec<_> = overrides.collect();
    read(&Source::BuiltIn, &overrides, &|_| None).unwrap()
}
