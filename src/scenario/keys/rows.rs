//! Makes structs and rows of keys from the table.

/// Makes, for each table, a struct with a field for each key, and the rows of all.
macro_rules! keys {
    ($(
        $(#[$doc:meta])*
        $Table:ident $prefix:literal {$(
            $field:ident: $type:ty,
            default $default:ident($text:literal), example $example:literal,
            $meaning:literal
            $(, flag $flag:literal, $value_name:literal, $heading:ident, $conflicts:expr,
               $help:literal,
               $more:literal)?;
        )*}
    )*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Debug)]
            pub(super) struct $Table {
                $(pub(super) $field: $type,)*
            }

            impl $Table {
                pub(super) fn read(document: &SourceDocument) -> Result<Self, Error> {
                    Ok(Self {
                        $($field: document.value(concat!($prefix, stringify!($field)))?,)*
                    })
                }
            }
        )*

        /// The keys, but for the time-outs, in the order of the reference.
        const ROWS: &[Key] = &[$($(Key {
            path: Cow::Borrowed(concat!($prefix, stringify!($field))),
            kind: <$type as KeyValue>::KIND,
            default: keys!(@default $default $text),
            example: Cow::Borrowed($example),
            meaning: Cow::Borrowed($meaning),
            flag: keys!(@flag $($flag, $value_name, $heading, $conflicts, $help, $more)?),
        },)*)*];
    };
    (@default Is $text:literal) => { Is(Cow::Borrowed($text)) };
    (@default Absent $text:literal) => { Absent($text) };
    (@flag) => { None };
    (@flag $name:literal, $value_name:literal, $heading:ident, $conflicts:expr, $help:literal,
     $more:literal) => {
        Some(Flag {
            name: $name,
            value_name: $value_name,
            heading: Heading::$heading,
            conflicts: $conflicts,
            help: $help,
            more: $more,
        })
    };
}

pub(super) use keys;
