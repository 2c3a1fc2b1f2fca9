//! The server does not take mail from this machine: its address, its name, its
//! reputation.

use super::Diagnosis;
use crate::analysis::diagnosis::FailureCase;

pub(super) const ROWS: &[Diagnosis] = &[
    Diagnosis {
        id: "client-refused",
        title: "the server refuses this machine's address",
        meaning: "The server's access rules refuse connections from this machine's address, \
            whatever it sends.",
        advice: "Allow this machine's address at the server (Postfix: smtpd_client_restrictions, \
            and check_client_access tables), or connect from an address that it allows.",
        sign: "a 4xx or 5xx: client host rejected, without mention of a reverse name",
        source: "Postfix, postconf(5), smtpd_client_restrictions",
        fits: |met| met.is_refused() && met.says("client host rejected") && !lacks_name(met),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "no-reverse-name",
        title: "this machine's address has no reverse DNS name",
        meaning: "The server looks up the name of this machine's address (PTR record), and finds \
            none, or one that does not resolve back to the address.",
        advice: "Set a PTR record for the address, and an A or AAAA record for that name that \
            points back to it; or exempt this machine's address at the server.",
        sign: "4.7.25 or 5.7.25, or naming a reverse name or PTR record",
        source: "RFC 7372 section 3.3",
        fits: |met| met.is_refused() && lacks_name(met),
        ..Diagnosis::PLAIN
    },
    Diagnosis {
        id: "block-listed",
        title: "this machine's address is on a block list",
        meaning: "The server checks this machine's address against a public block list or its own, \
            and the address is listed. Addresses of cloud providers and home connections often \
            are.",
        advice: "Look the address up in the list that the reply names; send through a relay with a \
            good reputation, or exempt this machine's address at the server.",
        sign: "a 4xx or 5xx, naming a block list",
        source: "RFC 5782 section 1",
        fits: |met| met.is_refused() && met.says_any(&LISTED) && !lacks_name(met),
        ..Diagnosis::PLAIN
    },
];

fn lacks_name(met: &FailureCase<'_>) -> bool {
    let numbered = met.enhanced("4.7.25") || met.enhanced("5.7.25");
    numbered || met.says_any(&NAMELESS)
}

/// Postfix, Gmail, Exim's recipes.
const NAMELESS: [&str; 9] = [
    "cannot find your hostname",
    "cannot find your reverse hostname",
    "reverse hostname",
    "reverse DNS",
    "reverse lookup",
    "PTR record",
    "PTR records",
    "does not have a PTR",
    "rDNS",
];

const LISTED: [&str; 11] = [
    "blocked using",
    "block list",
    "block-list",
    "blocklist",
    "blocklisted",
    "blacklist",
    "blacklisted",
    "denylist",
    "DNSBL",
    "RBL",
    "spamhaus",
];
