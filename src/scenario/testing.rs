//! Plans, and fields of stages, for the unit tests of every folder.

pub(crate) use super::stages::fields;
use super::{Error, Override, Plan, Source, read, read_for_account};
use crate::ses::AccountSnapshot;

/// The plan of the built-in scenario with these `key=value`, in their order.
pub(crate) fn plan<'a>(assignments: impl IntoIterator<Item = &'a &'a str>) -> Plan {
    read(&Source::BuiltIn, &overrides(assignments), &|_| None).unwrap()
}

/// The same for an SES account.
pub(crate) fn plan_for<'a>(
    account: AccountSnapshot,
    assignments: impl IntoIterator<Item = &'a &'a str>,
) -> Result<Plan, Error> {
    let overrides = overrides(assignments);
    read_for_account(&Source::BuiltIn, &overrides, Some(account), &|_| None)
}

fn overrides<'a>(assignments: impl IntoIterator<Item = &'a &'a str>) -> Vec<Override> {
    let assignments = assignments.into_iter();
    assignments
        .map(|text| Override::assignment(text).unwrap())
        .collect()
}
