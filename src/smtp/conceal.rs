//! Takes secrets out of what a server says, and out of what is said to it.
//!
//! Some servers repeat a command that they do not like. What they say is kept,
//! shown and traced, and during AUTH it would be the password. This decides
//! what a secret looks like on its way back; when it could come is the
//! dialogue's to know.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret;

use crate::scenario::Credentials;

/// Stands in a secret's place.
const CONCEALED: &str = "<secret>";

/// This many characters of a secret, its first ones, give away that the rest
/// of the word is it: servers cut off what they repeat.
const TELLING: usize = 8;

/// The text without password, in clear or in any form that AUTH gives it.
pub(super) fn conceal(text: &str, credentials: &Credentials) -> String {
    forms(credentials)
        .iter()
        .fold(text.to_owned(), |text, form| without(&text, form))
}

/// The part of a command of AUTH that holds no secret: all of `AUTH LOGIN`,
/// the first two words of `AUTH PLAIN` with its initial response (RFC 4954
/// section 4), nothing of an answer to a 334.
pub fn telling(line: &[u8]) -> &[u8] {
    const VERB: &[u8] = b"AUTH ";
    let Some(mechanism) = line.strip_prefix(VERB) else {
        return &[];
    };
    match mechanism.iter().position(|byte| *byte == b' ') {
        Some(at) => &line[..VERB.len() + at],
        None => line,
    }
}

/// Longest first: one may be part of another.
fn forms(credentials: &Credentials) -> [String; 4] {
    let username = credentials.username.expose_secret();
    let password = credentials.password.expose_secret();
    let encode = |text: &str| STANDARD.encode(text).trim_end_matches('=').to_owned();
    [
        encode(&format!("\0{username}\0{password}")),
        encode(password),
        encode(username),
        password.to_owned(),
    ]
}

fn without(text: &str, secret: &str) -> String {
    let text = text.replace(secret, CONCEALED);
    let Some((telling, _)) = secret.char_indices().nth(TELLING) else {
        return text;
    };
    let head = &secret[..telling];
    let (mut kept, mut rest) = (String::new(), text.as_str());
    while let Some(at) = rest.find(head) {
        kept.push_str(&rest[..at]);
        kept.push_str(CONCEALED);
        let tail = &rest[at + head.len()..];
        rest = &tail[tail.find(char::is_whitespace).unwrap_or(tail.len())..];
    }
    kept + rest
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::*;

    fn concealed(text: &str) -> String {
        let credentials = Credentials {
            username: SecretString::from("somebody"),
            password: SecretString::from("secret of some length"),
        };
        conceal(text, &credentials)
    }

    #[test]
    fn a_secret_is_taken_out_in_every_form_whole_or_cut_off() {
        let plain = STANDARD.encode("\0somebody\0secret of some length");
        let password = STANDARD.encode("secret of some length");
        for secret in [
            plain.as_str(),
            &plain[..30],
            &password,
            &password[..12],
            "secret of some length",
            &STANDARD.encode("somebody"),
        ] {
            let text = concealed(&format!("what is {secret} ?"));
            assert!(text.starts_with("what is <secret>"), "{text}");
            assert!(!text.contains(&secret[..8]), "{text}");
        }
    }

    #[test]
    fn of_a_command_only_the_mechanism_is_told() {
        for (line, told) in [
            ("AUTH PLAIN AGEAYg==\r\n", "AUTH PLAIN"),
            ("AUTH PLAIN\r\n", "AUTH PLAIN\r\n"),
            ("AUTH LOGIN\r\n", "AUTH LOGIN\r\n"),
            ("AGEAYg==\r\n", ""),
            ("", ""),
        ] {
            assert_eq!(telling(line.as_bytes()), told.as_bytes(), "{line}");
        }
    }

    #[test]
    fn any_other_text_stays_as_it_is() {
        for text in [
            "",
            "Authentication Credentials Invalid",
            "user somebody is no longer",
        ] {
            assert_eq!(concealed(text), text);
        }
    }
}
