//! The form of a transcript.
//!
//! - `#` begins a comment; settings are TOML between two lines of `+++`.
//! - `S:` is a line of the server; `<message id>` and the like stand for variable
//!   parts.
//! - `C:` is a line of the client, CRLF added; `C|` is sent as written, with `\r`
//!   and `\n`. Consecutive lines of the client are one packet. `{plain}` and the
//!   like stand for credentials, `{x*9}` for nine times `x`.
//! - `--` is any other event: `TLS wrapper` (connects with TLS from the first
//!   byte), `TLS handshake`, `logged in` (connects and logs in, not shown),
//!   `another client`, `10 s pass`, `closed`.

use sesbench_mock::Settings;

pub(super) struct Script {
    pub(super) settings: Settings,
    pub(super) lines: Vec<String>,
}

impl Script {
    pub(super) fn read(text: &str) -> Result<Script, String> {
        let mut toml = String::new();
        let mut lines = Vec::new();
        let mut in_settings = false;
        for line in text.lines() {
            match line {
                "+++" => in_settings = !in_settings,
                _ if in_settings => {
                    toml += line;
                    toml.push('\n');
                }
                _ if line.starts_with('#') => {}
                _ => lines.push(line.to_owned()),
            }
        }
        let settings: Settings = toml::from_str(&toml).map_err(|error| error.to_string())?;
        settings.check().map_err(|error| error.to_string())?;
        Ok(Script { settings, lines })
    }
}
