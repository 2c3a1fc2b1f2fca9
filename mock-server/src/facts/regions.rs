//! Regions with an SES SMTP endpoint.
//!
//! The table informs, and does not restrict. A region that is not in it may be
//! new: it gets a host name all the same, and the caller can warn.

/// The default region.
pub const DEFAULT_REGION: &str = "us-east-1";

/// A region, and what is known about its SMTP endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// Amazon's name, such as `us-east-1`.
    pub name: &'static str,
    /// First four hexadecimal digits of message ids, if seen in a log.
    pub id_prefix: Option<&'static str>,
    /// Whether there is an `email-smtp-fips.` endpoint too.
    pub fips: bool,
    /// How reliable the information is.
    pub known: Known,
}

/// How reliable the information about an endpoint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// From two sources or more.
    Twice,
    /// From one source only.
    Once,
}

/// Regions of SES that were reported to have no SMTP endpoint, only the API.
pub const WITHOUT_ENDPOINT: [&str; 3] = ["ap-southeast-3", "ap-south-2", "mx-central-1"];

/// Regions with an endpoint, from the AWS General Reference, "Amazon SES
/// endpoints and quotas", and other lists.
pub const REGIONS: &[Region] = &[
    fips("us-east-1", Some("0100")),
    plain("us-east-2"),
    plain("us-west-1"),
    fips("us-west-2", Some("0101")),
    plain("ap-south-1"),
    seen("ap-northeast-1", "0106"),
    plain("ap-northeast-2"),
    plain("ap-northeast-3").known_once(),
    plain("ap-southeast-1"),
    plain("ap-southeast-2"),
    plain("ca-central-1"),
    seen("eu-central-1", "0107"),
    plain("eu-west-1"),
    plain("eu-west-2"),
    plain("eu-west-3"),
    plain("eu-north-1"),
    plain("eu-south-1").known_once(),
    plain("sa-east-1"),
    fips("us-gov-west-1", None),
    plain("us-gov-east-1").known_once(),
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

/// Host name of the FIPS 140 SMTP endpoint of `region`, whether it exists or not.
#[must_use]
pub fn fips_host(region: &str) -> String {
    format!("email-smtp-fips.{region}.amazonaws.com")
}

/// Whether `host` is the name of an SMTP endpoint of SES: a public one, one of
/// FIPS, or one inside a private network (SES Developer Guide, "Setting up VPC
/// endpoints with Amazon SES").
#[must_use]
pub fn is_smtp_host(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    // `.api.aws` is the domain of dual-stack names (IPv4 and IPv6).
    let ends = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"];
    let amazons = ends.iter().find_map(|end| host.strip_suffix(end));
    let of_smtp = |label: &str| label == "email-smtp" || label == "email-smtp-fips";
    amazons.is_some_and(|labels| labels.split('.').any(of_smtp))
}

/// Whether `name` has the form of a region's name, known or not: such as
/// `us-east-1`.
#[must_use]
pub fn is_region_name(name: &str) -> bool {
    let fit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let parts = || name.split('-');
    // The longest name so far, us-isob-east-1, has 14 characters.
    name.len() <= 32
        && parts().count() >= 3
        && parts().all(|part| !part.is_empty() && part.chars().all(fit))
}

impl Region {
    const fn known_once(self) -> Self {
        Self {
            known: Known::Once,
            ..self
        }
    }
}

const fn plain(name: &'static str) -> Region {
    Region {
        name,
        id_prefix: None,
        fips: false,
        known: Known::Twice,
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
        known: Known::Twice,
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
        for name in REGIONS.iter().map(|r| r.name).chain(WITHOUT_ENDPOINT) {
            assert!(is_region_name(name), "{name}");
        }
        for name in [
            "",
            "east",
            "us-east",
            "US-EAST-1",
            "us--1",
            "a.b-c-1",
            "us-east-1/x",
        ] {
            assert!(!is_region_name(name), "{name}");
        }
    }

    #[test]
    fn a_region_has_an_endpoint_or_has_none() {
        for name in WITHOUT_ENDPOINT {
            assert_eq!(region(name), None);
        }
        let once = REGIONS.iter().filter(|r| r.known == Known::Once);
        assert_eq!(once.count(), 3);
    }

    #[test]
    fn an_endpoint_is_known_by_its_name() {
        for region in REGIONS {
            assert!(is_smtp_host(&smtp_host(region.name)));
            assert!(is_smtp_host(&fips_host(region.name)));
        }
        for host in [
            "EMAIL-SMTP.us-east-1.amazonaws.com.",
            "vpce-0a1b-2c3d.email-smtp.us-east-1.vpce.amazonaws.com",
            "email-smtp.cn-north-1.amazonaws.com.cn",
            "email-smtp.us-east-1.api.aws",
        ] {
            assert!(is_smtp_host(host), "{host}");
        }
        for host in [
            "email-smtp.us-east-1.amazonaws.com.example.com",
            "ec2-192-0-2-1.compute-1.amazonaws.com",
            "email-smtp.example.com",
            "127.0.0.1",
        ] {
            assert!(!is_smtp_host(host), "{host}");
        }
    }

    #[test]
    fn names_each_region_once() {
        let mut names: Vec<_> = REGIONS.iter().map(|r| r.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), REGIONS.len());
    }
}
