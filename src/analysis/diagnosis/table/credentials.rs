//! SES refused user name or password: which of the usual reasons it is.
//!
//! SES has one reply for all of them, `535 Authentication Credentials Invalid`.
//! The format of the credentials distinguishes them.

use super::Diagnosis;
use crate::analysis::diagnosis::{Belongs, FailureCase, Login, PasswordShape, UsernameShape};

const OBTAINING: &str = "SES Developer Guide, \"Obtaining Amazon SES SMTP credentials\"";

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "iam-secret-as-password",
        title: "an IAM secret access key in place of the SMTP password",
        meaning: "The password has the format of an IAM secret access key. The SMTP interface of \
            SES does not accept that key: it expects a password derived from it, a different one \
            in each region.",
        advice: "Derive the SMTP password of the target's region from the key, or create SMTP \
            credentials in the SES console, and use that.",
        sign: "535 from SES; the password is 40 characters of base64's alphabet",
        source: OBTAINING,
        fits: |met| password(met) == Some(PasswordShape::SecretKey),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "wrong-region-password",
        title: "the SMTP password of another region",
        meaning: "An SMTP password is valid only in the region that it was derived for. In any \
            other region SES answers 535 and gives no reason.",
        advice: "Use the password of the target's region, or the endpoint of the password's \
            region. If they match, check that the access key is active and belongs to the same \
            user.",
        sign: "535 from SES; the password has the format of version 4 (44 characters, beginning \
            with B), and is not known to be for this region",
        source: OBTAINING,
        fits: |met| {
            let here = met.context.region.as_deref();
            let another =
                |login: &Login| login.belongs.is_none() || login.is_of_another_region(here);
            version4(met).is_some_and(another)
        },
        detail: region_of_password,
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "access-key-refused",
        title: "the access key is refused",
        meaning: "The password matches this region and this secret access key, so SES refuses the \
            access key itself: it is inactive or deleted, or the user name is another access key.",
        advice: "Check in IAM that the access key in SESBENCH_USERNAME is active, and that the \
            secret belongs to it.",
        sign: "535 from SES; the password is derived from SESBENCH_SECRET_ACCESS_KEY for this \
            region",
        source: OBTAINING,
        fits: |met| {
            let here = met.context.region.as_deref();
            version4(met).is_some_and(|login| {
                matches!(login.belongs, Some(Belongs::Region(_)))
                    && !login.is_of_another_region(here)
            })
        },
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "password-of-another-secret",
        title: "the SMTP password of another secret access key",
        meaning: "The password has the right format, but it is not derived from \
            SESBENCH_SECRET_ACCESS_KEY for any known region.",
        advice: "Derive the password again from the secret that belongs to this access key; when a \
            secret is rotated, the passwords derived from it stop working.",
        sign: "535 from SES; the password is not derived from SESBENCH_SECRET_ACCESS_KEY for any \
            known region",
        source: OBTAINING,
        fits: |met| version4(met).is_some_and(|login| login.belongs == Some(Belongs::Nowhere)),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "version-2-password",
        title: "an SMTP password of the old version 2",
        meaning: "The password was derived with Signature Version 2, which was abandoned in \
            January 2019. Where such passwords still work, they are throttled; newer regions never \
            accepted them.",
        advice: "Derive a version 4 password from the same secret access key, for the target's \
            region.",
        sign: "535 from SES; the password is 44 characters and begins with A",
        source: OBTAINING,
        fits: |met| password(met) == Some(PasswordShape::Version2),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "not-an-smtp-password",
        title: "not an SMTP password of SES",
        meaning: "The password has neither the format of an SMTP password of SES (44 characters, \
            beginning with B) nor that of anything it is derived from. It may be truncated, or \
            contain quotes.",
        advice: "Check what was copied into SESBENCH_PASSWORD, or into the variable or file that \
            the scenario names.",
        sign: "535 from SES; the password has none of Amazon's formats",
        source: OBTAINING,
        fits: |met| password(met) == Some(PasswordShape::Other),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "temporary-credentials",
        title: "temporary credentials",
        meaning: "The user name begins with ASIA: it is the access key of temporary credentials \
            (STS, a role, SSO). They do not work with the SMTP interface of SES.",
        advice: "Use the access key of an IAM user (it begins with AKIA), and the SMTP password \
            derived from its secret.",
        sign: "535 from SES; the user name begins with ASIA",
        source: OBTAINING,
        fits: |met| username(met) == Some(UsernameShape::Temporary),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "username-is-no-access-key",
        title: "a user name that is not an access key id",
        meaning: "The SMTP user name of SES is the access key id of an IAM user: it begins with \
            AKIA and consists of 20 capital letters and digits. This one does not; it may be the \
            IAM user's name or an email address.",
        advice: "Use the SMTP user name that the SES console displays, not the name of the IAM \
            user.",
        sign: "535 from SES; the user name is not an access key id",
        source: OBTAINING,
        fits: |met| username(met) == Some(UsernameShape::Other),
        ..Diagnosis::PLAIN
    },
];

fn password(met: &FailureCase<'_>) -> Option<PasswordShape> {
    met.refused_by_ses().map(|login| login.password)
}

fn username(met: &FailureCase<'_>) -> Option<UsernameShape> {
    met.refused_by_ses().map(|login| login.username)
}

/// The credentials that SES refused although the password looks right. Only with
/// an access key as user name: any other user name explains the refusal already.
fn version4<'a>(met: &FailureCase<'a>) -> Option<&'a Login> {
    met.refused_by_ses().filter(|login| {
        login.password == PasswordShape::Version4 && login.username == UsernameShape::AccessKey
    })
}

fn region_of_password(met: &FailureCase<'_>) -> Option<String> {
    let login = met.context.login.as_ref()?;
    let here = met.context.region.as_deref();
    Some(match (&login.belongs, here) {
        (Some(Belongs::Region(region)), Some(here)) => {
            format!("This password belongs to {region}, and the target is in {here}.")
        }
        (Some(Belongs::Region(region)), None) => format!("This password belongs to {region}."),
        (_, here) => {
            let than = here.map(|here| format!(" than {here}")).unwrap_or_default();
            format!(
                "User name and password have the right format, so the password is most likely for \
                 another region{than}. With the secret access key in SESBENCH_SECRET_ACCESS_KEY a \
                 probe finds out which."
            )
        }
    })
}
