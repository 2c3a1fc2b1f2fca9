//! The macro that makes settings from the rows of their table: for each table a
//! struct with its documentation, how it is read and written, its defaults and the
//! checks of its values, and for all tables together the list of keys.
//!
//! A row has these parts, in this order:
//!
//! - the documentation of the field, with the source of its default, and attributes
//!   of serde;
//! - `name: type = default`. A row that ends here has no key of its own: it holds
//!   another table;
//! - `takes` the [`Kind`](super::keys::Kind) of value of its flag;
//! - `default` in words, unless the default above reads the same;
//! - `meaning` in one line, for `--help` and the guide;
//! - `check`, a function of the key's name and its value, which is not called for an
//!   optional value that is not set. [`demand`](super::conditions::demand) makes
//!   one of a condition.

macro_rules! table {
    ($(
        $(#[$table_attribute:meta])*
        $Table:ident $prefix:literal {$(
            $section:literal {$(
                $(#[$attribute:meta])*
                $field:ident: $type:ty = $value:expr
                $(, takes $kind:expr $(, default $text:literal)?, meaning $meaning:literal
                    $(, check $check:expr)?)?;
            )*}
        )*}
    )*) => {
        $(
            $(#[$table_attribute])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[serde(default, deny_unknown_fields)]
            pub struct $Table {$($(
                $(#[$attribute])*
                pub $field: $type,
            )*)*}

            impl Default for $Table {
                fn default() -> Self {
                    $Table {$($($field: $value,)*)*}
                }
            }

            impl $Table {
                /// Checks each value by itself.
                pub(super) fn check_values(&self) -> Result<(), SettingsError> {
                    $($($($(
                        let key = concat!($prefix, stringify!($field));
                        check_given(key, <$type as Given>::given(&self.$field), $check)?;
                    )?)?)*)*
                    Ok(())
                }
            }
        )*

        /// All keys, table by table.
        pub const KEYS: &[Key] = &[$($($($(Key {
            name: concat!($prefix, stringify!($field)),
            section: $section,
            kind: $kind,
            default: table!(@default $value $(, $text)?),
            meaning: $meaning,
        },)?)*)*)*];
    };
    (@default $value:expr) => { stringify!($value) };
    (@default $value:expr, $text:literal) => { $text };
}

pub(super) use table;
