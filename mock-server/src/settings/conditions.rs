//! What the value of a single key must be, for the checks in the table.
//!
//! Rules about several keys, or about the parts of a value, are in `check`.

use std::fmt::Debug;
use std::path::{Path, PathBuf};

use super::check::wrong;
use super::{Delay, SettingsError};

/// A value in the settings, which may be optional.
#[diagnostic::on_unimplemented(
    message = "values of type `{Self}` have no check yet",
    note = "add the type to the implementations of `Given` in settings/conditions.rs"
)]
pub(super) trait Given {
    /// What a check is given.
    type Value: ?Sized;

    /// The value, if it is set.
    fn given(&self) -> Option<&Self::Value>;
}

macro_rules! given {
    ($($Type:ty as $Value:ty;)*) => {$(
        impl Given for $Type {
            type Value = $Value;

            fn given(&self) -> Option<&$Value> {
                Some(self)
            }
        }
    )*};
}

given! {
    u32 as u32;
    u64 as u64;
    usize as usize;
    f64 as f64;
    String as str;
    PathBuf as Path;
    Delay as Delay;
}

impl<T> Given for Vec<T> {
    type Value = [T];

    fn given(&self) -> Option<&[T]> {
        Some(self)
    }
}

impl<T: Given> Given for Option<T> {
    type Value = T::Value;

    fn given(&self) -> Option<&T::Value> {
        self.as_ref()?.given()
    }
}

/// Checks the value of `key`, if it is set.
pub(super) fn check_given<T: ?Sized>(
    key: &'static str,
    value: Option<&T>,
    check: impl Fn(&'static str, &T) -> Result<(), SettingsError>,
) -> Result<(), SettingsError> {
    value.map_or(Ok(()), |value| check(key, value))
}

/// The check that a value meets `condition`; `allowed` describes those that do.
pub(super) fn demand<T: Debug + ?Sized>(
    condition: impl Fn(&T) -> bool,
    allowed: &'static str,
) -> impl Fn(&'static str, &T) -> Result<(), SettingsError> {
    move |key, value| match condition(value) {
        true => Ok(()),
        false => Err(wrong(key, format!("{value:?}"), allowed)),
    }
}

pub(super) fn at_least_one<T: PartialOrd + From<u8>>(count: &T) -> bool {
    *count >= T::from(1)
}

pub(super) fn is_burst(recipients: &f64) -> bool {
    recipients.is_finite() && *recipients >= 1.0
}

pub(super) fn above_zero(rate: &f64) -> bool {
    rate.is_finite() && *rate > 0.0
}

pub(super) fn is_set<T>(list: &[T]) -> bool {
    !list.is_empty()
}

pub(super) fn is_path(path: &Path) -> bool {
    !path.as_os_str().is_empty()
}

pub(super) fn is_region(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !name.is_empty() && name.len() < 40 && name.chars().all(fits)
}

pub(super) fn is_account_id(digits: &str) -> bool {
    digits.len() == 12 && digits.bytes().all(|b| b.is_ascii_digit())
}

pub(super) fn is_id_prefix(digits: &str) -> bool {
    digits.len() == 4 && digits.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
}

pub(super) fn are_host_names(names: &[String]) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-._:".contains(c);
    names
        .iter()
        .all(|name| !name.is_empty() && name.len() <= 253 && name.chars().all(fits))
}
