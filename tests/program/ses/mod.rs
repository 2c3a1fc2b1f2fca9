//! SES as the target, with the mock in its place: every guard applies, whatever
//! host is named, and nothing leaves this machine.

mod account;
mod consent;
mod hidden;
mod refused;
mod runs;
mod searches;
mod series;
mod tools;

use crate::support::{Mock, Sesbench};

/// Credentials that no server accepts.
const NOBODY: [&str; 2] = ["AKIANOBODYATALL", "BNobodysPassword"];

/// A small load on SES, for which that port answers, with everything that SES
/// requires; `words` take precedence.
fn on_ses(port: &str, words: &str) -> Sesbench {
    let scenario = format!(
        "[target]\nkind = 'ses'\nregion = 'us-east-1'\nhost = '127.0.0.1'\nport = {port}\n\
         max_rate = '50/s'\nmax_recipients = 20\n\
         [load]\nrate = '50/s'\nmessages = 10\nwarm_up = '100ms'\n\
         [message]\nfrom = 'me@corp.internal'\n"
    );
    Sesbench::run_text(&scenario, words)
}

/// Like [`on_ses`], with the mock's credentials and certificate.
fn on_mock(mock: &Mock, words: &str) -> Sesbench {
    let ca = mock.said("ca_file").to_owned();
    on_ses(port(mock, "587").as_str(), words)
        .arg("--ca-file")
        .arg(ca)
        .env("SESBENCH_USERNAME", mock.said("username"))
        .env("SESBENCH_PASSWORD", mock.said("password"))
}

/// The mock's port for that port of SES.
fn port(mock: &Mock, number: &str) -> String {
    mock.ready["ports"][number].to_string()
}
