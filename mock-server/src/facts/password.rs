//! Derives the SMTP password from an IAM secret access key.
//!
//! Source: SES Developer Guide, "Obtaining Amazon SES SMTP credentials by
//! converting existing AWS credentials".

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The version 4 password, valid in `region` only: 44 characters.
#[must_use]
pub fn smtp_password(secret: &str, region: &str) -> String {
    // A fixed date, defined by the format.
    let signing_key = [region, "ses", "aws4_request", "SendRawEmail"].iter().fold(
        sign(format!("AWS4{secret}").as_bytes(), "11111111"),
        |k, part| sign(k.as_ref(), part),
    );
    versioned(0x04, &signing_key)
}

/// The version 2 password, in use until January 2019: valid in every region.
#[must_use]
pub fn smtp_password_v2(secret: &str) -> String {
    versioned(0x02, &sign(secret.as_bytes(), "SendRawEmail"))
}

fn sign(key: &[u8], text: &str) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes())
}

fn versioned(version: u8, signature: &hmac::Tag) -> String {
    let mut bytes = vec![version];
    bytes.extend_from_slice(signature.as_ref());
    STANDARD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published in the tests of the Terraform AWS provider.
    #[test]
    fn derives_the_published_passwords() {
        for (region, secret, password) in [
            (
                "eu-central-1",
                "some+secret+key",
                "BMXhUYlu5Z3gSXVQORxlVa7XPaz91aGWdfHxvkOZdWZ2",
            ),
            (
                "eu-central-1",
                "another+secret+key",
                "BBbphbrQmrKMx42d1N6+C7VINYEBGI5v9VsZeTxwskfh",
            ),
            (
                "us-west-1",
                "some+secret+key",
                "BH+jbMzper5WwlwUar9E1ySBqHa9whi0GPo+sJ0mVYJj",
            ),
            (
                "us-west-1",
                "another+secret+key",
                "BKVmjjMDFk/qqw8EROW99bjCS65PF8WKvK5bSr4Y6EqF",
            ),
        ] {
            assert_eq!(smtp_password(secret, region), password);
        }
    }

    #[test]
    fn derives_the_old_password() {
        assert_eq!(
            smtp_password_v2("some+secret+key"),
            "AnkqhOiWEcszZZzTMCQbOY1sPGoLFgMH9zhp4eNgSjo4"
        );
    }
}
