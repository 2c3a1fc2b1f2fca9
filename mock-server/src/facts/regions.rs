//! Regions with an SES SMTP endpoint.
//!
//! The table informs; it does not forbid. A region that is not in it may be
//! new, so who asks for one gets a host name all the same, and a warning is
//! the caller's to give.

/// The region that is assumed when none is named.
pub const DEFAULT_REGION: &str = "us-east-1";

/// A region, and what is known of its SMTP endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Amazon's name, such as `us-east-1`.
    pub name: &'static str,
    /// First four hex digits of message ids, where one was seen in a log.
    pub id_prefix: Option<&'static str>,
    /// Whether there is an `email-smtp-fips.` endpoint too.
    pub fips: bool,
}

/// Regions with an endpoint, by the AWS General Reference, "Amazon SES
/// endpoints and quotas"; us-gov-east-1, eu-south-1 and ap-northeast-3 are
/// known from one source only.
pub const REGIONS: &[Region] = &[
    fips("us-east-1", Some("0100")),
    plain("us-east-2"),
    plain("us-west-1"),
    fips("us-west-2", Some("0101")),
    plain("ap-south-1"),
    seen("ap-northeast-1", "0106"),
    plain("ap-northeast-2"),
    plain("ap-northeast-3"),
    plain("ap-southeast-1"),
    plain("ap-southeast-2"),
    plain("ca-central-1"),
    seen("eu-central-1", "0107"),
    plain("eu-west-1"),
    plain("eu-west-2"),
    plain("eu-west-3"),
    plain("eu-north-1"),
    plain("eu-south-1"),
    plain("sa-east-1"),
    fips("us-gov-west-1", None),
    plain("us-gov-east-1"),
];

/// The region of that name, if it is known to have an SMTP endpoint.
#[must_use]
pub fn region(name: &str) -> Option<&'static Region> {
    REGIONS.iter().find(|region| region.name == name)
}

/// Host name of the SMTP endpoint of `region`, known or not.
#[must_use]
pub fn smtp_host(region: &str) -> String {
    format!("email-smtp.{region}.amazonaws.com")
}

const fn plain(name: &'static str) -> Region {
    Region {
        name,
        id_prefix: None,
        fips: false,
    }
}

const fn seen(name: &'static str, id_prefix: &'static str) -> Region {
    Region {
        id_prefix: Some(id_prefix),
        ..plain(name)
    }
}

const fn fips(name: &'static str, id_prefix: Option<&'static str>) -> Region {
    Region {
        name,
        id_prefix,
        fips: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_regions_and_lets_others_be_named() {
        assert_eq!(region("us-west-2").and_then(|r| r.id_prefix), Some("0101"));
        assert_eq!(region("ap-southeast-3"), None);
        assert_eq!(smtp_host("xx-new-1"), "email-smtp.xx-new-1.amazonaws.com");
    }

    #[test]
    fn names_each_region_once() {
        let mut names: Vec<_> = REGIONS.iter().map(|r| r.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), REGIONS.len());
    }
}
