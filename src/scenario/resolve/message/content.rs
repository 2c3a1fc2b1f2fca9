//! Builds the content of the messages, and refuses contradictions in it.

use std::collections::BTreeMap;

use super::header;
use crate::message::{
    Content, Form, Message, Mix, Pattern, RecipientList, Sizes, Variant, added_size, least_size,
};
use crate::scenario::message::{Entry, LARGEST, read_eml};
use crate::scenario::source_document::SourceDocument;
use crate::scenario::{Error, keys};
use crate::units::Size;

/// Where the scenario defines a kind of message, for errors.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    written: &'a SourceDocument,
    /// Its number in the mix, from 1; `None` for `[message]` itself.
    entry: Option<usize>,
}

impl<'a> Place<'a> {
    /// The places of the kinds of a mix, in order.
    pub(super) fn all(written: &'a SourceDocument) -> impl Iterator<Item = Self> {
        let mixed = written.has("message.mix");
        (1..).map(move |number| Self {
            written,
            entry: mixed.then_some(number),
        })
    }

    /// An error at a key of `[message]` or of the mix entry.
    pub(super) fn invalid(&self, key: &str, why: impl ToString) -> Error {
        let why = why.to_string();
        match self.entry {
            None => self.written.invalid(&format!("message.{key}"), why),
            Some(number) => {
                let why = format!("entry {number}: {key}: {why}");
                self.written.invalid("message.mix", why)
            }
        }
    }
}

/// The kinds of messages of the scenario.
pub(super) fn mix(
    message: &keys::Message,
    recipient_list: Option<&RecipientList>,
    written: &SourceDocument,
) -> Result<Mix, Error> {
    let whole = Place {
        written,
        entry: None,
    };
    let common = headers(&message.headers, recipient_list, whole)?;
    if written.has("message.eml") {
        for key in ["message.size", "message.attachments"] {
            if written.has(key) {
                return Err(written.invalid(key, NOT_WITH_EML));
            }
        }
    }
    let Some(entries) = &message.mix else {
        let (headers, form) = (common, form(None, message, whole)?);
        return Ok(Mix::one(Content { headers, form }));
    };
    check_use(message, entries, written)?;
    let variants = Place::all(written).zip(entries).map(|(place, entry)| {
        Ok(Variant {
            name: entry.name.clone(),
            weight: entry.weight,
            content: Content {
                headers: laid_over(&common, headers(&entry.headers, recipient_list, place)?),
                form: form(Some(entry), message, place)?,
            },
        })
    });
    let variants = variants.collect::<Result<_, _>>()?;
    Mix::several(variants).ok_or_else(|| written.invalid("message.mix", "must not be empty"))
}

const NOT_WITH_EML: &str =
    "cannot be combined with eml, whose message is sent unchanged; remove one of them";

/// The form of one kind: keys of the entry override those of `[message]`.
fn form(entry: Option<&Entry>, message: &keys::Message, place: Place<'_>) -> Result<Form, Error> {
    if let Some(entry) = entry {
        check_eml(entry, place)?;
    }
    let made = entry.is_some_and(|entry| entry.size.is_some() || entry.attachments.is_some());
    let own = entry.and_then(|entry| entry.eml.as_ref());
    if let Some(file) = own.or(message.eml.as_ref()).filter(|_| !made) {
        let eml = read_eml(file).map_err(|why| place.invalid("eml", why))?;
        return Ok(Form::Eml { eml });
    }
    let size = entry.and_then(|entry| entry.size.clone());
    let attachments = entry.and_then(|entry| entry.attachments.clone());
    Ok(Form::Made {
        size: size.unwrap_or_else(|| message.size.clone()),
        attachments: attachments.unwrap_or_else(|| message.attachments.clone()),
    })
}

fn check_eml(entry: &Entry, place: Place<'_>) -> Result<(), Error> {
    let beside = [
        ("size", entry.size.is_some()),
        ("attachments", entry.attachments.is_some()),
    ];
    match beside.iter().find(|(_, written)| *written) {
        Some((key, _)) if entry.eml.is_some() => Err(place.invalid(key, NOT_WITH_EML)),
        _ => Ok(()),
    }
}

/// Refuses a key of `[message]` that every entry overrides.
fn check_use(
    message: &keys::Message,
    entries: &[Entry],
    written: &SourceDocument,
) -> Result<(), Error> {
    let made = |entry: &Entry| entry.size.is_some() || entry.attachments.is_some();
    let eml = |entry: &Entry| entry.eml.is_some() || (message.eml.is_some() && !made(entry));
    let unused = [
        (
            "size",
            entries.iter().all(|each| each.size.is_some() || eml(each)),
        ),
        (
            "attachments",
            entries
                .iter()
                .all(|each| each.attachments.is_some() || eml(each)),
        ),
        (
            "eml",
            entries.iter().all(|each| each.eml.is_some() || made(each)),
        ),
    ];
    for (key, unused) in unused {
        let key = format!("message.{key}");
        if unused && written.has(&key) {
            let why = "every entry of message.mix overrides this; remove it";
            return Err(written.invalid(&key, why));
        }
    }
    Ok(())
}

/// The common headers, overridden by those of the entry.
fn laid_over(common: &[(String, Pattern)], own: Vec<(String, Pattern)>) -> Vec<(String, Pattern)> {
    let mut all = common.to_vec();
    all.retain(|(name, _)| {
        !own.iter()
            .any(|(other, _)| other.eq_ignore_ascii_case(name))
    });
    all.extend(own);
    all
}

fn headers(
    headers: &BTreeMap<String, String>,
    recipient_list: Option<&RecipientList>,
    place: Place<'_>,
) -> Result<Vec<(String, Pattern)>, Error> {
    let headers = headers.iter().map(|(name, value)| {
        let pattern =
            header::check_name(name).and_then(|()| header::pattern(name, value, recipient_list));
        let pattern = pattern.map_err(|why| place.invalid(&format!("headers.{name}"), why))?;
        Ok((name.clone(), pattern))
    });
    headers.collect()
}

/// Fills in the bounds that distributions leave open, and checks all sizes
/// against the limits.
pub(super) fn bound(message: &mut Message, written: &SourceDocument) -> Result<(), Error> {
    let variants = message.mix.variants();
    let least = variants
        .iter()
        .map(|variant| least_size(message, &variant.content));
    let least: Vec<_> = least.collect();
    let places = Place::all(written).zip(least);
    for (content, (place, least)) in message.mix.contents_mut().zip(places) {
        match &mut content.form {
            Form::Made { size, attachments } => {
                size.begin_at(least);
                check_size(size, least, added_size(attachments))
                    .map_err(|(key, why)| place.invalid(key, why))?;
            }
            // Reading the file has checked its size.
            Form::Eml { .. } => {}
        }
    }
    Ok(())
}

/// The error names the key and the reason.
fn check_size(sizes: &Sizes, least: u64, added: u64) -> Result<(), (&'static str, String)> {
    let (smallest, largest) = (sizes.least(), sizes.most());
    if smallest < least {
        let size = Size(smallest);
        let why = format!("{size} is too small: the headers alone need {least} bytes");
        return Err(("size", why));
    }
    let (size, limit) = (Size(largest), Size(LARGEST));
    if largest > LARGEST {
        return Err(("size", format!("{size} is too large: at most {limit}")));
    }
    let whole = largest.saturating_add(added);
    if whole > LARGEST {
        let whole = Size(whole);
        let why = format!("the message becomes {whole}, which is too large: at most {limit}");
        return Err(("attachments", why));
    }
    Ok(())
}
