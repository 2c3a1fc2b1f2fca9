//! The key that holds the [`Delay`] of each stage.
//!
//! The dialogue looks them up by [`Stage`] and does not know the keys.

use super::{Delay, Latency};
use crate::protocol::Stage;

impl Latency {
    /// The latency of `stage`, within TLS or not; `None` for a stage without one.
    #[must_use]
    pub(crate) fn of(&self, stage: Stage, secure: bool) -> Option<&Delay> {
        Some(match stage {
            Stage::Connect => &self.connect,
            Stage::Tls => &self.tls,
            Stage::Banner => &self.banner,
            Stage::Ehlo if secure => self.ehlo_tls.as_ref().unwrap_or(&self.ehlo),
            Stage::Ehlo => &self.ehlo,
            Stage::StartTls => &self.starttls,
            Stage::Auth => &self.auth,
            Stage::Mail => &self.mail,
            Stage::Rcpt => &self.rcpt,
            Stage::Data => &self.data,
            Stage::Dot => &self.dot,
            Stage::Rset => &self.rset,
            Stage::Quit => &self.quit,
            Stage::Body | Stage::Noop => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::settings::keys::KEYS;

    /// A key that no stage reads would be accepted and have no effect.
    #[test]
    fn every_key_is_the_latency_of_one_stage() {
        let names = KEYS
            .iter()
            .filter_map(|key| key.name.strip_prefix("latency."));
        let mut found = Vec::new();
        for name in names {
            let latency: Latency = serde_json::from_value(json!({ name: "7ms" })).unwrap();
            let is_delayed = |stage: &Stage, secure| {
                let delay = latency.of(*stage, secure);
                delay.is_some_and(|delay| *delay != Delay::default())
            };
            let of_key = |secure| {
                let stages = Stage::ALL
                    .iter()
                    .filter(move |stage| is_delayed(stage, secure));
                stages.copied().collect::<Vec<_>>()
            };
            match name {
                "ehlo_tls" => {
                    assert_eq!((of_key(false), of_key(true)), (vec![], vec![Stage::Ehlo]))
                }
                _ => {
                    assert_eq!(of_key(false), of_key(true), "{name}");
                    assert_eq!(of_key(false).len(), 1, "{name}");
                    found.extend(of_key(false));
                }
            }
        }
        let delayed = |stage: &&Stage| !matches!(stage, Stage::Body | Stage::Noop);
        assert_eq!(found.len(), Stage::ALL.iter().filter(delayed).count());
    }
}
