//! The actions of rules, in one table: at which stages each is possible, what it
//! makes of the stage, and what the client sees.
//!
//! Checks, the rules at run time and the guide ask this table. What an action
//! does to the session is its `apply`, in the dialogue.

use serde::{Deserialize, Serialize};

use crate::protocol::Stage;

/// Defines the actions from their rows.
macro_rules! actions {
    ($( $(#[$doc:meta])+ $action:ident: $kind:ident at $place:ident, close $close:expr, $client:literal; )*) => {
        /// What a rule can do instead of a reply.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum FaultAction {
            $( $(#[$doc])+ $action, )*
        }

        impl FaultAction {
            /// Every action, in the order of the guide.
            pub const ALL: &[FaultAction] = &[$( FaultAction::$action, )*];

            fn row(self) -> Row {
                match self {
                    $( FaultAction::$action => Row {
                        kind: ActionKind::$kind,
                        place: Place::$place,
                        close: $close,
                        client: $client,
                    }, )*
                }
            }
        }
    };
}

/// What is known of an action.
struct Row {
    kind: ActionKind,
    place: Place,
    /// Default of the key `close`; none: the action does not take that key.
    close: Option<bool>,
    /// What the client sees, for the guide.
    #[cfg_attr(not(test), expect(dead_code, reason = "the guide is made by a test"))]
    client: &'static str,
}

/// What an action makes of its stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ActionKind {
    /// The session ends in place of the stage.
    EndsSession,
    /// Other bytes are sent in place of the stage.
    SendsInstead,
    /// The stage takes place, and its reply is changed.
    ChangesReply,
    /// The stage takes place, changed, with a reply of its own.
    ChangesStage,
}

/// The stages at which an action is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Any,
    WithReply,
    Tls,
    PlaintextEhlo,
}

actions! {
    /// Send and read nothing more, until the client disconnects.
    Stall: EndsSession at Any, close None,
        "nothing more is sent or read until the client disconnects; not even the idle time-out occurs. At `connect`, with `port = 25`: port 25 from EC2";

    /// Close the connection normally.
    Close: EndsSession at Any, close None,
        "the connection is closed normally";

    /// Reset the connection (RST).
    Reset: EndsSession at Any, close None,
        "RST: \"connection reset by peer\"";

    /// Send the first half of the reply.
    HalfReply: ChangesReply at WithReply, close Some(true),
        "the first half of the real reply, then the connection is closed (`close = false`: then nothing). At the dot the message was accepted";

    /// Send a line of random bytes that is neither a reply nor a TLS record.
    Garbage: SendsInstead at Any, close Some(false),
        "64 bytes that are neither a reply nor a TLS record";

    /// End the handshake with the fatal alert `handshake_failure`.
    TlsAlert: SendsInstead at Tls, close None,
        "the fatal alert `handshake_failure`";

    /// Send an expired certificate.
    ExpiredCertificate: ChangesStage at Tls, close None,
        "a certificate of the same CA, expired in 2021, or for `wrong-name.invalid`; a resumed session never hides it";

    /// Send a certificate for another host.
    WrongNameCertificate: ChangesStage at Tls, close None,
        "a certificate of the same CA, expired in 2021, or for `wrong-name.invalid`; a resumed session never hides it";

    /// Do not offer STARTTLS, and refuse it as unknown.
    NoStarttls: ChangesStage at PlaintextEhlo, close None,
        "EHLO without STARTTLS, and a 500 to STARTTLS, until the next EHLO";
}

/// What `close` needs. It names each action that takes the key.
pub(super) const NEEDS_BYTES: &str = "needs a reply, or the action garbage or half_reply";

impl FaultAction {
    /// Whether the connection is closed after it if the rule does not set `close`;
    /// none if the action does not take that key.
    #[must_use]
    pub fn closes(self) -> Option<bool> {
        self.row().close
    }

    pub(crate) fn kind(self) -> ActionKind {
        self.row().kind
    }

    /// Whether it is possible at a stage within TLS or in plaintext.
    pub(crate) fn is_possible(self, secure: bool) -> bool {
        self.row().place != Place::PlaintextEhlo || !secure
    }

    /// Whether it is possible at a stage.
    pub(super) fn is_possible_at(self, at: Stage) -> bool {
        match self.row().place {
            Place::Any => true,
            Place::WithReply => !matches!(at, Stage::Connect | Stage::Tls | Stage::Body),
            Place::Tls => at == Stage::Tls,
            Place::PlaintextEhlo => at == Stage::Ehlo,
        }
    }

    /// Which stages it needs.
    pub(super) fn needs(self) -> &'static str {
        match self.row().place {
            Place::Any => "is possible at every stage",
            Place::WithReply => "needs a stage with a reply: not connect, tls or body",
            Place::Tls => "needs at = \"tls\"",
            Place::PlaintextEhlo => "needs at = \"ehlo\"",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Place {
        fn in_guide(self) -> &'static str {
            match self {
                Place::Any => "any",
                Place::WithReply => "any stage with a reply",
                Place::Tls => "`tls`",
                Place::PlaintextEhlo => "`ehlo` in plaintext",
            }
        }
    }

    fn name(action: FaultAction) -> String {
        let name = serde_json::to_value(action).unwrap();
        name.as_str().unwrap().to_owned()
    }

    const HEAD: &str = "| action | at | what the client sees |\n|---|---|---|\n";

    /// The table of the guide. Neighbours with the same description share a row.
    fn markdown() -> String {
        let described = |action: &FaultAction| (action.row().place, action.row().client);
        let rows = FaultAction::ALL.chunk_by(|one, next| described(one) == described(next));
        let rows = rows.map(|actions| {
            let names = actions.iter().map(|action| format!("`{}`", name(*action)));
            let names = names.collect::<Vec<_>>().join(", ");
            let (place, client) = described(&actions[0]);
            format!("| {names} | {} | {client} |\n", place.in_guide())
        });
        rows.collect()
    }

    #[test]
    fn the_guide_has_every_action() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/mock-faults.md");
        let guide = std::fs::read_to_string(path).unwrap();
        let (before, rest) = guide.split_once(HEAD).unwrap();
        let (table, after) = rest.split_once("\n\n").unwrap();
        if std::env::var_os("UPDATE_DOCS").is_some() {
            let made = format!("{before}{HEAD}{}\n{after}", markdown());
            return std::fs::write(path, made).unwrap();
        }
        let hint = "run UPDATE_DOCS=1 cargo test -p sesbench-mock --lib";
        assert_eq!(format!("{table}\n"), markdown(), "{hint}");
    }

    #[test]
    fn an_error_about_close_names_each_action_that_takes_it() {
        for action in FaultAction::ALL {
            let named = NEEDS_BYTES.contains(&name(*action));
            assert_eq!(named, action.closes().is_some(), "{action:?}");
        }
    }
}
