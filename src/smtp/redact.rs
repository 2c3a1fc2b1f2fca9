//! Redacts secrets in what a server sends, and in what is sent to it.
//!
//! Some servers repeat a command that they reject, or data of the login.
//! Replies are stored, shown and traced, and so may contain the password. This
//! module decides in which forms a secret may be repeated; every reply is
//! checked, whatever it answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use super::Credentials;

/// Replaces a secret.
const CONCEALED: &str = "<secret>";

/// If this many first characters of a secret match, the rest of the word is
/// treated as the secret, too: servers truncate what they repeat.
const TELLING: usize = 8;

/// The password, in plain text and in every encoding that AUTH uses; longest
/// first, because one form may contain another.
#[derive(Debug)]
pub(crate) struct Secrets([SecretString; 4]);

impl Secrets {
    /// The secrets of a login.
    pub(crate) fn of(credentials: &Credentials) -> Self {
        let username = credentials.username.expose_secret();
        let password = credentials.password.expose_secret();
        let encode = |text: &str| STANDARD.encode(text).trim_end_matches('=').to_owned();
        let forms = [
            encode(&format!("\0{username}\0{password}")),
            encode(password),
            encode(username),
            password.to_owned(),
        ];
        Self(forms.map(SecretString::from))
    }

    /// Whether one of them is in the text, whole or truncated.
    pub(super) fn are_in(&self, text: &str) -> bool {
        self.forms().any(|form| text.contains(head(form)))
    }

    /// The text with the secrets redacted.
    pub(crate) fn redact(&self, text: &str) -> String {
        self.forms()
            .fold(text.to_owned(), |text, form| without(&text, form))
    }

    fn forms(&self) -> impl Iterator<Item = &str> {
        let forms = self.0.iter().map(ExposeSecret::expose_secret);
        forms.filter(|form| !form.is_empty())
    }
}

/// The part of an AUTH command that contains no secret: all of `AUTH LOGIN`,
/// the first two words of `AUTH PLAIN` with its initial response (RFC 4954
/// section 4), nothing of an answer to a 334.
pub(crate) fn redacted(line: &[u8]) -> &[u8] {
    const VERB: &[u8] = b"AUTH ";
    let Some(mechanism) = line.strip_prefix(VERB) else {
        return &[];
    };
    match mechanism.iter().position(|byte| *byte == b' ') {
        Some(at) => &line[..VERB.len() + at],
        None => line,
    }
}

/// The part of a secret that identifies it: its first characters, or all of a
/// short one.
fn head(secret: &str) -> &str {
    let end = secret.char_indices().nth(TELLING);
    end.map_or(secret, |(end, _)| &secret[..end])
}

fn without(text: &str, secret: &str) -> String {
    let text = text.replace(secret, CONCEALED);
    let head = head(secret);
    if head == secret {
        return text;
    }
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
    use super::*;

    fn secrets() -> Secrets {
        Secrets::of(&Credentials {
            username: SecretString::from("somebody"),
            password: SecretString::from("secret of some length"),
        })
    }

    fn concealed(text: &str) -> String {
        secrets().redact(text)
    }

    #[test]
    fn a_secret_is_redacted_in_every_form_whole_or_truncated() {
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
            let said = format!("what is {secret} ?");
            assert!(secrets().are_in(&said), "{said}");
            let text = concealed(&said);
            assert!(text.starts_with("what is <secret>"), "{text}");
            assert!(!text.contains(&secret[..8]), "{text}");
        }
    }

    #[test]
    fn of_an_auth_command_only_the_mechanism_is_shown() {
        for (line, told) in [
            ("AUTH PLAIN AGEAYg==\r\n", "AUTH PLAIN"),
            ("AUTH PLAIN\r\n", "AUTH PLAIN\r\n"),
            ("AUTH LOGIN\r\n", "AUTH LOGIN\r\n"),
            ("AGEAYg==\r\n", ""),
            ("", ""),
        ] {
            assert_eq!(redacted(line.as_bytes()), told.as_bytes(), "{line}");
        }
    }

    #[test]
    fn other_text_is_not_changed() {
        for text in [
            "",
            "Authentication Credentials Invalid",
            "user somebody is no longer",
        ] {
            assert!(!secrets().are_in(text), "{text}");
            assert_eq!(concealed(text), text);
        }
    }
}
