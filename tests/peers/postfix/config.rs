//! The configuration of a Postfix for the tests: main.cf and master.cf.
//!
//! Nothing of the system's own configuration is read. Mail to any domain is
//! accepted from clients that log in, and mail to `inside.invalid` from all
//! clients; all of it goes to the discard transport.

use std::path::Path;

use crate::certificate::Certificate;

/// The domain for which Postfix accepts mail without a login.
pub(crate) const DOMAIN: &str = "inside.invalid";

/// The realm of the user in Cyrus's database.
pub(crate) const REALM: &str = "postfix.invalid";

/// The ports of its services on 127.0.0.1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ports {
    /// STARTTLS is optional, no login.
    pub(crate) plain: u16,
    /// STARTTLS is required.
    pub(crate) submission: u16,
    /// TLS from the first byte.
    pub(crate) smtps: u16,
}

/// main.cf (postconf(5)); `more` comes last and takes precedence.
pub(super) fn main_cf(folder: &Path, certificate: &Certificate, more: &[(&str, &str)]) -> String {
    let path = folder.display();
    let (file, key) = (certificate.file.display(), certificate.key_file.display());
    let own = format!(
        "compatibility_level = 3.6
queue_directory = {path}/queue
data_directory = {path}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
maillog_file = {path}/mail.log
maillog_file_prefixes = {path}
enable_long_queue_ids = yes

myhostname = {REALM}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
mydestination =
relay_domains = {DOMAIN}
alias_maps =
local_transport = discard
relay_transport = discard
default_transport = discard
# Otherwise it writes to the postmaster about what it refused.
notify_classes =
# It would pause for a second where mail comes faster than it is discarded.
in_flow_delay = 0

smtpd_tls_cert_file = {file}
smtpd_tls_key_file = {key}
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_loglevel = 1

smtpd_sasl_auth_enable = yes
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = {REALM}
# Debian's looks in this place, whatever is said here.
cyrus_sasl_config_path = {path}/config/sasl
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination

"
    );
    let more = more.iter().map(|(key, value)| format!("{key} = {value}\n"));
    own + &more.collect::<String>()
}

/// master.cf (master(5)): three listeners, and the services that Postfix needs
/// to relay mail and to show its queue.
pub(super) fn master_cf(ports: Ports) -> String {
    let Ports {
        plain,
        submission,
        smtps,
    } = ports;
    format!(
        "127.0.0.1:{plain} inet n - n - - smtpd
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
127.0.0.1:{smtps} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
cleanup  unix  n - n - 0 cleanup
qmgr     unix  n - n 300 1 qmgr
tlsmgr   unix  - - n 1000? 1 tlsmgr
rewrite  unix  - - n - - trivial-rewrite
bounce   unix  - - n - 0 bounce
defer    unix  - - n - 0 bounce
trace    unix  - - n - 0 bounce
proxymap unix  - - n - - proxymap
error    unix  - - n - - error
retry    unix  - - n - - error
discard  unix  - - n - - discard
smtp     unix  - - n - - smtp
scache   unix  - - n - 1 scache
showq    unix  n - n - - showq
anvil    unix  - - n - 1 anvil
postlog  unix-dgram n - n - 1 postlogd
"
    )
}

/// smtpd.conf of Cyrus SASL (Postfix's SASL_README, "The sasldb plugin").
pub(super) fn smtpd_conf(database: &Path) -> String {
    let database = database.display();
    format!(
        "pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {database}
mech_list: PLAIN LOGIN
"
    )
}
