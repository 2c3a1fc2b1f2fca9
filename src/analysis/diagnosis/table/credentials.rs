//! SES refused user name or password: which of the usual reasons it is.
//!
//! SES has one reply for all of them, `535 Authentication Credentials Invalid`;
//! what tells them apart is the shape of what it was given.

use super::Diagnosis;
use crate::analysis::diagnosis::{Belongs, FailureCase, Login, PasswordShape, UsernameShape};

const OBTAINING: &str = "SES Developer Guide, \"Obtaining Amazon SES SMTP credentials\"";

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "iam-secret-as-password",
        title: "an IAM secret access key in place of the SMTP password",
        meaning: "The password has the shape of an IAM secret access key. SES's SMTP interface does \
            not take that key: it wants a password derived from it, once for each region.",
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
        meaning: "An SMTP password holds in one region only, the one it was derived for, and SES says \
            no more than 535 when it is used in another.",
        advice: "Use the password of the target's region, or the endpoint of the password's region. \
            If they agree, check that the access key is active and belongs to the same user.",
        sign: "535 from SES; the password has the shape of version 4 (44 characters, beginning with \
            B), and is not known to be of this region",
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
        meaning: "The password is the right one for this region and this secret access key, so it is \
            the key itself that SES does not take: inactive, deleted, or of another user name.",
        advice: "Check in IAM that the access key of SESBENCH_USERNAME is active, and that it is the \
            one the secret belongs to.",
        sign: "535 from SES; the password is that of SESBENCH_SECRET_ACCESS_KEY in this region",
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
        meaning: "The password has the right shape, and it is in no known region the one that follows \
            from SESBENCH_SECRET_ACCESS_KEY.",
        advice: "Derive the password anew from the secret that belongs to this access key; a secret \
            that was rotated takes its passwords with it.",
        sign: "535 from SES; the password is that of SESBENCH_SECRET_ACCESS_KEY in no known region",
        source: OBTAINING,
        fits: |met| version4(met).is_some_and(|login| login.belongs == Some(Belongs::Nowhere)),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "version-2-password",
        title: "an SMTP password of the old version 2",
        meaning: "The password was derived in the way that was given up in January 2019 (Signature \
            Version 2). Such passwords are throttled where they still work, and newer regions never \
            took them.",
        advice: "Derive a password of version 4 from the same secret access key, for the target's \
            region.",
        sign: "535 from SES; the password is 44 characters and begins with A",
        source: OBTAINING,
        fits: |met| password(met) == Some(PasswordShape::Version2),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "not-an-smtp-password",
        title: "no SMTP password of SES",
        meaning: "The password has the shape neither of an SMTP password of SES (44 characters, \
            beginning with B) nor of anything it is derived from. It may have been cut off or quoted.",
        advice: "Check SESBENCH_PASSWORD, or the variable or file that the scenario names, for what \
            was copied into it.",
        sign: "535 from SES; the password has no shape of Amazon's",
        source: OBTAINING,
        fits: |met| password(met) == Some(PasswordShape::Other),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "temporary-credentials",
        title: "temporary credentials",
        meaning: "The user name begins with ASIA: it is the access key of temporary credentials (STS, \
            a role, SSO). They do not work with SES's SMTP interface.",
        advice: "Use the access key of an IAM user (it begins with AKIA), and the SMTP password that \
            follows from its secret.",
        sign: "535 from SES; the user name begins with ASIA",
        source: OBTAINING,
        fits: |met| username(met) == Some(UsernameShape::Temporary),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "username-is-no-access-key",
        title: "a user name that is no access key",
        meaning: "SES's SMTP user name is the access key id of an IAM user: it begins with AKIA and has \
            20 capitals and digits. This one does not; it may be the IAM user's name or an address.",
        advice: "Use the SMTP user name that the SES console showed, not the name of the IAM user.",
        sign: "535 from SES; the user name is no access key id",
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

/// The credentials that SES refused though the password looks right; another
/// user name would explain it already.
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
                "User name and password have the right shape, so the password is most likely of \
                 another region{than}; with the secret access key in SESBENCH_SECRET_ACCESS_KEY a \
                 probe can tell which."
            )
        }
    })
}
