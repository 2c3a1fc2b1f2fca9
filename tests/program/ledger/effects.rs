//! Every stage of the mock and every action there, from its own types: a new
//! stage does not compile here until it is listed, and a new action fails a test
//! until it is in a run.

use std::time::Duration;

use sesbench_mock::settings::{Fault, FaultAction};
use sesbench_mock::{Settings, Stage};

/// Longer than the time-outs of the runs that wait for them.
pub(super) const TOO_LATE: Duration = Duration::from_millis(3_500);

/// Shorter than any of these time-outs.
pub(super) const IN_TIME: Duration = Duration::from_millis(30);

const STAGES: [Stage; 14] = [
    Stage::Connect,
    Stage::Tls,
    Stage::Banner,
    Stage::Ehlo,
    Stage::StartTls,
    Stage::Auth,
    Stage::Mail,
    Stage::Rcpt,
    Stage::Data,
    Stage::Body,
    Stage::Dot,
    Stage::Rset,
    Stage::Noop,
    Stage::Quit,
];

/// What replaces a reply, at every stage where that is possible.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Effect {
    Act(FaultAction),
    Reply(&'static str),
    Delay(Duration),
}

/// An action, and whether the connection is closed after it; none: the mock's
/// default.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Kind {
    pub(super) effect: Effect,
    pub(super) close: Option<bool>,
}

impl Kind {
    pub(super) const fn act(action: FaultAction) -> Self {
        Self {
            effect: Effect::Act(action),
            close: None,
        }
    }

    pub(super) const fn reply(text: &'static str) -> Self {
        Self {
            effect: Effect::Reply(text),
            close: None,
        }
    }

    pub(super) const fn delay(time: Duration) -> Self {
        Self {
            effect: Effect::Delay(time),
            close: None,
        }
    }

    pub(super) const fn and_close(self, close: bool) -> Self {
        Self {
            close: Some(close),
            ..self
        }
    }

    /// Whether only a time-out ends the client's wait.
    pub(super) fn keeps_waiting(self) -> bool {
        let silent = [
            Self::act(FaultAction::Stall),
            Self::act(FaultAction::HalfReply).and_close(false),
            Self::delay(TOO_LATE),
        ];
        silent.contains(&self)
    }

    /// A rule without conditions for each stage at which the mock supports this
    /// kind; at the dot also a second one, for a message that was accepted
    /// before.
    pub(super) fn everywhere(self) -> Vec<Fault> {
        let rules = STAGES.into_iter().flat_map(|at| self.at(at));
        rules.filter(is_possible).collect()
    }

    fn at(self, at: Stage) -> Vec<Fault> {
        let mut rule = Fault::new(at);
        match self.effect {
            Effect::Act(action) => rule.action = Some(action),
            Effect::Reply(text) => rule.reply = Some(text.to_owned()),
            Effect::Delay(time) => rule.delay = Some(time),
        }
        rule.close = self.close;
        let mut rules = vec![rule.clone()];
        if at == Stage::Dot {
            rule.accepted = true;
            rules.push(rule);
        }
        rules
    }
}

fn is_possible(rule: &Fault) -> bool {
    let settings = Settings {
        faults: vec![rule.clone()],
        ..Settings::default()
    };
    settings.check().is_ok()
}

/// Without a wildcard, so that a new variant of the mock must be listed above.
fn place_of_stage(at: Stage) -> usize {
    match at {
        Stage::Connect => 0,
        Stage::Tls => 1,
        Stage::Banner => 2,
        Stage::Ehlo => 3,
        Stage::StartTls => 4,
        Stage::Auth => 5,
        Stage::Mail => 6,
        Stage::Rcpt => 7,
        Stage::Data => 8,
        Stage::Body => 9,
        Stage::Dot => 10,
        Stage::Rset => 11,
        Stage::Noop => 12,
        Stage::Quit => 13,
    }
}

#[test]
fn every_stage_of_the_mock_is_listed() {
    for (place, at) in STAGES.into_iter().enumerate() {
        assert_eq!(place_of_stage(at), place);
    }
}

/// Each action, with each `close` that the mock supports for it, is in a run.
#[test]
fn every_action_is_in_a_run() {
    for &action in FaultAction::ALL {
        for close in [None, Some(true), Some(false)] {
            let kind = Kind {
                effect: Effect::Act(action),
                close,
            };
            let known = super::stages::kinds().any(|each| each == kind);
            let is_default = close.is_some() && close == action.closes();
            assert!(
                known || is_default || kind.everywhere().is_empty(),
                "{kind:?}: a run for it is missing in tests/program/ledger/stages.rs"
            );
        }
    }
}
